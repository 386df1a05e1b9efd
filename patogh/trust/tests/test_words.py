"""Listed words are found however they are dressed up, and nothing else is."""
# ruff: noqa: RUF001 - look-alikes are what is tested

import gc
import json
import pathlib
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from patogh.trust import actions, queries
from patogh.trust.errors import BadWord, UnknownReason
from patogh.trust.folding import Entry, Matcher, folded, squeezed
from patogh.trust.queries.wordlists import shipped

LISTED = pathlib.Path(__file__).resolve().parents[4] / "shared" / "data" / "swear" / "data.json"
MATCHER = Matcher.of(shipped())
# Words of the outside list that are everyday words, or names of peoples, animals and parts of the body: never held.
HARMLESS = {
    "ان", "لجن", "انی", "عمتو", "خفه", "خری", "گاوی", "اسبی", "سگی", "حیوانی", "انگل", "خنگ", "دکل", "دله", "قرتی", "کس", "گشاد", "لخت", "بخورش", "بمال", "بکن", "بکنش", "ساک", "بدبخت", "ملنگ", "بکارت", "داف", "کردن", "کردنی", "پستان", "آلت", "جنسی", "دوجنسه", "پریود", "لختی", "دول", "شنگول", "خز", "ماچ", "هیز", "باسن", "مشروب", "جوون", "کلفت", "حشر", "لاس", "زارت", "رشتی", "ترک", "فارس", "لر", "عرب", "خر", "گاو", "اسب", "گوسفند", "کرم", "دلقک", "شغال", "خپل", "لاشخور", "جفنگ", "خبیث", "زالو", "ناکس", "زنشو", "زنتو", "شاش", "درازگوش", "نعشه", "پشمام", "کوس", "قس", "سولاخ", "لز", "زنا", "کثافت", "ابله", "احمق", "الاغ", "الاق", "خرفت", "گه", "گهی", "گوه", "عن", "عوضی", "ساکر", "آشغال", "پپه",
    "دوست دختر", "دوست پسر", "صیغه ای", "گوش دراز", "آلت تناسلی", "پدر صلواتی", "فرو کن", "بی عرضه", "بی مصرف", "عرق خور", "گردن دراز", "مرض داری"}  # fmt: skip
INNOCENT = [
    "اسکلت دوچرخه از کربن است.", "شماره را عوضی گرفتم.", "**دی** و **جا** و *مادر*", "گوه را زیر چرخ بگذار؛ گه و بی‌گه سر بزن.", "spicy food and spices", "الاغی بار می‌برد", "چه فکر احمقانه‌ای کردم!", "قال عن فلان",
    "کسی می‌داند کدام روغن برای زنجیر بهتر است؟", "کسانی که دیروز آمدند عکس بفرستند.", "این کار کسر شأن ماست و کسالت می‌آورد.", "کیسهٔ خواب را در کیف بگذار.",
    "پدر، سگ را به پارک برد.", "سگ پدربزرگم بیمار است.", "کونه‌آرنج و زانویم درد می‌کند.", "در کنیا و کویر لوت رکاب زدیم.", "گاهی گه‌گاه باران می‌آید.",
    "گهواره و گوهر و گوهردشت.", "عنوان و عناصر و عنایت شما.", "سکسکه‌ام بند نمی‌آید.", "هرزنامه‌ها را پاک کنید.", "حرزِ جواد و هرز رفتن پیچ.", "جنداب و جندق را دیدیم.",
    "ترک‌ها و لرها و فارس‌ها با هم رکاب می‌زنند.", "خر و گاو و گوسفند در راه بودند.", "شرط بستیم که برف می‌آید.", "سود این فروش کم بود.", "وام بانکی را بستم.",
    "قرص آهن می‌خورم.", "کلاس آموزش تعمیر دوچرخه", "Scunthorpe and Penistone are towns.", "The class will assess the assets as is.", "I assume the cockpit is Essex made.",
    "Dickens wrote about Sussex.", "shiitake mushrooms and a bass guitar", "He passed the password on", "We won a prize for the video chat app", "A s a l is my name",
    "ا ب پ ت ث ج چ ح خ", "a b c d e f g", "2*3*4=24 و f*x", "۱۲۳۴۵۶۷۸۹۰", "**مهم** و *تأکید*", "https://example.ir/class/assets/kirkuk", "@kourosh سلام",
    "خفه‌خانه نامِ یک رمان است؟", "شهوت رفتن به سفر دارم", "ممنون که همه چیز را گفتید", "مامان و ممنون", "کون‌فیکون", "بی پدر و مادرش که سفر نمی‌رود، بی‌پدربزرگش می‌رود",
    "لایک و فالو یادتان نرود", "پیش‌بینی هوا برای فوتبال فردا",
]  # fmt: skip


def found(text: str) -> list[str]:
    return [hit.word for hit in MATCHER.hits(text)]


@pytest.mark.parametrize("text", INNOCENT)
def test_an_innocent_sentence_has_no_hit(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "ک ی ر", "ک.ی.ر", "ک-ی-ر", "کـــیر", "کِیر", "كير", "ڪیر", "کیییییر", "ک\u200cیر", "ک۱یر", "کی ر", "ﮐﯿﺮ", "جنده‌ها", "ج ن د ه", "جن.ده", "جـــنده", "جندههه",
        "پدر سگ", "پدرسگ", "پدر‌سگ", "پدر  سگ", "پدرسگگگ", "بی‌شرف", "بیشرف", "بي شرف", "f u c k", "f.u.c.k", "fuuuck", "FUCK", "f**k", "fu*k", "**f**k**", "*ک*ر*", "sh1t", "$hit", "a$$hole",
        "@sshole", "fυck", "fuсk", "ｆｕｃｋ", "𝐟𝐮𝐜𝐤", "f-u-c-k", "motherfuckers", "کص‌کش", "k o s k e s h", "سود  تضمینی", "سود‌تضمینی", "Guaranteed  PROFIT", "ارسال پیامک انبوه",
    ],
)  # fmt: skip
def test_an_evasion_is_seen_through(text):
    assert found(f"سلام {text} دوستان")


def test_recall_and_precision_against_an_outside_list():
    words = set(json.loads(LISTED.read_text(encoding="utf-8"))["word"])
    vulgar = words - HARMLESS
    hit = {word for word in words if found(word)}
    recall = len(hit & vulgar) / len(vulgar)
    precision = len(hit & vulgar) / len(hit)
    assert recall >= 0.8, sorted(vulgar - hit)
    assert precision >= 0.98, sorted(hit - vulgar)


@pytest.fixture
def no_collector():
    """Keep the collector, which walks the whole suite's heap, out of a count of CPU time."""
    gc.disable()
    yield
    gc.enable()


def test_a_megabyte_of_hostile_text_takes_time_by_its_length_only(no_collector):
    for pattern in ("ک ی ر ", "ا", "fu", "*", "a*", "پدر ", "k.o.s.", "ﷺ", "بی ", "f", "a@"):
        took = []
        for chars in (15_000, 60_000):
            text = pattern * (chars // len(pattern))
            start = time.process_time()
            MATCHER.hits(text)
            took.append(time.process_time() - start)
        assert took[1] < 16 * max(took[0], 0.03), pattern


LETTERS = st.text(alphabet="ابپتجچدرزسشفقکگلمنوهی", min_size=3, max_size=8)
NOISE = st.sampled_from(["", "\u200c", "ـ", "ـــ", "\u064b", "\u200d", "\u0650"])


@settings(max_examples=150, deadline=None)
@given(
    word=LETTERS,
    noise=st.lists(NOISE, min_size=8, max_size=8),
    times=st.lists(st.integers(1, 4), min_size=8, max_size=8),
)
def test_any_listed_word_survives_noise_and_repetition(word, noise, times):
    assume(len(squeezed(word)) > 1)
    matcher = Matcher.of([Entry.of(word, "insult")])
    dressed = "".join(letter * count + mark for letter, mark, count in zip(word, noise, times, strict=False))
    assert matcher.hits(f"و {dressed} است")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_folding_is_stable_and_swallows_any_text(text):
    once = folded(text)
    assert folded(once) == once or len(folded(once)) <= len(once) * 4
    assert squeezed(squeezed(once)) == squeezed(once)
    MATCHER.hits(text)


@pytest.mark.django_db
def test_moderators_list_words_and_allow_others(moderator):
    actions.list_word("بادکنک‌فروش", "selling", by=moderator)
    assert [hit.category for hit in queries.hits("این بادکنک فروش کیست؟")] == ["selling"]
    actions.list_word("جلق", "sexual", by=moderator, is_allowed=True)
    assert not queries.hits("جلق")
    row = actions.list_word("بادکنک فروش", "scam", by=moderator)
    assert [hit.category for hit in queries.hits("بادکنک‌فروش")] == ["scam"]
    actions.unlist_word(row, by=moderator)
    assert not queries.hits("بادکنک‌فروش")
    for bad in ("", "ک", "۱۲۳", "آ" * 61):
        with pytest.raises(BadWord):
            actions.list_word(bad, "scam", by=moderator)
    with pytest.raises(UnknownReason):
        actions.list_word("چیزی", "other", by=moderator)

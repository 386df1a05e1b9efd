"""Drafts and edits: the same form twice, what rules ask for, limits, trying again, throwing away."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from patogh.activity.models import ErasureDoor
from patogh.ideas import errors
from patogh.ideas.actions import drafting, moving, programmes
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.models import Idea, Move, Revision
from patogh.ideas.terms import Terms
from patogh.ideas.tests import making
from patogh.kit.errors import NotFound
from patogh.ledger.models import Submission
from patogh.trust.errors import Silenced

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(owner):
    """A programme with small stations."""
    return making.programme(owner)


def test_the_same_form_twice_makes_one_idea(here, member):
    words = replace(making.WORDS, key="form-1")
    first = making.idea_of(member, here, words)
    assert making.idea_of(member, here, words) == first and Idea.objects.count() == 1


def test_the_same_key_with_other_words_is_refused(here, member):
    making.idea_of(member, here, replace(making.WORDS, key="form-1"))
    with pytest.raises(errors.SameKeyOtherWords):
        making.idea_of(member, here, replace(making.WORDS, title="چیزی دیگر از ریشه", key="form-1"))


def test_two_members_may_have_the_same_key(here, member, other_member):
    words = replace(making.WORDS, key="form-1")
    assert making.idea_of(member, here, words) != making.idea_of(other_member, here, words)


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"title": "کوتاه"}, errors.BadTitle, "title"),
        ({"title": "آ" * 121}, errors.BadTitle, "title"),
        ({"lead": "آ" * 301}, errors.PartTooLong, "lead"),
        ({"problem": "آ" * 5001}, errors.PartTooLong, "problem"),
        ({"proposal": "آ" * 20001}, errors.PartTooLong, "proposal"),
        ({"facts": [("نام", "مقدار")] * 13}, errors.BadFacts, "facts"),
        ({"facts": [("آ" * 121, "۱")]}, errors.BadFacts, "facts"),
        ({"category": 10**9}, errors.BadCategory, "category"),
    ],
    ids=["short title", "long title", "lead", "problem", "proposal", "facts", "long fact", "category"],
)
def test_a_bad_part_is_refused_by_its_name(here, member, change, refusal, field):
    with pytest.raises(refusal) as caught:
        making.idea_of(member, here, replace(making.WORDS, **change))
    assert caught.value.field == field and str(caught.value)


def test_hostile_marks_are_taken_as_text_and_null_bytes_left_out(here, member):
    words = replace(making.WORDS, title="<script>alert(1)</script>\0 قاب", proposal="<img src=x onerror=alert(1)>\0")
    idea = making.idea_of(member, here, words)
    assert "\0" not in idea.title + idea.proposal and "<img" not in idea.proposal_html


def test_a_draft_may_be_incomplete_but_not_what_is_submitted(here, member):
    idea = making.idea_of(member, here, Draft("فقط یک عنوان ساده"))
    with pytest.raises(errors.FieldNeeded) as caught:
        drafting.submit(idea, by=member)
    assert caught.value.field == "lead"


def test_rules_may_ask_for_a_picture(owner, member):
    here = making.programme(owner, replace(making.SMALL, fields={"picture": "required"}))
    with pytest.raises(errors.FieldNeeded) as caught:
        making.submitted(member, here)
    assert caught.value.field == "picture"


def test_a_part_that_is_switched_off_is_not_kept(owner, member):
    here = making.programme(owner, replace(making.SMALL, fields={"problem": "off"}))
    idea = making.idea_of(member, here)
    assert (idea.problem, idea.problem_html) == ("", "") and idea.proposal


def test_nobody_has_more_open_ideas_than_the_rules_allow(owner, member):
    here = making.programme(owner, replace(making.SMALL, proposals_open_max=1))
    first = making.submitted(member, here)
    with pytest.raises(errors.TooManyOpen):
        making.idea_of(member, here)
    moving.withdraw(first, by=member)
    assert making.idea_of(member, here).state == "draft"


@pytest.mark.parametrize("state", ["preparing", "paused", "closed"])
def test_a_programme_that_is_not_open_takes_no_ideas(owner, member, state):
    here = making.programme(owner)
    draft = making.idea_of(member, here)
    programmes.set_programme_state(here, state, by=owner)
    with pytest.raises(errors.TakesNoIdeas):
        making.idea_of(member, here)
    with pytest.raises(errors.TakesNoIdeas):
        drafting.submit(draft, by=member)


def test_level_and_age_of_the_rules_are_asked(owner, member):
    strict = making.programme(owner, replace(making.SMALL, propose_level=2))
    with pytest.raises(errors.LevelTooLow):
        making.idea_of(member, strict)
    grown = making.programme(owner, replace(making.SMALL, min_age_band="adult"), slug="grown")
    member.age_band = "under16"
    with pytest.raises(errors.TooYoung):
        making.idea_of(member, grown)


def test_a_silenced_member_proposes_nothing(here, member):
    idea = making.idea_of(member, here)
    member.silenced_until = timezone.now() + dt.timedelta(days=1)
    for attempt in (lambda: making.idea_of(member, here), lambda: drafting.submit(idea, by=member), lambda: drafting.edit_idea(idea, making.WORDS, by=member)):  # fmt: skip
        with pytest.raises(Silenced):
            attempt()


def test_an_edit_of_what_others_saw_keeps_what_it_said_and_stands_in_the_book(here, member, owner):
    idea = making.gathering(member, here, by=owner)
    edited = drafting.edit_idea(idea, replace(making.WORDS, lead="جایی سبک برای بطری."), by=member)
    assert Revision.objects.get(idea=idea).said["lead"] == making.WORDS.lead
    assert (edited.lead, edited.version > idea.version) == ("جایی سبک برای بطری.", True)
    assert Submission.objects.filter(kind="idea.edited.v1", subject_id=str(idea.pk)).count() == 1


def test_an_edit_of_a_draft_leaves_no_mark_and_one_that_changes_nothing_none_at_all(here, member):
    idea = making.idea_of(member, here)
    edited = drafting.edit_idea(idea, replace(making.WORDS, lead="سبک‌تر"), by=member)
    assert not Revision.objects.exists() and edited.version == 2
    assert drafting.edit_idea(edited, replace(making.WORDS, lead="سبک‌تر"), by=member).version == 2


def test_nobody_else_edits_and_nobody_at_all_once_the_board_has_it(here, member, other_member, owner):
    idea = making.gathering(member, here, by=owner)
    with pytest.raises(errors.NotYourMove):
        drafting.edit_idea(idea, replace(making.WORDS, lead="دزدی"), by=other_member)
    making.count_to(idea, 6)
    with pytest.raises(errors.CannotEditNow):
        drafting.edit_idea(idea, replace(making.WORDS, lead="دیر"), by=member)


def test_an_idea_that_ended_is_tried_again_from_zero_under_todays_rules(here, member, owner):
    ended = making.walked(making.idea_of(member, here), "expired", owner)
    version = programmes.change_rules(here, Terms(is_adaptive=False), by=owner)
    again = drafting.try_again(ended, by=member)
    assert (again.state, again.again_of, again.rules, again.supporters_count) == ("draft", ended, version, 0)
    assert again.title == ended.title and drafting.try_again(ended, by=member) == again


def test_only_ones_own_ended_idea_is_tried_again(here, member, other_member, owner):
    ended = making.walked(making.idea_of(member, here), "expired", owner)
    with pytest.raises(NotFound):
        drafting.try_again(ended, by=other_member)
    running = making.gathering(member, here, by=owner)
    with pytest.raises(errors.ImpossibleMove):
        drafting.try_again(running, by=member)


def test_a_draft_is_thrown_away_even_if_it_was_submitted_and_recalled(here, member, other_member):
    idea = moving.recall(making.submitted(member, here), by=member)
    with pytest.raises(errors.NotYourMove):
        drafting.discard_idea(idea, by=other_member)
    drafting.discard_idea(idea, by=member)
    assert not Idea.objects.exists() and not Move.objects.exists() and not ErasureDoor.objects.exists()


def test_what_is_submitted_cannot_be_thrown_away(here, member):
    with pytest.raises(errors.CannotEditNow):
        drafting.discard_idea(making.submitted(member, here), by=member)

"""What other rooms do with ideas: blocks keep notices away, moderators take away and are appealed against, a lost key harms nobody."""

from __future__ import annotations

import pytest
from django.conf import settings

from patogh.conftest import made_member
from patogh.ideas.actions import creators, moving
from patogh.ideas.actions import feedback as giving
from patogh.ideas.actions.creators import Invited
from patogh.ideas.actions.notices import tell_of_feedback, tell_of_move
from patogh.ideas.actions.supporting import give_support, take_back_support
from patogh.ideas.errors import NobodyCalledSo
from patogh.ideas.models import Idea, Support
from patogh.ideas.terms import terms_of
from patogh.ideas.tests import making
from patogh.ideas.tests.test_making import last
from patogh.ledger.models import Submission
from patogh.ledger.signing import nullifiers
from patogh.people.actions import mute_member
from patogh.people.models import Notice
from patogh.trust import actions as trust
from patogh.trust.models import ReviewItem
from patogh.trust.nouns import Ruling, Subject

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path
    nullifiers._key.cache_clear()
    yield
    nullifiers._key.cache_clear()


@pytest.fixture
def idea(member, owner):
    return making.gathering(member, making.programme(owner), by=owner)


@pytest.mark.parametrize("keep_out", [trust.block_member, mute_member])
def test_who_blocks_or_mutes_somebody_hears_nothing_of_them(idea, member, other_member, keep_out):
    keep_out(other_member, by=member)
    giving.give_feedback(idea, {terms_of(idea.rules).feedback[0].key: 4}, "چند کلمه", by=other_member)
    tell_of_feedback(last("ideas.feedback_given"))
    assert not Notice.objects.filter(member=member, kind="ideas.feedback").exists()


def test_nobody_is_invited_by_whom_they_block(idea, member, other_member):
    trust.block_member(member, by=other_member)
    with pytest.raises(NobodyCalledSo):
        creators.propose_shares(idea, {member.pk: 6_000}, by=member, invite=Invited(other_member, 4_000))
    assert not Notice.objects.filter(member=other_member).exists()


def test_a_blocked_author_is_not_heard_of_through_a_supported_idea(idea, member, other_member):
    give_support(idea, by=other_member)
    trust.block_member(member, by=other_member)
    moving.withdraw(idea, by=member, reason="نشد")
    tell_of_move(last("ideas.idea_withdrawn"))
    assert not Notice.objects.filter(member=other_member, kind="ideas.withdrawn").exists()


@pytest.fixture
def taken_away(idea, other_member, moderator):
    """A moderator took an idea out of sight that a member had flagged; returns the decision."""
    trust.flag(Subject("ideas.idea", str(idea.pk)), "spam", by=other_member)
    item = ReviewItem.objects.get(subject_kind="ideas.idea", subject_id=str(idea.pk))
    return trust.decide(item, Ruling("hide", "spam", "تبلیغ است", "تبلیغ"), by=moderator)


def test_an_idea_that_moderators_took_away_is_out_of_sight(idea, taken_away, client, signed_in, member):
    assert Idea.objects.get().hidden_at is not None
    assert client.get(f"/ideas/{idea.pk}", follow=True).status_code == 404
    assert signed_in(member).get(f"/ideas/{idea.pk}", follow=True).status_code == 200


def test_its_author_appeals_and_another_moderator_brings_it_back(idea, taken_away, member, client):
    row = trust.appeal(taken_away, "تبلیغ نیست", by=member)
    trust.decide_appeal(row, "lifted", "حق با شماست", by=made_member("shirin", "شیرین", "moderator"))
    assert Idea.objects.get().hidden_at is None
    assert client.get(f"/ideas/{idea.pk}", follow=True).status_code == 200


def test_undoing_a_decision_brings_an_idea_back(idea, taken_away, moderator):
    trust.undo_decisions(taken_away.batch, by=moderator)
    assert Idea.objects.get().hidden_at is None


def test_without_the_key_of_marks_there_is_still_one_support_of_a_member(idea, other_member):
    give_support(idea, by=other_member)
    mark = nullifiers.nullifier(idea.pk, other_member.pk)
    (settings.DATA / "book" / "nullifier").unlink()  # as after a restore: it is in no backup
    nullifiers._key.cache_clear()
    give_support(idea, by=other_member)
    assert nullifiers.nullifier(idea.pk, other_member.pk) != mark
    assert (Support.objects.count(), Submission.objects.filter(kind="support.v1").count()) == (1, 1)
    take_back_support(idea, by=other_member)
    give_support(idea, by=other_member)
    assert (Support.objects.filter(withdrawn_at=None).count(), Idea.objects.get().supporters_count) == (1, 1)

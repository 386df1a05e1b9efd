"""Blocks between members, and what protects the young."""

import pytest

from patogh.activity.models import Activity
from patogh.kit.ids import uuid7
from patogh.people.actions import follow_member, give_notice, mute_member
from patogh.people.errors import SettingUnknown
from patogh.people.models import MemberFollow
from patogh.trust import actions, queries
from patogh.trust.errors import AgeWaits, BlockedByThem, CannotBlock, MinorNotFollowed, TooManyAccounts
from patogh.trust.models import Block, Held, ReviewItem
from patogh.trust.nouns import Ruling

pytestmark = pytest.mark.django_db


def test_a_block_parts_two_members_and_keeps_notices_away(member, other_member):
    follow_member(member, by=other_member)
    follow_member(other_member, by=member)
    actions.block_member(other_member, by=member)
    assert not MemberFollow.objects.filter(level="following").exists()
    assert give_notice(member, "hangout.mentioned", member, actor=other_member, activity_id=uuid7()) is None
    with pytest.raises(BlockedByThem):
        follow_member(member, by=other_member)
    assert queries.blocked_by(member.pk) == {other_member.pk}
    assert queries.blockers_of(other_member.pk) == {member.pk}


def test_a_block_is_made_once_and_ends_with_the_mute_it_brought(member, other_member):
    actions.block_member(other_member, by=member)
    actions.block_member(other_member, by=member)
    assert Activity.objects.filter(verb="trust.member_blocked").count() == 1
    actions.unblock_member(other_member, by=member)
    actions.unblock_member(other_member, by=member)
    assert not Block.objects.exists() and not MemberFollow.objects.exists()
    follow_member(member, by=other_member)


def test_a_mute_from_before_outlives_the_block(member, other_member):
    mute_member(other_member, by=member)
    actions.block_member(other_member, by=member)
    actions.unblock_member(other_member, by=member)
    assert MemberFollow.objects.get().level == "muted"


def test_nobody_blocks_the_team_or_herself(member, agent):
    for one in (agent, member):
        with pytest.raises(CannotBlock):
            actions.block_member(one, by=member)


def test_a_minor_may_not_grow_older_without_a_moderator(member, moderator):
    actions.change_age_band("under16", by=member)
    member.refresh_from_db()
    assert member.is_minor
    held = actions.change_age_band("adult", by=member)
    assert isinstance(held, Held)
    member.refresh_from_db()
    assert member.age_band == "under16"
    with pytest.raises(AgeWaits):
        actions.change_age_band("16to17", by=member)
    decision = actions.decide(ReviewItem.objects.get(kind="age"), Ruling("approve", "other"), by=moderator)
    member.refresh_from_db()
    assert member.age_band == "adult"
    actions.undo_decisions(decision.batch, by=moderator)
    member.refresh_from_db()
    assert member.age_band == "under16"
    with pytest.raises(SettingUnknown):
        actions.change_age_band("77", by=member)


def test_a_house_may_call_everybody_below_eighteen_a_minor(member, settings):
    member.age_band = "16to17"
    assert not member.is_minor
    settings.MINOR_AGE = 18
    assert member.is_minor


def test_strangers_do_not_follow_a_minor(member, other_member, moderator):
    actions.change_age_band("under16", by=member)
    member.refresh_from_db()
    with pytest.raises(MinorNotFollowed):
        follow_member(member, by=other_member)
    follow_member(other_member, by=member)
    follow_member(member, by=other_member)
    follow_member(member, by=moderator)


def test_a_fourth_account_from_one_address_is_refused_before_it_is_made(db, brand):
    from patogh.kit.hooks import plugins

    for _ in range(3):
        plugins.hook.joining_from(address="203.0.113.7")
    with pytest.raises(TooManyAccounts):
        plugins.hook.joining_from(address="203.0.113.7")


def test_an_erased_member_leaves_no_text_and_an_exact_queue(things, member, moderator):
    from patogh.people.actions.erasing import erase_member
    from patogh.trust.models import Appeal, Decision, QueueTally
    from patogh.trust.nouns import HeldText, Reason, Subject, Verdict

    text = HeldText("reply", Subject("test.place", "7"), text="راز", title="راز", payload={"text": "راز"})
    actions.hold(text, Verdict(True, (Reason("first_post", 0.5),), 0.5), by=member)
    decision = actions.sanction_member(member, Ruling("none", "other", "راز", sanction="warning"), by=moderator)
    actions.appeal(decision, "راز", by=member)
    erase_member(member)
    assert set(QueueTally.objects.values_list("open_count", flat=True)) == {0}
    assert not Held.objects.exists() and not Appeal.objects.exists()
    assert "راز" not in repr(list(Decision.objects.values()))


def test_strangers_do_not_find_minors_in_the_directory(member, other_member):
    from patogh.people.queries import members_page

    actions.change_age_band("under16", by=member)
    assert member not in list(members_page(by="newest"))
    assert member in list(members_page(by="newest", viewer=other_member))

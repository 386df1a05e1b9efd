"""Flags: one a member, weighed, hiding by weight, taken back, settled."""

import pytest

from patogh.activity.models import Activity
from patogh.kit.errors import NotFound
from patogh.trust import actions, queries
from patogh.trust.errors import AlreadyFlagged, OwnThing, TooManyToday, UnknownReason, WordsTooLong
from patogh.trust.models import Flag, QueueTally, Record, ReviewItem, Sanction
from patogh.trust.nouns import Ruling, Subject

pytestmark = pytest.mark.django_db


def test_a_flag_opens_one_item_and_counts_it(things, member, other_member):
    subject = things.add(member)
    row = actions.flag(subject, "spam", "تبلیغ است", by=other_member)
    item = ReviewItem.objects.get()
    assert (item.flags_count, item.member, item.state) == (1, member, "open")
    assert item.score == row.weight
    assert queries.tallies() == {"flags": 1}
    assert Activity.objects.filter(verb="trust.flag_raised").count() == 1


def test_what_cannot_be_flagged_is_refused_with_its_reason(things, member, other_member):
    subject = things.add(member)
    for call, error in (
        (lambda: actions.flag(subject, "spam", by=member), OwnThing),
        (lambda: actions.flag(Subject("test.thing", "99"), "spam", by=other_member), NotFound),
        (lambda: actions.flag(subject, "because", by=other_member), UnknownReason),
        (lambda: actions.flag(subject, "spam", "آ" * 501, by=other_member), WordsTooLong),
    ):
        with pytest.raises(error):
            call()
    actions.flag(subject, "spam", by=other_member)
    with pytest.raises(AlreadyFlagged):
        actions.flag(subject, "illegal", by=other_member)


def test_enough_weight_hides_a_post_and_its_author_hears_of_it(things, member, crowd):
    member.trust_level = 1
    member.save()
    subject = things.add(member)
    first, second, third = crowd(3)
    actions.flag(subject, "spam", by=first)
    actions.flag(subject, "spam", by=second)
    assert not things.rows[subject.id].hidden
    actions.flag(subject, "spam", by=third)
    assert things.rows[subject.id].hidden
    assert ReviewItem.objects.get().is_hidden
    assert Activity.objects.filter(verb="trust.subject_hidden", identity_id=None).count() == 1
    assert [event.code for event in queries.history_of(member).events] == ["hidden_by_flags"]


def test_a_newcomer_flagged_by_three_members_may_only_read(things, newcomer, crowd):
    for one in crowd(3):
        actions.flag(things.add(newcomer), "spam", by=one)
    newcomer.refresh_from_db()
    sanction = Sanction.objects.get()
    assert sanction.kind == "silence" and newcomer.silenced_until == sanction.until
    item = ReviewItem.objects.order_by("pk").last()
    assert sanction.decision.by is None and sanction.decision.item == item


def test_the_team_is_never_hidden_by_flags(things, agent, crowd):
    subject = things.add(agent)
    for one in crowd(4):
        actions.flag(subject, "off_topic", by=one)
    assert not things.rows[subject.id].hidden


def test_a_flag_about_a_minor_outranks_all_others(things, member, other_member, crowd):
    loud, grave = things.add(member), things.add(member)
    for one in crowd(2):
        actions.flag(loud, "spam", by=one)
    actions.flag(grave, "minor_safety", by=other_member)
    moderator = other_member
    moderator.roles = "moderator"
    page = queries.queue_page(moderator, queries.QueueFilter())
    assert [item.subject_id for item in page] == [grave.id, loud.id]


def test_the_last_withdrawn_flag_closes_the_item_and_shows_the_thing_again(things, member, crowd):
    subject = things.add(member)
    rows = [actions.flag(subject, "spam", by=one) for one in crowd(3)]
    assert things.rows[subject.id].hidden
    for row in rows:
        actions.withdraw_flag(row, by=row.by)
    item = ReviewItem.objects.get()
    assert (item.state, item.flags_count, things.rows[subject.id].hidden) == ("decided", 0, False)
    assert QueueTally.objects.get(kind="flags").open_count == 0
    with pytest.raises(NotFound):
        actions.withdraw_flag(rows[0], by=member)


def test_outcomes_change_what_the_next_flag_weighs(things, member, other_member, moderator):
    before = queries.flag_weight(other_member)
    for _ in range(4):
        actions.flag(things.add(member), "spam", by=other_member)
    for item in ReviewItem.objects.all():
        actions.decide(item, Ruling("hide", "spam"), by=moderator)
    record = Record.objects.get(pk=other_member.pk)
    assert record.flags_agreed == 4
    assert queries.flag_weight(other_member) > before
    assert Record.objects.get(pk=member.pk).posts_flagged == 4
    assert set(Flag.objects.values_list("outcome", flat=True)) == {"agreed"}


def test_twenty_flags_a_day_are_enough(things, member, other_member):
    actions.change_terms({"day_flags": 2}, by=member)
    for _ in range(2):
        actions.flag(things.add(member), "spam", by=other_member)
    with pytest.raises(TooManyToday):
        actions.flag(things.add(member), "spam", by=other_member)


def test_what_a_moderator_cleared_is_not_hidden_again_by_flags(things, member, moderator, crowd):
    member.trust_level = 2
    member.save()
    subject = things.add(member)
    people = crowd(6)
    for one in people[:3]:
        actions.flag(subject, "spam", by=one)
    actions.decide(ReviewItem.objects.get(), Ruling("approve", "harmless"), by=moderator)
    for one in people[3:]:
        actions.flag(subject, "spam", by=one)
    assert not things.rows[subject.id].hidden

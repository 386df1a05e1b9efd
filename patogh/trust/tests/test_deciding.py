"""Deciding, alone and in bulk, and taking it back to the letter."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from patogh.activity.jobs import drain
from patogh.kit.errors import Forbidden, TooLarge
from patogh.people.models import Member, Notice
from patogh.trust import actions, queries
from patogh.trust.errors import (
    AlreadyDecided,
    CannotDoThis,
    ClaimedByAnother,
    OnlyAdmins,
    OwnFlag,
    OwnThing,
    TooLateToUndo,
    UnknownReason,
    UntilUnclear,
)
from patogh.trust.models import Decision, Flag, Held, QueueTally, Record, ReviewItem, Sanction
from patogh.trust.nouns import HeldText, Reason, Ruling, Subject, Verdict

pytestmark = pytest.mark.django_db
COUNTERS = ("flags_agreed", "flags_disagreed", "flags_ignored", "posts_flagged")
DOUBT = Verdict(True, (Reason("typed_fast", 2.0, {"seconds": 1.2}),), 2.0)


def flagged(things, author: Member, *people: Member) -> ReviewItem:
    subject = things.add(author)
    for one in people:
        actions.flag(subject, "spam", by=one)
    return ReviewItem.objects.get(subject_kind=subject.kind, subject_id=subject.id)


def held(author: Member, text: str = "متن در صف", kind: str = "reply") -> ReviewItem:
    what = HeldText(kind, Subject("test.place", "7"), text=text, title="جای گفت‌وگو", payload={"text": text})
    row = actions.hold(what, DOUBT, by=author)
    return ReviewItem.objects.get(subject_kind="trust.held", subject_id=str(row.pk))


def standing() -> tuple:
    """Everything that an undo has to restore."""
    return (
        sorted(Flag.objects.values_list("pk", "outcome", "settled_at")),
        sorted(Held.objects.values_list("pk", "state", "published_id")),
        sorted(ReviewItem.objects.values_list("pk", "state", "is_hidden", "flags_count", "score", "decided_by")),
        sorted(QueueTally.objects.values_list("kind", "open_count")),
        [row for row in sorted(Record.objects.values_list("pk", *COUNTERS)) if any(row[1:])],
        sorted(Member.objects.values_list("pk", "silenced_until", "suspended_until")),
    )


@pytest.mark.parametrize(
    ("what", "hidden", "trashed", "outcome"),
    [
        ("approve", False, False, "disagreed"),
        ("hide", True, False, "agreed"),
        ("delete", False, True, "agreed"),
        ("none", False, False, "ignored"),
    ],
)
def test_each_decision_does_what_it_says(things, member, other_member, moderator, what, hidden, trashed, outcome):
    item = flagged(things, member, other_member)
    decision = actions.decide(item, Ruling(what, "spam", words="لطفاً تبلیغ نکنید"), by=moderator)
    row = things.rows[item.subject_id]
    assert (row.hidden, row.trashed, Flag.objects.get().outcome) == (hidden, trashed, outcome)
    assert (decision.by, decision.member, decision.words) == (moderator, member, "لطفاً تبلیغ نکنید")
    item.refresh_from_db()
    assert (item.state, item.decided_by, sum(queries.tallies().values())) == ("decided", moderator, 0)


@pytest.mark.parametrize("what", ["approve", "hide", "delete", "none", "edit"])
def test_an_undo_restores_everything_to_the_letter(things, member, crowd, moderator, what):
    item = flagged(things, member, *crowd(3))
    before, thing = standing(), vars(things.rows[item.subject_id]).copy()
    until = timezone.now() + dt.timedelta(days=3)
    ruling = Ruling(what, "spam", sanction="silence" if what != "approve" else "", until=until, text="آرام‌تر")
    decision = actions.decide(item, ruling, by=moderator)
    assert standing() != before
    actions.undo_decisions(decision.batch, by=moderator)
    assert standing() == before
    assert vars(things.rows[item.subject_id]) == thing


def test_a_held_text_is_published_as_its_author_and_an_undo_takes_it_back(things, member, moderator):
    item = held(member)
    before = standing()
    decision = actions.decide(item, Ruling("approve", "harmless"), by=moderator)
    row = Held.objects.get()
    assert (row.state, row.published_kind, things.rows[row.published_id].author) == (
        "published",
        "test.thing",
        member.pk,
    )
    actions.undo_decisions(decision.batch, by=moderator)
    assert standing() == before
    assert things.rows == {}


def test_a_moderator_may_mend_a_held_text_or_refuse_it(things, member, moderator):
    mended, refused = held(member), held(member, "دومی")
    actions.decide(mended, Ruling("edit", "insult", text="متن آرام"), by=moderator)
    actions.decide(refused, Ruling("delete", "spam"), by=moderator)
    assert [row.text for row in things.rows.values()] == ["متن آرام"]
    states = {row.text: row.state for row in Held.objects.all()}
    assert states == {"متن در صف": "published", "دومی": "refused"}
    with pytest.raises(CannotDoThis):
        actions.decide(held(member, "سومی"), Ruling("none"), by=moderator)


def test_bulk_decisions_have_one_token_and_name_what_they_left_out(things, member, other_member, moderator):
    items = [flagged(things, member, other_member) for _ in range(3)]
    own = flagged(things, moderator, other_member)
    before = standing()
    batch = actions.decide_many([*items, own], Ruling("hide", "spam"), by=moderator)
    assert len(batch.decisions) == 3
    assert [(item.pk, type(why)) for item, why in batch.skipped] == [(own.pk, OwnThing)]
    actions.undo_decisions(batch.token, by=moderator)
    assert standing() == before
    with pytest.raises(TooLarge):
        actions.decide_many([own] * 101, Ruling("hide"), by=moderator)


def test_an_undo_ends_after_a_day_and_is_the_deciders_or_an_admins(
    things, member, other_member, moderator, second_moderator, owner
):
    decision = actions.decide(flagged(things, member, other_member), Ruling("hide", "spam"), by=moderator)
    with pytest.raises(Forbidden):
        actions.undo_decisions(decision.batch, by=second_moderator)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25)), pytest.raises(TooLateToUndo):
        actions.undo_decisions(decision.batch, by=moderator)
    actions.undo_decisions(decision.batch, by=owner)
    with pytest.raises(TooLateToUndo):
        actions.undo_decisions(decision.batch, by=owner)


def test_who_may_not_decide(things, member, other_member, agent, moderator, owner):
    item = flagged(things, member, moderator)
    with pytest.raises(OwnFlag):
        actions.decide(item, Ruling("hide"), by=moderator)
    with pytest.raises(Forbidden):
        actions.decide(item, Ruling("hide"), by=other_member)
    with pytest.raises(UnknownReason):
        actions.decide(item, Ruling("burn"), by=owner)
    with pytest.raises(UnknownReason):
        actions.decide(item, Ruling("hide", "because"), by=owner)
    with pytest.raises(UntilUnclear):
        actions.decide(item, Ruling("hide", sanction="silence"), by=owner)
    of_the_team = flagged(things, agent, other_member)
    with pytest.raises(OnlyAdmins):
        actions.decide(of_the_team, Ruling("none", sanction="warning"), by=moderator)
    assert actions.decide(of_the_team, Ruling("none", sanction="warning"), by=owner).sanctioned.kind == "warning"


def test_a_claim_keeps_others_away_for_a_quarter_of_an_hour(things, member, other_member, moderator, second_moderator):
    item = flagged(things, member, other_member)
    actions.claim_item(item, by=moderator)
    with pytest.raises(ClaimedByAnother):
        actions.claim_item(item, by=second_moderator)
    with pytest.raises(ClaimedByAnother):
        actions.decide(item, Ruling("hide"), by=second_moderator)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        actions.decide(item, Ruling("hide"), by=second_moderator)
    with pytest.raises(AlreadyDecided):
        actions.decide(item, Ruling("approve"), by=moderator)


def test_everybody_concerned_hears_of_a_decision_and_nobody_of_the_moderator(things, member, other_member, moderator):
    item = flagged(things, member, other_member)
    actions.decide(item, Ruling("hide", "spam", sanction="warning"), by=moderator)
    actions.decide(held(member), Ruling("approve", "harmless"), by=moderator)
    drain()
    said = set(Notice.objects.values_list("member__handle", "kind", "actor"))
    assert said == {
        ("mina", "trust.decided", None),
        ("reza", "trust.flag_settled", None),
        ("mina", "trust.published", None),
    }


def test_a_page_of_the_queue_costs_the_same_with_one_item_and_with_thirty(things, member, other_member, moderator):
    flagged(things, member, other_member)
    held(member)

    def read() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            queries.entries(queries.queue_page(moderator, queries.QueueFilter()), moderator)
        return len(seen)

    few = read()
    actions.change_terms({"day_flags": 100}, by=moderator)
    for _ in range(15):
        flagged(things, member, other_member)
        held(member)
    assert read() == few


def test_a_sign_up_waits_where_the_house_asks_for_it_and_may_read(owner, moderator):
    from patogh.people.actions import join

    actions.change_terms({"hold_sign_ups": "suspicious"}, by=owner)
    fine, odd = join("لاله پناهی"), join("buy.com www.buy.com")
    fine.refresh_from_db()
    odd.refresh_from_db()
    assert (fine.silenced_until, odd.silenced_until) == (None, queries.FOREVER)
    from patogh.trust.errors import SignUpWaits

    with pytest.raises(SignUpWaits):
        queries.check_may_write(odd)
    item = ReviewItem.objects.get(kind="sign_up")
    decision = actions.decide(item, Ruling("approve", "harmless"), by=moderator)
    odd.refresh_from_db()
    queries.check_may_write(odd)
    actions.undo_decisions(decision.batch, by=moderator)
    odd.refresh_from_db()
    assert odd.silenced_until == queries.FOREVER


def test_sanctions_of_a_decision_end_with_its_undo_but_others_stay(things, member, other_member, moderator):
    now = timezone.now()
    week = Ruling("none", "insult", sanction="silence", until=now + dt.timedelta(days=7))
    actions.sanction_member(member, week, by=moderator)
    item = flagged(things, member, other_member)
    longer = Ruling("hide", "spam", sanction="silence", until=now + dt.timedelta(days=30))
    decision = actions.decide(item, longer, by=moderator)
    member.refresh_from_db()
    assert member.silenced_until == longer.until
    actions.undo_decisions(decision.batch, by=moderator)
    member.refresh_from_db()
    assert member.silenced_until == week.until
    assert Sanction.objects.filter(lifted_at=None).count() == 1
    assert Decision.objects.count() == 2


def test_cases_are_forgotten_after_two_years_but_not_a_sanction_that_holds(things, member, other_member, moderator):
    actions.decide(flagged(things, member, other_member), Ruling("hide", "spam"), by=moderator)
    actions.decide(held(member), Ruling("delete", "spam"), by=moderator)
    long = Ruling("none", "scam", sanction="suspension", until=timezone.now() + dt.timedelta(days=4000))
    actions.sanction_member(member, long, by=moderator)
    with time_machine.travel(timezone.now() + dt.timedelta(days=731)):
        actions.forget_old_cases()
    assert [row.sanction for row in Decision.objects.all()] == ["suspension"]
    assert not Held.objects.exists() and not Flag.objects.exists() and not ReviewItem.objects.exists()

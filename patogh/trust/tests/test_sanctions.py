"""Sanctions end by time, keep people out with the reason, and can be lifted and appealed against."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from patogh.activity.jobs import drain
from patogh.kit.errors import Forbidden, NotFound
from patogh.people.models import Notice
from patogh.trust import actions, queries
from patogh.trust.errors import (
    AlreadyDecided,
    AnotherDecides,
    CannotAppeal,
    OnlyAdmins,
    OwnThing,
    Silenced,
    Suspended,
    UnknownReason,
    UntilUnclear,
    WordsMissing,
)
from patogh.trust.models import Appeal, ReviewItem, SecondOpinion
from patogh.trust.nouns import Ruling

pytestmark = pytest.mark.django_db


def ruling(sanction: str = "silence", days: int = 3, **more) -> Ruling:
    until = timezone.now() + dt.timedelta(days=days) if sanction != "warning" else None
    return Ruling("none", "insult", sanction=sanction, until=until, words="آرام باشید", **more)


def test_a_silence_ends_by_itself(member, moderator):
    actions.sanction_member(member, ruling(), by=moderator)
    member.refresh_from_db()
    with pytest.raises(Silenced):
        queries.check_may_write(member)
    with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
        queries.check_may_write(member)


def test_a_suspended_member_is_a_stranger_at_once_and_cannot_sign_in(member, moderator, signed_in, client):
    inside = signed_in(member)
    assert inside.get(reverse("settings")).status_code == 200
    actions.sanction_member(member, ruling("suspension"), by=moderator)
    assert inside.get(reverse("settings")).status_code != 200
    said = client.post(reverse("account_login"), {"login": member.email, "password": "zayande-rud-1405"})
    assert "_auth_user_id" not in client.session
    member.refresh_from_db()
    with pytest.raises(Suspended):
        queries.check_may_write(member)
    assert said.status_code in {200, 302}
    with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
        client.force_login(member)
        assert client.get(reverse("settings")).status_code == 200


def test_the_token_of_a_suspended_member_works_while_the_suspension_holds(member, moderator):
    actions.sanction_member(member, ruling("suspension"), by=moderator)
    token = queries.suspension_token(member)
    assert queries.suspended_by_token(token) == member
    assert queries.suspended_by_token(token + "x") is None
    with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
        assert queries.suspended_by_token(queries.suspension_token(member)) is None


def test_who_may_sanction_whom(member, agent, moderator, owner):
    for call, error in (
        (lambda: actions.sanction_member(member, ruling(), by=agent), Forbidden),
        (lambda: actions.sanction_member(agent, ruling(), by=moderator), OnlyAdmins),
        (lambda: actions.sanction_member(moderator, ruling(), by=moderator), OwnThing),
        (lambda: actions.sanction_member(member, Ruling("none"), by=moderator), UnknownReason),
        (lambda: actions.sanction_member(member, ruling(days=-1), by=moderator), UntilUnclear),
        (lambda: actions.sanction_member(member, ruling(days=40_000), by=moderator), UntilUnclear),
    ):
        with pytest.raises(error):
            call()
    assert actions.sanction_member(agent, ruling(), by=owner).sanction == "silence"


def test_lifting_a_sanction_leaves_the_longer_one(member, moderator):
    short = actions.sanction_member(member, ruling(days=2), by=moderator)
    long = actions.sanction_member(member, ruling(days=9), by=moderator)
    actions.lift_sanction(long.sanctioned, by=moderator)
    member.refresh_from_db()
    assert member.silenced_until == short.sanctioned.until
    actions.lift_sanction(short.sanctioned, by=moderator)
    member.refresh_from_db()
    assert member.silenced_until is None
    drain()
    kinds = set(Notice.objects.filter(member=member).values_list("kind", flat=True))
    assert kinds == {"trust.sanctioned", "trust.sanction_lifted"}


def test_another_moderator_answers_an_appeal_and_may_lift_the_decision(member, moderator, second_moderator):
    decision = actions.sanction_member(member, ruling(), by=moderator)
    row = actions.appeal(decision, "شوخی بود", by=member)
    assert ReviewItem.objects.get(kind="appeal", state="open").member == member
    with pytest.raises(AnotherDecides):
        actions.decide_appeal(row, "upheld", "نه", by=moderator)
    with pytest.raises(WordsMissing):
        actions.decide_appeal(row, "upheld", "  ", by=second_moderator)
    actions.decide_appeal(row, "lifted", "حق با شماست", by=second_moderator)
    member.refresh_from_db()
    decision.refresh_from_db()
    assert (member.silenced_until, decision.lifted_why) == (None, "appeal")
    with pytest.raises(AlreadyDecided):
        actions.decide_appeal(row, "upheld", "نه", by=second_moderator)
    drain()
    assert Notice.objects.filter(member=member, kind="trust.appeal_decided").exists()


def test_the_database_itself_keeps_the_decider_from_answering(member, moderator):
    row = actions.appeal(actions.sanction_member(member, ruling(), by=moderator), "چرا؟", by=member)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=row.pk).update(decided_by=moderator)


def test_an_appeal_is_ones_own_once_and_within_thirty_days(member, other_member, moderator):
    decision = actions.sanction_member(member, ruling(), by=moderator)
    with pytest.raises(NotFound):
        actions.appeal(decision, "چرا؟", by=other_member)
    with time_machine.travel(timezone.now() + dt.timedelta(days=31)), pytest.raises(CannotAppeal):
        actions.appeal(decision, "چرا؟", by=member)
    row = actions.appeal(decision, "چرا؟", by=member)
    with pytest.raises(CannotAppeal):
        actions.appeal(decision, "چرا؟", by=member)
    actions.withdraw_appeal(row, by=member)
    actions.appeal(decision, "باز هم چرا؟", by=member)


def test_an_appeal_against_hidden_text_brings_it_back(things, member, other_member, moderator, owner):
    subject = things.add(member)
    actions.flag(subject, "spam", by=other_member)
    decision = actions.decide(ReviewItem.objects.get(), Ruling("delete", "spam"), by=moderator)
    row = actions.appeal(decision, "تبلیغ نبود", by=member)
    actions.decide_appeal(row, "lifted", "نبود", by=owner)
    assert not things.rows[subject.id].trashed
    event = queries.history_of(member).events[0]
    assert (event.code, event.appeal, event.is_over, event.who) == ("delete", "lifted", True, "moderator")


def test_the_public_log_names_nobody(things, member, other_member, moderator):
    subject = things.add(member, "راز من این است")
    actions.flag(subject, "spam", "حرف محرمانه", by=other_member)
    said = Ruling("hide", "spam", words="به مینا: نکن", public_reason="تبلیغ")
    actions.decide(ReviewItem.objects.get(), said, by=moderator)
    actions.sanction_member(other_member, ruling("warning"), by=moderator)
    page = queries.public_log()
    words = repr(page.items)
    assert [line.what for line in page] == ["none", "hide"]
    assert not any(secret in words for secret in ("مینا", "mina", "راز", "محرمانه", "نوید", "navid", "آرام"))
    assert queries.public_log(reason="spam").items[0].public_reason == "تبلیغ"


def test_a_second_opinion_is_blind_and_changes_nothing(
    things, member, other_member, moderator, second_moderator, owner
):
    actions.change_terms({"second_opinion_percent": 100}, by=owner)
    subject = things.add(member)
    actions.flag(subject, "spam", by=other_member)
    actions.decide(ReviewItem.objects.get(), Ruling("hide", "spam"), by=moderator)
    row = SecondOpinion.objects.get()
    assert list(queries.opinions_open_to(moderator)) == []
    assert list(queries.opinions_open_to(second_moderator)) == [row]
    with pytest.raises(AnotherDecides):
        actions.give_second_opinion(row, "approve", by=moderator)
    actions.give_second_opinion(row, "approve", by=second_moderator)
    assert things.rows[subject.id].hidden
    with pytest.raises(AlreadyDecided):
        actions.give_second_opinion(row, "hide", by=owner)


def test_a_moderator_does_not_lift_what_an_admin_laid_on_the_team(agent, moderator, owner):
    decision = actions.sanction_member(agent, ruling(), by=owner)
    with pytest.raises(OnlyAdmins):
        actions.lift_sanction(decision.sanctioned, by=moderator)
    assert actions.lift_sanction(decision.sanctioned, by=owner).lifted_by == owner

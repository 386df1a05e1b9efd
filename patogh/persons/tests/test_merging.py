import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patogh.activity import jobs
from patogh.activity.bulk import insert_objects
from patogh.activity.models import Activity
from patogh.people import actions as people
from patogh.people.actions.erasing import erase_member
from patogh.people.identifying import identity_of
from patogh.people.models import Identity, IdentityLink, Member
from patogh.persons import survivors
from patogh.persons.actions.events import say_traits
from patogh.persons.errors import (
    IdentifiersDiffer,
    LaterMergeFirst,
    MayNotMerge,
    MergeUndone,
    OnlyIdentity,
    PersonAlreadyMerged,
    PersonErased,
    ReasonNeeded,
    SamePerson,
    SurvivorUnknown,
)
from patogh.persons.merging import merge_persons, say_together, split_identity, undo_merge
from patogh.persons.models import Merge, Suggestion
from patogh.persons.queries.persons import anchor, identities
from patogh.persons.queries.team import found_by
from patogh.persons.tests.dumping import dump

pytestmark = pytest.mark.django_db


def test_a_merge_moves_identities_and_an_undo_gives_everything_back(agent, buyer, writer):
    sides = [writer.person, buyer.person]
    before = dump(sides)
    merge = merge_persons(writer.person, buyer.person, by=agent, reason="شمارهٔ همراه یکی بود")
    assert {one.pk for one in identities(writer.person)} == {buyer.pk, writer.pk}
    assert dump(sides) != before
    undo_merge(merge, by=agent, reason="دو نفرند")
    assert dump(sides) == before


def test_nothing_is_rewritten_by_a_merge(agent, buyer, writer):
    rows = list(IdentityLink.objects.order_by("pk").values())
    undo_merge(merge_persons(writer.person, buyer.person, by=agent), by=agent)
    assert list(IdentityLink.objects.order_by("pk").values())[: len(rows)] == rows


def test_a_merge_is_taken_back_once(agent, buyer, writer):
    merge = merge_persons(writer.person, buyer.person, by=agent)
    undo_merge(merge, by=agent)
    with pytest.raises(MergeUndone):
        undo_merge(merge, by=agent)


def test_a_later_merge_that_rests_on_this_one_is_taken_back_first(agent, buyer, writer, member):
    first = merge_persons(writer.person, buyer.person, by=agent)
    second = merge_persons(member.identity.person, writer.person, by=agent)
    with pytest.raises(LaterMergeFirst) as refusal:
        undo_merge(first, by=agent)
    assert f"{second.pk}" in str(refusal.value) or refusal.value.facts["which"] == f"#{second.pk}"
    undo_merge(second, by=agent)
    undo_merge(first, by=agent)


def test_a_person_who_was_merged_away_meanwhile_is_merged_with_nobody(agent, buyer, writer, member):
    merge_persons(writer.person, buyer.person, by=agent)
    with pytest.raises(PersonAlreadyMerged):
        merge_persons(member.identity.person, buyer.person, by=agent)
    with pytest.raises(SamePerson):
        merge_persons(writer.person, writer.person, by=agent)


def test_an_erased_person_is_joined_with_nobody_and_an_undo_brings_nothing_back(agent, buyer, member):
    merge = merge_persons(buyer.person, member.identity.person, by=agent)
    erase_member(member)
    buyer.refresh_from_db(), member.identity.refresh_from_db()
    assert buyer.value == "woo:10284" and buyer.person_id != member.identity.person_id
    with pytest.raises(PersonErased):
        merge_persons(buyer.person, member.identity.person, by=agent)
    with pytest.raises(PersonErased):
        undo_merge(merge, by=agent)


def test_different_proved_identities_stop_a_machine_and_ask_the_team_for_a_reason(agent, member, other_member):
    people.confirm_email(member, member.email)
    people.confirm_email(other_member, other_member.email)
    pair = member.identity.person, other_member.identity.person
    with pytest.raises(IdentifiersDiffer) as refusal:
        merge_persons(*pair, by=agent)
    assert "mina" not in str(refusal.value).replace("@mina", "") and str(refusal.value)
    with pytest.raises(IdentifiersDiffer):
        merge_persons(*pair, by=None, why="verified")
    assert merge_persons(*pair, by=agent, reason="خودش گفت").reason == "خودش گفت"


def test_two_accounts_of_one_person_both_sign_in_and_the_kept_one_is_shown(agent, member, other_member, signed_in):
    merge_persons(other_member.identity.person, member.identity.person, by=agent, reason="دو حساب دارد")
    assert anchor(other_member.identity.person) == other_member.identity
    assert signed_in(member).get("/me/settings").status_code == signed_in(other_member).get("/me/settings").status_code


def test_what_the_folded_side_proved_meanwhile_goes_along_with_it(agent, buyer, member):
    merge = merge_persons(buyer.person, member.identity.person, by=agent)
    member.identity.refresh_from_db()
    people.confirm_email(member, member.email)
    other = identity_of("telegram", "12345", verified=True)
    stays = merge_persons(buyer.person, other.person, by=agent)
    undo_merge(merge, by=agent)
    member.identity.refresh_from_db()
    assert Identity.objects.get(kind="email").person_id == member.identity.person_id
    assert [one.pk for one in identities(buyer.person)] == sorted([buyer.pk, other.pk])
    undo_merge(stays, by=agent)
    assert [one.pk for one in identities(buyer.person)] == [buyer.pk]


def test_only_those_with_the_right_join_and_take_apart(member, agent, buyer, writer):
    with pytest.raises(MayNotMerge):
        merge_persons(writer.person, buyer.person, by=member)
    merge = merge_persons(writer.person, buyer.person, by=agent)
    with pytest.raises(MayNotMerge):
        undo_merge(merge, by=member)
    with pytest.raises(MayNotMerge):
        split_identity(buyer, by=member, reason="نه")


def test_one_identity_is_taken_out_with_a_reason(agent, buyer, writer):
    with pytest.raises(OnlyIdentity):
        split_identity(buyer, by=agent, reason="نه")
    merge = merge_persons(writer.person, buyer.person, by=agent)
    with pytest.raises(ReasonNeeded):
        split_identity(buyer, by=agent, reason=" ")
    alone = split_identity(buyer, by=agent, reason="شمارهٔ مادرش است")
    assert [one.pk for one in identities(alone)] == [buyer.pk]
    undo_merge(merge, by=agent)
    assert [one.pk for one in identities(alone)] == [buyer.pk]


def test_fields_are_chosen_one_by_one_and_go_back_with_the_undo(agent, writer, member):
    assert survivors.view(member.identity.person)["name"].value == "مینا کیانی"
    pair = member.identity.person, writer.person
    merge = merge_persons(*pair, by=agent, survivors={"name": writer.pk})
    shown = survivors.view(member.identity.person)["name"]
    assert (shown.value, shown.is_chosen, [one.value for one in shown.others]) == ("مریم صالحی", True, ["مینا کیانی"])
    undo_merge(merge, by=agent)
    assert survivors.view(member.identity.person)["name"].value == "مینا کیانی"
    with pytest.raises(SurvivorUnknown):
        merge_persons(*pair, by=agent, survivors={"name": agent.identity_id})


def test_a_message_that_proves_two_identities_joins_them_and_a_claim_only_asks(buyer, writer):
    assert isinstance(say_together(buyer, writer, by=None, why="claimed", evidence={}, is_proved=False), Suggestion)
    assert isinstance(
        say_together(buyer, writer, by=None, why="verified", evidence={"message": "7"}, is_proved=True), Merge
    )
    assert Suggestion.objects.get().state == "merged"
    assert say_together(buyer, writer, by=None, why="verified", evidence={}, is_proved=True) is None


def test_a_machine_never_joins_again_what_somebody_took_apart(agent, buyer, writer):
    merge = say_together(buyer, writer, by=None, why="verified", evidence={}, is_proved=True)
    undo_merge(merge, by=agent)
    assert isinstance(say_together(buyer, writer, by=None, why="verified", evidence={}, is_proved=True), Suggestion)


def test_proved_equals_are_joined_and_claimed_ones_are_not(member):
    people.confirm_email(member, member.email)
    claimed = identity_of("order-email", member.email)
    assert claimed.person_id != member.identity.person_id
    proved = identity_of("order-email", member.email, verified=True)
    assert proved.person_id == member.identity.person_id


def test_a_browser_of_many_users_does_not_join_them(brand):
    kiosk = identity_of("segment-anonymous", "web:kiosk")
    for number in range(3):
        user = identity_of("segment-user", f"web:{number}")
        say_together(user, kiosk, by=None, why="verified", evidence={}, is_proved=True)
    assert Merge.objects.count() == 1


def test_a_merge_and_its_undo_cost_the_same_however_long_the_road_is(agent, buyer, writer):
    def count():
        with CaptureQueriesContext(connection) as said:
            undo_merge(merge_persons(writer.person, buyer.person, by=agent), by=agent)
        return len(said)

    few, now = count(), timezone.now()
    insert_objects([
        Activity(verb="people.member_followed", identity_id=who, subject_kind="x", subject_id="1", audience="staff", channel="web",
                 happened_at=now - dt.timedelta(minutes=number), recorded_at=now, data={}, source="", currency="", target_kind="", target_id="")
        for who in (buyer.pk, writer.pk) for number in range(1000)
    ])  # fmt: skip
    assert count() <= few


def test_an_address_that_she_proves_after_a_merge_joins_the_person_she_is_now(agent, buyer, member):
    before = Member.objects.select_related("identity").get(pk=member.pk)  # as an open request still holds her
    merge = merge_persons(buyer.person, member.identity.person, by=agent)
    proved = people.confirm_email(before, "later@example.org")
    assert proved.person_id == buyer.person_id
    undo_merge(merge, by=agent)
    proved.refresh_from_db()
    assert proved.person_id == Identity.objects.get(pk=member.identity_id).person_id


def test_what_a_source_took_back_stands_for_nothing(buyer):
    say_traits(buyer, {"city": "یزد", "phone": "1"}, source="woo", said_at=timezone.now())
    say_traits(buyer, {"city": None}, source="woo", said_at=timezone.now())
    assert set(survivors.view(buyer.person)) == {"phone"}


def test_a_merge_lets_nobody_claim_the_older_account_of_another(agent, member, other_member):
    from patogh.people.actions.staging import Staging, stage_members
    from patogh.people.queries import claimable_by

    people.confirm_email(other_member, "parisa@old.example")
    stage_members("so:x", [Staging("7", "پریسا", email="parisa@old.example")])
    assert claimable_by(other_member).count() == 1
    merge_persons(member.identity.person, other_member.identity.person, by=agent, reason="گفت یکی است")
    assert claimable_by(Member.objects.get(pk=member.pk)).count() == 0
    assert claimable_by(Member.objects.get(pk=other_member.pk)).count() == 1


def test_the_search_finds_both_again_after_an_undo(agent, buyer, writer):
    say_traits(buyer, {"first_name": "مریم", "last_name": "صالحی"}, source="woo", said_at=timezone.now())
    jobs.drain()
    asked = ("مریم صالحی", "@maryam_s", "woo:10284")
    before = [set(found_by(text)) for text in asked]
    assert before[0] >= {buyer.person_id, writer.person_id}
    merge = merge_persons(writer.person, buyer.person, by=agent)
    jobs.drain()
    assert set(found_by(asked[0])) == {writer.person_id} == set(found_by(asked[2]))
    undo_merge(merge, by=agent)
    jobs.drain()
    assert [set(found_by(text)) for text in asked] == before


@pytest.mark.parametrize(
    "text", ["\u202a\u0660\u0669131234567\u202c", "\u200e0913\u00a0123 4567", "+98 (913) 123-45-67\u200f"]
)
def test_a_number_copied_with_marks_nobody_sees_is_found(db, brand, text):
    known = identity_of("phone", "09131234567", verified=True)
    assert found_by(text) == [known.person_id]


@pytest.mark.parametrize("text", ["\0", "\ud800", "\u202e", "=" * 5_000, "%_", "' OR 1=1 --", "٪", "9" * 400])
def test_a_search_that_means_nothing_finds_nobody(db, brand, text):
    identity_of("phone", "09131234567", verified=True)
    assert found_by(text) == []


def test_a_machine_joins_nobody_again_whom_somebody_took_apart_even_behind_others(agent, buyer, writer):
    undo_merge(merge_persons(writer.person, buyer.person, by=agent), by=agent)
    third = identity_of("phone", "09131234567", verified=True)
    merge_persons(third.person, writer.person, by=agent)
    said = {"why": "verified", "evidence": {}, "is_proved": True}
    assert isinstance(say_together(third, buyer, by=None, **said), Suggestion)


def test_a_machine_puts_back_no_identity_that_somebody_took_out(agent, buyer, writer):
    merge_persons(writer.person, buyer.person, by=agent)
    split_identity(buyer, by=agent, reason="از مادرش است")
    found = say_together(buyer, writer, by=None, why="verified", evidence={}, is_proved=True)
    assert isinstance(found, Suggestion) and not Merge.objects.filter(why="verified").exists()

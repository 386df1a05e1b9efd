import pytest
from django.db import DatabaseError, transaction

from patogh.people import actions, queries
from patogh.people.errors import AlreadyUndone, NotYours, OnlySuggested, VerifiedIdentitiesDiffer
from patogh.people.models import Identity, IdentityLink, Person, StagedMember

pytestmark = pytest.mark.django_db


def test_an_import_twice_stages_one_member():
    first = actions.stage_member("coffee", "12", "Ada", "ada@example.org")
    assert actions.stage_member("coffee", "12", "Ada") == first
    assert StagedMember.objects.count() == 1
    assert first.email is None


def test_a_verified_address_may_claim_the_account_and_nobody_else(member, other_member):
    staged = actions.stage_member("coffee", "12", "Mina", member.email).staged
    with pytest.raises(NotYours):
        actions.claim(staged, by=other_member)
    actions.confirm_email(member, member.email)
    actions.claim(staged, by=member)
    staged.member.identity.refresh_from_db()
    assert staged.member.identity.person_id == member.identity.person_id


def test_an_unverified_claim_only_suggests(member):
    staged = actions.stage_member("coffee", "12", "Mina", member.email)
    with pytest.raises(OnlySuggested):
        actions.link_identity(staged.identity, member.identity.person, by=None)


def test_two_people_with_different_verified_addresses_are_not_joined_by_a_machine(member, other_member):
    with pytest.raises(VerifiedIdentitiesDiffer):
        actions.link_identity(member.identity, other_member.identity.person, by=None)


def test_undoing_a_link_restores_what_stood_before_it(agent, member):
    identity = Identity.objects.create(kind="phone", value="+989131234567")
    elsewhere = Person.objects.create()
    actions.link_identity(identity, elsewhere, by=agent, why="order")
    link = actions.link_identity(
        identity, member.identity.person, by=agent, why="call", evidence={"call": 7}, score=0.9
    )
    actions.unlink(link, by=agent, why="wrong")
    identity.refresh_from_db()
    assert identity.person == elsewhere == queries.person_of_links(identity)
    assert IdentityLink.objects.filter(identity=identity).count() == 3
    with pytest.raises(AlreadyUndone):
        actions.unlink(link, by=agent)


def test_undoing_the_only_link_leaves_the_identity_to_nobody(agent, member):
    identity = Identity.objects.create(kind="phone", value="+989131234567")
    actions.unlink(actions.link_identity(identity, member.identity.person, by=agent), by=agent)
    identity.refresh_from_db()
    assert identity.person is None


def test_links_undone_in_any_order_end_where_they_began(agent, member, other_member):
    identity = Identity.objects.create(kind="phone", value="+989131234567")
    first = actions.link_identity(identity, member.identity.person, by=agent)
    second = actions.link_identity(identity, other_member.identity.person, by=agent)
    actions.unlink(first, by=agent)
    identity.refresh_from_db()
    assert identity.person == other_member.identity.person
    actions.unlink(second, by=agent)
    identity.refresh_from_db()
    assert identity.person is None


@pytest.mark.parametrize("hurt", ["update", "delete"])
def test_the_database_refuses_to_rewrite_links(member, hurt):
    link = IdentityLink.objects.filter(identity=member.identity)
    with pytest.raises(DatabaseError), transaction.atomic():
        link.update(why="never") if hurt == "update" else link._raw_delete(link.db)

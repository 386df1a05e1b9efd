"""The migration that keeps identities for what members had proved before."""

import importlib

import pytest
from django.apps import apps

from patogh.people.actions import confirm_email
from patogh.people.models import Identity, IdentityLink, Person

pytestmark = pytest.mark.django_db
migration = importlib.import_module("patogh.people.migrations.0009_proved_addresses")


def test_a_proved_address_without_an_identity_gets_one_and_twice_is_once(member, other_member):
    for _ in range(2):
        migration.keep(apps, None)
    mine = Identity.objects.get(kind="email", value="mina@example.org")
    assert mine.person == member.identity.person and mine.verified_at is not None
    assert [one.by_identity for one in IdentityLink.objects.filter(identity=mine)] == [member.identity]


def test_a_mere_claim_becomes_whose_it_is_and_a_proof_of_another_stays(member, other_member):
    claim = Identity.objects.create(kind="email", value="mina@example.org", person=Person.objects.create())
    confirm_email(member, f"{other_member.handle}@example.org")
    migration.keep(apps, None)
    claim.refresh_from_db()
    assert claim.person == member.identity.person
    held = Identity.objects.get(kind="email", value=f"{other_member.handle}@example.org")
    assert held.person == member.identity.person

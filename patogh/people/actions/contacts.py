"""Addresses that a member proved to be hers; django-allauth keeps the codes, these write what follows from them."""

from __future__ import annotations

from uuid import UUID

from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.kit.hooks import plugins
from patogh.people import kinds
from patogh.people.actions.knowing import let_back
from patogh.people.errors import PhoneTaken
from patogh.people.models import Identity, IdentityLink, Member


@action
def confirm_email(member: Member, email: str) -> Identity:
    """Note that `email` is verified: its identity is linked to the member's person, in place of any
    mere claim to it.
    """
    return _confirmed(member, "email", _address(email))


@action
def confirm_phone(member: Member, phone: str) -> Identity:
    """Note that a phone number is verified and store it on the member; raises PhoneTaken."""
    if Member.objects.filter(phone=phone).exclude(pk=member.pk).exists():
        raise PhoneTaken
    member.phone, member.phone_verified_at = phone, timezone.now()
    member.save(update_fields=["phone", "phone_verified_at"])
    return _confirmed(member, "phone", phone)


@action
def change_password(member: Member, password: str, *, by: Member) -> None:
    """Set a password; sessions other than the one at hand end, because their hash no longer fits."""
    member.password = make_password(password)
    member.save(update_fields=["password"])
    record("people.password_changed", by=by, subject=member)


@upkeep
def drop_password(member: Member) -> None:
    """Make a password that nobody proved to be the owner's unusable."""
    member.set_unusable_password()
    member.save(update_fields=["password"])


@upkeep
def keep_outside_account(login: SocialLogin, member: Member, request: HttpRequest) -> None:
    """Connect the account of an OpenID Connect provider to the member who joined with it."""
    login.user = member
    login.save(request)


@upkeep
def set_phone(member: Member, phone: str, *, verified: bool) -> None:
    """Keep a number that a code was sent to; it is nobody's proof yet."""
    member.phone, member.phone_verified_at = phone, timezone.now() if verified else None
    member.save(update_fields=["phone", "phone_verified_at"])


@action
def forget_email(member: Member, email: str) -> None:
    """Note that an address was taken off the account: its identity belongs to no person until somebody proves it
    again.
    """
    person = _person_now(member)
    known = Identity.objects.filter(kind="email", value=_address(email))
    identity = known.filter(person_id=person).first() if person else None
    if identity is None:
        return unchanged(None)
    IdentityLink.objects.create(identity=identity, person=None, why="removed", by_identity=member.identity)
    identity.person, identity.verified_at = None, None
    identity.save(update_fields=["person", "verified_at"])
    record("people.address_removed", by=member, subject=identity)
    return None


def _confirmed(member: Member, kind: str, value: str) -> Identity:
    """Link the verified identity to the member's person; whoever proves an address last holds it."""
    let_back(kind, value)
    person_id = _person_now(member)
    identity, _ = Identity.objects.get_or_create(kind=kind, value=value)
    if identity.verified_at is not None and identity.person_id == person_id:
        return unchanged(identity)
    identity.person_id, identity.verified_at = person_id, timezone.now()
    identity.save(update_fields=["person", "verified_at"])
    IdentityLink.objects.create(identity=identity, person=identity.person, why="verified", by_identity=member.identity)
    record("people.address_verified", by=member, subject=identity, data={"kind": kind})
    plugins.hook.identities_verified(identities=[identity.pk])
    return identity


def _person_now(member: Member) -> UUID | None:
    """Return who a member is now, held until this is done: a merge may have moved her since she was read."""
    rows = Identity.objects.select_for_update().filter(pk=member.identity_id)
    return rows.values_list("person_id", flat=True).get()


def _address(email: str) -> str:
    """Return an address in its one form."""
    return kinds.readable("email", email) or email.strip().lower()

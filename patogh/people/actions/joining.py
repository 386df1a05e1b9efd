"""Becoming a member: by signing up, by the command line, by an import."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from typing import TypedDict, Unpack

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.kit import limits, persian
from patogh.people import handles, phones
from patogh.people.actions.findable import keep_findable
from patogh.people.errors import EmailTaken, HandleTaken, NameUnreadable, PhoneTaken, SettingUnknown
from patogh.people.models import Identity, IdentityLink, Member, Person, StagedMember


class Wishes(TypedDict, total=False):
    """What somebody who joins may say besides the name."""

    handle: str
    email: str
    phone: str
    password: str
    age_band: str
    language: str


@action
def join(name: str, *, channel: str = "web", joined_at: dt.datetime | None = None, **wishes: Unpack[Wishes]) -> Member:
    """Make an account with its identity and person; addresses given here are claims until they are confirmed.

    Without a handle one is drawn from the name. Raises NameUnreadable, HandleTaken, EmailTaken, PhoneTaken,
    PhoneUnreadable or SettingUnknown.
    """
    name = cleaned_name(name)
    handle = chosen_handle(wishes["handle"]) if wishes.get("handle") else free_handle(name)
    age_band, language = wishes.get("age_band", ""), wishes.get("language", "fa")
    if age_band not in dict(Member.AGE_BANDS) or language not in dict(Member.LANGUAGES):
        raise SettingUnknown
    email, phone = _free_addresses(wishes)
    identity = Identity.objects.create(kind="member", value=handle, verified_at=timezone.now())
    member = _made(identity, name, joined_at, why="joined", handle=handle, language=language, age_band=age_band)
    member.email, member.phone = email or None, phone or None
    member.calendar = "jalali" if language == "fa" else "gregorian"
    if password := wishes.get("password"):
        member.password = make_password(password)
    member.save()
    keep_findable([member])
    record("people.member_joined", by=member, subject=member, channel=channel, happened_at=joined_at)
    return member


@action
def stage_member(
    source: str, key: str, name: str, email: str | None = None, *, joined_at: dt.datetime | None = None
) -> Member:
    """Return the member who stands for somebody of an import until she claims the account; the same key gives the
    same member.

    The e-mail address stays a claim in the evidence of the identity's link: it is nobody's verified address.
    """
    staged = StagedMember.objects.select_related("member").filter(source=source, source_key=key).first()
    if staged is not None:
        return unchanged(staged.member)
    name = persian.name_clean(name)[: limits.NAME_CHARS_MAX] or f"{source} {key}"[: limits.NAME_CHARS_MAX]
    identity = Identity.objects.create(kind="import", value=f"{source}:{key}")
    evidence = {"claimed_email": email.strip().lower()} if email else {}
    member = _made(identity, name, joined_at, why="imported", evidence=evidence, handle=free_handle(name))
    member.save()
    StagedMember.objects.create(member=member, source=source, source_key=key)
    keep_findable([member])
    record(
        "people.member_staged", by=member, subject=member, channel="import", happened_at=joined_at,
        source=source[:40], key=f"member:{key}",
    )  # fmt: skip
    return member


@upkeep
def open_session(member: Member) -> str:
    """Return the key of a new session of this member: for demo cookies and load generators, never for a page."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(member.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = member.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def cleaned_name(name: str) -> str:
    """Return a name fit to show; raises NameUnreadable for one with nothing visible or beyond NAME_CHARS_MAX."""
    cleaned = persian.name_clean(name)
    if not cleaned or len(cleaned) > limits.NAME_CHARS_MAX:
        raise NameUnreadable
    return cleaned


def chosen_handle(handle: str) -> str:
    """Return a handle that somebody asked for; raises HandleTaken when it is reserved, malformed or taken."""
    handle = persian.digits_en(handle.strip().lstrip("@")).lower()
    if not handles.is_allowed(handle) or Member.objects.filter(handle=handle).exists():
        raise HandleTaken
    return handle


def free_handle(name: str, taken: set[str] | None = None) -> str:
    """Return a handle drawn from a name that nobody has; `taken` are handles given in the same batch."""
    base = handles.suggested(name) or "hamrekab"
    like = set(Member.objects.filter(handle__startswith=base[:24]).values_list("handle", flat=True)) | (taken or set())
    candidates = (f"{base[:24]}_{number}" for number in range(2, len(like) + 3))
    return base if base not in like else next(handle for handle in candidates if handle not in like)


def _free_addresses(wishes: Wishes) -> tuple[str, str]:
    """Return the wished e-mail address and phone number in their stored form; raises EmailTaken, PhoneTaken or
    PhoneUnreadable.
    """
    email = wishes.get("email", "").strip().lower()
    phone = phones.normalised(wishes["phone"]) if wishes.get("phone") else ""
    if email and Member.objects.filter(email=email).exists():
        raise EmailTaken
    if phone and Member.objects.filter(phone=phone).exists():
        raise PhoneTaken
    return email, phone


def _made(
    identity: Identity,
    name: str,
    joined_at: dt.datetime | None,
    *,
    why: str,
    evidence: dict[str, str] | None = None,
    **fields: str,
) -> Member:
    """Return an unsaved member on `identity`, whose person and first link are made here."""
    person = Person.objects.create()
    identity.person = person
    identity.save(update_fields=["person"])
    IdentityLink.objects.create(
        identity=identity, person=person, why=why, by_identity=identity, evidence=evidence or {}
    )
    member = Member(
        identity=identity, name=name, name_key=persian.key(name)[:80], name_order=handles.name_order(name),
        joined_at=joined_at or timezone.now(), **fields,
    )  # fmt: skip
    member.set_unusable_password()
    return member

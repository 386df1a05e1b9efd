"""Many members at once, for demos and imports: raw rows, one activity each, every time kept as it was."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from allauth.account.models import EmailAddress

from patogh.activity import registry, upkeep
from patogh.activity.models import Activity
from patogh.kit import ids, persian
from patogh.people import handles
from patogh.people.actions.findable import keep_findable
from patogh.people.models import Identity, IdentityLink, Member, Person, RoleGrant

BATCH_ROWS: Final = 500


@dataclass(frozen=True)
class NewMember:
    """One member to load: everything a profile shows, and when she joined."""

    handle: str
    name: str
    joined_at: dt.datetime
    email: str = ""
    bio: str = ""
    place: str = ""
    links: list[str] = field(default_factory=list)
    roles: Sequence[str] = ()
    team_title: str = ""
    age_band: str = "adult"
    language: str = "fa"
    last_seen_at: dt.datetime | None = None


@upkeep
def load_members(rows: Iterable[NewMember], *, channel: str = "import") -> list[Member]:
    """Insert members in the given order and return them with their keys; ids of persons and activities depend on the
    rows alone.

    Handles must be free and unique (IntegrityError otherwise). E-mail addresses count as verified. No task follows.
    """
    news = list(rows)
    identities = _identities(news)
    members = Member.objects.bulk_create(
        [_member(new, identity) for new, identity in zip(news, identities, strict=True)], batch_size=BATCH_ROWS
    )
    EmailAddress.objects.bulk_create(
        [
            EmailAddress(user_id=member.pk, email=member.email, verified=True, primary=True)
            for member in members
            if member.email
        ],
        batch_size=BATCH_ROWS,
    )
    RoleGrant.objects.bulk_create(
        [RoleGrant(member=member, role=role) for member, new in zip(members, news, strict=True) for role in new.roles],
        batch_size=BATCH_ROWS,
    )
    keep_findable(members)
    known = registry.known("people.member_joined")
    Activity.objects.bulk_create(
        [_joined(member, new, known.visible, channel) for member, new in zip(members, news, strict=True)],
        batch_size=BATCH_ROWS,
    )
    return members


def _identities(news: list[NewMember]) -> list[Identity]:
    """Insert a person, a member identity and (where there is an address) an e-mail identity for each, with their
    links.
    """
    persons = Person.objects.bulk_create([Person(id=_stable_id("person", new)) for new in news], batch_size=BATCH_ROWS)
    identities = Identity.objects.bulk_create(
        [
            Identity(kind="member", value=new.handle, person=person, verified_at=new.joined_at)
            for new, person in zip(news, persons, strict=True)
        ],
        batch_size=BATCH_ROWS,
    )
    emails = Identity.objects.bulk_create(
        [
            Identity(kind="email", value=new.email.lower(), person=person, verified_at=new.joined_at)
            for new, person in zip(news, persons, strict=True)
            if new.email
        ],
        batch_size=BATCH_ROWS,
    )
    IdentityLink.objects.bulk_create(
        [
            IdentityLink(identity=identity, person_id=identity.person_id, why="joined")
            for identity in [*identities, *emails]
        ],
        batch_size=BATCH_ROWS,
    )
    return identities


def _member(new: NewMember, identity: Identity) -> Member:
    """Return the unsaved member of a row."""
    name = persian.name_clean(new.name)[:60]
    member = Member(
        identity=identity,
        handle=new.handle,
        name=name,
        name_key=persian.key(name)[:80],
        name_order=handles.name_order(name),
        email=new.email.lower() or None,
        bio=new.bio[:400],
        place=new.place[:60],
        links=list(new.links),
        roles=" ".join(sorted(new.roles)),
        team_title=new.team_title,
        age_band=new.age_band,
        language=new.language,
        calendar="jalali" if new.language == "fa" else "gregorian",
        joined_at=new.joined_at,
        last_seen_at=new.last_seen_at,
    )
    member.set_unusable_password()
    return member


def _joined(member: Member, new: NewMember, audience: str, channel: str) -> Activity:
    """Return the unsaved activity of somebody's joining."""
    return Activity(
        id=_stable_id("joined", new),
        verb="people.member_joined",
        identity_id=member.identity_id,
        subject_kind="people.member",
        subject_id=str(member.pk),
        audience=audience,
        channel=channel,
        happened_at=new.joined_at,
        recorded_at=new.joined_at,
    )


def _stable_id(what: str, new: NewMember) -> uuid.UUID:
    """Return the same UUIDv7 for the same row each time."""
    digest = hashlib.sha256(f"{what}:{new.handle}".encode()).digest()
    return ids.uuid7_at(
        new.joined_at, counter=int.from_bytes(digest[:2], "big"), noise=int.from_bytes(digest[2:10], "big")
    )

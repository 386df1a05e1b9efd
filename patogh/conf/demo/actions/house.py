"""The brand, its members and its spaces."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

from patogh.activity import action, record, upkeep
from patogh.conf.demo.actions.rows import chunks
from patogh.conf.demo.crowd import Crowd
from patogh.conf.demo.outside import REGULARS, address
from patogh.conf.demo.sketch import SomeBody
from patogh.conf.demo.stories import spaces
from patogh.hangout.models import Space, SpaceMember
from patogh.people import actions as people
from patogh.people import queries
from patogh.people.demo import DEMO_CAST
from patogh.people.models import Member
from patogh.search import actions as search
from patogh.search.entries import Entry

MEMBERS_AT_ONCE = 2_000
WITH_ADDRESS = {*DEMO_CAST, "golnaz", *REGULARS}
PRIVATE_ROLES = {"ambassador", "moderator", "community_manager", "owner", "admin"}


def furnish(crowd: Crowd, now: dt.datetime, step: Callable[[int], None]) -> tuple[list[Member], dict[str, Space]]:
    """Make members, brand and spaces; returns the members in the crowd's order and the spaces by address."""
    members: list[Member] = []
    for some in chunks(crowd.people, MEMBERS_AT_ONCE):
        members += move_in(some, now)
        step(len(some))
    owner = members[crowd.by_handle["ardalan"]]
    if not queries.is_set_up():
        people.set_up_brand(
            by=owner,
            name="رکاب",
            name_en="Rekab",
            language="fa",
            tagline="دوچرخه‌هایی که در اصفهان ساخته می‌شوند، با هم",
            tagline_en="Bicycles made in Isfahan, together",
        )
    insiders = [
        member for member, person in zip(members, crowd.people, strict=True) if set(person.roles) & PRIVATE_ROLES
    ]
    opened = now - dt.timedelta(days=372)
    return members, {row["space"]["key"]: open_space(row["space"], insiders, opened, by=owner) for row in spaces()}


@upkeep
def move_in(some: list[SomeBody], now: dt.datetime) -> list[Member]:
    """Insert some members; they can be found from then on."""
    return people.load_members([_new_member(person, now) for person in some], channel="demo")


@action
def open_space(row: dict[str, str], insiders: list[Member], at: dt.datetime, *, by: Member) -> Space:
    """Open one space, with its members where it is private."""
    space = Space.objects.create(
        slug=row["key"],
        name=row["name"],
        name_en=row["name_en"],
        about=row["about"],
        about_en=row["about_en"],
        colour=row["colour"],
        position=int(row["order"]),
        access=row["access"],
        created_by=by,
    )
    if space.access == "private":
        SpaceMember.objects.bulk_create([SpaceMember(space=space, member=member, added_by=by) for member in insiders])
    record("hangout.space_opened", by=by, subject=space, channel="demo", audience=space.audience, happened_at=at)
    search.put(
        Entry(
            "space",
            space.pk,
            f"/s/{space.slug}",
            space.audience,
            at,
            title=f"{space.name} {space.name_en}",
            text=f"{space.about}\n{space.about_en}",
            space_id=space.pk,
            data={"name": space.name, "name_en": space.name_en, "colour": space.colour},
        )
    )
    return space


def _new_member(person: SomeBody, now: dt.datetime) -> people.NewMember:
    """Return the row of a member; when somebody was last seen follows from the name, not from chance."""
    days = hashlib.sha256(person.handle.encode()).digest()[0] / 12
    seen = max(person.joined_at, now - dt.timedelta(days=0 if person.is_cast else days, minutes=7))
    return people.NewMember(
        handle=person.handle,
        name=person.name,
        joined_at=person.joined_at,
        bio=person.bio,
        place=person.place,
        roles=person.roles,
        team_title=person.team_title,
        language=person.language,
        last_seen_at=seen,
        email=address(person.handle) if person.handle in WITH_ADDRESS else "",
    )

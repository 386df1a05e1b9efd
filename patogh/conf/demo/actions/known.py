"""What every part of the year outside needs: the members by their handles, the setups, the people outside, and the clock."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from patogh.api.models import IntakeSource
from patogh.channels.models import Setup
from patogh.conf.demo.outside import Outsider
from patogh.conf.demo.stories import before, span
from patogh.people.demo import DEMO_CAST
from patogh.people.identifying import identity_of
from patogh.people.models import Identity, Member, Person

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk

Steps = list[tuple[dt.datetime, Callable[[], object]]]
KNOWN_SHARE: Final = 0.18
KNOWN_MAX: Final = 400
SETTLED: Final = dt.timedelta(days=30)
# Which kind of identity a setup knows people by.
KINDS: Final = {"bale": "bale", "telegram": "telegram", "email": "email", "sms": "phone", "chat": "chat"}


class World:
    """The year outside, while it is written."""

    def __init__(self, talk: Talk, rng: random.Random, outsiders: tuple[Outsider, ...]) -> None:
        """Draw the members who are known over other channels too."""
        self.now, self.rng, self.outsiders = talk.now, rng, outsiders
        self.by = {member.handle: member for member in talk.members}
        self.setups: dict[str, Setup] = {}
        self.opened: dict[str, dt.datetime] = {}
        self.sources: dict[str, IntakeSource] = {}
        old = [one for one in talk.members if talk.now - one.joined_at > SETTLED and one.handle.isascii()]
        count = min(round(len(talk.members) * KNOWN_SHARE), KNOWN_MAX, len(old))
        drawn = [*(one for one in talk.members if one.handle in DEMO_CAST), *rng.sample(old, count)]
        self.known_members = sorted(dict.fromkeys(drawn), key=lambda one: one.pk)

    def at(self, text: str) -> dt.datetime:
        """Return a moment that the content names; "+5h" lies ahead of now."""
        return self.now + span(text[1:]) if text.startswith("+") else before(self.now, text)

    def person(self, handle: str) -> Person:
        """Return the person of a member as she is now."""
        found = Identity.objects.select_related("person").get(member__handle=handle).person
        assert found is not None  # noqa: S101 - every member has a person
        return found

    def somebody(self) -> Member:
        """Return who of the team is at the desk."""
        return self.by[self.rng.choice(("hamid", "somayeh", "somayeh"))]


def known(kind: str, value: str, *, verified: bool = True, name: str = "") -> Identity:
    """Return an identity of the demo; nobody of it was erased."""
    found = identity_of(kind, value, verified=verified, name=name)
    assert found is not None  # noqa: S101 - nobody of the demo's outsiders is kept out
    return found

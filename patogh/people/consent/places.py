"""Every place from which something leaves to people, with its purpose: a house test finds the ones that are missing here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, ParamSpec, TypeVar

from patogh.people.consent import aims

P = ParamSpec("P")
R = TypeVar("R")
GIVEN: Final = "given"  # whoever calls it names the purpose, and it asks the gate


@dataclass(frozen=True)
class Sender:
    """One place: what it is called, its purpose (or GIVEN), the channel, and why that is its purpose."""

    name: str
    purpose: str
    channel: str
    why: str
    place: str


_senders: dict[str, Sender] = {}


def sender(name: str, *, purpose: str, channel: str, why: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a function from which something leaves; raises ValueError for a second one of that name, PurposeUnknown."""
    if purpose != GIVEN:
        aims.known(purpose)

    def keep(function: Callable[P, R]) -> Callable[P, R]:
        made: Any = function
        place = f"{made.__module__}.{made.__qualname__}"
        if _senders.get(name) not in {None, Sender(name, purpose, channel, why, place)}:
            raise ValueError(f"sender {name} is registered twice")
        _senders[name] = Sender(name, purpose, channel, why, place)
        return function

    return keep


def senders() -> list[Sender]:
    """Return every sender, by name."""
    return [_senders[name] for name in sorted(_senders)]

"""The channels that a house has: mail and push, and any connector that registers one of its own.

A channel gets parcels, each of one or more deliveries to one member that belong together, and says how it went by
returning (sent) or raising: `NotReachable` (skipped, with the reason), `Refused` (given up, counted as a bounce where
there is an address), `ChannelDown` (nothing wrong with the parcel: all wait), anything else (tried again later).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patogh.channels.models import Delivery
from patogh.people.models import Member, Notice

if TYPE_CHECKING:
    from patogh.channels.hookspecs import Piece

IN_APP = "inapp"
_channels: dict[str, Channel] = {}


@dataclass
class Parcel:
    """What leaves as one: a digest, or the notices of one thread; `pieces` are what was written, oldest first."""

    member: Member
    deliveries: list[Delivery]
    notices: list[Notice] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    @property
    def message_id(self) -> str:
        """The id that was fixed before the first attempt."""
        return self.deliveries[0].message_id

    @property
    def thread(self) -> str:
        """What it belongs to, like "hangout.topic:7", or "digest"."""
        return self.deliveries[0].thread


@dataclass(frozen=True)
class Channel:
    """A way to reach somebody outside the house.

    `send(parcel)` sends and returns the address it went to; `why_not(member)` returns why this member cannot be reached
    now (a word of `words.WHY`), or "". A channel that is not `always_open` is planned for only while a member has it
    among her outlets (`actions.open_outlet`).
    """

    name: str
    icon: str
    fa: str
    en: str
    send: Callable[[Parcel], str]
    why_not: Callable[[Member], str]
    whens: tuple[str, ...] = ("now", "soon", "daily", "weekly", "never")
    always_open: bool = False
    gathers: bool = False
    closes: Callable[[], Any] = lambda: None

    def title(self, language: str) -> str:
        """Return what members call this channel."""
        return self.fa if language == "fa" else self.en


class NotReachable(Exception):
    """The member cannot be reached this way; `why` is a word of `words.WHY`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Refused(Exception):
    """The other side refused this parcel for good; `hard` says that the address itself is wrong."""

    def __init__(self, evidence: str, *, address: str = "", hard: bool = True) -> None:
        super().__init__(evidence)
        self.evidence, self.address, self.hard = evidence, address, hard


class ChannelDown(Exception):
    """The channel itself does not work now; the parcel is as good as before."""


def register(channel: Channel) -> Channel:
    """Offer a channel; its worker task is `channels.deliver_<name>`. Raises ValueError for a second one of that name."""
    if _channels.setdefault(channel.name, channel) is not channel:
        raise ValueError(f"channel {channel.name} is registered twice")
    return channel


def channels() -> dict[str, Channel]:
    """Return every channel by name, in the order of their registration."""
    return dict(_channels)


def channel(name: str) -> Channel:
    """Return a channel; raises KeyError."""
    return _channels[name]

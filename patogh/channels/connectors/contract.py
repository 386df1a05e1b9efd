"""What a connector is: one folder with one class that can receive, poll or send, and a form of its settings.

A connector never writes to the database and never opens a connection of its own: it reads a call or asks `setup.http`, and
returns what arrived. Everything else (once only, health, back-off, dead letters, identities, the road) is the house's.
"""

# ruff: noqa: ARG002 - the base class takes what its heirs read
from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from patogh.kit.errors import PatoghError

if TYPE_CHECKING:
    from django import forms

    from patogh.kit.egress import Fetched

ArrivalKind = Literal["message", "mention", "order", "return", "product", "customer", "event", "receipt"]


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the channel names: a kind of `people.kinds` and its value; `is_verified` only where the channel itself proves it.

    `also` are further identities that the same message claims ("phone", "+98912…", False); `traits` are said by the channel.
    """

    kind: str
    value: str
    is_verified: bool = False
    name: str = ""
    also: tuple[tuple[str, str, bool], ...] = ()
    traits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """A file that came along: its bytes, or an address to take them from."""

    name: str
    media_type: str = ""
    content: bytes | None = None
    url: str = ""
    size_bytes: int = 0
    why_left_out: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing that came: `key` is the channel's own id and counts once a setup.

    "message" (written to us) and "mention" (written about us) become a `Message`; "order", "return", "product" and "customer" go to the
    room that takes them (hook `arrived`), with their facts in `data`; "receipt" tells what became of the message `reply_to`
    (`data["state"]`: "sent", "refused", `data["why"]`).
    """

    key: str
    kind: ArrivalKind
    who: Known | None
    happened_at: dt.datetime
    text: str = ""
    subject: str = ""
    thread: str = ""
    reply_to: str = ""
    url: str = ""
    files: tuple[File, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """A request to a setup's address `/channels/<address>/<tail>`: header names in lower case, the body as it came."""

    method: str
    tail: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """What arrived with a call and what the caller is answered (after the arrivals were committed).

    `later` are errands that were committed with them: the worker gives each to `Connector.work` once or more. `noted` is
    committed with them too, into `cursor["noted"]`, which a poll reads and leaves as it is.
    """

    arrivals: tuple[Arrival, ...] = ()
    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"
    later: tuple[Mapping[str, Any], ...] = ()
    noted: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Polled:
    """What arrived since `cursor`, the new cursor, and after how many seconds to ask again (0: there is more now).

    `letters` are single things among them that could not be read (each with its `body`): they become dead letters, and the
    rest goes on; `Connector.replayed` reads one again.
    """

    arrivals: tuple[Arrival, ...]
    cursor: Mapping[str, Any]
    wait_s: int
    letters: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message that leaves: `key` is ours and the same at every attempt.

    `way_out` is the address at which one click ends such messages (RFC 8058), "" for what needs no consent; the text says it too.
    """

    key: str
    kind: str
    value: str
    text: str
    subject: str = ""
    thread: str = ""
    reply_to: str = ""
    purpose: str = "service"
    files: tuple[File, ...] = ()
    way_out: str = ""


class Http:
    """The guarded client of one setup (see `connectors.client`); raises TryLater, SetupBroken and Unreachable by itself."""

    request: Callable[..., Fetched]


@dataclass(frozen=True)
class Running:
    """A setup at work: its number, its settings with secrets opened, our own address for webhooks, the client, how far it was read."""

    id: int
    address: str = field(repr=False)
    url: str = field(repr=False)
    settings: Mapping[str, Any] = field(repr=False)
    http: Any = field(repr=False)
    now: Callable[[], dt.datetime] = field(repr=False)
    cursor: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Connector:
    """Base of every connector; what it can do is told by `can`."""

    name: ClassVar[str]
    icon: ClassVar[str]
    fa: ClassVar[str]
    en: ClassVar[str]
    can: ClassVar[frozenset[Literal["receive", "poll", "send"]]]
    identity_kinds: ClassVar[tuple[str, ...]] = ()
    secret_fields: ClassVar[tuple[str, ...]] = ()
    sends_per_s: ClassVar[float] = 1.0
    receive_bytes_max: ClassVar[int] = 1_000_000
    form: ClassVar[type[forms.Form]]
    knows_again: ClassVar[bool] = True  # what is sent twice under one key is one message there (or may be two)
    panel: ClassVar[str] = ""  # a template of its own beside the settings, where the address alone says too little

    def receive(self, setup: Running, call: Call) -> Answered:
        """Read a call to our address; raises Forged, Unreadable."""
        raise Unreadable

    def poll(self, setup: Running, cursor: Mapping[str, Any]) -> Polled:
        """Ask the channel what is new; raises TryLater, SetupBroken, Unreadable."""
        raise Unreadable

    def replayed(self, setup: Running, body: bytes) -> tuple[Arrival, ...]:
        """Read one of `Polled.letters` again; raises Unreadable."""
        raise Unreadable

    def work(self, setup: Running, errand: Mapping[str, Any]) -> tuple[Arrival, ...]:
        """Do an errand of `Answered.later`; raises TryLater (it is tried again), Turned (it is let go)."""
        raise Turned

    def send(self, setup: Running, message: Outgoing) -> str:
        """Send one message and return the channel's own id of it; raises TryLater, Turned, SetupBroken.

        A channel that does not know a message again (`knows_again`) asks with `once=True`, and raises Unsure where it may be there.
        """
        raise Turned

    def fetched(self, setup: Running, url: str, limit_bytes: int) -> tuple[bytes, str]:
        """Take a file that came by its address (`File.url`, which may be a word of the connector's own like
        "telegram:AgAC…"): its bytes and its media type; raises TryLater, Unreachable, Turned.
        """
        got = setup.http.request("GET", url, limit_bytes=limit_bytes, redirects=3, timeout_s=20, foreign=True)
        if got.status != 200:
            raise Turned(f"answered {got.status}")
        return got.body, got.headers.get("content-type", "").partition(";")[0]

    def tried(self, setup: Running) -> str:
        """Try the settings and return, in a few words, who we are there ("@rekab_bot"); raises SetupBroken, TryLater."""
        return ""

    def opened(self, setup: Running) -> None:
        """Do what the channel wants once when a setup is switched on (register a webhook)."""

    def beside(self, row: Any) -> Any:
        """Return what the panel shows of a setup's row besides it; read only, a few statements."""
        return None

    def closed(self, setup: Running) -> None:
        """Undo `opened` when it is switched off."""


class ConnectorError(PatoghError):
    """What a connector may raise; the words given to it, or else its sentence, are shown to the team."""

    code = "connector_error"

    def __str__(self) -> str:
        """Return the words that were given, or the sentence of the class."""
        words = " ".join(str(part) for part in self.args if part)
        return words or super().__str__()


class Forged(ConnectorError):
    """The signature or the secret of a call is wrong, missing or too old: 401, nothing is kept."""

    status = 401
    code = "forged"


class Unreadable(ConnectorError):
    """What came could not be understood: kept as a dead letter (of a poll: `body`, where it is given)."""

    status = 400
    code = "unreadable"

    def __init__(self, message: str = "", *, body: bytes = b"") -> None:
        super().__init__(message)
        self.body = body


class Unreachable(ConnectorError):
    """An address that leads inside our own network or is none: it is not asked, and the team is told."""

    status = 409
    code = "unreachable"


class TryLater(ConnectorError):
    """The other side cannot now (429, 5xx, no connection): asked again after `after_s` (capped), or by back-off."""

    status = 503
    code = "try_later"

    def __init__(self, message: str = "", *, after_s: float | None = None) -> None:
        super().__init__(message)
        self.after_s = after_s


class Unsure(ConnectorError):
    """What was sent may have been taken, but its answer was lost: it does not go again by itself, a person decides."""

    status = 409
    code = "unsure"


class SetupBroken(ConnectorError):
    """The credentials or the settings are wrong: the setup stops and tells the team."""

    status = 409
    code = "setup_broken"


class Turned(ConnectorError):
    """The other side refused this one message for good (blocked, no such address)."""

    status = 409
    code = "turned"

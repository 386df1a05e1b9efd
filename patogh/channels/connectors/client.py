"""The guarded client of a setup: every request through `kit.egress`, within the time that its turn has left."""

from __future__ import annotations

import datetime as dt
import json as jsons
import socket
import ssl
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypedDict, Unpack
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.utils import timezone

from patogh.channels.connectors import limits
from patogh.channels.connectors.contract import SetupBroken, TryLater, Unreachable, Unsure
from patogh.kit import egress
from patogh.kit.egress import EgressFailed, EgressRefused, EgressUnanswered, Fetched, Policy


class TurnOver(TryLater):
    """The turn has lasted long enough: no fault of anybody, the next one goes on."""

    code = "turn_over"


class How(TypedDict, total=False):
    """How to ask: one of `json`, `form` and `body`.

    `credentials`: 401 and 403 mean that ours are wrong (SetupBroken). `passes`: statuses of 429 and 500 up that the
    connector reads itself. `redirects`: how many a GET may follow (none unless it is said). `foreign`: the address is a
    stranger's word: of what PATOGH_CHANNELS_INSIDE names only the services of this setup's own settings are opened.
    `once`: what is asked for must not happen twice, so an answer that is lost, 502 and 504 are Unsure.
    """

    json: Any
    form: Mapping[str, str]
    body: bytes
    headers: Mapping[str, str]
    timeout_s: float
    limit_bytes: int
    redirects: int
    credentials: bool
    passes: Collection[int]
    foreign: bool
    once: bool


@dataclass(frozen=True)
class Http:
    """Requests of one turn; `ends` is when it is over (of time.monotonic), or None; `own` are the host:port of its settings."""

    ends: float | None = None
    own: frozenset[str] = frozenset()

    def request(self, method: str, url: str, **how: Unpack[How]) -> Fetched:
        """Make one request and return its answer, whatever its status below 500 but 429.

        Raises Unsure with `once`, TryLater for 429, 5xx, a lost connection, slowness and what is too large; SetupBroken for 401 and 403 with
        `credentials`; Unreachable for an address that leads inside or is none.
        """
        body, headers = _written(how)
        asked = egress.Asked(
            method, url, body, headers, how.get("limit_bytes", limits.ANSWER_BYTES_MAX),
            self.left_s(how.get("timeout_s", limits.TIMEOUT_S)), how.get("redirects", 0),
        )  # fmt: skip
        try:
            got = egress.request(asked, policy_of=self.foreign_policy if how.get("foreign") else policy_for)
        except EgressRefused as error:
            raise Unreachable("the address leads inside or is not allowed") from error
        except EgressFailed as error:
            words = " ".join(str(part) for part in error.args) or "no answer"
            if how.get("once") and isinstance(error, EgressUnanswered):
                raise Unsure(words) from error
            raise TryLater(words) from error
        if how.get("once") and got.status in {502, 504}:
            raise Unsure(f"answered {got.status}")
        _judged(got, how)
        return got

    def dial(self, url: str) -> tuple[socket.socket, ssl.SSLContext | None]:
        """Open a connection for a WebSocket; raises TryLater and Unreachable as `request` does."""
        try:
            return egress.dial(url, timeout_s=self.left_s(limits.TIMEOUT_S), policy=policy_for(url))
        except EgressRefused as error:
            raise Unreachable("the address leads inside or is not allowed") from error
        except EgressFailed as error:
            raise TryLater(" ".join(str(part) for part in error.args) or "no answer") from error

    def foreign_policy(self, url: str) -> Policy:
        """Return the rules for an address that a stranger gave."""
        return policy_for(url) if place_of(url) in self.own else Policy()

    def left_s(self, wanted_s: float) -> float:
        """Return how long something may take; raises TryLater when the turn is over."""
        if self.ends is None:
            return wanted_s
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TurnOver("the turn is over")
        return min(wanted_s, left)


def policy_for(url: str) -> Policy:
    """Return the rules for an address; one of PATOGH_CHANNELS_INSIDE may be inside and at any port."""
    host, _colon, port = place_of(url).rpartition(":")
    return policy_at(host, int(port)) if port else Policy()


def place_of(url: str) -> str:
    """Return the host:port of an address, "" where there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443, "ws": 80, "wss": 443}.get(parts.scheme, 0)
    except ValueError:
        return ""
    return f"{parts.hostname}:{port}" if parts.hostname and port and "@" not in parts.netloc else ""


def policy_at(host: str, port: int) -> Policy:
    """Return the rules for a host and port."""
    if f"{host}:{port}" not in set(settings.CHANNELS_INSIDE.split()):
        return Policy()
    return Policy(allows=lambda _address: True, ports=frozenset({port}))


def retry_after_s(said: str, now: dt.datetime) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110, 10.2.3: seconds or a date), capped; None for anything else."""
    said = said.strip()
    try:
        is_number = said.isascii() and said.isdigit()
        seconds = float(said[:10]) if is_number else (parsedate_to_datetime(said) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), limits.RETRY_AFTER_S_MAX)


def _written(how: How) -> tuple[bytes | None, dict[str, str]]:
    """Return the body and the headers of a request."""
    headers = dict(how.get("headers", {}))
    if "json" in how:
        return jsons.dumps(how["json"], ensure_ascii=False).encode(), {"Content-Type": "application/json", **headers}
    if "form" in how:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return urlencode(dict(how["form"])).encode(), {**kind, **headers}
    return how.get("body"), headers


def _judged(got: Fetched, how: How) -> None:
    """Raise what a status means for the setup."""
    if got.status in how.get("passes", ()):
        return
    if got.status == 429 or got.status >= 500:
        after = retry_after_s(got.headers.get("retry-after", ""), timezone.now())
        raise TryLater(f"answered {got.status}", after_s=after)
    if got.status in {401, 403} and how.get("credentials"):
        raise SetupBroken(f"answered {got.status}: the credentials are not accepted")

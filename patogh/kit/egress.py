"""The one door through which Patogh opens connections to the world.

A URL from a person may point at our own cellar. So: only http and https, only the ports of the setting, the name is
resolved once, every address it has must be public, and the connection goes to the address that was checked (the name
stays in Host and in TLS). Each redirect starts over. No cookies, no proxies, bounded bytes, bounded time.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from patogh.kit import limits
from patogh.kit.addresses import is_public as is_public  # noqa: PLC0414 - its callers know it from here
from patogh.kit.errors import Invalid, PatoghError

_Answer = http.client.HTTPResponse
USER_AGENT: Final = "Patogh/1.0 (+link preview)"
SENDER_AGENT: Final = "Patogh/1.0"
_CHUNK_BYTES: Final = 16 * 1024
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PORTS: Final = {"http": 80, "https": 443}
_STREAMS: Final = {"ws": "http", "wss": "https"}


class EgressRefused(Invalid):
    """An address we do not go to."""

    code = "egress_refused"
    sentence = _("We do not open this address. Only public http and https addresses are opened.")


class EgressFailed(PatoghError):
    """The other side did not answer well: no connection, too slow, too large, too many redirects or no good HTTP."""

    status = 502
    code = "egress_failed"
    sentence = _("The other site did not answer in a way we could use. Please try again later.")


class EgressUnanswered(EgressFailed):
    """The request went out whole, and its answer was lost or unreadable: the other side may have done what was asked."""

    code = "egress_unanswered"


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: the last URL, its status, its headers in lower case and its body in bytes."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def resolve(host: str, port: int) -> list[str]:
    """Return every address of a host name, as the system's resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _ports() -> frozenset[int]:
    return frozenset(getattr(settings, "PATOGH_EGRESS_PORTS", _PORTS.values()))


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Policy:
    """Who resolves, what is allowed and what time it is. Tests alone make another one than the default."""

    resolve: Callable[[str, int], list[str]] = resolve
    allows: Callable[[str], bool] = is_public
    ports: frozenset[int] = field(default_factory=_ports)
    clock: Callable[[], float] = time.monotonic
    tls: ssl.SSLContext = field(default_factory=_tls)


def fetch(
    url: str,
    *,
    limit_bytes: int = limits.EGRESS_BYTES_MAX,
    timeout_s: float = limits.EGRESS_TIMEOUT_S_MAX,
    accept: str = "*/*",
    policy: Policy | None = None,
) -> Fetched:
    """GET a URL that came from outside, through at most EGRESS_REDIRECTS_MAX redirects.

    `limit_bytes` bounds the body, `timeout_s` the whole. Any final status is returned. Raises EgressRefused if an
    address on the way is not allowed, EgressFailed for everything that goes wrong on the wire.
    """
    policy = policy or Policy()
    deadline = policy.clock() + timeout_s
    for _step in range(limits.EGRESS_REDIRECTS_MAX + 1):
        trip = _Trip(_checked(url, policy), policy, deadline, limit_bytes)
        fetched = trip.get(accept)
        target = fetched.headers.get("location", "")
        if fetched.status not in _REDIRECTS or not target:
            return fetched
        url = _joined(fetched.url, target)
    raise EgressFailed("too many redirects")


def send(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout_s: float = limits.EGRESS_TIMEOUT_S_MAX,
    answer_bytes: int = limits.EGRESS_ANSWER_BYTES_MAX,
    policy: Policy | None = None,
) -> Fetched:
    """POST bytes to a URL that came from outside; a redirect is an answer and is not followed.

    Only the first `answer_bytes` of the answer are read, and an answer that breaks off after its status still counts.
    Raises EgressRefused and EgressFailed as `fetch` does; after EgressFailed the other side may have got the body.
    """
    policy = policy or Policy()
    trip = _Trip(_checked(url, policy), policy, policy.clock() + timeout_s, answer_bytes)
    return trip.post(body, headers)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of any method: `redirects` are followed for GET and HEAD alone, and to another place without `headers`."""

    method: str
    url: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    limit_bytes: int = limits.EGRESS_BYTES_MAX
    timeout_s: float = limits.EGRESS_TIMEOUT_S_MAX
    redirects: int = 0


def request(asked: Asked, *, policy_of: Callable[[str], Policy] | None = None) -> Fetched:
    """Make a request to a URL that came from outside, with the checks of `fetch` at every step.

    Any final status is returned. `policy_of` gives the policy for the address of each step. Raises EgressRefused and
    EgressFailed; after EgressFailed the other side may have got the body.
    """
    policy_of = policy_of or (lambda _url: Policy())
    url, headers = asked.url, dict(asked.headers)
    policy = policy_of(url)
    deadline = policy.clock() + asked.timeout_s
    follows = asked.redirects if asked.method in {"GET", "HEAD"} else 0
    for step in range(follows + 1):
        trip = _Trip(_checked(url, policy), policy, deadline, asked.limit_bytes)
        fetched = trip.ask(asked.method, asked.body, headers)
        target = fetched.headers.get("location", "")
        if fetched.status not in _REDIRECTS or not target or step == follows:
            return fetched
        led = _joined(fetched.url, target)
        headers = headers if urlsplit(led)[:2] == urlsplit(url)[:2] else {}
        url, policy = led, policy_of(led)
    raise EgressFailed("too many redirects")


def dial(url: str, *, timeout_s: float, policy: Policy | None = None) -> tuple[socket.socket, ssl.SSLContext | None]:
    """Open a connection for a WebSocket (ws or wss) to an address that was checked as for `fetch`.

    Returns the connected socket without TLS and, for wss, what to wrap it with. Raises EgressRefused and EgressFailed.
    """
    policy = policy or Policy()
    scheme, mark, rest = url.partition("://")
    if not mark or scheme not in _STREAMS:
        raise EgressRefused
    parts = _checked(f"{_STREAMS[scheme]}://{rest}", policy)
    trip = _Trip(parts, policy, policy.clock() + timeout_s, 0)
    return trip.plain(), policy.tls if scheme == "wss" else None


def connect(host: str, port: int, *, timeout_s: float, policy: Policy | None = None) -> socket.socket:
    """Open a plain connection for a protocol other than HTTP, to an address that was checked: the name is resolved once.

    Its addresses are tried in turn. Raises EgressRefused where one of them is not allowed, and EgressFailed.
    """
    policy = replace(policy or Policy(), ports=frozenset({port}))
    shown = f"[{host}]" if ":" in host else host
    trip = _Trip(_checked(f"http://{shown}:{port}/", policy), policy, policy.clock() + timeout_s, 0)
    failure: OSError | None = None
    for address in trip.addresses():
        try:
            return socket.create_connection((address, port), timeout=trip._left_s())  # noqa: SLF001 - of this module
        except OSError as error:
            failure = error
    raise EgressFailed(str(failure)) from failure


def examine(url: str, *, policy: Policy | None = None) -> None:
    """Check the form of a URL and, now, where its name leads; raises EgressRefused, or EgressFailed if nowhere."""
    policy = policy or Policy()
    _Trip(_checked(url, policy), policy, policy.clock(), 0).addresses()


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError as error:
        raise EgressRefused from error


def _checked(url: str, policy: Policy) -> SplitResult:
    """Return the parts of a URL whose form is allowed."""
    if len(url) > limits.LINK_CHARS_MAX or not url.isprintable() or any(ch in url for ch in " \\"):
        raise EgressRefused
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
        host = _ascii_host(parts.hostname or "")
    except ValueError as error:
        raise EgressRefused from error
    if parts.scheme not in _PORTS or port not in policy.ports or not host or "@" in parts.netloc:
        raise EgressRefused
    return parts._replace(netloc=f"[{host}]:{port}" if ":" in host else f"{host}:{port}", fragment="")


def _ascii_host(host: str) -> str:
    """Return a host name as it goes on the wire; raises ValueError (UnicodeError included) if it cannot."""
    if "%" in host:
        message = "a zone has no place in a public address"
        raise ValueError(message)
    return host if host.isascii() else host.encode("idna").decode()


@dataclass(slots=True)
class _Trip:
    """One request to one checked URL."""

    parts: SplitResult
    policy: Policy
    deadline: float
    limit_bytes: int

    def get(self, accept: str) -> Fetched:
        return self._exchange("GET", None, {"User-Agent": USER_AGENT, "Accept": accept}, self._whole)

    def post(self, body: bytes, headers: Mapping[str, str]) -> Fetched:
        return self._exchange("POST", body, {"User-Agent": SENDER_AGENT, "Accept": "*/*", **headers}, self._beginning)

    def ask(self, method: str, body: bytes | None, headers: Mapping[str, str]) -> Fetched:
        return self._exchange(method, body, {"User-Agent": SENDER_AGENT, "Accept": "*/*", **headers}, self._whole)

    def addresses(self) -> list[str]:
        """Resolve the name and return its addresses, every one of them checked."""
        try:
            addresses = self.policy.resolve(self.parts.hostname or "", self.parts.port or 0)
        except (OSError, UnicodeError) as error:
            raise EgressFailed("the name does not resolve") from error
        if not addresses or not all(self.policy.allows(address) for address in addresses):
            raise EgressRefused
        return addresses

    def plain(self) -> socket.socket:
        """Connect to an address of the name that was checked, without TLS."""
        port, addresses = self.parts.port or 0, self.addresses()
        try:
            return socket.create_connection((addresses[0], port), timeout=self._left_s())
        except OSError as error:
            raise EgressFailed(str(error)) from error

    def _exchange(
        self, method: str, body: bytes | None, headers: Mapping[str, str], read: Callable[[_Answer], bytes]
    ) -> Fetched:
        """Make the one request and read its answer with `read`."""
        wire, is_out = self._connect(), False
        connection = http.client.HTTPConnection(self.parts.hostname or "", self.parts.port)
        connection.sock = wire
        try:
            ours = {"Host": self._host_header(), "Accept-Encoding": "identity", "Connection": "close"}
            connection.request(method, self._path(), body, {**headers, **ours})
            is_out = True
            answer = connection.getresponse()
            found = _named(answer.getheaders())
            return Fetched(self.parts.geturl(), answer.status, found, read(answer))
        except (OSError, http.client.HTTPException, ValueError, EgressFailed) as error:
            raise (EgressUnanswered if is_out else EgressFailed)(str(error)) from error
        finally:
            wire.hang_up()

    def _connect(self) -> _Wire:
        """Connect to an address of the name that was checked."""
        host, plain = self.parts.hostname or "", self.plain()
        if self.parts.scheme == "http":
            return _Wire(plain, self._left_s)
        try:
            return _Wire(self.policy.tls.wrap_socket(plain, server_hostname=host), self._left_s)
        except (OSError, ValueError) as error:
            plain.close()
            raise EgressFailed(str(error)) from error

    def _whole(self, answer: _Answer) -> bytes:
        """Read the whole body, unless the answer leads on to another place."""
        redirected = answer.status in _REDIRECTS and answer.getheader("Location") is not None
        return b"" if redirected else b"".join(self._body(answer))

    def _beginning(self, answer: _Answer) -> bytes:
        """Read what is kept of an answer; its status has been given, so what goes wrong from here on is no failure."""
        kept = b""
        with suppress(OSError, http.client.HTTPException, ValueError, EgressFailed):
            while len(kept) < self.limit_bytes and (chunk := answer.read1(self.limit_bytes - len(kept))):
                kept += chunk
        return kept

    def _body(self, answer: _Answer) -> Iterator[bytes]:
        if int(answer.getheader("Content-Length") or 0) > self.limit_bytes:
            raise EgressFailed("the body is too large")
        size = 0
        while chunk := answer.read1(_CHUNK_BYTES):
            size += len(chunk)
            if size > self.limit_bytes:
                raise EgressFailed("the body is too large")
            yield chunk

    def _left_s(self) -> float:
        left_s = self.deadline - self.policy.clock()
        if left_s <= 0:
            raise EgressFailed("the other side is too slow")
        return left_s

    def _path(self) -> str:
        path = _quoted(self.parts.path or "/")
        return f"{path}?{_quoted(self.parts.query)}" if self.parts.query else path

    def _host_header(self) -> str:
        host = self.parts.hostname or ""
        shown = f"[{host}]" if ":" in host else host
        port = self.parts.port
        return shown if port == _PORTS[self.parts.scheme] else f"{shown}:{port}"


def _named(headers: list[tuple[str, str]]) -> dict[str, str]:
    """Return headers by name in lower case; several of Link are one list (RFC 9110, 5.3), of others the last one counts."""
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key == "link" and key in found else value
    return found


class _Wire(io.RawIOBase):
    """A connected socket, as http.client sees it, that may wait only as long as the whole trip has left.

    http.client closes its socket before the body is read and counts on the file that it made; so closing waits for
    `hang_up`.
    """

    def __init__(self, connected: socket.socket, left_s: Callable[[], float]) -> None:
        super().__init__()
        self._socket, self._left_s = connected, left_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(self._left_s())
        return self._socket.recv_into(buffer)

    def sendall(self, data: bytes) -> None:
        self._socket.settimeout(self._left_s())
        self._socket.sendall(data)

    def makefile(self, _mode: str, *_rest: object) -> io.BufferedReader:
        return io.BufferedReader(self)

    def close(self) -> None:
        """Do nothing yet."""

    def hang_up(self) -> None:
        self._socket.close()


def _quoted(text: str) -> str:
    return "".join(ch if ch.isascii() else "".join(f"%{byte:02X}" for byte in ch.encode()) for ch in text)

"""The front door: answers GETs of the busy pages from remembered parts and hands everything else to Django.

It asks the same functions that Django's views ask (`Ask` in, `Page` out), so both answer the same bytes; what it saves is
Django's own road through middleware. Whatever is unusual, a strange host, a message waiting, a session that Django should
look at, an error, goes to Django. docs/decisions/0006-assembled-pages.md says why and what it costs.
"""

import gc
import logging
import re
import secrets
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import DatabaseError, connection
from django.http.request import split_domain_port, validate_host
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH

from patogh.hangout.views import reading_lists, reading_topic
from patogh.ideas.views import reading_idea
from patogh.ideas.views import reading_lists as idea_lists
from patogh.kit.errors import PatoghError
from patogh.kit.rows import calm_reads, shelf
from patogh.looks.assembly import Part
from patogh.looks.shells import Ask, Page, etag, headers, joined, origin_of, theme_of
from patogh.people.readers import Reader, house, reader_by_session, stranger
from patogh.web import actions, kept
from patogh.web.views import home

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]
VIEWS_FLUSH_S = 20.0
SHELF_S = 20.0
SHELF_KEY = ("PATH_INFO", "QUERY_STRING", "HTTP_HOST", "HTTP_COOKIE", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO")
QUERY_CHARS_MAX = 600
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of address: how it looks, who puts its page together, and which parameters it knows."""

    pattern: re.Pattern[str]
    make: Callable[..., Page | str | None]
    params: frozenset[str]


def _ways() -> tuple[Way, ...]:
    return (
        Way(
            re.compile(r"/t/([0-9]{1,15})/([^/]+)"),
            lambda ask, pk, slug: reading_topic.topic(ask, int(pk), slug),
            reading_topic.PARAMS,
        ),
        Way(re.compile(r"/"), home.home, home.PARAMS),
        Way(re.compile(r"/ideas"), idea_lists.ideas, idea_lists.PARAMS),
        Way(
            re.compile(r"/ideas/([0-9]{1,15})/([^/]+)"),
            lambda ask, pk, slug: reading_idea.idea(ask, int(pk), slug),
            reading_idea.PARAMS,
        ),
        Way(re.compile(r"/talk"), reading_lists.talk, reading_lists.PARAMS),
        Way(re.compile(r"/s/([-a-zA-Z0-9_]+)"), reading_lists.space, reading_lists.PARAMS),
        Way(re.compile(r"/spaces"), reading_lists.spaces, frozenset()),
        Way(re.compile(r"/tags/([^/]+)"), reading_lists.tag, reading_lists.PARAMS),
    )


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer: its headers and the pieces of its body, which are remembered elsewhere and joined when it is sent."""

    headers: list[tuple[str, str]]
    pieces: list[bytes]
    length: str
    etag: str
    valid_until_s: float
    topic_id: int
    body: weakref.ref[Part]

    @classmethod
    def of(cls, ask: Ask, page: Page) -> "Ready":
        """Return a page as an answer."""
        pieces = joined(ask, page)
        tag = etag(ask, page) if ask.member is None else ""
        until = min(page.body.valid_until_s, time.time() + SHELF_S)
        length, topic = str(sum(map(len, pieces))), page.body.facts.get("topic", 0)
        return cls(headers(ask, page), pieces, length, tag, until, topic, weakref.ref(page.body))

    def put(self, calm: dict[Any, Any], key: Any) -> None:
        """Lay a stranger's answer on the shelf for as long as its body is remembered: what was packed away is not held here too."""
        body = self.body()
        if body is not None and self.etag:
            calm[key] = self, weakref.ref(body, lambda _gone: calm.pop(key, None))


class Front:
    """WSGI in front of WSGI."""

    def __init__(self, application: Application) -> None:
        self.application, self.ways, self.views = application, _ways(), Views()
        gc.freeze()  # what start-up made lives as long as the process; the collector need not walk it again and again

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer from memory where that is possible, else let Django answer."""
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"} and "HTTP_HX_REQUEST" not in environ:
            try:
                with calm_reads():
                    ready = self.ready(environ)
            except Exception:
                ready = None
                log.debug("The front door left %s to Django.", environ.get("PATH_INFO"), exc_info=True)
            if ready is not None:
                return _sent(environ, start_response, ready)
        return self.application(environ, start_response)

    def ready(self, environ: dict[str, Any]) -> "Ready | None":
        """Return the answer to a request; a stranger's stands on the shelf until anybody writes anything."""
        key = tuple([environ.get(name, "") for name in SHELF_KEY])
        calm = shelf()
        ready, _ = calm.get(key, (None, None)) if calm is not None else (None, None)
        if ready is None or ready.valid_until_s <= time.time():
            ready = self.made(environ)
            if ready is None:
                return None
            if calm is not None:
                ready.put(calm, key)
        if ready.topic_id:
            self.views.count(ready.topic_id)
        return ready

    def made(self, environ: dict[str, Any]) -> "Ready | None":
        """Put an answer together, or return None where Django should give one."""
        path = environ.get("PATH_INFO", "")
        if not path.isascii():
            path = path.encode("iso-8859-1").decode("utf-8")
        if match := kept.PROFILE.fullmatch(path):
            ask = asked(environ, path, frozenset())
            profile = kept.profile(ask, match[1], environ, self.application) if ask is not None else None
            return Ready.of(ask, profile) if ask is not None and profile is not None else None
        found = self.found(environ, path)
        return Ready.of(*found) if found is not None else None

    def found(self, environ: dict[str, Any], path: str) -> tuple[Ask, Page] | None:
        """Return the assembled page that is asked for, if it is one."""
        for way in self.ways:
            match = way.pattern.fullmatch(path)
            if match is not None:
                ask = asked(environ, path, way.params)
                page = way.make(ask, *match.groups()) if ask is not None else None
                if ask is None or not isinstance(page, Page):
                    return None
                return ask, page
        return None


def asked(environ: dict[str, Any], path: str, known: frozenset[str]) -> Ask | None:
    """Return the wish behind a WSGI request, or None where it has something in it that Django should look at."""
    params = parameters(environ.get("QUERY_STRING", ""), known)
    host = environ.get("HTTP_HOST", "")
    scheme = _scheme(environ)
    if params is None or not _host_is_ours(host) or (settings.SECURE_SSL_REDIRECT and scheme != "https"):
        return None
    cookies = _cookies(environ.get("HTTP_COOKIE", ""))
    if "messages" in cookies:
        return None
    version, language = house()
    session = cookies.get(settings.SESSION_COOKIE_NAME, "")
    if not session:
        viewer = stranger(cookies, language)
        return Ask(path, params, origin_of(scheme, host), host, viewer, theme_of(cookies), house=version, nonce="")
    member, secret = reader_by_session(session), cookies.get(settings.CSRF_COOKIE_NAME, "")
    if member is None or len(secret) != CSRF_SECRET_LENGTH or not secret.isalnum() or not secret.isascii():
        return None
    return _as_member(path, params, (scheme, host), member, (masked(secret), version))


def _as_member(
    path: str, params: Mapping[str, str], place: tuple[str, str], member: Reader, given: tuple[str, int | None]
) -> Ask:
    return Ask(
        path, params, origin_of(*place), place[1], member.viewer, member.theme, member, csrf=given[0], house=given[1]
    )


_LETTERS = {letter: number for number, letter in enumerate(CSRF_ALLOWED_CHARS)}


def masked(secret: str) -> str:
    """Return a fresh mask and the secret under it, as django.middleware.csrf masks its tokens, with one draw of chance."""
    draw = secrets.token_bytes(CSRF_SECRET_LENGTH)
    letters, count = CSRF_ALLOWED_CHARS, len(CSRF_ALLOWED_CHARS)
    mask = [byte % count for byte in draw]
    under = [letters[(_LETTERS[letter] + number) % count] for letter, number in zip(secret, mask, strict=True)]
    return "".join([letters[number] for number in mask] + under)


def parameters(query: str, known: frozenset[str]) -> dict[str, str] | None:
    """Return the parameters of an address, or None where there is one that the page does not know, or one twice."""
    if not query:
        return {}
    if len(query) > QUERY_CHARS_MAX:
        return None
    pairs = parse_qsl(query, keep_blank_values=True)
    found = dict(pairs)
    return found if found.keys() <= known and len(found) == len(pairs) and found else None


def _cookies(header: str) -> dict[str, str]:
    """Return the cookies of a request; the first of a name wins, as browsers order them."""
    found: dict[str, str] = {}
    for piece in header.split(";"):
        name, _, value = piece.strip().partition("=")
        found.setdefault(name, value)
    return found


def _scheme(environ: dict[str, Any]) -> str:
    trusted = settings.SECURE_PROXY_SSL_HEADER
    if trusted:
        return "https" if environ.get(trusted[0], "").split(",")[0].strip() == trusted[1] else "http"
    return str(environ.get("wsgi.url_scheme", "http"))


@lru_cache(maxsize=64)
def _host_is_ours(host: str) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _sent(environ: dict[str, Any], start_response: Start, ready: Ready) -> Iterable[bytes]:
    """Send a page, or say that the browser has it already."""
    seen = environ.get("HTTP_IF_NONE_MATCH", "")
    if seen and ready.etag and ready.etag in seen:
        start_response("304 Not Modified", ready.headers)
        return []
    start_response("200 OK", [*ready.headers, ("Content-Length", ready.length)])
    return [b"".join(ready.pieces)] if environ["REQUEST_METHOD"] == "GET" else []


class Views:
    """Views counted in memory and written now and then, off the road of requests; what a killed process had not written is lost."""

    def __init__(self) -> None:
        self.seen: dict[int, int] = {}
        self.since_s = time.monotonic()
        self._writing = threading.Lock()

    def count(self, topic_id: int) -> None:
        """Count one view; every VIEWS_FLUSH_S seconds a thread of its own writes what came together."""
        self.seen[topic_id] = self.seen.get(topic_id, 0) + 1
        if time.monotonic() - self.since_s > VIEWS_FLUSH_S and self._writing.acquire(blocking=False):
            self.since_s = time.monotonic()
            threading.Thread(target=self._write, name="patogh-views", daemon=True).start()

    def flush(self) -> None:
        """Write what was counted."""
        seen, self.seen = self.seen, {}
        if seen:
            actions.count_views(seen)

    def _write(self) -> None:
        try:
            self.flush()
        except (DatabaseError, PatoghError):
            log.warning("The views counted in the last seconds could not be written.", exc_info=True)
        finally:
            connection.close()
            self._writing.release()

"""The access matrix: every route, what it is for, whom it lets in, and how an answer is judged."""

import contextlib
import functools
import json
import re
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from patogh.api.actions import make_token
from patogh.api.models import Token
from patogh.api.pace import forget_pace as forget_api_pace
from patogh.api.scopes import SCOPES
from patogh.hangout.pace import forget_pace
from patogh.people.queries import forget_brand

ACTORS = ("anonymous", "member", "other_member", "agent", "moderator", "admin")
SIGNED_IN = frozenset(ACTORS[1:])
API = "api_v1"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TABLE = Path(__file__).with_name("access.toml")
CANARY = "قناری‌زرد"  # sung behind the door only
WITHHELD = "مرغ‌سیاه"  # what its author took back or has not sent
# What changes from one answer to the next although it says the same.
_CHANGES = re.compile(
    r'("instance": ")[^"]*|(name="csrfmiddlewaretoken" value=")[^"]*|(name="key" value=")[^"]*|(next=)[^"&]*|(name="next" value=")[^"]*|(data-token=")[^"]*|(href="[^"]*canonical[^"]*")'
)
# Rows that hold no state of the hangout: sessions, which the framework itself touches, and the pulse that /readyz tries to write.
_NO_STATE = re.compile(r'"?(django_session|usersessions_usersession|activity_pulse)"?', re.IGNORECASE)
_WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Route:
    """One pattern of the resolver."""

    name: str
    pattern: str
    params: frozenset[str]
    is_ours: bool = True


@dataclass(frozen=True)
class Deed:
    """A method of a route: whom it lets in (`kind`), and on which things it is tried."""

    route: str
    method: str
    kind: str
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def is_unsafe(self) -> bool:
        """Whether this may change something."""
        return self.method != "GET"


def routes(resolver: Any = None) -> list[Route]:
    """Every route of a resolver, those of libraries included; what has no name is called by its pattern."""
    return list(_walk(resolver or get_resolver(), "", frozenset()))


def _walk(resolver: Any, before: str, params: frozenset[str], space: str = "") -> Iterator[Route]:
    for one in resolver.url_patterns:
        pattern = before + str(one.pattern)
        known = (
            params
            | frozenset(one.pattern.converters)
            | frozenset(getattr(one.pattern, "regex", re.compile("")).groupindex)
        )
        if isinstance(one, URLPattern):
            yield Route(
                f"{space}{one.name}" if one.name else pattern,
                pattern,
                known,
                one.callback.__module__.startswith(("patogh.", "tests.")),
            )
        elif isinstance(one, URLResolver):
            yield from _walk(one, pattern, known, f"{one.namespace}:" if one.namespace == API else space)


@functools.cache
def _read(path: Path) -> dict[str, dict[str, Any]]:
    """Read the file once: it is asked at every step of the walk."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def table(path: Path = TABLE) -> dict[str, dict[str, Any]]:
    """The classification, route by route."""
    return dict(_read(path)["routes"])


def rights(path: Path = TABLE) -> dict[str, list[str]]:
    """Which of the actors hold a right."""
    return _read(path)["rights"]


def unclassified(found: list[Route], known: dict[str, dict[str, Any]]) -> list[str]:
    """Routes that nobody classified, rows without a route, and names that two routes share."""
    names = [route.name for route in found]
    twice = {name for name in names if names.count(name) > 1}
    return sorted({*names} ^ {*known} | twice)


def deeds(known: dict[str, dict[str, Any]]) -> list[Deed]:
    """Every method of every classified route."""
    return [Deed(name, method, row[method], row) for name, row in known.items() for method in METHODS if method in row]


def let_in(deed: Deed, side: str) -> frozenset[str]:
    """The actors who may do this to one's own things (of `member`, in the open) or to foreign ones (behind a door)."""
    kind, held = deed.kind, rights()
    groups = {
        "public": frozenset(ACTORS),
        "stranger": frozenset(ACTORS),
        "machine": frozenset(ACTORS),
        "signed_in": SIGNED_IN,
        "own": frozenset({"member"}),
        "nobody": frozenset(),
    }
    may = frozenset().union(
        *(groups.get(part) or frozenset(held.get(part.removeprefix("rights:"), ())) for part in kind.split("|"))
    )
    return may if side == "own" else may & frozenset(deed.options.get("foreign", ["member"]))


def fault_in(deed: Deed, side: str, actor: str, response: HttpResponse) -> str:
    """Say what is wrong with an answer, or nothing."""
    status, place = response.status_code, response.headers.get("Location", "")
    if actor in let_in(deed, side):
        is_fine = status == deed.options.get("answer") or (
            status < 500
            and status not in {401, 403, 404, 405}
            and (deed.kind == "stranger" or "/account/login/" not in place)
        )
        wanted = "an answer"
    elif actor == "anonymous" and deed.kind not in {"public", "stranger", "machine", "nobody"}:
        is_fine = status == 401 or (status == 302 and place.startswith("/account/login/"))
        wanted = "the way to sign in"
    else:
        wanted_status = deed.options.get("refused", 404) if side == "own" else 404
        is_fine, wanted = status == wanted_status, str(wanted_status)
        is_fine = is_fine or (actor == "anonymous" and status == 401)  # who did not say who asks hears that first
    return "" if is_fine else f"{deed.method} {deed.route} {side} by {actor}: {status} {place}, not {wanted}"


def has_thing(route: Route, row: dict[str, Any]) -> bool:
    """Whether the route speaks of something that can be foreign."""
    return bool(route.params) and row.get("thing", True)


def sides(route: Route, row: dict[str, Any]) -> tuple[str, ...]:
    """On whose things a route is tried."""
    return ("own", "foreign") if has_thing(route, row) else ("own",)


class Walker:
    """Walks over the matrix as one actor; what a request changes is taken back."""

    def __init__(self, client: Client, things: dict[str, dict[str, Any]]) -> None:
        self.client, self.things = client, things
        self.cookies = client.cookies.copy()
        self.written: list[str] = []

    def address(self, route: Route, deed: Deed, side: str) -> str:
        """The address of a route for the things of one side."""
        things, on, fixed = self.things[side], deed.options.get("on", ""), deed.options.get("with", {})
        on = on.get(deed.method, "") if isinstance(on, dict) else on
        values = {name: fixed.get(name, _thing(things, on, name)) for name in route.params}
        values = {name: value for name, value in values.items() if value is not None}
        path = reverse(route.name, kwargs=values) if route.name != route.pattern else f"/{route.pattern}"
        query = deed.options.get("query", "") if deed.method == "GET" else ""
        return f"{path}?{query}" if query else path

    def _json(
        self, route: Route, deed: Deed, address: str, data: dict[str, str], extra: dict[str, Any]
    ) -> HttpResponse:
        """Send what a program would: the description's own example with the row's values, and the actor's token."""
        path = "/" + re.sub(r"<(\w+)>", r"{\1}", route.pattern)
        body = {**_examples().get((deed.method, path), {}), **{name: _plain(value) for name, value in data.items()}}
        token = "" if self.client.handler.enforce_csrf_checks else getattr(self.client, "token", "")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        raw = json.dumps(body).encode() if deed.is_unsafe else b""
        return self.client.generic(
            deed.method, address, raw, "application/json" if raw else "", headers=headers, **extra
        )

    def ask(self, route: Route, deed: Deed, side: str, **extra: Any) -> HttpResponse:
        """Do a deed and take it back."""
        address = self.address(route, deed, side)
        data = {
            name: str(value).format(**{key.replace(".", "_"): one for key, one in self.things[side].items()})
            for name, value in deed.options.get("data", {}).items()
        }
        with self.undoing():
            return (
                self._json(route, deed, address, data, extra)
                if address.startswith("/api/")
                else self._sent(deed.method, address, data, extra)
            )

    @contextlib.contextmanager
    def undoing(self) -> Iterator[None]:
        """Take back what is done within; the brand is kept in memory, as in a running house, unless it was written."""
        before = len(self.written)
        with transaction.atomic(), connection.execute_wrapper(self._watch):
            yield
            transaction.set_rollback(True)
        self.client.cookies = self.cookies.copy()
        cache.clear()
        if any("people_brand" in sql for sql in self.written[before:]):
            forget_brand()
        forget_pace()
        forget_api_pace()

    def _sent(self, method: str, address: str, data: dict[str, str], extra: dict[str, Any]) -> HttpResponse:
        if method == "GET":
            return self.client.get(address, **extra)
        if method == "POST":
            return self.client.post(address, data, **extra)
        if method == "DELETE":
            return self.client.post(address, {**data, "_method": "DELETE"}, **extra)  # as a form says it
        return self.client.generic(method, address, **extra)

    def _watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if _WRITES.match(sql) and not _NO_STATE.search(sql):
            self.written.append(sql[:160])
        return execute(sql, params, many, context)


def findings(walker: Walker, found: list[Route], known: dict[str, dict[str, Any]], actor: str) -> list[str]:
    """Everything that is wrong with what the routes answer to an actor."""
    faults, named = [], {route.name: route for route in found}
    for deed in deeds(known):
        row, route = known[deed.route], named[deed.route]
        for side in sides(route, row):
            walker.written.clear()
            response = walker.ask(route, deed, side)
            faults += [fault_in(deed, side, actor, response)]
            if not deed.is_unsafe:
                faults += [
                    f"GET {deed.route} {side} by {actor} writes: {sql}"
                    for sql in walker.written
                    if row.get("writes", "-") not in sql
                ]
                faults += [
                    f"GET {deed.route} {side} tells {actor}: {word}"
                    for word in secrets_from(actor, deed)
                    if word in body_of(response)
                ]
    return [fault for fault in faults if fault]


def secrets_from(actor: str, deed: Deed) -> list[str]:
    """The words that an answer to an actor may not hold."""
    kept = [] if actor == "member" or actor in deed.options.get("foreign", ()) else [CANARY]
    return kept if actor in {"member", "moderator", "admin"} else [*kept, WITHHELD, "mina@example.org"]


def unprotected(walker: Walker, found: list[Route], known: dict[str, dict[str, Any]]) -> list[str]:
    """Unsafe deeds that a form without a token can do."""
    named = {route.name: route for route in found}
    unsafe = [deed for deed in deeds(known) if deed.is_unsafe and "csrf" not in deed.options]
    return [
        f"{deed.method} {deed.route}"
        for deed in unsafe
        if walker.ask(named[deed.route], deed, "own").status_code != 403
    ]


def telling(walker: Walker, found: list[Route], known: dict[str, dict[str, Any]], actor: str) -> list[str]:
    """Routes whose answer about a foreign thing differs from that about one that does not exist."""
    named, told = {route.name: route for route in found}, []
    for deed in deeds(known):
        if has_thing(named[deed.route], known[deed.route]) and actor not in let_in(deed, "foreign"):
            foreign, absent = (walker.ask(named[deed.route], deed, side) for side in ("foreign", "absent"))
            if (foreign.status_code, plain(foreign)) != (absent.status_code, plain(absent)):
                told.append(f"{deed.method} {deed.route}: {foreign.status_code}, and {absent.status_code} for nothing")
    return told


def unlisted(walker: Walker, found: list[Route], known: dict[str, dict[str, Any]]) -> list[str]:
    """Methods that a route answers although its row does not name them."""
    answered, named = [], {route.name: route for route in found}
    for name, row in known.items():
        for method in [one for one in METHODS if one not in row and named[name].is_ours]:
            response = walker.ask(named[name], Deed(name, method, "", row), "own")
            if response.status_code not in {403, 404, 405}:
                answered.append(f"{method} {name}: {response.status_code}")
    return answered


def client_of(member: Any = None, **options: Any) -> Client:
    """A client as the browser of somebody who signed in a moment ago."""
    client = Client(raise_request_exception=False, **options)
    if member is not None:
        client.force_login(member)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = str(member.pk)
        session.save()
        _, client.token = make_token("matrix", list(SCOPES), by=member)
        Token.objects.update(last_used_at=timezone.now())
    return client


def _thing(things: dict[str, Any], on: str, name: str) -> Any:
    """Find what a part of an address stands for; the API calls a topic `topic` where pages say `topic_id`."""
    names = (
        f"{on}.{name}",
        f"{on}.{name}_id",
        name,
        f"{name}_id",
        {"picture": "token", "text": "held_id"}.get(name, ""),
    )
    return next((things[one] for one in names if one in things), None)


def _plain(value: str) -> Any:
    """Return a value of a row as JSON has it."""
    return int(value) if value.isascii() and value.isdigit() else value


@functools.cache
def _examples() -> dict[tuple[str, str], Any]:
    """Return the example of each body that the API describes."""
    from patogh.api.v1.urls import _described

    return {
        (method.upper(), path): media.get("example", {})
        for path, methods in json.loads(_described())["paths"].items()
        for method, operation in methods.items()
        for media in operation.get("requestBody", {}).get("content", {}).values()
    }


def body_of(response: HttpResponse) -> str:
    """The whole answer as text, headers that speak included."""
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    return raw.decode("utf-8", "replace") + " ".join(
        f"{name}: {value}" for name, value in response.headers.items() if name in {"Location", "Link", "ETag"}
    )


def plain(response: HttpResponse) -> str:
    """The answer without what changes from one to the next."""
    return _CHANGES.sub("", body_of(response))

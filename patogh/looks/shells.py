"""The frame around an assembled page, remembered for each reader and section, and the answer that is joined from it."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.utils.translation import override
from markupsafe import Markup

from patogh.kit.calendar import Viewer
from patogh.kit.hooks import plugins
from patogh.looks import security
from patogh.looks.assembly import Part, part, rendered, slot, store
from patogh.looks.pages import THEMES, common

SECTIONS = ("/talk", "/spaces", "/ideas", "/t/", "/s/", "/tags/", "/@", "/me/")
FRAME_S = 60.0
LIVE_S = 600


@dataclass(slots=True)
class Ask:
    """One reader's wish for a page, from Django's request or straight from WSGI."""

    path: str
    params: Mapping[str, str]
    origin: str
    host: str
    viewer: Viewer
    theme: str = "auto"
    member: Any = None
    csrf: str = ""
    house: int | None = None
    nonce: str = field(default_factory=lambda: base64.b64encode(secrets.token_bytes(12)).decode())

    @property
    def member_id(self) -> int | None:
        """The member's id, or None for a stranger."""
        return self.member.pk if self.member is not None else None

    @property
    def look(self) -> tuple[str, str, str]:
        """What a shared body differs by: language, calendar, zone."""
        return (self.viewer.language, self.viewer.calendar, self.viewer.zone)


@dataclass(slots=True)
class Page:
    """A page ready to be joined: its body with the values of its slots, and what the frame says about it."""

    body: Part
    values: dict[str, bytes] = field(default_factory=dict)
    css: str = ""
    style: str = ""
    address: str = ""
    status: int = 200
    channels: tuple[str, ...] = ()


class ShellRequest(WSGIRequest):
    """The request that a frame is rendered for: its full path is a slot, since one frame serves many pages."""

    member: Any = None
    viewer: Viewer

    def get_full_path(self, force_append_slash: bool = False) -> str:  # noqa: ARG002 - Django's signature
        """Return the mark of the address."""
        return slot("address")


def shell(ask: Ask) -> Part:
    """Return the frame for this reader in this section of the site."""
    section = next((start for start in SECTIONS if ask.path.startswith(start)), "/")
    who = ask.member.frame_key if ask.member is not None else None
    key = ("shell", section, ask.look, ask.theme, ask.origin, who and who[0])
    return store.remembered(key, (ask.house, who), lambda: _shell(ask, section))


def _shell(ask: Ask, section: str) -> Part:
    request = _request(ask, section)
    with override(ask.viewer.language):
        member = ask.member.model() if ask.member is not None else None
        request.viewer, request.member = ask.viewer, member
        token = Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(slot("csrf"))
        known = {
            **common(request),
            "theme": ask.theme,
            "csrf_token": slot("csrf"),
            "csrf_input": token if member else "",
            "slot": slot,
        }
        known |= {"live_channels": [section], "live": lambda _channels: slot("live")}
        return part(rendered("looks/shell.html", known, ask.viewer), valid_until_s=time.time() + FRAME_S)


def _request(ask: Ask, path: str) -> ShellRequest:
    """Return a request that stands for all requests of this reader in this section."""
    return ShellRequest(
        {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": ask.host,
            "wsgi.url_scheme": ask.origin.partition(":")[0], "wsgi.input": BytesIO(), "QUERY_STRING": "",
        }
    )  # fmt: skip


def live_address(ask: Ask, channels: tuple[str, ...]) -> bytes:
    """Return the address of the live stream for a page; it stays the same for some minutes, since its token holds for hours."""
    own = (*channels, f"member:{ask.member.pk}") if ask.member is not None else channels
    return _live(ask.origin, ask.host, own, int(time.time() / LIVE_S))


@lru_cache(maxsize=4096)
def _live(origin: str, host: str, channels: tuple[str, ...], _turn: int) -> bytes:
    """Ask the room that serves live events; each turn of the clock asks anew."""
    address = plugins.hook.live_address(request=_plain_request(origin, host), channels=list(channels)) or ""
    return escape(str(address)).encode()


@lru_cache(maxsize=64)
def _plain_request(origin: str, host: str) -> WSGIRequest:
    """Return a stranger's request for the root of this host."""
    return WSGIRequest(
        {
            "REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": host,
            "wsgi.url_scheme": origin.partition(":")[0], "wsgi.input": BytesIO(),
        }
    )  # fmt: skip


def joined(ask: Ask, page: Page) -> list[bytes]:
    """Return the bytes of a whole page, in pieces that are not copied from where they are remembered."""
    values, facts = page.values, page.body.facts
    values["csrf"] = ask.csrf.encode()
    values["address"] = _address(page.address or ask.path)
    frame = {
        "title": facts.get("title", b""), "meta": facts.get("meta", b""), "css": page.css.encode(), "csrf": values["csrf"],
        "address": values["address"], "messages": values.get("messages", b""), "live": live_address(ask, page.channels),
        "style": b'<style nonce="%s">%s</style>' % (ask.nonce.encode(), page.style.encode()) if page.style else b"",
    }  # fmt: skip
    around = shell(ask)
    whole = [around.pieces[0]]
    for number, name in enumerate(around.slots, 1):
        if name == "page":
            page.body.filled(values, whole)
        else:
            whole.append(frame.get(name, b""))
        whole.append(around.pieces[number])
    return whole


@lru_cache(maxsize=4096)
def _address(path: str) -> bytes:
    return escape(quote(path, safe="/?=@%")).encode()


def etag(ask: Ask, page: Page) -> str:
    """Return the strong tag of a stranger's page: of the frame's bytes and the body's."""
    return f'"{shell(ask).tag}{page.body.tag}"'


def headers(ask: Ask, page: Page) -> list[tuple[str, str]]:
    """Return the headers of an assembled page: what the security middleware gives, a nonce only for a member's own style."""
    found = _headers(ask.origin, ask.host, ask.viewer.language)
    if ask.member is None:
        return [*found[0], ("ETag", etag(ask, page)), found[1]]
    policy = found[1][1].replace("style-src 'self'", f"style-src 'self' 'nonce-{ask.nonce}'")
    return [*found[2], ("Content-Security-Policy", policy)]


Header = tuple[str, str]


@lru_cache(maxsize=64)
def _headers(origin: str, host: str, language: str) -> tuple[list[Header], Header, list[Header]]:
    safe = security.headers(_plain_request(origin, host))
    policy = ("Content-Security-Policy", safe.pop("Content-Security-Policy"))
    common_to_all = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Vary", "Cookie"),
        ("Content-Language", language),
        *safe.items(),
    ]
    stranger = [*common_to_all, ("Cache-Control", "public, max-age=0, must-revalidate")]
    return stranger, policy, [*common_to_all, ("Cache-Control", "private, no-cache")]


def response(ask: Ask, page: Page, if_none_match: str = "") -> HttpResponse:
    """Return an assembled page as Django answers it; the front door answers the same bytes without Django."""
    given = dict(headers(ask, page))
    if ask.member is None and given["ETag"] in if_none_match:
        return HttpResponse(status=304, headers=given)
    return HttpResponse(b"".join(joined(ask, page)), status=page.status, headers=given)


def theme_of(cookies: Mapping[str, str]) -> str:
    """Return the theme that a stranger chose in the footer."""
    chosen = cookies.get("theme", "")
    return chosen if chosen in THEMES else "auto"


def origin_of(scheme: str, host: str) -> str:
    """Return the public origin: the site's own address where it is set."""
    return settings.SITE_URL or f"{scheme}://{host}"

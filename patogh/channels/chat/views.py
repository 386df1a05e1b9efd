"""The doors of the chat: its script, what the script asks, and a page on which the team tries it."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.core.cache import cache as counts
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from patogh.channels.chat import actions, answers, limits, reading
from patogh.channels.chat.actions import transcripts
from patogh.channels.chat.connector import MESSAGES, told
from patogh.channels.chat.errors import (
    AskUnreadable,
    CodeWrong,
    HashWrong,
    MailClosed,
    NothingToMail,
    OriginRefused,
    Silent,
)
from patogh.channels.connectors import queries, receiving
from patogh.channels.connectors.contract import Call
from patogh.channels.connectors.errors import SetupOff
from patogh.channels.connectors.running import running
from patogh.channels.connectors.views.door import body_of
from patogh.channels.models import Setup
from patogh.channels.queries import is_closed
from patogh.kit.errors import NotFound, PatoghError, TooMany
from patogh.kit.hooks import plugins
from patogh.looks import pages
from patogh.people.http import SignedInRequest, address_of, allowed
from patogh.people.queries import brand

SCRIPT: Final = Path(__file__).parent.parent / "static/channels/widget/chat.js"


@require_safe
def chat_script(request: HttpRequest) -> HttpResponseBase:
    """Serve the one script; any site may load it, which sites may use it says the setup."""
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    body, mark = _script(is_packed=is_packed)
    response = HttpResponseNotModified() if request.headers.get("If-None-Match") == mark else HttpResponse(body)
    if is_packed and response.status_code == 200:
        response["Content-Encoding"] = "gzip"
    response["Content-Type"] = "text/javascript; charset=utf-8"
    response["Cache-Control"] = f"public, max-age={limits.SCRIPT_KEPT_S}, stale-while-revalidate=604800"
    response["ETag"] = mark
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@csrf_exempt
@require_POST
def chat_door(request: HttpRequest, address: str, what: str) -> HttpResponse:
    """Answer the script: what it is like here, whether a hash is good, a message, or what was said since."""
    setup = Setup.objects.filter(address=address, connector="chat").first()
    if setup is None or what not in DOORS:
        raise NotFound
    with translation.override("en" if request.GET.get("language") == "en" else "fa"):
        try:
            _admit(setup, request)
            said = DOORS[what](setup, request)
            response = HttpResponse(said[1], status=said[0], content_type="application/json")
        except PatoghError as error:
            response = HttpResponse(told(error), status=error.status, content_type="application/json")
            if error.retry_after_s:
                response["Retry-After"] = str(error.retry_after_s)
    return _open_to(setup, request, response)


@require_safe
@allowed("channels.setup")
@never_cache
def chat_try(request: SignedInRequest, address: str) -> HttpResponseBase:
    """Show a page with the chat on it."""
    setup = Setup.objects.filter(address=address, connector="chat").first()
    if setup is None:
        raise NotFound
    return pages.render(request, "channels/chat/try.html", {"setup": setup, "script": reverse("chat_script")})


def _hello(setup: Setup, request: HttpRequest) -> tuple[int, bytes]:
    """Tell how the chat looks and greets."""
    reading.ask(body_of(request, limits.ASK_BYTES_MAX))
    row, plain = brand(), setup.plain
    return 200, _json(
        {
            "name": row.name, "name_en": row.name_en or row.name, "colour": plain.get("colour") or row.colour or "",
            "greeting": plain.get("greeting") or "", "line": plain.get("line") or "", "language": plain.get("language") or "",
            "asks_name": bool(plain.get("asks_name", True)),
        }
    )  # fmt: skip


def _identify(setup: Setup, request: HttpRequest) -> tuple[int, bytes]:
    """Say whether a site's word for its member is good; a wrong one is counted."""
    said = reading.ask(body_of(request, limits.ASK_BYTES_MAX))
    _hold("wrong", address_of(request), limits.WRONG_HASHES_AN_ADDRESS_MAX, step=0)
    try:
        found = reading.who(said, str(running(setup).settings.get("secret") or ""))
    except HashWrong:
        _hold("wrong", address_of(request), limits.WRONG_HASHES_AN_ADDRESS_MAX)
        actions.note_wrong_hash(setup.pk)
        raise
    return 200, _json({"ok": True, "proved": found.is_proved})


def _messages(setup: Setup, request: HttpRequest) -> tuple[int, bytes]:
    """Take a message."""
    place = address_of(request)
    _hold("said", place, limits.MESSAGES_AN_ADDRESS_MAX)
    body = body_of(request, limits.BODY_BYTES_MAX)
    visitor = reading.visitor(reading.ask(body))
    _hold("said", f"{setup.pk}:{visitor}", limits.MESSAGES_A_VISITOR_MAX)
    if answers.is_silenced(setup, visitor):
        raise Silent
    headers = {"content-type": "application/json"}
    answered = receiving.receive(setup, Call("POST", MESSAGES, {}, headers, body, timezone.now()))
    if b'"hash_wrong"' in answered.body:
        actions.note_wrong_hash(setup.pk)
    return answered.status, answered.body


def _answers(setup: Setup, request: HttpRequest) -> tuple[int, bytes]:
    """Tell what was said since, and where to listen for more."""
    said = reading.ask(body_of(request, limits.ASK_BYTES_MAX))
    visitor, after = reading.visitor(said), said.get("after") or 0
    if not isinstance(after, int) or isinstance(after, bool) or not 0 <= after < 2**62:
        raise AskUnreadable
    found = answers.told(setup, visitor, after)
    live = (
        plugins.hook.live_address(request=request, channels=[answers.live_channel(visitor)]) if found or after else ""
    )
    return 200, _json({"messages": found, "live": live or ""})


def _transcript(setup: Setup, request: HttpRequest) -> tuple[int, bytes]:
    """Take the wish to have the conversation by mail: "sent" is on its way, "code" wants the code that was mailed."""
    _hold("transcript", address_of(request), limits.TRANSCRIPTS_A_PLACE_MAX)
    said = reading.ask(body_of(request, limits.ASK_BYTES_MAX))
    visitor, language = reading.visitor(said), "en" if request.GET.get("language") == "en" else "fa"
    wish, code = reading.wish(said, str(running(setup).settings.get("secret") or ""), language)
    identity = answers.identity_of_visitor(visitor)
    if identity is None or not answers.said(setup.pk, identity.pk).exists():
        raise NothingToMail
    if is_closed(wish.address):
        raise MailClosed
    row = transcripts.prove(identity, wish.address, code) if code else transcripts.ask(setup, identity, wish)
    if row is None:
        raise CodeWrong
    return 200, _json({"state": "code" if row.proved_at is None else "sent"})


DOORS: Final[dict[str, Callable[[Setup, HttpRequest], tuple[int, bytes]]]] = {
    "hello": _hello, "identify": _identify, "messages": _messages, "answers": _answers,
    "transcript": _transcript,
}  # fmt: skip


def _admit(setup: Setup, request: HttpRequest) -> None:
    """Refuse sites that are not named, too many asks, and everybody while it is off."""
    if request.headers.get("Origin", "") not in _origins(setup, request):
        raise OriginRefused
    if setup.state == "off" or queries.halted() is not None:
        raise SetupOff(retry_after_s=60)
    _hold("ask", address_of(request), limits.ASKS_AN_ADDRESS_MAX)


def _origins(setup: Setup, request: HttpRequest) -> set[str]:
    """Return the sites that may use the chat; our own pages may, for trying it."""
    return {*str(setup.plain.get("origins") or "").split(), f"{request.scheme}://{request.get_host()}"}


def _open_to(setup: Setup, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let the page of a named site read an answer; nothing is kept, no cookie counts."""
    origin = request.headers.get("Origin", "")
    if origin and origin in _origins(setup, request):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = "Retry-After"
    patch_vary_headers(response, ["Origin"])
    response["Cache-Control"] = "no-store"
    return response


def _hold(what: str, who: str, most: int, *, step: int = 1) -> None:
    """Count a try; raises TooMany after `most` in a minute."""
    key = f"chat:{what}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
    counts.add(key, 0, limits.MINUTE_S)
    try:
        now = counts.incr(key, step) if step else counts.get(key, 0)
    except ValueError:  # it ran out between the two
        return
    if now > most or (not step and now >= most):
        raise TooMany(retry_after_s=limits.MINUTE_S)


def _json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def _script(*, is_packed: bool) -> tuple[bytes, str]:
    """Return the script and its mark."""
    body = SCRIPT.read_bytes()
    body = gzip.compress(body, 9, mtime=0) if is_packed else body
    return body, f'"{hashlib.sha256(body).hexdigest()[:24]}"'

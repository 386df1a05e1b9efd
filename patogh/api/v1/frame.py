"""What stands around every operation: who asks, how often, in which language, what they bring, and what is promised back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import ValidationError
from ninja.operation import Operation, PathView

from patogh.activity.road import over
from patogh.api import actions, limits, pace
from patogh.api.actions.answers import Said
from patogh.api.callers import SAFE, address_of, caller_of
from patogh.api.errors import KeyTooLong, MethodUnknown, TagUnreadable
from patogh.api.v1 import bodies, problems
from patogh.kit.errors import Invalid
from patogh.people.middleware import activate

View = Callable[..., Any]
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Link")
_TAGS = re.compile(r'\*|(W/)?"[!#-~]{0,200}"(, ?(W/)?"[!#-~]{0,200}")*')
_ASKED = "Authorization, Content-Type, Accept, Accept-Language, Idempotency-Key, If-Match, If-None-Match"
_SHOWN = "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, Idempotency-Replayed"


def framed(path_view: PathView) -> View:
    """Return the view of one address."""
    methods = {method: operation for operation in path_view.operations for method in operation.methods}
    view: View = path_view.get_view()

    @csrf_exempt
    def asked(request: HttpRequest, **values: str) -> HttpResponse:
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        speak_as_asked(request)
        with over("api"):
            response = _answered(request, methods, lambda: view(request, **values))
        _finish(request, response, methods)
        if is_head:
            request.method = "HEAD"
        return response

    return asked


def _answered(request: HttpRequest, methods: dict[str, Operation], do: View) -> HttpResponse:
    """Answer a request; whatever is raised becomes problem details."""
    try:
        if request.method == "OPTIONS":
            return HttpResponse(status=204)
        if any("\0" in part for part in (request.path, *request.GET.values(), *request.GET)):
            raise Invalid  # noqa: TRY301 - one place turns refusals into answers
        rooms = [pace.count("address", address_of(request), limits.CALLS_PER_ADDRESS_PER_MINUTE_MAX)]
        operation = methods.get(str(request.method))
        if operation is None:
            raise MethodUnknown  # noqa: TRY301
        bodies.check_accept(request)
        _let_in(request, operation, rooms)
        _check_parameters(request, operation)
        _check_tags(request)
        bodies.read(request, takes_files=_extra(operation, "x-files") is not None)
        response = _kept(request, do)
    except Exception as error:  # noqa: BLE001 - every one has its answer there
        return problems.answer(request, error)
    for name, value in rooms[-1].headers().items():
        response.headers.setdefault(name, value)
    return response


def _let_in(request: HttpRequest, operation: Operation, rooms: list[pace.Room]) -> None:
    """Find out who asks, count it and hold them to their scopes; an operation without a scope is for everybody."""
    scope = _extra(operation, "x-scope")
    if scope is None:
        return
    caller = caller_of(request)
    request.caller = caller  # type: ignore[attr-defined]
    request.member = caller.member  # type: ignore[attr-defined]
    if "fa" not in _wanted(request) and "en" not in _wanted(request):
        _speak(request, caller.member.language)
    rooms.append(pace.count("caller", caller.name, limits.CALLS_PER_MINUTE_MAX))
    if request.method not in SAFE:
        rooms.append(pace.count("writes", caller.name, limits.WRITES_PER_MINUTE_MAX))
    caller.needs(str(scope))


def _kept(request: HttpRequest, do: View) -> HttpResponse:
    """Do what is asked: once for an Idempotency-Key, and only if If-Match holds."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (key.isascii() and 1 <= len(key.strip()) <= limits.KEY_CHARS_MAX and key.isprintable()):
        raise KeyTooLong(most=limits.KEY_CHARS_MAX)
    if request.method in SAFE or not hasattr(request, "caller"):
        answer: HttpResponse = do()
        return answer
    step: Callable[[], Said] = lambda: _said(do())  # noqa: E731
    if wanted := request.headers.get("If-Match"):
        step = _if_unchanged(request, wanted, do)
    if key and not str(request.content_type).startswith(bodies.UPLOADS):
        said = actions.once(request.caller.member.pk, key.strip(), _digest(request), step)
        return _response(said)
    return _response(step())


def _if_unchanged(request: HttpRequest, wanted: str, do: View) -> Callable[[], Said]:
    """Return the step that does something only while the address still reads as it did."""

    def holds() -> bool:
        method, request.method = request.method, "GET"
        try:
            now = do()
        finally:
            request.method = method
        return now.status_code == 200 and (wanted.strip() == "*" or _tag(now) in _tags(wanted))

    return lambda: actions.matched(holds, lambda: _said(do()))


def _finish(request: HttpRequest, response: HttpResponse, methods: dict[str, Operation]) -> None:
    """Put on an answer what every answer carries; a GET that the asker has already becomes 304."""
    allowed = ", ".join(sorted({*methods, "OPTIONS", *({"HEAD"} if "GET" in methods else ())}))
    if response.status_code in {204, 405}:
        response["Allow"] = allowed
    if request.method == "GET" and response.status_code == 200:
        response["ETag"] = _tag(response)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if response["ETag"] in _tags(request.headers.get("If-None-Match", "")):
            _become_304(response)
    response.headers.setdefault("Cache-Control", "no-store")
    response["Vary"] = "Authorization, Cookie, Accept-Language, Origin"
    if request.headers.get("Origin", "-") in settings.API_ORIGINS:
        response["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response["Access-Control-Allow-Headers"], response["Access-Control-Expose-Headers"] = _ASKED, _SHOWN
        response["Access-Control-Allow-Methods"], response["Access-Control-Max-Age"] = allowed, "600"


def _become_304(response: HttpResponse) -> None:
    empty = HttpResponseNotModified()
    response.status_code, response.content = empty.status_code, b""
    del response["Content-Type"]


def speak_as_asked(request: HttpRequest) -> None:
    """Answer in the first language of Accept-Language that we speak; without one, as the house or the member does."""
    wanted = next((one for one in _wanted(request) if one in {"fa", "en"}), "")
    if wanted:
        _speak(request, wanted)


def _check_parameters(request: HttpRequest, operation: Operation) -> None:
    """Refuse parameters that the operation does not know, and one said twice, rather than guess."""
    known = {name for model in operation.models if model.__ninja_param_source__ == "query" for name in _names(model)}
    wrong = [name for name in request.GET if name not in known or len(request.GET.getlist(name)) > 1]
    if wrong:
        raise ValidationError([{"type": "unknown_parameter", "loc": ("query", name[:60]), "ctx": {}} for name in wrong])


def _check_tags(request: HttpRequest) -> None:
    """Refuse conditions that cannot be read, rather than act as if there were none."""
    for name in ("If-Match", "If-None-Match"):
        if name in request.headers and not _TAGS.fullmatch(request.headers[name]):
            raise TagUnreadable


def _names(model: Any) -> set[str]:
    flat = getattr(model, "__ninja_flatten_map__", None)
    return set(flat) if flat else set(model.model_fields)


def _extra(operation: Operation, name: str) -> Any:
    return (operation.openapi_extra or {}).get(name)


def _said(response: HttpResponse) -> Said:
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    headers |= {name: response[name] for name in ("Retry-After", "WWW-Authenticate") if name in response}
    return Said(response.status_code, headers, response.content.decode())


def _response(said: Said) -> HttpResponse:
    response = HttpResponse(said.body, status=said.status)
    for name, value in replace(said).headers.items():
        response[name] = value
    if said.again:
        response["Idempotency-Replayed"] = "true"
    return response


def _digest(request: HttpRequest) -> str:
    """Tell two requests apart that carry the same key."""
    parts = (str(request.method), request.get_full_path(), hashlib.sha256(request.body).hexdigest())
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _tag(response: HttpResponse) -> str:
    return f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'


def _tags(said: str) -> list[str]:
    """Return the entity tags of a header, weak ones as strong: a GET compares weakly, and ours are strong."""
    return [one.strip().removeprefix("W/") for one in said.split(",")]


def _wanted(request: HttpRequest) -> list[str]:
    return [part.strip()[:2].lower() for part in request.headers.get("Accept-Language", "")[:200].split(",")]


def _speak(request: HttpRequest, language: str) -> None:
    request.viewer = replace(request.viewer, language=language)  # type: ignore[attr-defined]
    activate(request.viewer)  # type: ignore[attr-defined]

"""The door that others call: `/channels/<address>/<tail>`."""

from __future__ import annotations

import logging
from typing import Final

from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from patogh.channels.connectors import limits, receiving
from patogh.channels.connectors.contract import Call
from patogh.channels.connectors.running import connector_of
from patogh.channels.models import Setup
from patogh.kit.errors import NotFound, PatoghError, TooLarge

logger = logging.getLogger(__name__)
HEADERS_MAX: Final = 100


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST", "PUT"])
def connector_door(request: HttpRequest, address: str, tail: str = "") -> HttpResponse:
    """Let a connector read a call; the caller is answered after what arrived is on disk."""
    setup = Setup.objects.filter(address=address).first()
    if setup is None:
        raise NotFound
    try:
        body = body_of(request, connector_of(setup).receive_bytes_max)
        headers = {name.lower(): value for name, value in list(request.headers.items())[:HEADERS_MAX]}
        call = Call(request.method or "GET", tail, request.GET.dict(), headers, body, timezone.now())
        answered = receiving.receive(setup, call)
    except PatoghError as error:
        return _refusal(error)
    response = HttpResponse(answered.body, status=answered.status, content_type=answered.media_type)
    response["Cache-Control"] = "no-store"
    return response


def _refusal(error: PatoghError) -> HttpResponse:
    """Answer a program in one line: no page, no way to a sign-in."""
    response = HttpResponse(f"{error}\n", status=error.status, content_type="text/plain; charset=utf-8")
    if error.status == 503:
        response["Retry-After"] = str(error.retry_after_s or limits.HALTED_RETRY_S)
    response["Cache-Control"] = "no-store"
    return response


def body_of(request: HttpRequest, bytes_max: int) -> bytes:
    """Return the body as it came; raises TooLarge before the rest of it is read."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    if not said.isdigit() or int(said) > bytes_max:
        raise TooLarge
    try:
        body = request.read(bytes_max + 1)
    except RawPostDataException as error:
        raise TooLarge from error
    if len(body) > bytes_max:
        raise TooLarge
    return bytes(body)

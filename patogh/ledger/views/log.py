"""The log for machines: checkpoint, tiles, single proofs, policy and key, as the C2SP formats lay them out."""

from __future__ import annotations

import base64
import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from patogh.kit.errors import NotFound
from patogh.kit.tlog import tiles
from patogh.kit.tlog.errors import TlogError
from patogh.ledger.queries.book import current_log, proof_of
from patogh.ledger.queries.policy import policy_text, vkeys
from patogh.ledger.queries.published import published
from patogh.ledger.queries.tiles import TileReader

TEXT, BYTES = "text/plain; charset=utf-8", "application/octet-stream"
ASK_AGAIN = "no-cache"
AN_HOUR = "public, max-age=3600"  # not for good: `patogh book compromise` begins another log at the same addresses
NUMBER_CHARS_MAX = 15


@require_safe
def log(_request: HttpRequest) -> HttpResponse:
    """Lead whoever opens the base of the log to its page for people."""
    return HttpResponseRedirect(reverse("book"))


@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """Serve the newest checkpoint with what witnesses signed under it."""
    return _file(published("checkpoint"), TEXT, ASK_AGAIN)


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a tile of hashes or a bundle of entries; within one log, what has an address never changes."""
    return _lasting(request, published(f"tile/{path}"), BYTES)


@require_safe
def proof(_request: HttpRequest, index: str) -> HttpResponse:
    """Serve the proof of one line against the newest seal over it."""
    head, number = current_log(), _number(index)
    if head is None or number is None or number >= head.size:
        raise NotFound
    answer = _file(proof_of(number, head).encode(), TEXT, ASK_AGAIN)
    answer["Content-Disposition"] = f'inline; filename="{number}.tlog-proof"'
    return answer


@require_safe
def policy(_request: HttpRequest) -> HttpResponse:
    """Serve the trust policy: the keys of this book and of its witnesses, and how many of them are needed."""
    return _file(policy_text().encode(), TEXT, ASK_AGAIN)


@require_safe
def key(_request: HttpRequest) -> HttpResponse:
    """Serve the verifier keys of the book, one a line."""
    return _file("".join(f"{vkey}\n" for vkey in vkeys()).encode(), TEXT, ASK_AGAIN)


@require_safe
def consistency(request: HttpRequest) -> HttpResponseBase:
    """Serve the hashes between two sizes (`from`, `to`), one a line, for browsers that remember an earlier seal."""
    old, new = _number(request.GET.get("from", "")), _number(request.GET.get("to", ""))
    head = current_log()
    if head is None or not old or not new or not old < new <= head.signed_size:
        raise NotFound
    try:
        steps = tiles.consistency(old, new, TileReader(head.pk))
    except TlogError as error:
        raise NotFound from error
    return _lasting(request, "".join(f"{base64.b64encode(step).decode()}\n" for step in steps).encode(), TEXT)


def _lasting(request: HttpRequest, body: bytes, kind: str) -> HttpResponseBase:
    """Serve what changes with the log only: caches keep it for an hour, then ask whether its hash is still the same."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer = _file(body, kind, AN_HOUR)
    answer["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=answer) or answer


def _file(body: bytes, kind: str, cache: str) -> HttpResponse:
    headers = {"Content-Type": kind, "Cache-Control": cache, "Access-Control-Allow-Origin": "*"}
    return HttpResponse(body, headers=headers)


def _number(typed: str) -> int | None:
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= NUMBER_CHARS_MAX
    return int(typed) if is_number else None

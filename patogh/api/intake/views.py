"""What programs send: one view for every call, answered with what became of each event.

`IntakeFirst` (the second middleware) leads here before sessions, languages and CSRF: an event carries its write key and nothing
else of its browser. The same view stands in the urls, so that whatever walks them finds it.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from patogh.api.callers import address_of
from patogh.api.intake import events, gathering, keys, limits, pace, queries, reading, replaying
from patogh.api.intake.actions import taking
from patogh.api.intake.errors import FAULTS, WARNINGS, KeyUnknown, MethodRefused, OriginRefused
from patogh.api.intake.keys import Holder
from patogh.kit.errors import NotFound, PatoghError

logger = logging.getLogger(__name__)
_ERRORS_SHOWN_MAX = 1_000


@csrf_exempt
def intake(request: HttpRequest, call: str) -> HttpResponse:
    """Take events; every answer is JSON in the asker's language."""
    with translation.override(_language(request)):
        try:
            response = _options(request) if request.method == "OPTIONS" else _answer(request, call)
        except PatoghError as refusal:
            response = _refusal(refusal)
        except Exception:
            logger.exception("the intake failed")
            response = _refusal(PatoghError())
    _allow(request, response)
    response["Cache-Control"], response["X-Content-Type-Options"] = "no-store", "nosniff"
    return response


def _answer(request: HttpRequest, call: str) -> HttpResponse:
    call = events.SHORT.get(call, call)
    if call not in {*events.CALLS, "batch"}:
        raise NotFound
    if request.method != "POST":
        raise MethodRefused
    said = keys.said_in(request.headers.get("Authorization", ""))
    early = _holder(request, said) if said else None  # a wrong key costs no parsing
    brought = reading.brought(reading.body_of(request), call)
    holder = early or _holder(request, brought.write_key)
    _check_pace(request, holder, len(brought.events))
    batch, warnings = replaying.read_batch(brought.events, holder, brought.sent_at, brought.context)
    if batch.reads or batch.faults:
        result = gathering.taken(batch)
        return _json(told(result, batch, warnings), 200)
    return _json(told(taking.Result(), batch, []), 200)


def _holder(request: HttpRequest, key: str) -> Holder:
    """Return who holds the key; raises KeyUnknown or KeyMissing, and OriginRefused for a page of another website."""
    try:
        holder = keys.holder(key)
    except KeyUnknown:
        pace.count(f"wrong {address_of(request)}", 1, limits.WRONG_KEYS_PER_ADDRESS_PER_MINUTE_MAX)
        raise
    origin = request.headers.get("Origin", "")
    if origin and origin not in holder.origins:
        raise OriginRefused
    request.intake_origin = origin  # type: ignore[attr-defined]
    return holder


def _check_pace(request: HttpRequest, holder: Holder, many: int) -> None:
    if holder.is_browser:
        pace.count(f"address {address_of(request)}", 1, limits.ADDRESS_CALLS_PER_MINUTE_MAX)
    pace.count(f"key {holder.key_id}", max(1, many), limits.KEY_EVENTS_PER_MINUTE_MAX)


def told(result: taking.Result, batch: taking.Batch, warnings: list[tuple[int, str]]) -> dict[str, Any]:
    """Return the answer: how many were taken, and each event that was not with its reason."""
    counts = Counter(result.codes.values())
    wrong = sorted(at for at, code in result.codes.items() if code not in {"accepted", "duplicate"})
    found: dict[str, Any] = {"success": not wrong, "accepted": counts["accepted"], "duplicates": counts["duplicate"]}
    found["errors"] = [
        {
            "index": at, "messageId": events.label(batch.raws[at], "messageId", limits.MESSAGE_ID_CHARS_MAX) or None,
            "code": result.codes[at], "field": result.fields.get(at, ""), "message": str(FAULTS[result.codes[at]]),
        } for at in wrong[:_ERRORS_SHOWN_MAX]
    ]  # fmt: skip
    if len(wrong) > _ERRORS_SHOWN_MAX:
        found["errors_left_out"] = len(wrong) - _ERRORS_SHOWN_MAX
    if warnings:
        found["warnings"] = [
            {"index": at, "code": code, "message": str(WARNINGS[code])} for at, code in warnings[:_ERRORS_SHOWN_MAX]
        ]
    return found


def _refusal(refusal: PatoghError) -> HttpResponse:
    body = {"success": False, "code": refusal.code, "message": str(refusal), "field": getattr(refusal, "field", "")}
    response = _json(body, refusal.status)
    if refusal.retry_after_s is not None:
        response["Retry-After"] = str(refusal.retry_after_s)
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Basic realm="write key"'
    if refusal.status == 405:
        response["Allow"] = "OPTIONS, POST"
    return response


def _options(request: HttpRequest) -> HttpResponse:
    """Answer a browser that asks whether it may send: a preflight carries no key, so any source's origin is welcome."""
    origin = request.headers.get("Origin", "")
    request.intake_origin = origin if origin and queries.is_welcome(origin) else ""  # type: ignore[attr-defined]
    return HttpResponse(status=204, headers={"Allow": "OPTIONS, POST"})


def _allow(request: HttpRequest, response: HttpResponse) -> None:
    """Let the page of an allowed website read the answer."""
    response["Vary"] = "Origin, Accept-Language"
    if origin := getattr(request, "intake_origin", ""):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = "POST, OPTIONS"
        response["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Content-Encoding"
        response["Access-Control-Expose-Headers"] = "Retry-After"
        response["Access-Control-Max-Age"] = "86400"


def _language(request: HttpRequest) -> str:
    wanted = (part.strip()[:2].lower() for part in request.headers.get("Accept-Language", "")[:200].split(","))
    return next((one for one in wanted if one in {"fa", "en"}), settings.LANGUAGE_CODE)


def _json(body: dict[str, Any], status: int) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type="application/json")

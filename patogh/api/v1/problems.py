"""Every refusal as problem details (RFC 9457), in the language of whoever asks."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja.errors import ValidationError

from patogh.api import pace
from patogh.api.errors import FieldsWrong
from patogh.kit import persian
from patogh.kit.errors import PatoghError
from patogh.looks.errors import TITLES, refusal_of

log = logging.getLogger(__name__)
KIND = "application/problem+json"
ERRORS_MAX = 20
_MORE_TITLES = {
    406: _("This form is not spoken here."),
    412: _("It has changed meanwhile."),
    422: _("Something does not fit."),
}
# What pydantic calls the mistake: what we say about it.
_WORDS = {
    "missing": _("This is missing."),
    "extra_forbidden": _("There is no such field here."),
    "string_type": _("This has to be text."),
    "string_too_short": _("This is too short; at least %(min_length)s."),
    "string_too_long": _("This is too long; at most %(max_length)s characters."),
    "string_pattern_mismatch": _("This is not written as it has to be."),
    "int_type": _("This has to be a whole number."),
    "int_parsing": _("This has to be a whole number."),
    "int_from_float": _("This has to be a whole number."),
    "greater_than_equal": _("This is too small; at least %(ge)s."),
    "less_than_equal": _("This is too large; at most %(le)s."),
    "bool_type": _("This has to be true or false."),
    "bool_parsing": _("This has to be true or false."),
    "list_type": _("This has to be a list."),
    "too_long": _("There are too many; at most %(max_length)s."),
    "too_short": _("There are too few; at least %(min_length)s."),
    "literal_error": _("This is none of the words known here."),
    "enum": _("This is none of the words known here."),
    "date_type": _("This has to be a date such as 2026-11-22."),
    "date_parsing": _("This has to be a date such as 2026-11-22."),
    "date_from_datetime_parsing": _("This has to be a date such as 2026-11-22."),
    "model_type": _("This has to be an object."),
    "model_attributes_type": _("This has to be an object."),
    "dict_type": _("This has to be an object."),
    "unknown_parameter": _("There is no such parameter here."),
}
_ELSE = _("This does not fit here.")


def answer(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the answer to whatever was raised; a crash is logged and says nothing of itself."""
    if isinstance(error, ValidationError):
        return spoken(request, FieldsWrong(), [_fault(one) for one in error.errors[:ERRORS_MAX]])
    refusal = refusal_of(error)
    if refusal is None:
        log.error("%s %s crashed", request.method, request.path, exc_info=error)
        refusal = PatoghError()
    field = getattr(refusal, "field", "")
    return spoken(request, refusal, [_named(field, refusal)] if field else [])


def spoken(request: HttpRequest, refusal: PatoghError, errors: list[dict[str, str]]) -> HttpResponse:
    """Return the answer to a refusal."""
    said: dict[str, Any] = {
        "type": f"urn:patogh:problem:{refusal.code}",
        "title": str(_MORE_TITLES.get(refusal.status) or TITLES.get(refusal.status, TITLES[500])),
        "status": refusal.status,
        "detail": str(refusal),
        "instance": quote(request.path)[:300],
        "code": refusal.code,
    }
    if errors:
        said["errors"] = errors
    response = HttpResponse(json.dumps(said, ensure_ascii=False), content_type=KIND, status=refusal.status)
    response["Cache-Control"] = "no-store"
    if refusal.status == 405:
        response["Allow"] = "GET, HEAD"  # the frame says more where there is more
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="patogh"'
    if refusal.retry_after_s is not None:
        response["Retry-After"] = str(refusal.retry_after_s)
    room: pace.Room | None = getattr(refusal, "room", None)
    for name, value in (room.headers() if room else {}).items():
        response[name] = value
    return response


def _fault(error: dict[str, Any]) -> dict[str, str]:
    """Return one mistake as `errors` shows it: where, what, and its stable name."""
    source, *path = [str(part) for part in error["loc"]]
    code = str(error["type"])
    words = str(_WORDS.get(code, _ELSE))
    facts = {name: _shown(value) for name, value in error.get("ctx", {}).items()}
    try:
        words = words % facts if "%(" in words else words
    except (KeyError, ValueError):
        words = str(_ELSE)
    if source == "body":
        return {"pointer": "/" + "/".join(path[1:] or path), "detail": words, "code": code}
    return {"parameter": path[-1] if path else source, "detail": words, "code": code}


def _named(field: str, refusal: PatoghError) -> dict[str, str]:
    return {"pointer": f"/{field}", "detail": str(refusal), "code": refusal.code}


def _shown(value: object) -> str:
    return persian.digits_fa(str(value)) if get_language() == "fa" else str(value)

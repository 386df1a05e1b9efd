"""What a request may bring: JSON of a sane size and depth, UTF-8, no doubled names, nothing that no text may hold."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.types import DictStrAny

from patogh.api import limits
from patogh.api.errors import BodyTooLarge, JsonTooDeep, JsonUnreadable, NotAcceptable, NotJson

_PIECES = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
UPLOADS = "multipart/form-data"
_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class OurParser(Parser):
    """Hands ninja what was read and checked before it was asked."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """Return the body as it was read."""
        return request.read_json  # type: ignore[attr-defined, no-any-return]


def check_accept(request: HttpRequest) -> None:
    """Raise NotAcceptable when an answer in JSON is not wanted."""
    accept = request.headers.get("Accept", "*/*").lower()
    if not any(kind in accept for kind in ("json", "application/*", "*/*")) and accept.strip():
        raise NotAcceptable


def read(request: HttpRequest, *, takes_files: bool) -> None:
    """Read and check the body, and leave it as `request.read_json`; raises BodyTooLarge, NotJson, JsonTooDeep or JsonUnreadable."""
    request.read_json = None  # type: ignore[attr-defined]
    if request.method not in _WRITING:
        return
    if takes_files:
        if request.content_type != UPLOADS:
            raise NotJson
        return
    if (
        int(request.META.get("CONTENT_LENGTH") or 0) > limits.JSON_BYTES_MAX
        or len(request.body) > limits.JSON_BYTES_MAX
    ):
        raise BodyTooLarge(most=limits.JSON_BYTES_MAX)
    if not request.body:
        return
    if request.content_type != "application/json" and not str(request.content_type).endswith("+json"):
        raise NotJson
    request.read_json = parsed(request.body)  # type: ignore[attr-defined]


def parsed(raw: bytes) -> Any:
    """Return a body as Python's values; raises JsonTooDeep or JsonUnreadable."""
    if _levels(raw) > limits.JSON_LEVELS_MAX:
        raise JsonTooDeep(most=limits.JSON_LEVELS_MAX)
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a pair of surrogates is no text
    except (ValueError, RecursionError) as error:
        raise JsonUnreadable from error
    if b"\\u0000" in raw and "\0" in json.dumps(value, ensure_ascii=False).replace("\\u0000", "\0"):
        raise JsonUnreadable
    return value


def _levels(raw: bytes) -> int:
    """Return how deep arrays and objects stand in each other, without building any."""
    deepest = level = 0
    for piece in _PIECES.finditer(raw):
        sign = piece[0]
        if sign in b"[{":
            level += 1
            deepest = max(deepest, level)
            if deepest > limits.JSON_LEVELS_MAX:
                break
        elif sign in b"]}":
            level -= 1
    return deepest


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says a name twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JsonUnreadable
    return found


def _refuse(_word: str) -> None:
    """Refuse NaN and the infinities, which are no JSON."""
    raise JsonUnreadable

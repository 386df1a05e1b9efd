"""A request's body as events: unpacked within bounds, parsed, and the fields that a batch says for all of them."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, RawPostDataException

from patogh.api.intake import limits
from patogh.api.intake.errors import BodyUnreadable, IntakeTooLarge, PackingUnknown, TooManyEvents


@dataclass(frozen=True, slots=True)
class Brought:
    """What a request brought: raw events, and what its root says of all of them."""

    events: list[Any]
    write_key: str
    sent_at: object
    context: object


def body_of(request: HttpRequest) -> bytes:
    """Return the body, unpacked; raises IntakeTooLarge, PackingUnknown or BodyUnreadable."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError as error:
        raise BodyUnreadable from error
    if length > limits.BATCH_BYTES_MAX:
        raise IntakeTooLarge(most=limits.BATCH_BYTES_MAX)
    try:
        raw = request.read(limits.BATCH_BYTES_MAX + 1)
    except (OSError, RawPostDataException) as error:
        raise BodyUnreadable from error
    packing = request.headers.get("Content-Encoding", "").strip().lower()
    if packing in {"gzip", "x-gzip"}:
        return _unpacked(raw)
    if packing not in {"", "identity"}:
        raise PackingUnknown
    return raw


def brought(raw: bytes, call: str) -> Brought:
    """Return the events of a body, each with the type that the address says; raises BodyUnreadable or TooManyEvents."""
    root = _parsed(raw)
    if not isinstance(root, dict):
        raise BodyUnreadable
    key = root.get("writeKey")
    if call != "batch":
        root["type"] = call
        events: Any = [root]
    else:
        events = root.get("batch")
        if not isinstance(events, list):
            raise BodyUnreadable(field="batch")
        if len(events) > limits.BATCH_EVENTS_MAX:
            raise TooManyEvents(most=limits.BATCH_EVENTS_MAX)
        key = key or next((one["writeKey"] for one in events if isinstance(one, dict) and one.get("writeKey")), "")
    return Brought(
        events,
        key if isinstance(key, str) else "",
        root.get("sentAt"),
        root.get("context") if call == "batch" else None,
    )


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BodyUnreadable from error


def _refuse(_word: str) -> None:
    """Refuse NaN and the infinities, which are no JSON."""
    raise BodyUnreadable


def _unpacked(raw: bytes) -> bytes:
    """Open a gzip body, no further than a batch may be long: a bomb is never opened whole."""
    opener = zlib.decompressobj(wbits=31)
    try:
        opened = opener.decompress(raw, limits.BATCH_BYTES_MAX + 1)
    except zlib.error as error:
        raise BodyUnreadable from error
    if len(opened) > limits.BATCH_BYTES_MAX:
        raise IntakeTooLarge(most=limits.BATCH_BYTES_MAX)
    if not opener.eof:
        raise BodyUnreadable
    return opened

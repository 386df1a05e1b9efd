"""Calls and arrivals as bytes, so that a dead letter can be read again as it came."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

from patogh.channels.connectors import limits, sealing
from patogh.channels.connectors.contract import Arrival, Call, File, Known, Unreadable
from patogh.channels.models import DeadLetter


def headers_of(call: Call) -> dict[str, Any]:
    """Return what is kept of a call beside its body: its headers may hold secrets, so they are sealed."""
    said = {"method": call.method, "tail": call.tail, "query": dict(call.query), "headers": dict(call.headers)}
    return {"form": "call", "sealed": sealing.sealed(said).decode()}


def call_of(letter: DeadLetter) -> Call:
    """Return the call that a letter was, at the moment it came."""
    said = sealing.opened(letter.headers["sealed"].encode())
    return Call(said["method"], said["tail"], said["query"], said["headers"], bytes(letter.body), letter.came_at)


def words_around(letter: DeadLetter) -> str:
    """Return what a call said beside its body: the words of its address."""
    if letter.headers.get("form") != "call":
        return ""
    return words_of(call_of(letter))


def words_of(call: Call) -> str:
    """Return the words of the address of a call."""
    return "\n".join([call.tail, *call.query.values()])


def digest(body: bytes) -> str:
    """Return what one letter is known by."""
    return hashlib.sha256(body).hexdigest()


def written(arrival: Arrival) -> bytes:
    """Return an arrival as JSON; its files go with it while they are small."""
    files = [_small(file) for file in arrival.files]
    said = asdict(replace(arrival, files=tuple(files)))
    return json.dumps(said, default=_plain, ensure_ascii=False).encode("utf-8", "replace")


def read(body: bytes) -> Arrival:
    """Return an arrival that was written; raises Unreadable."""
    try:
        said = json.loads(body)
        said["happened_at"] = dt.datetime.fromisoformat(said["happened_at"])
        said["files"] = tuple(File(**{**file, "content": _bytes(file["content"])}) for file in said["files"])
        if said["who"]:
            also = tuple(tuple(one) for one in said["who"]["also"])
            said["who"] = Known(**{**said["who"], "also": also})
        return Arrival(**said)
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable("this is no arrival") from error


def _small(file: File) -> File:
    if file.content is None or len(file.content) <= limits.LETTER_BYTES_MAX // limits.ATTACHMENTS_MAX:
        return file
    return replace(file, content=None, why_left_out=file.why_left_out or "too_large")


def _plain(value: object) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return str(value)


def _bytes(said: Any) -> bytes | None:
    return base64.b64decode(said["base64"]) if isinstance(said, dict) else None

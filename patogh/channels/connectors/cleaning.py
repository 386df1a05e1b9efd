"""What arrived, brought within the limits of the house: text in NFC without what a database cannot hold, times with a zone."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from patogh.channels.connectors import limits
from patogh.channels.connectors.contract import Arrival, File, Known, Unreadable

_SPACES = frozenset("\n\t")


def cleaned(arrival: Arrival, now: dt.datetime) -> Arrival:
    """Return an arrival as it may be kept; raises Unreadable for one without a key or of another form than the contract's."""
    if not isinstance(arrival, Arrival) or not isinstance(arrival.key, str) or not arrival.key.strip():
        raise Unreadable("an arrival without a key")
    if not isinstance(arrival.happened_at, dt.datetime):
        raise Unreadable("an arrival without a time")
    return replace(
        arrival,
        key=key_of(arrival.key),
        who=_who(arrival.who),
        happened_at=moment(arrival.happened_at, now),
        text=text(arrival.text, limits.TEXT_CHARS_MAX),
        subject=line(arrival.subject, limits.SUBJECT_CHARS_MAX),
        thread=key_of(arrival.thread),
        reply_to=key_of(arrival.reply_to),
        url=_url(arrival.url),
        files=_files(arrival.files),
        data=_data(arrival.data),
    )


def key_of(key: str) -> str:
    """Return a channel's id as it is kept: a long one by its digest."""
    words = line(key, 10_000)
    return words if len(words) <= limits.KEY_CHARS_MAX else f"sha256:{hashlib.sha256(words.encode()).hexdigest()}"


def text(said: Any, chars_max: int) -> str:
    """Return words as they are kept: NFC, with line ends of one kind, without controls, cut."""
    if not isinstance(said, str):
        return ""
    whole = said[: chars_max * 2].replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    plain = "".join(ch for ch in whole if ch in _SPACES or unicodedata.category(ch) not in {"Cc", "Cs", "Cn"})
    return unicodedata.normalize("NFC", plain)[:chars_max]


def line(said: Any, chars_max: int) -> str:
    """Return words on one line."""
    return " ".join(text(said, chars_max * 2).split())[:chars_max]


def moment(at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Return a time with a zone (UTC where none is said); one in the future is now, one before 1990 as well."""
    known = at if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)
    try:
        known = known.astimezone(dt.UTC)
    except (OverflowError, ValueError):
        return now
    is_odd = known > now + dt.timedelta(seconds=limits.FUTURE_S_MAX) or known.year < 1990
    return now if is_odd else known


def _who(who: Known | None) -> Known | None:
    if who is None:
        return None
    also = tuple((line(kind, 24), text(value, 254), bool(sure)) for kind, value, sure in who.also[: limits.CLAIMS_MAX])
    traits = {
        line(key, 60): text(value, limits.TRAIT_CHARS_MAX) if isinstance(value, str) else value
        for key, value in list(who.traits.items())[: limits.TRAITS_MAX]
        if isinstance(value, str | int | float | bool) and value != ""
    }
    return replace(
        who, value=text(who.value, 254), name=line(who.name, limits.NAME_CHARS_MAX), also=also, traits=traits
    )


def _files(files: tuple[File, ...]) -> tuple[File, ...]:
    """Return the files that are kept or named: at most so many, so large one and all."""
    kept: list[File] = []
    bytes_left = limits.ATTACHMENTS_BYTES_MAX
    for place, file in enumerate(files[: limits.ATTACHMENTS_NAMED_MAX]):
        size = len(file.content) if file.content is not None else max(file.size_bytes, 0)
        why = file.why_left_out or _why_not(place, size, bytes_left)
        bytes_left -= 0 if why else size
        content = None if why else file.content
        name = line(file.name.replace("/", " ").replace("\\", " "), 200) or "file"
        kept.append(
            replace(
                file, name=name, content=content, size_bytes=size, url="" if why else file.url[: limits.URL_CHARS_MAX],
                media_type=line(file.media_type, 100).lower(), why_left_out=why[:40],
            )
        )  # fmt: skip
    return tuple(kept)


def _why_not(place: int, size: int, bytes_left: int) -> str:
    if place >= limits.ATTACHMENTS_MAX:
        return "too_many"
    if size > limits.ATTACHMENT_BYTES_MAX:
        return "too_large"
    return "too_much_at_once" if size > bytes_left else ""


def _url(url: Any) -> str:
    said = line(url, limits.URL_CHARS_MAX)
    return said if said.startswith(("https://", "http://")) else ""


def _data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts that JSON can hold, without what a database cannot; raises Unreadable for too many."""
    try:
        said = json.dumps(dict(data), ensure_ascii=True, allow_nan=False, default=str)
    except (TypeError, ValueError, RecursionError) as error:
        raise Unreadable("facts that JSON cannot hold") from error
    if len(said) > limits.DATA_BYTES_MAX:
        raise Unreadable("more facts than are taken")
    found: dict[str, Any] = _storable(json.loads(said))
    return found


def _storable(value: Any) -> Any:
    """Return what a JSON column can hold: no NUL and no half characters in any word."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(key): _storable(one) for key, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list) else value

"""Reading what strangers send: nothing of it is believed to have the shape that was promised."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any, Final

from django.utils.translation import gettext as _

from patogh.channels.connectors.contract import Unreadable
from patogh.kit.errors import PatoghError
from patogh.people.identifying import normal

TEXT_CHARS_MAX: Final = 20_000
_EARLIEST: Final = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_AHEAD: Final = dt.timedelta(minutes=5)
_UNWANTED: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def loads(body: bytes) -> Any:
    """Return what a JSON body holds; raises Unreadable for everything else."""
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("What came is not JSON in UTF-8.")) from error


def dumped(value: Any) -> bytes:
    """Return what JSON holds as the body of a letter."""
    return json.dumps(value, ensure_ascii=True, default=str).encode()


def obj(value: Any) -> dict[str, Any]:
    """Return an object, or an empty one for whatever else stands there."""
    return value if isinstance(value, dict) else {}


def objs(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; what is none is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(value: Any, chars_max: int = TEXT_CHARS_MAX) -> str:
    """Return a text as it was written, without control characters and halves of characters; "" for anything else."""
    return _UNWANTED.sub("", value)[:chars_max] if isinstance(value, str) else ""


def line(value: Any, chars_max: int = 250) -> str:
    """Return a text as one line."""
    return " ".join(words(value, chars_max * 4).split())[:chars_max]


def page_of(*urls: str) -> str:
    """Return the first of some addresses by which somebody may be known; "" where none can be (an IP address, too long)."""
    for url in urls:
        try:
            if url and normal("webmention", url):
                return url
        except PatoghError:
            continue
    return ""


def whole(value: Any) -> int | None:
    """Return a whole number of at most 64 bits, also where it came as digits; None for anything else."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value):
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None


def moment(value: Any, now: dt.datetime) -> dt.datetime:
    """Return a moment written as seconds or as ISO 8601; what is missing, unreadable or to come is `now`."""
    try:
        if isinstance(value, str):
            found = dt.datetime.fromisoformat(value.strip())
            found = found if found.tzinfo else found.replace(tzinfo=dt.UTC)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            found = dt.datetime.fromtimestamp(value, dt.UTC)
        else:
            return now
        return found.astimezone(dt.UTC) if _EARLIEST <= found <= now + _AHEAD else now
    except (ValueError, OverflowError, OSError):
        return now

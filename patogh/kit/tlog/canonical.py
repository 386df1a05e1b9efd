"""The one spelling of an entry: RFC 8785 JSON in a closed profile, so that equal facts are equal bytes.

Profile: an object; ASCII keys; texts in NFC; whole numbers below 2^53; no fractions.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Any, NoReturn

from patogh.kit.tlog.encoding import from_utf8
from patogh.kit.tlog.errors import BadEntry
from patogh.kit.tlog.limits import ENTRY_BYTES_MAX, JSON_INTEGER_MAX

DEPTH_MAX = 16


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 bytes of a JSON value; raise BadEntry when it has none."""
    import rfc8785

    try:
        return bytes(rfc8785.dumps(value))
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeEncodeError) as fault:
        raise BadEntry(f"the value has no canonical form ({fault})") from None


def entry_of(fields: dict[str, Any]) -> bytes:
    """Return the bytes of an entry; raise BadEntry when the fields leave the profile or are too long."""
    _check(fields, "the entry", 0)
    raw = canonical(fields)
    if len(raw) > ENTRY_BYTES_MAX:
        raise BadEntry(f"the entry is longer than {ENTRY_BYTES_MAX} bytes")
    return raw


def parse_entry(raw: bytes) -> dict[str, Any]:
    """Return the fields of an entry; raise BadEntry unless `raw` is exactly the bytes of `entry_of` for them."""
    text = from_utf8(raw, "the entry", BadEntry, ENTRY_BYTES_MAX)
    try:
        fields = json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_fraction, parse_constant=_fraction
        )
    except json.JSONDecodeError as fault:
        raise BadEntry(f"the entry is not JSON (letter {fault.pos})") from None
    except RecursionError:
        raise BadEntry(f"the entry is nested deeper than {DEPTH_MAX}") from None
    if not isinstance(fields, dict):
        raise BadEntry("the entry is not an object")
    if entry_of(fields) != raw:
        raise BadEntry("the entry is not in its canonical form")
    return fields


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadEntry("the entry names a field twice")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 17:
        raise BadEntry("a number in the entry is 2^53 or more")
    return int(digits)


def _fraction(_: str) -> NoReturn:
    raise BadEntry("the entry holds a number that is not whole")


def _check(value: object, where: str, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise BadEntry(f"the entry is nested deeper than {DEPTH_MAX}")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise BadEntry(f"a field name in {where} is not ASCII")
            _check(inner, f"field {key}", depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner, where, depth + 1)
    else:
        _check_plain(value, where)


def _check_plain(value: object, where: str) -> None:
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise BadEntry(f"the text of {where} is not in NFC")
    elif value is not None and not isinstance(value, int):
        raise BadEntry(f"{where} is neither a text nor a whole number")
    elif isinstance(value, int) and abs(value) > JSON_INTEGER_MAX:
        raise BadEntry(f"the number of {where} is 2^53 or more")

"""Closed schemas of the entries of the open book, usable without Django.

An entry is `{"at": unix seconds, "id": 32 hex digits, "t": "<type>", …}` in canonical bytes (RFC 8785) of at most 4 KiB.
No field takes free text: what is personal is there as a salted commitment only (facts 4.3).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from patogh.kit.tlog.errors import BadEntry
from patogh.ledger.schemas.fields import OneOf, Record
from patogh.ledger.schemas.kinds import COMMON, KINDS, WITNESSED_FIRST

__all__ = ["ENTRY_BYTES_MAX", "KINDS", "WITNESSED_FIRST", "BadEntry", "check", "commit", "fields_of", "put", "written"]

ENTRY_BYTES_MAX: Final = 4096
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def check(body: bytes) -> dict[str, Any]:
    """Return the entry that these bytes are; raises BadEntry unless they are canonical, small and of a known type."""
    from patogh.kit.tlog.canonical import parse_entry

    if len(body) > ENTRY_BYTES_MAX:
        raise BadEntry(f"an entry has at most {ENTRY_BYTES_MAX} bytes")
    entry = parse_entry(body)
    kind = entry.get("t") if isinstance(entry, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadEntry("the entry has no type that is known here")
    whole = KINDS[kind]
    Record({**COMMON, "t": OneOf((kind,)), **whole.fields}, whole.optional).check(entry, "")
    return entry


def fields_of(kind: str) -> dict[str, Any]:
    """Return the fields of a type besides `at`, `id` and `t`; raises BadEntry for an unknown one."""
    if kind not in KINDS:
        raise BadEntry("there is no such type of entry")
    return dict(KINDS[kind].fields)


def commit(kind: str, field: str, value: str, salt: bytes) -> str:
    """Return the commitment to a secret field: SHA-256 over each part behind its length in four bytes, in hex."""
    parts = (f"patogh/{kind}/{field}/v1".encode(), value.encode(), salt)
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).hexdigest()


def put(entry: Any, path: str, value: Any) -> Any:
    """Return a copy of an entry with `value` at a path like "reason" or "lines.1.c"; raises BadEntry for no place."""
    name, _, rest = path.partition(".")
    try:
        if isinstance(entry, list):
            number = int(name)
            changed = put(entry[number], rest, value) if rest else value
            return [*entry[:number], changed, *entry[number + 1 :]]
        return {**entry, name: put(entry[name], rest, value) if rest else value}
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise BadEntry("a secret has no place in the entry") from error


def written(value: Any) -> bytes:
    """Return the canonical bytes of a value of our profile: with ASCII keys and whole numbers, sorted JSON is RFC 8785."""
    try:
        return _ENCODER.encode(value).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise BadEntry("the entry holds something that has no canonical form") from error

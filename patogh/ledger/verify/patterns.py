"""A fast way to say yes: each closed schema as one regular expression over the canonical bytes of an entry.

What matches is canonical and keeps its schema; what does not match is looked at slowly by `schemas.check`, which alone
may say no. So an expression may take less than its schema, never more (a test holds both against each other).
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Final

from patogh.ledger.schemas import KINDS
from patogh.ledger.schemas.fields import AnyOf, Field, Hex, ListOf, OneOf, Pattern, Record, Whole
from patogh.ledger.schemas.kinds import COMMON

_KIND: Final = re.compile(rb'"t":"([a-z_.]{1,60}\.v[0-9]{1,3})"')
_PLAIN_CLASS: Final = re.compile(r"\[(?:a-z|A-Z|0-9|[a-zA-Z0-9.:/_#+=-])+\]")
_PLAIN_REST: Final = re.compile(r"(?:[a-zA-Z0-9_:#|(){},?-]|\\\.)*")
_LIST_MAX: Final = 60_000


def matching(data: bytes) -> tuple[str, re.Match[bytes]] | None:
    """Return the type of an entry and its match, or None if it has to be looked at slowly."""
    found = _KIND.search(data)
    pattern = _pattern(found[1]) if found else None
    match = pattern.fullmatch(data) if pattern else None
    return (found[1].decode(), match) if found and match else None


class Neighbours:
    """Matches entries one after another; the type of the one before is tried first."""

    def __init__(self) -> None:
        self.kind = ""
        self._form: re.Pattern[bytes] | None = None

    def match(self, data: bytes) -> re.Match[bytes] | None:
        """Return the match of an entry, or None if it has to be looked at slowly; `kind` is its type."""
        match = self._form.fullmatch(data) if self._form else None
        if match is None and (found := matching(data)):
            self.kind, match = found
            self._form = match.re
        return match


@lru_cache(maxsize=256)
def _pattern(kind: bytes) -> re.Pattern[bytes] | None:
    """Return the expression of a type; it has the group `id`, and `unit` (in quotes) where it has one. None for an unknown type, or one beyond expression."""
    record = KINDS.get(kind.decode())
    if record is None:
        return None
    whole = Record({**COMMON, "t": OneOf((kind.decode(),)), **record.fields}, record.optional)
    form = _record(whole)
    if form is None:
        return None
    named = form.replace('"id":"[0-9a-f]{32}"', '"id":"(?P<id>[0-9a-f]{32})"', 1)
    named = re.sub(r'"unit":\(\?:', '"unit":(?P<unit>', named, count=1)
    return re.compile(named.encode()) if "(?P<id>" in named else None


def _record(record: Record) -> str | None:
    """Return the expression of a record: its fields in the order of their names, as canonical JSON has them."""
    parts, first = [], True
    for name in sorted(record.fields):
        form, optional = _field(record.fields[name]), name in record.optional
        if form is None and not optional:
            return None
        one = f'"{re.escape(name)}":{form}'
        if form is None:
            continue  # an entry that has this field is looked at slowly
        if first:  # what may be absent before the first sure field brings its own comma
            parts.append(f"(?:{one},)?" if optional else one)
        else:
            parts.append(f"(?:,{one})?" if optional else f",{one}")
        first = first and optional
    return None if first else r"\{" + "".join(parts) + r"\}"


def _field(field: Field) -> str | None:
    """Return the expression of one field, or None if there is none that is surely no wider."""
    if isinstance(field, Whole):
        return _whole(field)
    if isinstance(field, Hex):
        return f'"[0-9a-f]{{{field.octets * 2}}}"'
    if isinstance(field, OneOf):
        return f"(?:{'|'.join(re.escape(json.dumps(word)) for word in field.words if word.isascii())})"
    if isinstance(field, Pattern):
        return f'"(?:{field.form})"' if _is_plain(field.form) else None
    if isinstance(field, Record):
        return _record(field)
    return _many(field)


def _many(field: Field) -> str | None:
    """Return the expression of a list or of a choice."""
    if isinstance(field, AnyOf):
        forms = [_record(choice) for choice in field.choices]
        return f"(?:{'|'.join(form for form in forms if form)})" if any(forms) else None
    if not isinstance(field, ListOf) or field.most > _LIST_MAX:
        return None
    item = _field(field.item)
    if item is None or field.most < 1:
        return None
    some = rf"{item}(?:,{item}){{{max(field.least - 1, 0)},{field.most - 1}}}"
    return rf"\[(?:{some})?\]" if field.least == 0 else rf"\[{some}\]"


def _whole(field: Whole) -> str | None:
    """Return the expression of the numbers that surely lie between the bounds, by their count of digits."""
    digits = len(str(field.most + 1)) - 1
    if field.least > 1 or digits < 1:
        return "[01]" if (field.least, field.most) == (0, 1) else None
    sign = "-?" if field.least <= -(10**digits - 1) else ""
    some = f"{sign}[1-9][0-9]{{0,{digits - 1}}}"
    return f"(?:0|{some})" if field.least <= 0 else some


def _is_plain(form: str) -> bool:
    """Tell whether a form can match letters, digits and harmless marks only: nothing that JSON would escape."""
    return bool(_PLAIN_REST.fullmatch(_PLAIN_CLASS.sub("", form)))

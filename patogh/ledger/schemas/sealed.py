"""Where an entry holds commitments instead of values, and what it says without them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from patogh.ledger.schemas.fields import COMMITMENT, AnyOf, Field, ListOf, Record
from patogh.ledger.schemas.kinds import KINDS


def sealed_in(entry: dict[str, Any]) -> dict[str, str]:
    """Return the commitments of an entry that keeps its schema, by their path like "reason" or "lines.1.c"."""
    return dict(_sealed(KINDS[entry["t"]], entry, ""))


def without(value: Any, paths: dict[str, str], *, as_none: bool, at: str = "") -> Any:
    """Return an entry without what stands at these paths; with None in its place where `as_none` is told."""
    if isinstance(value, list):
        return [without(item, paths, as_none=as_none, at=f"{at}{place}.") for place, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    return {
        name: None if f"{at}{name}" in paths else without(item, paths, as_none=as_none, at=f"{at}{name}.")
        for name, item in value.items()
        if as_none or f"{at}{name}" not in paths
    }


def _sealed(field: Field, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if field is COMMITMENT:
        yield path, value
    elif isinstance(field, ListOf):
        for place, item in enumerate(value):
            yield from _sealed(field.item, item, f"{path}.{place}")
    elif isinstance(field, Record):
        for name in field.fields.keys() & value.keys():
            yield from _sealed(field.fields[name], value[name], f"{path}.{name}" if path else name)
    elif isinstance(field, AnyOf):
        fitting = next(choice for choice in field.choices if choice.fields.keys() == value.keys())
        yield from _sealed(fitting, value, path)

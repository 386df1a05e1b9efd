"""Which column is what, guessed from its name and its values, then chosen by somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from patogh.kit import persian
from patogh.people.consent import aims
from patogh.persons.errors import PeoplePlanRefused
from patogh.persons.importing.tables import Table
from patogh.persons.resolving import columns

# What a column may be; "" is not used, "trait" is kept under the column's own name.
MEANINGS: Final = (
    "", "id", "email", "phone", "given", "family", "full", "birth", "city", "region", "postcode", "trait", "consent",
)  # fmt: skip
KEYS: Final = ("id", "email", "phone")
ONCE: Final = frozenset({"id", "given", "family", "full", "birth", "consent"})
METHODS: Final = ("form", "paper", "spoken")
EVIDENCE_CHARS_MAX: Final = 300


def proposed(table: Table) -> list[str]:
    """Return a meaning for each column, as far as it can be guessed."""
    key = next((name for name in table.header if columns.by_name(name) == "id"), "id")
    found = columns.recognised(table.header, table.sample, key)
    return [one.meaning if one.meaning in MEANINGS else "trait" if one.meaning == "external" else "" for one in found]


def made(table: Table, chosen: list[str], said: Mapping[str, str]) -> dict[str, Any]:
    """Return the plan that was chosen; raises PeoplePlanRefused with why."""
    if len(chosen) != len(table.header) or not set(chosen) <= set(MEANINGS):
        raise PeoplePlanRefused(why="columns")
    if not set(chosen) & set(KEYS):
        raise PeoplePlanRefused(why="no_key")
    if any(chosen.count(one) > 1 for one in ONCE):
        raise PeoplePlanRefused(why="twice")
    plan: dict[str, Any] = {"columns": chosen, "names": [name[:60] for name in table.header]}
    return plan | ({"consent": _consent(said)} if "consent" in chosen else {})


def _consent(said: Mapping[str, str]) -> dict[str, str]:
    """Return what a column of consent stands for: nobody's yes is kept without the words they said it to."""
    every = (said.get(name, "").replace("\0", "").strip() for name in ("words", "method", "purpose", "evidence"))
    words, method, purpose, evidence = every
    if not words or method not in METHODS or purpose not in {one.name for one in purposes()}:
        raise PeoplePlanRefused(why="consent")
    proof = " ".join(evidence.split())[:EVIDENCE_CHARS_MAX]
    return {"words": words[:2_000], "method": method, "purpose": purpose, **({"evidence": proof} if proof else {})}


def purposes() -> list[Any]:
    """Return the purposes that somebody may have agreed to."""
    return list(aims.choosable())


def is_yes(text: str) -> bool:
    """Whether a cell says yes; everything else says nothing."""
    return persian.digits_en(persian.chars(text)).strip().casefold() in {
        "1",
        "yes",
        "y",
        "true",
        "x",
        "بله",
        "آری",
        "دارد",
        "✓",
        "ja",
    }

"""One row as what it says of somebody: the identities that it names, all of them claims, and their traits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from patogh.people.kinds import readable
from patogh.persons.importing.plans import is_yes
from patogh.persons.resolving import fields

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What a row says; `keys` are in order of their weight, the first is whose the traits are. `why` is what is wrong with it."""

    number: int
    keys: tuple[Key, ...] = ()
    traits: dict[str, Any] = field(default_factory=dict)
    is_agreed: bool = False
    why: str = ""

    @property
    def digest(self) -> str:
        """The same for the same words."""
        said = json.dumps([self.keys, self.traits, self.is_agreed], ensure_ascii=True, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:40]


def read(number: int, cells: Sequence[str], plan: dict[str, Any], label: str) -> RowFacts:
    """Return what a row says; `why` is a key of `words.PEOPLE_REFUSALS` where it cannot be taken."""
    found: dict[str, list[Key]] = {"id": [], "email": [], "phone": []}
    traits: dict[str, Any] = {}
    is_agreed, wrong = False, ""
    for meaning, name, cell in zip(plan["columns"], plan["names"], cells, strict=False):
        text = cell.replace("\0", "").strip()
        if not text or not meaning:
            continue
        if meaning in found:
            some = _keys(meaning, text, label)
            found[meaning] += some
            wrong = wrong or ("" if some else f"{meaning}_unreadable")
        elif meaning == "consent":
            is_agreed = is_yes(text)
        else:
            traits |= _trait(meaning, name, text)
    keys = tuple(dict.fromkeys(found["id"] + found["email"] + found["phone"]))
    if not keys:
        return RowFacts(number, why=wrong or "nobody_named")
    if len(keys) > 8:
        return RowFacts(number, why="too_many_keys")
    return RowFacts(number, keys, _named(traits) | _reached(keys), is_agreed)


def _keys(meaning: str, text: str, label: str) -> list[Key]:
    if meaning == "id":
        value = readable("import", f"{label}:{text[:150]}")
        return [("import", value)] if value else []
    values = [readable(meaning, one) for one in fields.several(text)]
    return [(meaning, value) for value in values if value]


def _trait(meaning: str, name: str, text: str) -> dict[str, Any]:
    if meaning == "birth":
        day = fields.birth(text).iso
        return {"birth_date": day} if day else {}
    names = {"given": "first_name", "family": "last_name", "full": "name"}
    return {names.get(meaning, name if meaning == "trait" else meaning): text[:500]}


def _named(traits: dict[str, Any]) -> dict[str, Any]:
    """Return traits with a whole name where its parts are there."""
    whole = f"{traits.get('first_name', '')} {traits.get('last_name', '')}".strip()
    return traits | ({"name": whole} if whole and "name" not in traits else {})


def _reached(keys: Sequence[Key]) -> dict[str, Any]:
    """Return the first address and number as traits: that the key of the row claims them."""
    return {
        kind: next(value for one, value in keys if one == kind)
        for kind in ("phone", "email")
        if any(one == kind for one, _ in keys)
    }

"""What each model field holds and what becomes of it, read from the rooms' `inventory.toml` files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent.parent
SENSITIVITIES: Final = frozenset({"public", "personal", "sensitive", "secret", "none"})
EXPORTS: Final = frozenset({"export", "no-export"})
ERASURES: Final = frozenset({"keep", "blank", "delete", "pseudonymise"})
OWNER: Final = "_owner"  # the one key of a table that is no field: a path such as "post__author", or "" for nobody
_PARTS: Final = 5


class BadInventory(ValueError):
    """An inventory that breaks the rules; the message says which file, model and field."""


@dataclass(frozen=True, slots=True)
class FieldNote:
    """The declaration of one field: why it is there, how private, how long, whether exported, how erased."""

    room: str
    model: str
    field: str
    purpose: str
    sensitivity: str
    retention: str
    export: str
    erase: str

    @property
    def is_exported(self) -> bool:
        """Whether the field belongs in the person's own export."""
        return self.export == "export"


def load(package: Path = PACKAGE) -> list[FieldNote]:
    """Return the notes of every room under `package`, by room, model and field; raises BadInventory."""
    return [note for path in sorted(package.glob("*/inventory.toml")) for note in read(path)]


def read(path: Path) -> list[FieldNote]:
    """Return the notes of one room's file; raises BadInventory if it is no TOML or a word is not in the vocabulary."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path}: {error}"
        raise BadInventory(message) from error
    return list(_notes(path, tables))


def owners(package: Path = PACKAGE) -> dict[tuple[str, str], str]:
    """Return, by room and model, the path to the member whose rows they are, where an inventory names it as `_owner`."""
    return {
        (path.parent.name, model): str(fields[OWNER])
        for path in sorted(package.glob("*/inventory.toml"))
        for model, fields in tomllib.loads(path.read_text(encoding="utf-8")).items()
        if OWNER in fields
    }


def _notes(path: Path, tables: dict[str, object]) -> Iterator[FieldNote]:
    for model, fields in tables.items():
        if not isinstance(fields, dict):
            message = f"{path}: {model} must be a table of fields"
            raise BadInventory(message)
        for name, words in fields.items():
            if name != OWNER:
                yield _note(path, model, name, words)


def _note(path: Path, model: str, name: str, words: object) -> FieldNote:
    place = f"{path}: {model}.{name}"
    if not isinstance(words, list) or len(words) != _PARTS or not all(isinstance(w, str) and w.strip() for w in words):
        message = f"{place} needs five words: purpose, sensitivity, retention, export, erase rule"
        raise BadInventory(message)
    note = FieldNote(path.parent.name, model, name, *words)
    for word, allowed in ((note.sensitivity, SENSITIVITIES), (note.export, EXPORTS), (note.erase, ERASURES)):
        if word not in allowed:
            message = f"{place}: {word!r} is not one of {', '.join(sorted(allowed))}"
            raise BadInventory(message)
    return note

"""Where files of people lie until they are read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from patogh.kit.shelves import Shelf, measured
from patogh.persons.actions.importing import KeptFile
from patogh.persons.models import PeopleImport

SHELF: Final = Shelf("people_files")
path_of, drop = SHELF.path_of, SHELF.drop


def keep(pieces: Iterable[bytes], label: str, name: str) -> KeptFile:
    """Put a file into the data folder, whole or not at all."""
    laid = SHELF.lay(pieces)
    return KeptFile(label, Path(name).name, laid.sha256, laid.size, laid.token)


def outside(path: Path, label: str) -> KeptFile:
    """Describe a file that stays where it is."""
    laid = measured(path)
    return KeptFile(label, path.name, laid.sha256, laid.size)


def sweep() -> int:
    """Let go of files that nobody waits for; returns how many."""
    waiting = PeopleImport.objects.filter(state__in=("asked", "reading")).exclude(file="")
    return SHELF.sweep(set(waiting.values_list("file", flat=True)))

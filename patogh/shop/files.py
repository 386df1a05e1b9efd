"""Where files of products and orders lie until they are read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from patogh.kit.shelves import Shelf, measured
from patogh.shop.actions import Kept
from patogh.shop.models import Import

SHELF: Final = Shelf("shop_files", ".csv")
path_of, drop = SHELF.path_of, SHELF.drop


def keep(pieces: Iterable[bytes], source: str, kind: str, name: str) -> Kept:
    """Put a file into the data folder, whole or not at all."""
    laid = SHELF.lay(pieces)
    return Kept(source, kind, Path(name).name, laid.sha256, laid.size, laid.token)


def outside(path: Path, source: str, kind: str) -> Kept:
    """Describe a file that stays where it is."""
    laid = measured(path)
    return Kept(source, kind, path.name, laid.sha256, laid.size)


def sweep() -> int:
    """Let go of files that no import waits for; returns how many."""
    waiting = Import.objects.filter(state__in=("asked", "reading")).exclude(file="")
    return SHELF.sweep(set(waiting.values_list("file", flat=True)))

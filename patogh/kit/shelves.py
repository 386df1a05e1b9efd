"""Shelves in the data folder, where files that somebody sent lie until they are read; never among the media."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,40}")
# A file is laid down before the row that waits for it is written.
_UNCLAIMED_S: Final = 3_600


@dataclass(frozen=True, slots=True)
class Laid:
    """A file: its SHA-256 in hex, its size in bytes and, where it lies on a shelf, its token there."""

    sha256: str
    size: int
    token: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One folder of such files."""

    folder: str
    ending: str = ""

    def path_of(self, token: str) -> Path:
        """Return where a file lies; ValueError where that is no token."""
        if not _TOKEN.fullmatch(token):
            raise ValueError(token)
        return self._folder / f"{token}{self.ending}"

    def lay(self, pieces: Iterable[bytes]) -> Laid:
        """Put a file there, whole or not at all."""
        token, digest, size = secrets.token_urlsafe(18), hashlib.sha256(), 0
        path = self.path_of(token)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        part = path.with_suffix(".part")
        try:
            with part.open("wb") as file:
                for piece in pieces:
                    digest.update(piece)
                    size += len(piece)
                    file.write(piece)
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
        return Laid(digest.hexdigest(), size, token)

    def drop(self, token: str) -> None:
        """Let a file go; nothing happens where it is gone, or never lay there."""
        if token:
            self.path_of(token).unlink(missing_ok=True)

    def sweep(self, wanted: Collection[str]) -> int:
        """Let go of files that lie for an hour and that nobody wants; returns how many."""
        lying = list(self._folder.iterdir()) if self._folder.is_dir() else []
        gone = [path for path in lying if path.stem not in wanted and _is_old(path)]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    @property
    def _folder(self) -> Path:
        return Path(settings.DATA) / self.folder


def measured(path: Path) -> Laid:
    """Describe a file that stays where it is; OSError where it cannot be read."""
    with path.open("rb") as file:
        return Laid(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def _is_old(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - _UNCLAIMED_S
    except FileNotFoundError:
        return False

"""Where files of people lie until they are read: in the data folder, never among the media."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.conf import settings

from patogh.persons.actions.importing import KeptFile
from patogh.persons.models import PeopleImport

FOLDER: Final = "people_files"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,40}")


def path_of(token: str) -> Path:
    """Return where a kept file lies."""
    if not _TOKEN.fullmatch(token):
        raise ValueError(token)
    return Path(settings.DATA) / FOLDER / token


def keep(pieces: Iterable[bytes], label: str, name: str) -> KeptFile:
    """Put a file into the data folder, whole or not at all."""
    token, digest, size = secrets.token_urlsafe(18), hashlib.sha256(), 0
    path = path_of(token)
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
    return KeptFile(label, Path(name).name, digest.hexdigest(), size, token)


def outside(path: Path, label: str) -> KeptFile:
    """Describe a file that stays where it is."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return KeptFile(label, path.name, digest, path.stat().st_size)


def drop(token: str) -> None:
    """Let a kept file go."""
    if token:
        path_of(token).unlink(missing_ok=True)


def sweep() -> int:
    """Let go of files that nobody waits for; returns how many."""
    folder = Path(settings.DATA) / FOLDER
    waiting = PeopleImport.objects.filter(state__in=("asked", "reading")).exclude(file="")
    wanted = set(waiting.values_list("file", flat=True))
    gone = [path for path in folder.iterdir() if path.stem not in wanted] if folder.is_dir() else []
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)

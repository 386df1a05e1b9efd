"""Where packed copies lie until they are taken: in the data folder, never among the media."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.conf import settings

FOLDER: Final = "parcels"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{10,40}")


def path_of(token: str) -> Path:
    """Return where the copy with a token lies."""
    if not _TOKEN.fullmatch(token):
        raise ValueError(token)
    return Path(settings.DATA) / FOLDER / f"{token}.zip"


def drop(tokens: Iterable[str]) -> None:
    """Delete the files of copies."""
    for token in tokens:
        path_of(token).unlink(missing_ok=True)

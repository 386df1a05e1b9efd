"""The published files of the log: a folder in the C2SP layout that any web server could serve as well."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings

from patogh.kit.errors import NotFound

FILE_BYTES_MAX: Final = 256 * 65_537


def folder() -> Path:
    """Return the folder of the published log."""
    return Path(settings.DATA) / "book" / "public"


def published(path: str) -> bytes:
    """Return a published file; raises NotFound. `path` has the form that the addresses allow, so it stays inside."""
    try:
        file = (folder() / path).resolve()
        if folder().resolve() not in file.parents or not file.is_file():
            raise NotFound
        return file.read_bytes()
    except OSError as error:
        raise NotFound from error

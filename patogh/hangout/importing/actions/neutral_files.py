"""Pictures of a neutral folder: read with the suspicion that every upload meets, and written anew."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from patogh.hangout.actions.pictures import path_of
from patogh.kit import ids, limits, pictures

TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,40}")


def take_avatar(path: Path) -> str:
    """Keep a photo of somebody and return its storage name; raises PictureRefused."""
    return str(
        default_storage.save(f"avatars/{ids.token(12)}.webp", ContentFile(pictures.take(_read(path)).thumb_webp))
    )


def take_picture(path: Path, token: str) -> dict[str, Any]:
    """Keep a picture under its own token and return the columns that its bytes decide; raises PictureRefused."""
    taken = pictures.take(_read(path))
    for thumb, data in ((False, taken.full_webp), (True, taken.thumb_webp)):
        if default_storage.exists(path_of(token, thumb=thumb)):
            default_storage.delete(path_of(token, thumb=thumb))
        default_storage.save(path_of(token, thumb=thumb), io.BytesIO(data))
    size = len(taken.full_webp) + len(taken.thumb_webp)
    return {"sha256": taken.sha256, "width": taken.width, "height": taken.height, "size_bytes": size}


def _read(path: Path) -> bytes:
    """Return a file's bytes, one more than a picture may have at most."""
    with path.open("rb") as file:
        return file.read(limits.PICTURE_BYTES_MAX + 1)

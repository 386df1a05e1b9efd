"""Files of messages in the storage: under names of ours, with a media type that their bytes agree with."""

from __future__ import annotations

import io
from typing import Final

from django.core.files.storage import default_storage

from patogh.channels.connectors.actions.keeping import Stored
from patogh.channels.connectors.contract import File
from patogh.kit import ids

FOLDER: Final = "channels"
PLAIN: Final = "application/octet-stream"
# What a file begins with, and what it is then, whatever its sender called it.
_BEGINNINGS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"), (b"ID3", "audio/mpeg"), (b"\x1aE\xdf\xa3", "video/webm"), (b"PK\x03\x04", "application/zip"),
)  # fmt: skip


def stored(file: File) -> Stored:
    """Store a file that was cleaned, if it has bytes, and return how it is kept."""
    if file.content is None or file.why_left_out:
        return Stored(file.name, file.media_type, file.size_bytes, "", file.url, file.why_left_out)
    path = default_storage.save(f"{FOLDER}/{ids.token(24)}", io.BytesIO(file.content))
    return Stored(file.name, sniffed(file.content, file.media_type), len(file.content), path, "", "")


def sniffed(content: bytes, said: str) -> str:
    """Return the media type of some bytes: what they begin with, or what was said where that is harmless to show."""
    for beginning, media_type in _BEGINNINGS:
        if content.startswith(beginning):
            office = media_type == "application/zip" and said.startswith("application/vnd.")
            return said if office else media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return said if said in {"audio/mp4", "audio/m4a", "video/quicktime"} else "video/mp4"
    return said if said in {"text/plain", "text/csv", "audio/amr", "message/rfc822", "text/calendar"} else PLAIN

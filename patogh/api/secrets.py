"""What a token looks like: a prefix that scanners of leaked keys can look for, 32 random characters, six of checksum."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib
from typing import Final

PREFIX: Final = "patogh_pat_"
_LETTERS: Final = string.ascii_letters + string.digits
_FORM: Final = re.compile(rf"{PREFIX}([A-Za-z0-9]{{32}})([A-Za-z0-9]{{6}})")


def new() -> str:
    """Return a new token; 32 characters of 62 are 190 bits."""
    body = "".join(secrets.choice(_LETTERS) for _ in range(32))
    return f"{PREFIX}{body}{_checksum(body)}"


def is_ours(token: str) -> bool:
    """Whether this can be a token of ours, without asking the database."""
    match = _FORM.fullmatch(token)
    return match is not None and secrets.compare_digest(match[2], _checksum(match[1]))


def digest(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def hint(token: str) -> str:
    """Return the characters by which its owner tells it from others."""
    return token[: len(PREFIX) + 4]


def _checksum(body: str) -> str:
    """Return the CRC-32 of the random part in six characters of base 62, as scanners check it."""
    number, found = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, rest = divmod(number, 62)
        found = _LETTERS[rest] + found
    return found

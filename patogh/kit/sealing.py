"""Words that are kept sealed: AES-256-GCM under a key derived from the house's own, so that a copy of the database tells nothing.

What is kept is "s1:" and base64 of nonce and ciphertext. Each use names what it is `about`, and what was sealed for one use
opens for no other. A former key opens as long as it is named in PATOGH_SECRET_KEY_OLD.
"""

from __future__ import annotations

import base64
import secrets
from functools import lru_cache
from typing import Any, Final

from django.conf import settings

PREFIX: Final = "s1:"
NONCE_BYTES: Final = 12


def sealed(text: str, about: bytes) -> str:
    """Return a text as it is kept."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    body = nonce + _box(settings.SECRET_KEY, about).encrypt(nonce, text.encode(), about)
    return PREFIX + base64.b64encode(body).decode()


def opened(kept: str, about: bytes) -> str | None:
    """Return a text that was sealed, or None where no key of this house opens it."""
    from cryptography.exceptions import InvalidTag

    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            body = base64.b64decode(kept.removeprefix(PREFIX), validate=True)
            return bytes(_box(secret, about).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], about)).decode()
        except (InvalidTag, ValueError):
            continue
    return None


@lru_cache(maxsize=16)
def _box(secret: str, about: bytes) -> Any:
    """Return the cipher of one use under one key of the house."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=about).derive(secret.encode())
    return AESGCM(key)

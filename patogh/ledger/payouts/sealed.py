"""Words that are kept sealed: AES-256-GCM under a key derived from the house's own, so that a copy of the database tells nothing.

What is kept is "s1:" and base64 of nonce and ciphertext; "" stays "" so that emptied rows can be found. A former key opens as
long as it is named in PATOGH_SECRET_KEY_OLD; what no key opens reads as "".
"""

from __future__ import annotations

import base64
import logging
import secrets
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db import models

PREFIX: Final = "s1:"
NONCE_BYTES: Final = 12
ABOUT: Final = b"patogh.ledger.payouts"
logger = logging.getLogger(__name__)


class SealedField(models.TextField):  # type: ignore[type-arg]
    """A text that only this house can read; it cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        """Return what is written."""
        return sealed(value) if isinstance(value, str) and value else value

    def from_db_value(self, value: Any, *_given: object) -> Any:
        """Return what was written."""
        return opened(value) if isinstance(value, str) else value


def sealed(text: str) -> str:
    """Return a text as it is kept."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    body = nonce + _box(settings.SECRET_KEY).encrypt(nonce, text.encode(), ABOUT)
    return PREFIX + base64.b64encode(body).decode()


def opened(kept: str) -> str:
    """Return a text that was kept; "" where no key of this house opens it. What was kept before it was sealed stands as it is."""
    if not kept.startswith(PREFIX):
        return kept
    from cryptography.exceptions import InvalidTag

    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            body = base64.b64decode(kept[len(PREFIX) :], validate=True)
            return bytes(_box(secret).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], ABOUT)).decode()
        except (InvalidTag, ValueError):
            continue
    logger.warning("an account number was sealed under another key; name it in PATOGH_SECRET_KEY_OLD")
    return ""


@lru_cache(maxsize=8)
def _box(secret: str) -> Any:
    """Return the cipher of one key of the house."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=ABOUT).derive(secret.encode())
    return AESGCM(key)

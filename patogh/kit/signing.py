"""Secrets and signatures of Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
TOLERANCE_S: Final = 300


def new_secret() -> str:
    """Return a new secret as receivers write it into their settings."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature, like "v1,g0hM9SsE…"; raises ValueError for a secret of another form."""
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    signed = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def is_signed(said: str, secret: str, message_id: str, timestamp: int, body: bytes) -> bool:
    """Whether one of the signatures in a header, separated by spaces, is the right one."""
    right = signature(secret, message_id, timestamp, body).encode()
    return any(hmac.compare_digest(one.encode("utf-8", "replace"), right) for one in said.split()[:20])

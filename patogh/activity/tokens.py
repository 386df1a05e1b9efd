"""The signed word that pages give to browsers and the hub checks; both sides import this, so it needs no Django."""

import base64
import hashlib
import hmac
import time


def hub_key(secret_key: str) -> bytes:
    """Return the key of the hub, derived from the site's own, so that the hub never knows that one."""
    return hmac.new(secret_key.encode(), b"patogh.activity.hub", hashlib.sha256).digest()


def sign(key: bytes, channels: str, until: int) -> str:
    """Return `until.signature` for a list of channels joined by commas; `until` is in seconds since 1970."""
    mac = hmac.new(key, f"{until}\n{channels}".encode(), hashlib.sha256).digest()[:18]
    return f"{until}.{base64.urlsafe_b64encode(mac).decode()}"


def is_valid(key: bytes, channels: str, token: str) -> bool:
    """Return whether `token` was signed for exactly these channels and has not run out."""
    until, _, _ = token.partition(".")
    if not until.isascii() or not until.isdigit() or len(until) > 12:
        return False
    return hmac.compare_digest(sign(key, channels, int(until)).encode(), token.encode()) and int(until) > time.time()

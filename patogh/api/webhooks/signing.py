"""Signed headers of a webhook, after Standard Webhooks 1.0.0 (`kit.signing`)."""

from __future__ import annotations

from collections.abc import Iterable

from patogh.kit.signing import PREFIX, SECRET_BYTES, new_secret, signature

__all__ = ["PREFIX", "SECRET_BYTES", "headers", "new_secret", "signature"]


def headers(keys: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of a request: while a secret is being rotated there is a signature by each."""
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, message_id, timestamp, body) for key in keys),
        "user-agent": "Patogh-Webhooks/1.0",
    }

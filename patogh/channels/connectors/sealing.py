"""Secrets of a setup and headers of a dead letter, sealed under a key of the house."""

from __future__ import annotations

import json
from typing import Any, Final

from patogh.channels.connectors.contract import SetupBroken
from patogh.kit import sealing

ABOUT: Final = b"patogh.channels.connectors"


def sealed(secrets: dict[str, Any]) -> bytes:
    """Return secrets as they are kept."""
    return sealing.sealed(json.dumps(secrets, ensure_ascii=False), ABOUT).encode()


def opened(kept: bytes | memoryview | None) -> dict[str, Any]:
    """Return secrets that were kept; raises SetupBroken where no key of this house opens them."""
    if not kept:
        return {}
    text = sealing.opened(bytes(kept).decode(), ABOUT)
    if text is None:
        raise SetupBroken(
            "the secrets were sealed under another key; name it in PATOGH_SECRET_KEY_OLD or write them anew"
        )
    found: dict[str, Any] = json.loads(text)
    return found

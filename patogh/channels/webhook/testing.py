"""How the tests sign a call to this connector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from patogh.channels.connectors.contract import Call
from patogh.kit import signing


def signed(settings: Mapping[str, Any], call: Call) -> Call:
    """Return a call with its signature."""
    at, message_id = int(call.at.timestamp()), call.headers.get("webhook-id", "msg_1")
    said = {
        "webhook-id": message_id, "webhook-timestamp": str(at),
        "webhook-signature": signing.signature(str(settings["secret"]), message_id, at, call.body),
    }  # fmt: skip
    return replace(call, headers={**call.headers, **said})

"""How the tests sign a call to this connector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from patogh.channels.connectors.contract import Call
from patogh.channels.shops import signature


def signed(settings: Mapping[str, Any], call: Call) -> Call:
    """Return a delivery as the shop signs it."""
    said = {"x-wc-webhook-signature": signature(str(settings["secret"]), call.body)}
    return replace(call, headers={**call.headers, **said})

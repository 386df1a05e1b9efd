"""How the tests sign a call to this connector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from patogh.channels.connectors.contract import Call
from patogh.channels.twilio.connector import signature


def signed(settings: Mapping[str, Any], call: Call, url: str = "") -> Call:
    """Return a call with its signature for a whole address."""
    fields = dict(parse_qsl(call.body.decode(), keep_blank_values=True))
    said = signature(str(settings["token"]), url or str(settings.get("url", "")), fields)
    return replace(call, headers={**call.headers, "x-twilio-signature": said})

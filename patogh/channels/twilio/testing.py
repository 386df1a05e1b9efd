"""How the tests sign a call to this connector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from patogh.channels import texting
from patogh.channels.connectors.contract import Call, Unreadable
from patogh.channels.twilio.connector import signature

DOOR: Final = "https://rekab.example/channels/aaaa/"


def signed(settings: Mapping[str, Any], call: Call, door: str = DOOR) -> Call:
    """Return a call to our address `door` with its signature; of a body that is no form, that of an empty one."""
    try:
        fields = texting.form_of(replace(call, query={}))
    except Unreadable:
        fields = {}
    url = door + call.tail + (f"?{urlencode(dict(call.query))}" if call.query else "")
    return replace(call, headers={**call.headers, "x-twilio-signature": signature(str(settings["token"]), url, fields)})

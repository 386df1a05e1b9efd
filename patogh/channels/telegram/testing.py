"""How the tests call this connector's address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from patogh.channels.connectors.client import Http
from patogh.channels.connectors.contract import Call, Running
from patogh.channels.telegram.connector import secret_of

ADDRESS = "a" * 40


def signed(settings: Mapping[str, Any], call: Call) -> Call:
    """Return a call as the bot's server makes it: with the secret in its header."""
    setup = Running(7, ADDRESS, "", settings, Http(), lambda: dt.datetime.now(dt.UTC))
    return replace(call, headers={**call.headers, "x-telegram-bot-api-secret-token": secret_of(setup)})

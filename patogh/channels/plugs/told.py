"""What channels tell besides messages: that a post was deleted, that somebody blocked our bot."""

from __future__ import annotations

import sys
from typing import Final

from patogh.channels.connectors.actions.taking_back import take_back
from patogh.channels.connectors.contract import Arrival
from patogh.kit.hooks import hookimpl, plug

TOLD: Final = frozenset({"deleted", "bot_blocked", "bot_unblocked"})


@hookimpl
def arrived(setup_id: int, arrival: Arrival) -> bool | None:
    """Take such an event; who blocked our bot has it among their traits, and sending there is refused by the channel."""
    event = arrival.data.get("event")
    if arrival.kind != "event" or event not in TOLD:
        return None
    if event == "deleted":
        key, thread = (str(arrival.data.get(name) or "") for name in ("deletes", "deletes_thread"))
        take_back(setup_id, key=key, thread=thread, at=arrival.happened_at)
    return True


plug(sys.modules[__name__])

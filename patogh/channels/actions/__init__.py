"""What this room writes."""

from patogh.channels.actions.choosing import (
    change_terms,
    choose,
    close_outlet,
    mute,
    open_outlet,
    resubscribe,
    unmute,
    unsubscribe,
)
from patogh.channels.actions.delivering import end, give_back, let_wait, postpone, retry_dead, retry_delay, sweep, take
from patogh.channels.actions.digests import enrol, queue_digests, reschedule
from patogh.channels.actions.planning import plan
from patogh.channels.actions.reaching import forgive, note_bounce

__all__ = [
    "change_terms", "choose", "close_outlet", "end", "enrol", "forgive", "give_back", "let_wait", "mute", "note_bounce",
    "open_outlet", "plan", "postpone", "queue_digests", "reschedule", "resubscribe", "retry_dead", "retry_delay", "sweep", "take", "unmute", "unsubscribe",
]  # fmt: skip

"""The verbs of webhooks, and the upkeep of their deliveries."""

from patogh.api.webhooks.actions.deliveries import (
    News,
    Outcome,
    claim_turn,
    erase_messages,
    fan_out,
    forget_old,
    note_attempt,
    queue_turn_at,
    queue_turns,
    release_turn,
)
from patogh.api.webhooks.actions.endpoints import (
    EndpointWords,
    add_endpoint,
    edit_endpoint,
    give_up_on,
    pause_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_secret,
)
from patogh.api.webhooks.actions.replays import redeliver, replay_failed, send_test

__all__ = [
    "EndpointWords",
    "News",
    "Outcome",
    "add_endpoint",
    "claim_turn",
    "edit_endpoint",
    "erase_messages",
    "fan_out",
    "forget_old",
    "give_up_on",
    "note_attempt",
    "pause_endpoint",
    "queue_turn_at",
    "queue_turns",
    "redeliver",
    "release_turn",
    "remove_endpoint",
    "replay_failed",
    "resume_endpoint",
    "rotate_secret",
    "send_test",
]  # fmt: skip

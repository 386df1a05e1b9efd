"""Messages that leave: written by somebody, taken in hand by a turn, and what became of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from patogh.activity import action, enqueue, live, record, unchanged, upkeep
from patogh.channels.connectors import cleaning, limits
from patogh.channels.connectors.actions.turns import SEND
from patogh.channels.models import Halt, Message, Setup
from patogh.people.models import Identity, Member

OPEN: Final = ("waiting", "sending")
SENDABLE: Final = frozenset({*OPEN, "unsure"})


@dataclass(frozen=True, slots=True)
class Draft:
    """What is written: `key` is the same when the same message is written again."""

    key: str
    text: str
    purpose: str
    subject: str = ""
    thread: str = ""
    reply_to: str = ""


@action
def write_message(setup: Setup, identity: Identity, draft: Draft, *, by: Member | None) -> Message:
    """Write a message that waits for its turn; a second one of the same key changes nothing."""
    now = timezone.now()
    message, is_new = Message.objects.get_or_create(
        setup=setup, way="out", key=cleaning.key_of(draft.key),
        defaults={
            "connector": setup.connector, "identity": identity, "text": draft.text, "purpose": draft.purpose, "by": by,
            "subject": draft.subject, "thread": cleaning.key_of(draft.thread), "state": "waiting", "next_at": now,
            "reply_to": cleaning.key_of(draft.reply_to), "happened_at": now, "recorded_at": now,
        },
    )  # fmt: skip
    if not is_new:
        return unchanged(message)
    enqueue(SEND, key=f"send:{setup.pk}", setup=setup.pk)
    transaction.on_commit(live.wake_worker)
    record(
        "channels.message_written", by=by, subject=message, target=identity, channel=setup.connector[:24],
        data={"purpose": draft.purpose},
    )  # fmt: skip
    return message


@upkeep
def take_next(setup_id: int) -> Message | None:
    """Take the next message in hand: waiting, or left in hand by a turn that was killed. None when there is none, or the
    setup is no longer on.
    """
    if Halt.objects.filter(ended_at=None).exists() or not Setup.objects.filter(pk=setup_id, state="on").exists():
        return None
    now = timezone.now()
    due = Q(next_at=None) | Q(next_at__lte=now)
    rows = Message.objects.select_for_update().filter(due, setup_id=setup_id, way="out", state__in=OPEN)
    message = rows.order_by("next_at", "id").first()
    if message is None:
        return None
    message.state, message.attempts = "sending", message.attempts + 1
    message.next_at = now + dt.timedelta(seconds=limits.LEASE_S)
    message.save(update_fields=["state", "attempts", "next_at"])
    return message


@action
def note_sent(message: Message, channel_key: str) -> Message:
    """Note that a message left, and by what name the channel knows it."""
    row = Message.objects.select_for_update(of=("self",)).select_related("by", "identity").get(pk=message.pk)
    if row.state not in SENDABLE:
        return unchanged(row)
    row.state, row.channel_key, row.next_at, row.why = "sent", cleaning.key_of(channel_key), None, ""
    row.save(update_fields=["state", "channel_key", "next_at", "why"])
    record(
        "channels.message_sent", by=row.by, subject=row, target=row.identity, channel=row.connector[:24],
        data={"purpose": row.purpose},
    )  # fmt: skip
    return row


def left_in_hand(setup_id: int) -> list[Message]:
    """Return the messages that a turn had in hand when it was killed: they may have left."""
    rows = Message.objects.filter(setup_id=setup_id, way="out", state="sending", next_at__lte=timezone.now())
    return list(rows.order_by("pk")[: limits.SENDS_A_TURN_MAX])


@action
def note_unsure(message: Message, why: str) -> Message:
    """Note that nobody knows whether a message left: it does not go again before somebody says so."""
    row = Message.objects.select_for_update(of=("self",)).select_related("by").get(pk=message.pk)
    if row.state not in OPEN:
        return unchanged(row)
    row.state, row.why, row.next_at = "unsure", why[:300], None
    row.save(update_fields=["state", "why", "next_at"])
    record("channels.message_doubted", by=None, subject=row, target=row.identity, channel=row.connector[:24])
    return row


@action
def confirm_message(message: Message, *, by: Member) -> Message:
    """Note that a message of which nobody knew has arrived: somebody has seen it there."""
    row = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if row.way != "out" or row.state != "unsure":
        return unchanged(row)
    row.state, row.why = "sent", ""
    row.save(update_fields=["state", "why"])
    record("channels.message_confirmed", by=by, subject=row, target=row.identity, channel=row.connector[:24])
    return row


@upkeep
def settle(message: Message, state: str, why: str) -> None:
    """Note that a message will not leave: "refused" by the other side or by consent, "dead" after too many attempts."""
    rows = Message.objects.filter(pk=message.pk, state__in=OPEN)
    rows.update(state=state, why=why[:300], next_at=None)


@upkeep
def give_back(message: Message, why: str, wait_s: float) -> None:
    """Let a message wait for its next attempt."""
    next_at = timezone.now() + dt.timedelta(seconds=wait_s)
    rows = Message.objects.filter(pk=message.pk, state__in=OPEN)
    rows.update(state="waiting", why=why[:300], next_at=next_at)


@action
def retry_message(message: Message, *, by: Member | None) -> Message:
    """Let a message that was given up, or of which nobody knows, wait for its turn again."""
    row = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if row.way != "out" or row.state not in {"dead", "refused", "unsure"}:
        return unchanged(row)
    row.state, row.attempts, row.next_at, row.why = "waiting", 0, timezone.now(), ""
    row.save(update_fields=["state", "attempts", "next_at", "why"])
    if row.setup_id:
        enqueue(SEND, key=f"send:{row.setup_id}", setup=row.setup_id)
        transaction.on_commit(live.wake_worker)
    record("channels.message_retried", by=by, subject=row, channel=row.connector[:24])
    return row

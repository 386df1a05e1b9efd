"""Writing down what is to be sent, taking turns, and what became of each attempt."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from patogh.activity import enqueue, live, upkeep
from patogh.api.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookMessage
from patogh.api.webhooks import limits
from patogh.kit import ids

SEND = "api.send_webhooks"


@dataclass(frozen=True)
class Outcome:
    """What became of one request; a status of 0 means that there was no answer."""

    at: dt.datetime
    took_ms: int
    status: int = 0
    answer: str = ""
    error: str = ""
    retry_after_s: int = 0

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it."""
        return 200 <= self.status < 300


@dataclass(frozen=True)
class News:
    """A message to tell, and to whom."""

    type: str
    body: str
    endpoints: tuple[int, ...]
    activity_id: uuid.UUID | None = None
    identity_id: int | None = None


@upkeep
def fan_out(news: News) -> WebhookMessage | None:
    """Write a message and its deliveries and have them sent; a second call for one activity changes nothing.

    None where every endpoint is gone by now.
    """
    earlier = WebhookMessage.objects.filter(activity_id=news.activity_id) if news.activity_id else None
    if earlier is not None and (found := earlier.first()):
        return found
    present = list(WebhookEndpoint.objects.filter(pk__in=news.endpoints).order_by("pk").values_list("pk", flat=True))
    if not present:
        return None
    now = timezone.now()
    message = WebhookMessage.objects.create(
        key=f"msg_{ids.token(20)}", activity_id=news.activity_id, identity_id=news.identity_id, type=news.type,
        body=news.body, created_at=now,
    )  # fmt: skip
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(endpoint_id=pk, message=message, due_at=now, created_at=now) for pk in present
    )
    for pk in present:
        queue_turn(pk)
    return message


def queue_turn(endpoint_id: int) -> None:
    """Queue a turn of an endpoint within the running transaction; one that waits already stands for it."""
    enqueue(SEND, key=f"webhook:{endpoint_id}", endpoint=endpoint_id)
    transaction.on_commit(live.wake_worker)


@upkeep
def queue_turn_at(endpoint_id: int, at: dt.datetime) -> None:
    """Queue a turn for a moment that is near; one that waits for its moment already stands for it."""
    enqueue(SEND, key=f"webhook:{endpoint_id}:soon", run_at=at, endpoint=endpoint_id)


@upkeep
def queue_turns(endpoint_ids: list[int]) -> None:
    """Queue a turn for each of these endpoints."""
    for pk in endpoint_ids:
        queue_turn(pk)


@upkeep
def claim_turn(endpoint_id: int) -> WebhookEndpoint | None:
    """Take the lease of an endpoint, or None when somebody has it, it is paused, it asked for silence, or it is gone."""
    now = timezone.now()
    free = Q(sending_until=None) | Q(sending_until__lte=now)
    quiet = Q(hold_until=None) | Q(hold_until__lte=now)
    lease = now + dt.timedelta(seconds=limits.TURN_LEASE_S)
    taken = WebhookEndpoint.objects.filter(free, quiet, pk=endpoint_id, paused_at=None).update(sending_until=lease)
    return WebhookEndpoint.objects.filter(pk=endpoint_id).first() if taken else None


@upkeep
def release_turn(endpoint_id: int) -> None:
    """Give the lease back, and queue the next turn if something is due now or soon; the sweep sees to what is due later.

    In one transaction: whatever is written from now on finds the endpoint free.
    """
    WebhookEndpoint.objects.filter(pk=endpoint_id).update(sending_until=None)
    row = WebhookEndpoint.objects.filter(pk=endpoint_id, paused_at=None).first()
    waiting = WebhookDelivery.objects.filter(endpoint_id=endpoint_id, state="waiting")
    due_at = waiting.aggregate(first=Min("due_at"))["first"] if row else None
    if row is None or due_at is None:
        return
    now, first = timezone.now(), max(due_at, row.hold_until or due_at)
    if first <= now:
        queue_turn(endpoint_id)
    elif first < now + dt.timedelta(seconds=limits.SWEEP_S):
        queue_turn_at(endpoint_id, first)


@upkeep
def note_attempt(delivery: WebhookDelivery, outcome: Outcome) -> str:
    """Write down an attempt and what follows from it; returns the delivery's state, or "gone" when it was removed."""
    row = WebhookDelivery.objects.select_for_update().filter(pk=delivery.pk).first()
    if row is None:
        return "gone"
    WebhookAttempt.objects.create(
        delivery=row,
        at=outcome.at,
        took_ms=outcome.took_ms,
        status=outcome.status,
        answer=outcome.answer,
        error=outcome.error,
    )
    row.attempts += 1
    row.last_status, row.last_error = outcome.status, outcome.error
    now = timezone.now()
    if outcome.is_taken:
        row.state, row.ended_at = "delivered", now
        WebhookEndpoint.objects.filter(pk=row.endpoint_id).update(failing_since=None, hold_until=None)
    elif row.state == "waiting":
        _wait_or_fail(row, outcome, now)
    row.save(update_fields=["state", "attempts", "due_at", "ended_at", "last_status", "last_error"])
    return row.state


def _wait_or_fail(row: WebhookDelivery, outcome: Outcome, now: dt.datetime) -> None:
    """Set when a delivery is tried again, or lay it aside after the last attempt."""
    WebhookEndpoint.objects.filter(pk=row.endpoint_id, failing_since=None).update(failing_since=now)
    if outcome.status == 410 or row.attempts > len(limits.RETRY_S):
        row.state, row.ended_at = "failed", now
        return
    row.due_at = now + dt.timedelta(seconds=max(retry_delay_s(row.attempts), outcome.retry_after_s))
    if outcome.retry_after_s:
        hold = now + dt.timedelta(seconds=outcome.retry_after_s)
        WebhookEndpoint.objects.filter(pk=row.endpoint_id).update(hold_until=hold)


def retry_delay_s(attempts: int) -> float:
    """Return how long to wait after so many attempts, with jitter either way."""
    planned = limits.RETRY_S[min(attempts, len(limits.RETRY_S)) - 1]
    return planned * random.uniform(1 - limits.JITTER, 1 + limits.JITTER)  # noqa: S311 - it spreads load, it guards nothing


@upkeep
def forget_old() -> int:
    """Forget messages with their deliveries and attempts after KEPT_DAYS; returns how many messages."""
    before = timezone.now() - dt.timedelta(days=limits.KEPT_DAYS)
    old = WebhookMessage.objects.filter(created_at__lt=before).order_by("created_at")
    return _forget(list(old.values_list("pk", flat=True)[: limits.TIDIED_ROWS_MAX]))


@upkeep
def erase_messages(identity_ids: list[int], words: list[str]) -> int:
    """Erase the messages of somebody who acted through these identities, and those that name any of these words."""
    about = Q(identity_id__in=identity_ids)
    for word in words:
        about |= Q(body__contains=word)
    return _forget(list(WebhookMessage.objects.filter(about).values_list("pk", flat=True)))


def _forget(keys: list[int]) -> int:
    """Delete messages and what hangs on them, from the leaves."""
    WebhookAttempt.objects.filter(delivery__message_id__in=keys).delete()
    WebhookDelivery.objects.filter(message_id__in=keys).delete()
    WebhookMessage.objects.filter(pk__in=keys).delete()
    return len(keys)

"""Sending something again, and sending a test."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from patogh.activity import action, record
from patogh.api.models import WebhookDelivery, WebhookEndpoint, WebhookMessage
from patogh.api.webhooks import limits, payloads
from patogh.api.webhooks.actions.deliveries import News, fan_out, queue_turn
from patogh.api.webhooks.errors import EndpointPaused
from patogh.kit.errors import NotFound
from patogh.people.models import Member

TEST = "patogh.test"


@action
def send_test(endpoint: WebhookEndpoint, *, by: Member | None) -> WebhookMessage:
    """Send an endpoint a message of the type `patogh.test`; raises EndpointPaused, or NotFound when it is gone."""
    _open(endpoint)
    now = timezone.now().isoformat().replace("+00:00", "Z")
    said = payloads.envelope(
        TEST, now, {"endpoint_id": endpoint.pk, "actor": payloads.actor(by.identity_id if by else None)}
    )
    message = fan_out(News(TEST, said, (endpoint.pk,), identity_id=by.identity_id if by else None))
    if message is None:
        raise NotFound
    record("api.webhook_tested", by=by, subject=endpoint, audience="staff")
    return message


@action
def redeliver(delivery: WebhookDelivery, *, by: Member | None) -> None:
    """Send one delivery again, whatever became of it, under the same id; raises EndpointPaused or NotFound."""
    _open(delivery.endpoint)
    if not _again(WebhookDelivery.objects.filter(pk=delivery.pk)):
        raise NotFound
    queue_turn(delivery.endpoint_id)
    record("api.webhook_replayed", by=by, subject=delivery.endpoint, audience="staff", data={"deliveries": 1})


@action
def replay_failed(endpoint: WebhookEndpoint, since: dt.datetime, *, by: Member | None) -> int:
    """Send again what failed for good since a moment, at most REPLAYED_MAX; returns how many. Raises EndpointPaused."""
    _open(endpoint)
    failed = WebhookDelivery.objects.filter(endpoint=endpoint, state="failed", created_at__gte=since).order_by("pk")
    count = _again(
        WebhookDelivery.objects.filter(pk__in=list(failed.values_list("pk", flat=True)[: limits.REPLAYED_MAX]))
    )
    queue_turn(endpoint.pk)
    record("api.webhook_replayed", by=by, subject=endpoint, audience="staff", data={"deliveries": count})
    return count


def _again(chosen: QuerySet[WebhookDelivery]) -> int:
    return chosen.update(state="waiting", attempts=0, due_at=timezone.now(), ended_at=None)


def _open(endpoint: WebhookEndpoint) -> None:
    """Raise unless messages are sent to this endpoint."""
    row = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
    if row is None:
        raise NotFound
    if row.paused_at is not None:
        raise EndpointPaused

"""Reading endpoints, deliveries and their attempts."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from patogh.activity.models import Activity
from patogh.activity.registry import verbs
from patogh.api.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from patogh.api.webhooks import payloads, wanted
from patogh.kit.errors import NotFound
from patogh.kit.pages import Order, Page, paged

STATES = ("waiting", "delivered", "failed")
_HEARD = {"public": ("public",), "members": ("public", "members"), "staff": ("public", "members", "staff")}


def endpoints() -> list[WebhookEndpoint]:
    """Return every endpoint, the newest first."""
    return list(WebhookEndpoint.objects.order_by("-pk"))


def endpoint(endpoint_id: int) -> WebhookEndpoint:
    """Return one endpoint; raises NotFound."""
    found = WebhookEndpoint.objects.filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound
    return found


def deliveries(
    of: WebhookEndpoint, state: str = "", *, after: str | None = None, before: str | None = None
) -> Page[WebhookDelivery]:
    """Return a page of an endpoint's deliveries with their messages, the newest first, of one state or of all."""
    found = WebhookDelivery.objects.filter(endpoint=of).select_related("message")
    narrowed = found.filter(state=state) if state in STATES else found
    return paged(narrowed, Order("pk", "pk"), after=after, before=before)


def delivery(delivery_id: int) -> WebhookDelivery:
    """Return one delivery with its message and endpoint; raises NotFound."""
    found = WebhookDelivery.objects.select_related("message", "endpoint").filter(pk=delivery_id).first()
    if found is None:
        raise NotFound
    return found


def attempts(of: WebhookDelivery) -> list[WebhookAttempt]:
    """Return the attempts of a delivery, the last one first; their number is bounded by the schedule and by redelivery."""
    return list(WebhookAttempt.objects.filter(delivery=of).order_by("-pk")[:100])


def due(endpoint_id: int, now: datetime) -> WebhookDelivery | None:
    """Return the delivery whose turn it is, by the time at which it is due."""
    waiting = WebhookDelivery.objects.filter(endpoint_id=endpoint_id, state="waiting", due_at__lte=now)
    return waiting.select_related("message").order_by("due_at", "pk").first()


def late_endpoints() -> list[int]:
    """Return the endpoints for which something is due and nobody is sending: what a killed worker left behind."""
    now = timezone.now()
    late = WebhookDelivery.objects.filter(state="waiting", due_at__lte=now, endpoint__paused_at=None)
    free = late.exclude(endpoint__sending_until__gt=now).exclude(endpoint__hold_until__gt=now)
    return list(free.order_by().values_list("endpoint_id", flat=True).distinct())


def hearers(activity: Activity) -> list[int]:
    """Return the endpoints that hear of an activity: by their patterns, their reach and whether it is private."""
    verb = verbs().get(activity.verb)
    fitting = [
        row for row in WebhookEndpoint.objects.filter(paused_at=None).order_by("pk")
        if verb is not None and wanted.fits(activity.verb, row.patterns.split()) and verb.visible in _HEARD[row.reach]
    ]  # fmt: skip
    if not fitting:
        return []
    private = payloads.is_private(activity)
    return [row.pk for row in fitting if (row.takes_private if private else activity.audience in _HEARD[row.reach])]

"""What follows after commit: telling apart who hears of an activity, and the turns that send."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from patogh.activity import after, every, task
from patogh.activity.models import Activity
from patogh.api.models import WebhookEndpoint
from patogh.api.webhooks import actions, limits, payloads, queries, sending
from patogh.api.webhooks.actions.deliveries import SEND
from patogh.people.actions import give_notice
from patogh.people.queries import those_who_may

FAN_OUT = "api.fan_out_webhooks"
PAUSED = "api.webhook_paused"
after(PAUSED, "api.tell_of_pause")
every("api.sweep_webhooks", limits.SWEEP_S)
every("api.tidy_webhooks", limits.TIDY_S)


@task(FAN_OUT)
def fan_out(activity: str) -> None:
    """Write down for each endpoint that hears of an activity what it is told."""
    what = Activity.objects.filter(pk=activity).first()
    hearers = queries.hearers(what) if what is not None else []
    if what is not None and hearers:
        body = payloads.body_of(what)
        actions.fan_out(actions.News(what.verb, body, tuple(hearers), what.pk, what.identity_id))


@task(SEND)
def send(endpoint: int) -> None:
    """Take a turn of an endpoint, or come again soon where this process has no thread to spare."""
    if not sending.take_turn(endpoint):
        actions.queue_turn_at(endpoint, timezone.now() + dt.timedelta(seconds=limits.TURN_LATER_S))


@task("api.sweep_webhooks")
def sweep() -> None:
    """Queue a turn for what a killed turn left behind."""
    if late := queries.late_endpoints():
        actions.queue_turns(late)


@task("api.tidy_webhooks")
def tidy() -> None:
    """Forget what is older than a month."""
    actions.forget_old()


@task("api.tell_of_pause")
def tell_of_pause(activity: str) -> None:
    """Tell those who look after webhooks that one was paused by itself."""
    what = Activity.objects.filter(pk=activity).first()
    endpoint = WebhookEndpoint.objects.filter(pk=what.subject_id).first() if what is not None else None
    if what is None or endpoint is None or what.data.get("why") == "by_hand":
        return
    url = reverse("webhook", args=[endpoint.pk])
    for member in those_who_may("manage_webhooks"):
        give_notice(member, PAUSED, endpoint, actor=None, activity_id=what.pk, title=str(endpoint)[:200], url=url)

"""One program that is told what happens here, with the log of what it was sent; it is paused: a demo calls nobody."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from patogh.activity import upkeep
from patogh.activity.models import Activity
from patogh.api.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookMessage
from patogh.api.webhooks.actions import EndpointWords, add_endpoint
from patogh.api.webhooks.payloads import body_of
from patogh.people.models import Member

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk

SHOWN: Final = 14
WORDS: Final = EndpointWords(
    "https://crm.rekab.example/hooks/patogh",
    "hangout.answer_accepted hangout.promise_*",
    "دفتر مشتری‌ها: پاسخ‌های پذیرفته و قول‌ها",
)


def hook_up(talk: Talk) -> None:
    """Add the endpoint as the owner would, and write its log of the last days."""
    endpoint = add_endpoint(WORDS, by=Member.objects.get(handle="ardalan"))
    verbs = Activity.objects.filter(verb__in=("hangout.answer_accepted", "hangout.promise_made"), audience="public")
    told = list(verbs.order_by("-happened_at", "-pk")[:SHOWN])[::-1]
    _write_log(talk, endpoint, [(activity, body_of(activity)) for activity in told])


@upkeep
def _write_log(talk: Talk, endpoint: WebhookEndpoint, told: list[tuple[Activity, str]]) -> None:
    """Write deliveries: all but two arrived; one met a server that was down, the last waits since the pause."""
    for place, (activity, body) in enumerate(told):
        at = activity.happened_at + dt.timedelta(seconds=2)
        state = {len(told) - 5: "failed", len(told) - 1: "waiting"}.get(place, "delivered")
        message = WebhookMessage.objects.create(
            key=f"msg_demo{place:02}",
            activity_id=activity.pk,
            identity_id=activity.identity_id,
            type=activity.verb,
            body=body,
            created_at=at,
        )
        tries = {"failed": 4, "waiting": 0}.get(state, 1 + (place % 6 == 2))
        statuses = [503] * tries if state == "failed" else [*[502] * (tries - 1), 204][:tries]
        last = statuses[-1] if statuses else 0
        delivery = WebhookDelivery.objects.create(
            endpoint=endpoint,
            message=message,
            state=state,
            attempts=tries,
            due_at=at,
            created_at=at,
            ended_at=None if state == "waiting" else at + dt.timedelta(minutes=9 * (tries - 1), seconds=1),
            last_status=last,
            last_error="HTTP 503" if state == "failed" else "",
        )
        _write_tries(delivery, statuses, at, place)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        created_at=talk.now - dt.timedelta(days=58), paused_at=talk.now - dt.timedelta(hours=1), paused_why="by_hand"
    )


def _write_tries(delivery: WebhookDelivery, statuses: list[int], at: dt.datetime, place: int) -> None:
    """Write what each attempt of a delivery met, nine minutes apart."""
    WebhookAttempt.objects.bulk_create(
        [
            WebhookAttempt(
                delivery=delivery,
                at=at + dt.timedelta(minutes=9 * number),
                took_ms=84 + 37 * ((place + number) % 7),
                status=status,
                answer="" if status == 204 else "upstream is restarting",
                error="" if status == 204 else f"HTTP {status}",
            )
            for number, status in enumerate(statuses)
        ]
    )

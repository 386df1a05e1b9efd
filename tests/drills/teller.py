"""The parts of a drill about deliveries that need Django, each run as a process of its own: `python -m tests.drills.teller WORD …`.

Time runs faster here: waits are a few hundredths of what they are in a house, leases a few seconds. What is patched is
only how long something takes.
"""

import json
import os
import sys
from typing import Any


def hurried(retries: int) -> None:
    """Shorten every wait, before the tasks are loaded."""
    from patogh.activity import limits as road
    from patogh.api.webhooks import limits as hooks

    road.JOB_LEASE_S, road.WORKER_RECURRING_S, road.WORKER_POLL_S, road.JOB_RETRY_DELAY_S_MIN = 4, 0.3, 0.2, 1
    hooks.ATTEMPT_S_MAX, hooks.TURN_S_MAX, hooks.TURN_LEASE_S, hooks.SWEEP_S = 0.6, 1.0, 2, 1
    hooks.RETRY_S = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)[:retries]
    hooks.RETRY_AFTER_S_MAX = 1


def endpoint(url: str) -> None:
    """Add an endpoint and print its id and secret."""
    from patogh.api.webhooks import actions

    made = actions.add_endpoint(actions.EndpointWords(url, "hangout.reply_posted"), by=None)
    say({"id": made.pk, "secret": made.secret})


def replies(topic: str, count: str) -> None:
    """Post replies and print the key of each once it is acknowledged."""
    from patogh.hangout import actions
    from patogh.hangout.models import Topic
    from patogh.people.models import Member

    here, writer = Topic.objects.get(pk=int(topic)), Member.objects.get(handle="drill_0")
    for number in range(int(count)):
        say(actions.reply(here, actions.NewReply(f"reply {number}"), by=writer).pk)


def resume(endpoint_id: str) -> None:
    """Turn an endpoint on again, and say whether it was off."""
    from patogh.api.webhooks import actions, queries

    row = queries.endpoint(int(endpoint_id))
    if row.paused_at is not None:
        actions.resume_endpoint(row, by=None)
    say(row.paused_why)


def replay(endpoint_id: str) -> None:
    """Send again what was given up, and print how much that was."""
    import datetime as dt

    from django.utils import timezone

    from patogh.api.webhooks import actions, queries

    since = timezone.now() - dt.timedelta(days=1)
    say(actions.replay_failed(queries.endpoint(int(endpoint_id)), since, by=None))


def left() -> None:
    """Print how many deliveries wait."""
    from patogh.api.models import WebhookDelivery

    say(WebhookDelivery.objects.filter(state="waiting").count())


def worker() -> None:
    """Be the worker of the house."""
    from patogh.activity import worker as real

    real.main()


def say(value: Any) -> None:
    """Print one line of JSON at once: what stands there is acknowledged."""
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patogh.conf.settings")
    hurried(int(os.environ.get("DRILL_RETRIES", "7")))
    import django

    django.setup()
    globals()[sys.argv[1]](*sys.argv[2:])
    sys.stdout.flush()
    os._exit(0)

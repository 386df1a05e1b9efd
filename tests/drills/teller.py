"""The parts of a drill about deliveries that need Django, each run as a process of its own: `python -m tests.drills.teller WORD …`.

Time runs faster here: waits are a few hundredths of what they are in a house, leases a few seconds. What is patched is
only how long something takes.
"""

import json
import os
import sys
from typing import Any

READERS = 10


def hurried(retries: int, scale: float) -> None:
    """Shorten every wait, before the tasks are loaded; mails wait by a clock that runs `scale` times faster."""
    from patogh.activity import limits as road
    from patogh.api.webhooks import limits as hooks
    from patogh.channels import limits as mails

    road.JOB_LEASE_S, road.WORKER_RECURRING_S, road.WORKER_POLL_S, road.JOB_RETRY_DELAY_S_MIN = 4, 0.3, 0.2, 1
    hooks.ATTEMPT_S_MAX, hooks.TURN_S_MAX, hooks.TURN_LEASE_S, hooks.SWEEP_S = 0.6, 1.0, 2, 1
    hooks.RETRY_S = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)[:retries]
    hooks.RETRY_AFTER_S_MAX = 1
    mails.RETRY_DELAY_S_MIN, mails.RETRY_DELAY_S_MAX = 5 / scale, 900 / scale
    mails.DELIVER_EVERY_S, mails.LEASE_S, mails.TURN_S_MAX = 0.3, 2, 1
    mails.ATTEMPTS_MAX = mails.ATTEMPTS_MAX if retries else 1


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


def notices(count: str) -> None:
    """Give that many notices that want to be mails at once, each about a topic of its own, and print how many there are."""
    from allauth.account.models import EmailAddress

    from patogh.activity.models import Activity
    from patogh.channels import actions as channels
    from patogh.hangout import actions as hangout
    from patogh.hangout.models import Space
    from patogh.people import actions as people
    from patogh.people.models import Member

    owner, space, readers = Member.objects.get(handle="drill_owner"), Space.objects.get(slug="square"), []
    for number in range(READERS):
        reader = people.join(
            f"خواننده {number}", handle=f"reader_{number}", email=f"reader{number}@example.org", channel="command"
        )
        EmailAddress.objects.create(user=reader, email=reader.email, verified=True, primary=True)
        channels.choose(reader, {("hangout.opened", "mail"): "now"}, by=reader)
        readers.append(reader)
    for number in range(int(count) // READERS):
        topic = hangout.open_topic(space, hangout.NewTopic(f"خبر {number}", "متن"), by=owner)
        what = Activity.objects.get(verb="hangout.topic_opened", subject_id=str(topic.pk)).pk
        for reader in readers:
            words = {"title": topic.title, "url": f"/t/{topic.pk}"}
            say(people.give_notice(reader, "hangout.opened", topic, actor=owner, activity_id=what, **words).pk)


def worker() -> None:
    """Be the worker of the house."""
    from patogh.activity import worker as real

    real.main()


def say(value: Any) -> None:
    """Print one line of JSON at once: what stands there is acknowledged."""
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patogh.conf.settings")
    hurried(int(os.environ.get("DRILL_RETRIES", "7")), float(os.environ.get("DRILL_SCALE", "120")))
    import django

    django.setup()
    globals()[sys.argv[1]](*sys.argv[2:])
    sys.stdout.flush()
    os._exit(0)

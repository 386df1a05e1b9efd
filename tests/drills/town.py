"""Makes the community of a drill in a data folder: eight of the team, one space, one topic. Prints where and who as JSON."""

import json
import os
import sys
from typing import Any

MEMBERS = 8


def made() -> dict[str, Any]:
    """Make the people and the topic by their actions; return the topic and a Cookie header for each member."""
    from django.conf import settings

    from patogh.hangout import actions as hangout
    from patogh.people import actions as people

    (settings.DATA / "demo").touch()  # drills measure, so nobody is asked to write more slowly
    owner = people.join("مدیر تمرین", handle="drill_owner", channel="command")
    people.grant_role(owner, "owner", by=None)
    owner.refresh_from_db()
    people.set_up_brand(by=owner, name="تمرین", name_en="Drill")
    space = hangout.open_space(hangout.SpaceFacts(name="میدان", name_en="Square", slug="square"), by=owner)
    topic = hangout.open_topic(space, hangout.NewTopic("گفت‌وگوی تمرین", "اینجا بنویسید."), by=owner)
    writers = []
    for number in range(MEMBERS):
        writer = people.join(f"عضو {number}", handle=f"drill_{number}", channel="command")
        people.grant_role(writer, "agent", by=None)
        writers.append(cookie(writer))
    return {"topic": topic.pk, "space": space.pk, "cookies": writers}


def cookie(member: Any) -> str:
    """Return a Cookie header that acts as this member; its last value is the token for forms."""
    from django.conf import settings
    from django.middleware.csrf import get_token
    from django.test import RequestFactory

    from patogh.people import actions

    request = RequestFactory().get("/")
    get_token(request)
    csrf = request.META["CSRF_COOKIE"]
    return f"{settings.SESSION_COOKIE_NAME}={actions.open_session(member)}; {settings.CSRF_COOKIE_NAME}={csrf}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patogh.conf.settings")
    import django

    django.setup()
    print(json.dumps(made()))
    sys.stdout.flush()
    os._exit(0)

"""What the channels say on the page of a person: a message of theirs that waits, and over which ways they can be written to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _

from patogh.channels.connectors.registry import connectors
from patogh.channels.models import Message, Setup
from patogh.kit import calendar
from patogh.kit.hooks import hookimpl
from patogh.people.models import Identity, Member
from patogh.people.queries import may
from patogh.persons.hookspecs import Clause, Way

RIGHT = "channels.write"


@hookimpl
def person_clauses(person: Any, identities: list[Identity], viewer: Member) -> list[Clause]:  # noqa: ARG001 - the hook's words
    """Say that a message of theirs is not answered yet; one query."""
    last = _newest(identities)
    if last is None or last.way != "in":
        return []
    when = calendar.ago(last.happened_at, timezone.now(), viewer.viewer).text
    url = _page(last.setup_id, last.thread) if last.setup_id and may(viewer, RIGHT) else "?lane=messages#road"
    words = _('They wrote %(when)s and <a href="%(url)s"><b>wait for an answer</b></a>.')
    return [Clause(words % {"url": escape(url), "when": escape(when)}, rank=10, is_waiting=True)]


@hookimpl
def person_ways(person: Any, identities: list[Identity], viewer: Member) -> list[Way]:  # noqa: ARG001 - the hook's words
    """Offer the channels over which we can answer where they last wrote, the newest first; two queries."""
    if not may(viewer, RIGHT):
        return []
    known = connectors()
    kinds = {one.pk: one.kind for one in identities}
    rows = Message.objects.filter(identity__in=list(kinds), kind="message", setup__state="on").order_by(
        "-happened_at", "-id"
    )
    found: dict[int, Way] = {}
    for setup, thread in rows.values_list("setup_id", "thread")[:100]:
        if setup not in found:
            found[setup] = Way(thread, _page(setup, thread))
    setups = Setup.objects.in_bulk(list(found)) if found else {}
    ways = []
    for pk, way in found.items():
        connector = known.get(setups[pk].connector) if pk in setups else None
        if connector is not None and "send" in connector.can:
            title = connector.fa if viewer.language == "fa" else connector.en
            ways.append(Way(_("Write on %(channel)s") % {"channel": title}, way.url, connector.icon))
    return ways


def _newest(identities: list[Identity]) -> Message | None:
    """Return the newest message from or to these identities."""
    rows = Message.objects.filter(identity__in=[one.pk for one in identities], kind="message")
    return rows.order_by("-happened_at", "-id").only("way", "happened_at", "setup_id", "thread").first()


def _page(setup: int | None, thread: str) -> str:
    """Return where a conversation of a setup is read and answered."""
    return f"{reverse('channel_messages', args=[setup])}?{urlencode({'thread': thread})}"

"""What a visitor's browser may read: the messages of its own identity at this setup, nobody else's."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet

from patogh.channels.chat import limits
from patogh.channels.models import Message, Setup, Silenced
from patogh.people.models import Identity

LIVE: Final = "open:chat:"


def identity_of_visitor(visitor: str) -> Identity | None:
    """Return the identity of a visitor who wrote before, or None."""
    return Identity.objects.filter(kind="chat", value=visitor).first()


def is_silenced(setup: Setup, visitor: str) -> bool:
    """Return whether the team no longer hears a visitor."""
    return Silenced.objects.filter(setup=setup, identity__kind="chat", identity__value=visitor).exists()


def told(setup: Setup, visitor: str, after: int) -> list[dict[str, Any]]:
    """Return what was said after the message `after`, oldest first; at the first asking the newest of it."""
    known = identity_of_visitor(visitor)
    if known is None:
        return []
    rows = said(setup.pk, known.pk).filter(pk__gt=after).select_related("by").prefetch_related("attachments")
    size = limits.ANSWERS_A_TIME_MAX
    found = list(rows.order_by("pk")[:size]) if after else list(rows.order_by("-pk")[:size])[::-1]
    return [_told(row, visitor) for row in found]


def said(setup_id: int, identity_id: int) -> QuerySet[Message]:
    """Return what was said in a visitor's conversation, by either side."""
    return Message.objects.filter(setup=setup_id, identity=identity_id, state__in=("came", "sent"))


def live_channel(visitor: str) -> str:
    """Return the hub's channel that is knocked at when something was answered; it carries no words."""
    return f"{LIVE}{visitor}"


def _told(row: Message, visitor: str) -> dict[str, Any]:
    """Return one message for the script."""
    return {
        "id": row.pk, "mine": row.way == "in", "text": row.text, "at": row.happened_at.isoformat(),
        "key": row.key.removeprefix(f"{visitor}:") if row.way == "in" else "",
        "by": (row.by.name if row.by is not None else "") if row.way == "out" else "",
        "files": [file.name for file in row.attachments.all()],
    }  # fmt: skip

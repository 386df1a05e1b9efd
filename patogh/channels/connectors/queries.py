"""What is asked about connectors: which are due, which there are, and what came."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from patogh.channels.connectors import limits, registry
from patogh.channels.models import Attachment, DeadLetter, Halt, Message, Setup
from patogh.kit.errors import NotFound
from patogh.kit.pages import Order, Page, paged

Row = TypeVar("Row", bound=Model)

LEASES = {"poll": ("asking_until", "next_at"), "send": ("sending_until", "send_at")}


def halted() -> Halt | None:
    """Return the stop of everything that is in force, or None."""
    return Halt.objects.filter(ended_at=None).select_related("by").first()


def due_to_poll(now: dt.datetime) -> list[int]:
    """Return the setups that are to be asked now; none while everything is halted."""
    if halted() is not None:
        return []
    rows = _free("poll", now).values_list("pk", "connector")
    can = {name for name, one in registry.connectors().items() if "poll" in one.can} if rows else set()
    return [pk for pk, name in rows if name in can]


def due_to_send(now: dt.datetime) -> list[int]:
    """Return the setups through which something is to leave now."""
    if halted() is not None:
        return []
    due = Q(next_at=None) | Q(next_at__lte=now)
    waiting = Message.objects.filter(due, setup=OuterRef("pk"), way="out", state__in=("waiting", "sending"))
    return list(_free("send", now).filter(Exists(waiting)).values_list("pk", flat=True))


def setups() -> QuerySet[Setup]:
    """Return every setup, the oldest first."""
    return Setup.objects.select_related("made_by").order_by("pk")


def open_letters(setup: Setup) -> QuerySet[DeadLetter]:
    """Return the dead letters of a setup that wait for somebody, the newest first."""
    return DeadLetter.objects.filter(setup=setup, replayed_at=None, dropped_at=None).order_by("-pk")


def setup(setup_id: int) -> Setup:
    """Return a setup; raises NotFound."""
    return _one(Setup.objects.select_related("made_by"), setup_id)


def letter(letter_id: int) -> DeadLetter:
    """Return a dead letter with its setup; raises NotFound."""
    return _one(DeadLetter.objects.select_related("setup"), letter_id)


def attachment(attachment_id: int) -> Attachment:
    """Return a file that lies in the storage, with its message; raises NotFound."""
    return _one(Attachment.objects.select_related("message").exclude(file=""), attachment_id)


def letter_page(of: Setup, *, after: str | None, before: str | None) -> Page[DeadLetter]:
    """Return a page of the dead letters that wait."""
    rows = open_letters(of).defer("body")
    return paged(rows, Order("pk", "pk"), after=after, before=before)


def _one(rows: QuerySet[Row], key: int) -> Row:
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def _free(what: str, now: dt.datetime) -> QuerySet[Setup]:
    lease, due = LEASES[what]
    is_free = Q(**{lease: None}) | Q(**{f"{lease}__lte": now})
    is_due = Q(**{due: None}) | Q(**{f"{due}__lte": now})
    real = Setup.objects.exclude(address__startswith=limits.MADE_UP)
    return real.filter(is_free, is_due, state="on").order_by("pk")

"""Which webmentions leave, and what became of them."""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from patogh.channels.connectors.limits import MADE_UP
from patogh.channels.models import Halt, Setup, Telling
from patogh.channels.webmention import limits
from patogh.kit.memory import Remembered


def sending_setups() -> list[Setup]:
    """Return the setups of webmentions that are on and tell others, the oldest first."""
    rows = Setup.objects.filter(connector="webmention", state="on").exclude(address__startswith=MADE_UP).order_by("pk")
    return [row for row in rows if row.plain.get("sends")]


def sending_setup() -> Setup | None:
    """Return the oldest setup of webmentions that is on and tells others, or None."""
    return next(iter(sending_setups()), None)


IS_TELLING: Final = Remembered(lambda: sending_setup() is not None, limits.LOOKED_AT_S)


def next_waiting() -> Telling | None:
    """Return the next page to tell; None while nothing is due, nobody outside is told (any more), or everything is halted."""
    setups = sending_setups()
    if not setups or Halt.objects.filter(ended_at=None).exists():
        return None
    due = Telling.objects.select_related("setup").filter(state="waits", setup__in=setups, next_at__lte=timezone.now())
    return due.order_by("next_at", "id").first()


def newest(setup: Setup) -> list[Telling]:
    """Return the newest tellings of a setup, for its page."""
    return list(Telling.objects.filter(setup=setup).order_by("-pk")[: limits.SHOWN_MAX])

"""Dead letters: what could not be taken, kept as it came until somebody replays or drops it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, upkeep
from patogh.channels.connectors import letters, limits
from patogh.channels.connectors.errors import LettersFull, NotWaiting
from patogh.channels.models import DeadLetter, Setup
from patogh.people.models import Member


@upkeep
def lay_aside(setup: Setup, body: bytes, headers: dict[str, Any], fault: str) -> DeadLetter:
    """Keep what could not be taken; the same once more is the letter that lies there. Raises LettersFull."""
    key = letters.digest(body)
    waiting = DeadLetter.objects.filter(setup=setup, replayed_at=None, dropped_at=None)
    known = waiting.filter(key=key).first()
    if known is not None:
        return known
    if waiting[: limits.LETTERS_OPEN_MAX].count() >= limits.LETTERS_OPEN_MAX:
        raise LettersFull(retry_after_s=limits.HALTED_RETRY_S)
    Setup.objects.filter(pk=setup.pk).update(dead_count=F("dead_count") + 1)
    return DeadLetter.objects.create(
        setup=setup, key=key, body=body, headers=headers, fault=fault[: limits.FAULT_CHARS_MAX], came_at=timezone.now()
    )


@action
def settle_replayed(letter: DeadLetter, *, by: Member | None) -> DeadLetter:
    """Note that a letter was taken after all: what it said stands elsewhere now, its row says that it was. Raises NotWaiting."""
    row = _waiting(letter)
    row.replayed_at, row.body, row.headers = timezone.now(), b"", {}
    row.save(update_fields=["replayed_at", "body", "headers"])
    Setup.objects.filter(pk=row.setup_id, dead_count__gt=0).update(dead_count=F("dead_count") - 1)
    record("channels.letter_replayed", by=by, subject=row, target=row.setup)
    return row


@action
def drop_letter(letter: DeadLetter, *, by: Member | None) -> DeadLetter:
    """Drop a letter for good: its body goes, its row says that it was there. Raises NotWaiting."""
    row = _waiting(letter)
    row.dropped_at, row.body, row.headers = timezone.now(), b"", {}
    row.save(update_fields=["dropped_at", "body", "headers"])
    Setup.objects.filter(pk=row.setup_id, dead_count__gt=0).update(dead_count=F("dead_count") - 1)
    record("channels.letter_dropped", by=by, subject=row, target=row.setup)
    return row


@upkeep
def note_still_dead(letter: DeadLetter, fault: str) -> None:
    """Note why a replayed letter still cannot be taken."""
    DeadLetter.objects.filter(pk=letter.pk).update(fault=fault[: limits.FAULT_CHARS_MAX])


@upkeep
def forget_letters() -> int:
    """Forget letters after LETTERS_KEPT_DAYS, whatever became of them; returns how many."""
    before = timezone.now() - dt.timedelta(days=limits.LETTERS_KEPT_DAYS)
    old = list(DeadLetter.objects.filter(came_at__lt=before).order_by("pk").values("pk", "setup_id")[:1_000])
    DeadLetter.objects.filter(pk__in=[row["pk"] for row in old]).delete()
    for setup_id in {row["setup_id"] for row in old}:
        left = DeadLetter.objects.filter(setup_id=setup_id, replayed_at=None, dropped_at=None).count()
        Setup.objects.filter(pk=setup_id).update(dead_count=left)
    return len(old)


def _waiting(letter: DeadLetter) -> DeadLetter:
    row = DeadLetter.objects.select_for_update(of=("self",)).select_related("setup").get(pk=letter.pk)
    if row.replayed_at is not None or row.dropped_at is not None:
        raise NotWaiting
    return row

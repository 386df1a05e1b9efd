"""What is written of webmentions that leave."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from patogh.activity import upkeep
from patogh.channels.connectors.actions import turns
from patogh.channels.models import Setup, Telling
from patogh.channels.webmention import limits

if TYPE_CHECKING:
    from patogh.channels.webmention.telling import Told

LEASE_S = 120


@dataclass(frozen=True, slots=True)
class Text:
    """A text of ours: what it is, and the whole address of its page."""

    subject_kind: str
    subject_id: str
    source: str


@upkeep
def plan_tellings(setup: Setup, text: Text, targets: list[str]) -> int:
    """Note which pages are to be told of a text as it is now: new links, those told before, and those that are gone from it.

    Returns how many wait. A link that is gone and was never told is forgotten.
    """
    now = timezone.now()
    at = now + dt.timedelta(seconds=limits.SETTLE_S)
    known = {row.key: row for row in Telling.objects.select_for_update().filter(
        setup=setup, subject_kind=text.subject_kind, subject_id=text.subject_id
    )}  # fmt: skip
    wanted = {key_of(text.source, target): target for target in targets}
    gone = [row.pk for key, row in known.items() if key not in wanted and row.told_at is None]
    Telling.objects.filter(pk__in=gone).delete()
    again = [row.pk for key, row in known.items() if row.pk not in gone]
    Telling.objects.filter(pk__in=again).update(state="waits", attempts=0, next_at=at, why="")
    fresh = [
        Telling(
            setup=setup, key=key, subject_kind=text.subject_kind, subject_id=text.subject_id, source=text.source,
            target=target, next_at=at, noted_at=now,
        )
        for key, target in wanted.items() if key not in known and len(text.source) <= limits.SOURCE_CHARS_MAX
    ]  # fmt: skip
    Telling.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(again) + len(fresh)


@upkeep
def take_telling(row: Telling) -> bool:
    """Take one in hand for a while; False when somebody else has it."""
    until = timezone.now() + dt.timedelta(seconds=LEASE_S)
    mine = Telling.objects.filter(pk=row.pk, state="waits", next_at=row.next_at, attempts=row.attempts)
    row.attempts += 1
    return bool(mine.update(next_at=until, attempts=row.attempts))


@upkeep
def note_told(row: Telling, told: Told | None) -> None:
    """Note that a page was told, or names no place for it (None)."""
    rows = Telling.objects.filter(pk=row.pk)
    if told is None:
        rows.update(state="deaf", why="", next_at=None)
        return
    rows.update(
        state="told", why="", endpoint=told.endpoint, status_url=told.status_url, told_at=timezone.now(), next_at=None
    )


@upkeep
def settle(row: Telling, state: str, why: str) -> None:
    """Note that a page is not told: "refused" or "dead"."""
    Telling.objects.filter(pk=row.pk).update(state=state, why=why[:200], next_at=None)


@upkeep
def wait_again(row: Telling, why: str, after_s: float | None) -> None:
    """Let one wait for its next attempt: as long as it was asked to, or doubling; after ATTEMPTS_MAX it is given up."""
    if row.attempts >= limits.ATTEMPTS_MAX:
        settle(row, "dead", why)
        return
    doubled = min(limits.BACK_OFF_S_MIN << row.attempts, limits.BACK_OFF_S_MAX)
    wait_s = max(after_s or 0, turns.wait_s(1, None) + doubled)
    next_at = timezone.now() + dt.timedelta(seconds=min(wait_s, limits.BACK_OFF_S_MAX))
    Telling.objects.filter(pk=row.pk).update(why=why[:200], next_at=next_at)


def key_of(source: str, target: str) -> str:
    """Return what one link is known by."""
    return hashlib.sha256(f"{source}\n{target}".encode("utf-8", "replace")).hexdigest()

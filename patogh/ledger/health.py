"""Whether the open book is well: what `patogh book status`, `patogh check` and /team say, in plain English lines."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone

from patogh.ledger import limits
from patogh.ledger.actions.sights import silent
from patogh.ledger.models import LogHead, SealedCheckpoint, Submission
from patogh.ledger.queries.book import current_log, latest_checkpoint
from patogh.ledger.queries.policy import missing, needed, reachable, witnesses
from patogh.ledger.signing import files


def standing() -> dict[str, Any]:
    """Return the figures of the log and, under `alarms`, what is wrong with it."""
    log = current_log()
    seal, seen = latest_checkpoint(log), latest_checkpoint(log, witnessed=True)
    count = len(witnesses(counting=True))
    return {
        "origin": log.origin if log else "",
        "size": log.size if log else 0,
        "sealed": seal.size if seal else 0,
        "witnessed": seen.size if seen else 0,
        "quorum": f"{needed(count)} of {count}",
        "alarms": alarms(),
    }


def alarms(now: dt.datetime | None = None) -> list[str]:
    """Return what is wrong with the log, one sentence each; nothing in a house whose log is well or not begun."""
    now = now or timezone.now()
    found = [f"the signer has stopped: {why}"] if (why := files.stopped()) else []
    found += _too_few()
    log = current_log()
    if log is None:
        return found
    oldest = Submission.objects.filter(state="waiting").order_by("id").values_list("created_at", flat=True).first()
    if oldest and (now - oldest).total_seconds() > limits.WAITING_S_MAX:
        found.append("facts wait for the sequencer for more than ten minutes; is a worker running?")
    return found + _quorum(log, now)


def _too_few() -> list[str]:
    """Return the alarm of a setting that asks for more witnesses than there are."""
    less, asked = missing(), settings.BOOK_QUORUM
    if not less:
        return []
    said = f"PATOGH_BOOK_QUORUM asks for {asked} witnesses and only {asked - less} count, so the quorum is lower than you set"
    return [f"{said}: add a witness with patogh book witness add, or lower the setting"]


def _quorum(log: LogHead, now: dt.datetime) -> list[str]:
    """Return what is wrong with the witnesses: so many away that one more stops the quorum, or the quorum lost."""
    count = len([one for one in reachable() if not one.is_ours])
    if not count or not log.signed_size:
        return []
    away = [one for one in silent(now) if (now - one.added_at).total_seconds() > limits.WITNESS_SILENT_S]
    found = []
    if away and len(away) >= count - needed(count):
        names = ", ".join(one.name for one in away)
        found.append(f"{len(away)} of {count} witnesses are silent ({names}); {needed(count)} are needed")
    first = (
        SealedCheckpoint.objects.filter(log=log, quorum_met=False, size__gt=_witnessed(log)).order_by("size").first()
    )
    if first and (now - first.sealed_at).total_seconds() > limits.PENDING_S_MAX:
        found.append("no quorum of witnesses has seen the seals of the last half hour; what must be witnessed waits")
    return found


def _witnessed(log: LogHead) -> int:
    seen = latest_checkpoint(log, witnessed=True)
    return seen.size if seen else 0

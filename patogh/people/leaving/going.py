"""Erasing as a whole: the act behind the door, then everything that follows on disk."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Any

from django.db import connection
from django.utils import timezone

from patogh.activity.models import Job
from patogh.people.actions.erasing import RENAME, erase_member, keep_out
from patogh.people.actions.erasing_persons import erase_again
from patogh.people.actions.erasing_persons import erase_person as act_on_person
from patogh.people.actions.leaving import drop_old_copies as forget_copies
from patogh.people.leaving import log, mentions, parcels
from patogh.people.models import DataCopy, Erasure, Leaving, Member, Person
from patogh.search.actions.unlearning import settle


def erase(member: Member, *, by: Member | None = None, with_text: bool = False, pseudonym: str = "") -> Erasure:
    """Erase a member for good and sweep up after it; raises LastOwner."""
    erasure = _erased(member, by=by, with_text=with_text, pseudonym=pseudonym)
    sweep()
    return erasure


def erase_person(person: Person, seen: list[int], *, by: Member, why: str = "asked") -> Erasure:
    """Erase a person without an account for good, and sweep up after it; raises what the act does."""
    erasure = act_on_person(person, seen, by=by, why=why)
    log.append(erasure, seen)
    sweep()
    return erasure


def erase_due() -> int:
    """Erase everybody whose time to come back is over; return how many."""
    due = list(Leaving.objects.filter(erase_at__lte=timezone.now()).select_related("member").order_by("erase_at")[:100])
    for leaving in due:
        _erased(leaving.member, with_text=leaving.with_text)
    if due:
        sweep()
    return len(due)


def drop_old_copies() -> int:
    """Forget copies whose day is over, with their files; return how many."""
    tokens = forget_copies()
    parcels.drop(tokens)
    return len(tokens)


def replay() -> int:
    """Erase again whoever an older backup brought back; return how many."""
    for number, digests in log.sources().items():
        keep_out(number, digests)
    back = log.outstanding()
    for member, entry in back:
        _erased(member, with_text=bool(entry.get("with_text")), pseudonym=entry["pseudonym"])
    again = [erase_again(number, identities, name) for number, (name, identities) in log.persons().items()]
    count = len(back) + len([one for one in again if one is not None])
    if count:
        sweep()
    return count


def sweep() -> None:
    """Leave nothing of it in older pieces of the index, in freed pages or in the write-ahead log."""
    settle()
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        name = str(connection.settings_dict["NAME"])
        if not name.startswith(("file:", ":memory:")):
            with contextlib.closing(sqlite3.connect(name, timeout=30)) as database:
                database.execute("PRAGMA secure_delete=ON")
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _erased(member: Member, **how: Any) -> Erasure:
    tokens = list(DataCopy.objects.filter(member=member).values_list("token", flat=True))
    erasure = erase_member(member, **how)
    log.append(erasure)
    parcels.drop(tokens)
    for job in Job.objects.filter(task=RENAME, state="waiting"):
        mentions.rename(job.args["handle"], job.args["pseudonym"])
    return erasure

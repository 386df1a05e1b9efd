"""What happens within the writing transaction when a text of an idea comes through the gate: its pace is counted, what it said is noted."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from patogh.activity.door import inner
from patogh.people.models import Member
from patogh.trust.actions import keep_pace, note_said
from patogh.trust.nouns import Submission
from patogh.trust.queries import level_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A text on its way through the gate: as which act of `trust`, what it says, and from which address."""

    act: str
    submission: Submission
    address: str = ""


def _entered(entry: Entry | None, by: Member) -> None:
    """Count it; nothing for what came without a gate. Raises TooFast or TooManyToday."""
    if entry is None:
        return
    if not settings.DEMO and not by.is_team:
        inner(keep_pace)(by, entry.act, entry.address)
    if level_of(by) < 2:
        inner(note_said)(by, entry.submission)

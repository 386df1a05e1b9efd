"""A member leaves: a roll that is fixed keeps the key, and nobody knows any more whose it was."""

from __future__ import annotations

from django.db.models import F

from patogh.activity import upkeep
from patogh.hangout.models import Elector, PollRecord
from patogh.people.models import Member


@upkeep
def leave_rolls(member: Member) -> None:
    """Take somebody off the rolls that are still open, and their name off the others; ballots in the book stay."""
    mine = Elector.objects.filter(member=member)
    for elector in mine.filter(record__phase="enrol"):
        PollRecord.objects.filter(pk=elector.record_id).update(roll_size=F("roll_size") - 1)
    mine.filter(record__phase="enrol").delete()
    Elector.objects.filter(member=member).update(member=None)

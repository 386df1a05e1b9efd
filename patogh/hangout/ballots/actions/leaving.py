"""A member leaves: a roll that is fixed keeps the key, and nobody knows any more whose it was."""

from __future__ import annotations

from django.db.models import F

from patogh.activity import upkeep
from patogh.hangout.ballots.actions.recording import _locked
from patogh.hangout.models import Elector, PollRecord
from patogh.people.models import Member


@upkeep
def leave_rolls(member: Member) -> None:
    """Take somebody off the rolls that are still open, and their name off the others; ballots in the book stay."""
    mine = Elector.objects.filter(member=member)
    for elector in mine.filter(record__phase="enrol").select_related("record"):
        row = _locked(elector.record.poll_id, is_open=False)
        if row.phase == "enrol":
            elector.delete()
            PollRecord.objects.filter(pk=row.pk).update(roll_size=F("roll_size") - 1)
    mine.update(member=None)

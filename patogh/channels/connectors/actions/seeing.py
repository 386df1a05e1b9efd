"""How far somebody of the team has read a conversation."""

from __future__ import annotations

from django.utils import timezone

from patogh.activity import upkeep
from patogh.channels.models import Setup, TalkSeen
from patogh.people.actions import see_notice
from patogh.people.models import Member, Notice


def note_seen(setup: Setup, talk: str, message_id: int, *, by: Member) -> None:
    """Note that somebody has read a conversation as far as a message; where that is known, nothing is written."""
    seen = TalkSeen.objects.filter(member=by, setup=setup, talk=talk, message_id__gte=message_id)
    if not seen.exists():
        _note_seen(setup, talk, message_id, by=by)


@upkeep
def _note_seen(setup: Setup, talk: str, message_id: int, *, by: Member) -> None:
    row, is_new = TalkSeen.objects.get_or_create(
        member=by, setup=setup, talk=talk, defaults={"message_id": message_id, "at": timezone.now()}
    )
    if not is_new and row.message_id < message_id:
        row.message_id, row.at = message_id, timezone.now()
        row.save(update_fields=["message_id", "at"])


def read_notice(kind: str, subject_kind: str, subject_id: str, *, by: Member) -> None:
    """Read the notice about a conversation that was opened."""
    mine = Notice.objects.filter(member=by, kind=kind, subject_kind=subject_kind, subject_id=subject_id, read_at=None)
    for pk in mine.values_list("pk", flat=True):
        see_notice(pk, by=by)

"""What a neutral folder brought: segments whose rule is there and closes no circle are asked of everybody."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from patogh.activity import upkeep
from patogh.segments import asked, limits, relations
from patogh.segments.actions import filling
from patogh.segments.models import Segment, SegmentVersion


def settle_segments(came: Iterable[list[int]]) -> None:
    """Bring segments that came to life; safe to repeat."""
    for some in came:
        _settle(some)


@upkeep
def _settle(some: list[int]) -> None:
    numbers: dict[int, list[int]] = {}
    for segment, number in SegmentVersion.objects.filter(segment__in=some).values_list("segment_id", "number"):
        numbers.setdefault(segment, []).append(number)
    room = limits.SEGMENTS_MAX - Segment.objects.filter(retired_at=None).exclude(pk__in=some).count()
    for row in Segment.objects.filter(pk__in=some, retired_at=None, state__in=("filling", "paused")).order_by("pk"):
        room -= 1
        _enliven(row, numbers.get(row.pk, []), has_room=room >= 0)
    asked.forget()
    relations.forget()


def _enliven(row: Segment, numbers: list[int], *, has_room: bool) -> None:
    """Begin to fill a segment, or say why not: one without any rule is retired, one too many is paused."""
    if row.version not in numbers:
        row.version = max(numbers, default=1)
    if not numbers:
        row.retired_at = timezone.now()
    elif relations.leads_to(row.slug, row.slug):
        row.state, row.broken_why = "broken", _("A segment cannot ask for itself.")
    elif not has_room:
        row.state = "paused"
    row.save(update_fields=["version", "retired_at", "state", "broken_why"])
    if row.state == "filling" and row.retired_at is None:
        SegmentVersion.objects.filter(segment=row, number=row.version).update(total_count=filling.people_total())
        filling.begin(row)

"""What erasing does here: no row names the person any more, and the counters fit what is left."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from patogh.activity import upkeep
from patogh.people.models import Identity
from patogh.segments.models import DueMoment, Membership, Moved, Segment, SegmentVersion, Touched


@upkeep
def forget_person(person: UUID) -> None:
    """Forget in which segments a person was and is; what a filling found out before this is not written any more."""
    SegmentVersion.objects.filter(segment__state="filling", asking_until__isnull=False).update(asking_until=None)
    rows = Membership.objects.filter(person=person)
    for segment in rows.filter(left_at=None).values_list("segment_id", flat=True):
        Segment.objects.filter(pk=segment).update(members_count=F("members_count") - 1)
    rows.delete()
    DueMoment.objects.filter(person=person).delete()
    Touched.objects.filter(person_id=person).delete()
    Moved.objects.filter(person_id=person).delete()
    Touched.objects.filter(identity_id__in=Identity.objects.filter(person=person).values("pk")).delete()

"""Segments and their people, as those of the team may see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from patogh.kit.calendar import Viewer, date_words
from patogh.kit.errors import NotFound
from patogh.kit.numbers import number
from patogh.kit.pages import Order, Page, paged
from patogh.people.identifying.masks import masked
from patogh.people.models import Identity, Member
from patogh.people.queries import may
from patogh.persons.queries.team import names_of
from patogh.segments import limits
from patogh.segments.errors import BadRule
from patogh.segments.models import Membership, Segment, SegmentDay, SegmentVersion
from patogh.segments.rules.reading import known
from patogh.segments.rules.sentences import sentence_of

NEWEST = Order("id")


@dataclass(frozen=True)
class Shown:
    """A person in a list: the identity that stands for her, masked, her account if she has one, and since when she is in."""

    person: UUID
    name: str
    kind: str
    since: dt.datetime | None
    member: Member | None


def visible(viewer: Member | None) -> QuerySet[Segment]:
    """Return the segments that somebody may see."""
    return Segment.objects.filter(retired_at=None) if may(viewer, "segments.see") else Segment.objects.none()


def one(viewer: Member | None, segment_id: int) -> Segment:
    """Return one segment in sight; raises NotFound."""
    found = visible(viewer).select_related("made_by").filter(pk=segment_id).first()
    if found is None:
        raise NotFound
    return found


def segments(
    viewer: Member | None, *, after: str | None = None, before: str | None = None, size: int = 30
) -> Page[Segment]:
    """Return one page of the segments in sight, the newest first."""
    return paged(visible(viewer).select_related("made_by"), NEWEST, after=after, before=before, size=size)


def texts(rows: list[Segment]) -> dict[int, str]:
    """Return the rules in force of some segments, by segment; one query."""
    wanted = {row.pk: row.version for row in rows}
    versions = SegmentVersion.objects.filter(segment__in=list(wanted)).values_list("segment_id", "number", "text")
    return {segment: text for segment, number_, text in versions if wanted[segment] == number_}


def version_of(segment: Segment) -> SegmentVersion:
    """Return the rule in force with how far its filling is."""
    return SegmentVersion.objects.get(segment=segment, number=segment.version)


def versions(segment: Segment) -> list[SegmentVersion]:
    """Return the last wordings of a rule, the newest first."""
    rows = SegmentVersion.objects.filter(segment=segment).select_related("made_by")
    return list(rows.order_by("-number")[:10])


def in_words(text: str, viewer: Viewer) -> str:
    """Return a rule in words, or as it is where its words are not known any more."""
    try:
        return sentence_of(known(text), viewer)
    except BadRule:
        return text


def shown_count(count: int, viewer: Member | None) -> int | None:
    """Return how many, or None where that is too few to be told to somebody who may not see persons."""
    return count if may(viewer, "persons.see") or count >= limits.PEOPLE_SEEN_MIN else None


def count_words(count: int, viewer: Member, reader: Viewer) -> str:
    """Return how many, as this viewer may know it."""
    seen = shown_count(count, viewer)
    return number(seen, reader) if seen is not None else f"< {number(limits.PEOPLE_SEEN_MIN, reader)}"


def members(
    segment: Segment, viewer: Member, *, after: str | None = None, before: str | None = None, size: int = 30
) -> Page[Membership]:
    """Return one page of those who are in, who came last first; raises NotFound for whoever may not see persons."""
    if not may(viewer, "persons.see"):
        raise NotFound
    rows = Membership.objects.filter(segment=segment, left_at=None)
    return paged(rows, NEWEST, after=after, before=before, size=size)


def shown(persons: list[UUID], since: dict[UUID, dt.datetime] | None = None) -> list[Shown]:
    """Return persons as lists show them, by their names where we know any: two queries for any number of them."""
    rows = list(Identity.objects.filter(person__in=persons).select_related("member").order_by("pk"))
    best: dict[UUID, Identity] = {}
    for row in rows:
        assert row.person_id is not None  # noqa: S101 - they were found by it
        held = best.get(row.person_id)
        if held is None or (row.kind == "member" and held.kind != "member"):
            best[row.person_id] = row
    names = names_of(rows)
    found = []
    for person in persons:
        anchor, moment = best.get(person), (since or {}).get(person)
        if anchor is None:
            found.append(Shown(person, "—", "", moment, None))
        else:
            account: Member | None = getattr(anchor, "member", None)
            found.append(Shown(person, names.get(person) or masked(anchor), anchor.kind, moment, account))
    return found


def days(segment: Segment) -> list[SegmentDay]:
    """Return the last days on which anybody came or went, the oldest first."""
    since = timezone.now().date() - dt.timedelta(days=limits.HISTORY_DAYS)
    return list(SegmentDay.objects.filter(segment=segment, day__gt=since).order_by("day"))


def bars(rows: list[SegmentDay], viewer: Viewer) -> list[dict[str, Any]]:
    """Return the drawing of some days: for each the place and height of what came and what went, in a box of 600 by 120."""
    most = max((max(row.entered_count, row.left_count) for row in rows), default=0) or 1
    step = 600 / max(len(rows), 7)
    made = []
    for at, row in enumerate(rows):
        x = at * step + 2
        width = min(step - 4, 40)
        up, down = round(row.entered_count / most * 56), round(row.left_count / most * 56)
        made.append({
            "row": row, "words": date_words(row.day, viewer),
            "x": round(600 - x - width, 1) if viewer.language == "fa" else round(x, 1),
            "width": round(width, 1),
            "up": up, "up_y": 60 - up, "down": down,
        })  # fmt: skip
    return made


def steps(segment_id: int, size: int = limits.EXPORT_STEP) -> Iterator[list[UUID]]:
    """Yield the persons of a segment, some hundred at a time, in the order in which they came."""
    last = 0
    while True:
        rows = Membership.objects.filter(segment=segment_id, left_at=None, pk__gt=last).order_by("pk")
        found = list(rows.values_list("pk", "person_id")[:size])
        if not found:
            return
        last = found[-1][0]
        yield [person for _, person in found]

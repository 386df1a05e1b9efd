"""The queue as a moderator reads it: one keyset list with stored counters, and everything around one item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from patogh.kit.errors import NotFound
from patogh.kit.hooks import plugins
from patogh.kit.pages import Order, Page, paged
from patogh.people.models import Member
from patogh.people.queries import may
from patogh.trust.models import Appeal, Decision, Flag, Held, QueueTally, Record, ReviewItem, Sanction
from patogh.trust.models.asked import ITEM_KINDS
from patogh.trust.nouns import Shown, Subject


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of the queue to show; empty means everything that is open."""

    kind: str = ""
    space_id: int | None = None
    state: str = "open"
    score_least: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An item with all that stands beside it on the page."""

    item: ReviewItem
    thing: Shown | None
    held: Held | None
    flags: list[Flag]
    appeal: Appeal | None
    record: Record | None
    sanctions: list[Sanction]
    decision: Decision | None


def items_reviewable_by(member: Member | None) -> QuerySet[ReviewItem]:
    """Return the items that somebody may look at; none for those who do not moderate."""
    rows = ReviewItem.objects.select_related("member", "claimed_by", "decided_by")
    return rows if may(member, "moderate") else rows.none()


def in_sight(items: Iterable[ReviewItem], member: Member | None) -> set[ReviewItem]:
    """Return those items that are not about a space behind a door that the moderator was not let through; one query."""
    rows = list(items)
    spaces = {str(item.space_id) for item in rows if item.space_id is not None}
    seen = {subject.id for subject in shown_many([Subject("hangout.space", key) for key in sorted(spaces)], member)}
    return {item for item in rows if item.space_id is None or str(item.space_id) in seen}


def item_seen_by(member: Member, **named: object) -> ReviewItem:
    """Return the newest item with these values that a moderator may look at; raises NotFound, whatever the reason."""
    item = items_reviewable_by(member).filter(**named).order_by("-pk").first()
    if item is None or not in_sight([item], member):
        raise NotFound
    return item


def queue_page(
    moderator: Member, chosen: QueueFilter, *, after: str | None = None, before: str | None = None
) -> Page[ReviewItem]:
    """Return a page of the queue: open items by how much they press, decided ones newest first."""
    is_past = (
        chosen.state == "decided"
    )  # What is decided is found by when: by its state, all of it would be read and sorted.
    rows = items_reviewable_by(moderator).filter(**{"decided_at__isnull": False} if is_past else {"state": "open"})
    if chosen.kind in dict(ITEM_KINDS):
        rows = rows.filter(kind=chosen.kind)
    if chosen.space_id is not None:
        rows = rows.filter(space_id=chosen.space_id)
    if chosen.score_least is not None:
        rows = rows.filter(score__gte=chosen.score_least)
    if is_past:
        return paged(rows, Order("decided_at"), after=after, before=before)
    return paged(rows, Order("score"), after=after, before=before)


def entries(items: Iterable[ReviewItem], viewer: Member) -> list[Entry]:
    """Return items with what stands beside them, in a fixed number of queries whatever their number."""
    rows = list(items)
    held = Held.objects.select_related("author").in_bulk(_ids(rows, "trust.held"))
    appeals = Appeal.objects.select_related("decision", "by", "against").in_bulk(_ids(rows, "trust.appeal"))
    about = [_about(row, held, appeals) for row in rows]
    things = shown_many(about, viewer)
    members = {row.member_id for row in rows if row.member_id}
    records, sanctions = Record.objects.in_bulk(members), _sanctions(members)
    flags, decisions = _flags(rows), _decisions(rows)
    return [
        Entry(
            item=row, thing=things.get(subject), held=held.get(_number(row)) if row.subject_kind == "trust.held" else None,
            flags=flags[row.pk], appeal=appeals.get(_number(row)) if row.kind == "appeal" else None,
            record=records.get(row.member_id or 0), sanctions=sanctions[row.member_id or 0], decision=decisions.get(row.pk),
        )
        for row, subject in zip(rows, about, strict=True)
    ]  # fmt: skip


def tallies() -> dict[str, int]:
    """Return how many items of each kind are open, from stored counters."""
    return dict(QueueTally.objects.values_list("kind", "open_count"))


def open_tallies() -> QuerySet[QueueTally, Any]:
    """Return the stored counters of what is open, for the places around a page: six rows at most."""
    return QueueTally.objects.order_by().values(waits=F("open_count"))


def shown(subject: Subject, viewer: Member | None) -> Shown | None:
    """Return what a thing's own room shows of it to this viewer, or None where it may not be seen."""
    return shown_many([subject], viewer).get(subject)


def shown_many(subjects: Iterable[Subject], viewer: Member | None) -> dict[Subject, Shown]:
    """Return several things of several rooms; one query a kind."""
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for subject in dict.fromkeys(subjects):
        by_kind[subject.kind].append(subject.id)
    found: dict[Subject, Shown] = {}
    for kind, ids in by_kind.items():
        things = plugins.hook.subjects_shown(kind=kind, ids=ids, viewer=viewer) or {}
        found |= {Subject(kind, key): thing for key, thing in things.items()}
    return found


def flags_by(member: Member, *, after: str | None = None) -> Page[Flag]:
    """Return the flags that a member raised, newest first, with what became of them."""
    return paged(Flag.objects.filter(by=member), Order("created_at"), after=after)


def open_flag(subject: Subject, by: Member) -> Flag | None:
    """Return the open flag that a member has on a thing."""
    rows = Flag.objects.filter(subject_kind=subject.kind, subject_id=subject.id, by=by)
    return rows.filter(withdrawn_at=None, outcome="").first()


def held_by(author: Member, place: Subject | None = None) -> list[Held]:
    """Return what waits of a member, in one place or anywhere: shown to nobody else but moderators."""
    rows = Held.objects.filter(author=author, state="waiting")
    if place is not None:
        rows = rows.filter(place_kind=place.kind, place_id=place.id)
    return list(rows.order_by("held_at", "pk")[:30])


def _about(row: ReviewItem, held: dict[int, Held], appeals: dict[int, Appeal]) -> Subject:
    """Return the thing that an item is about in the end: the place of a held text, the thing of an appealed decision."""
    if row.subject_kind == "trust.held" and (one := held.get(_number(row))):
        return Subject(one.place_kind, one.place_id)
    if row.subject_kind == "trust.appeal" and (said := appeals.get(_number(row))):
        return Subject(said.decision.subject_kind, said.decision.subject_id)
    return Subject(row.subject_kind, row.subject_id)


def _number(row: ReviewItem) -> int:
    return int(row.subject_id) if row.subject_id.isdigit() else 0


def _ids(rows: list[ReviewItem], kind: str) -> list[int]:
    return [_number(row) for row in rows if row.subject_kind == kind]


def _flags(rows: list[ReviewItem]) -> defaultdict[int, list[Flag]]:
    found: defaultdict[int, list[Flag]] = defaultdict(list)
    flags = Flag.objects.select_related("by").filter(item__in=rows, withdrawn_at=None).order_by("created_at", "pk")
    for row in flags:
        found[row.item_id].append(row)
    return found


def _sanctions(members: set[int]) -> defaultdict[int, list[Sanction]]:
    found: defaultdict[int, list[Sanction]] = defaultdict(list)
    for row in Sanction.objects.filter(member__in=members).order_by("-since", "-pk"):
        found[row.member_id].append(row)
    return found


def _decisions(rows: list[ReviewItem]) -> dict[int, Decision]:
    found = Decision.objects.select_related("by").filter(item__in=rows, lifted_at=None).order_by("pk")
    return {row.item_id: row for row in found if row.item_id is not None}

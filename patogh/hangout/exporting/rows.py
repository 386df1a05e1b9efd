"""Reading the tables for the neutral folder: by key, a few hundred rows at a time, each as a dict of plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Model, Q, QuerySet

from patogh.activity.models import Activity
from patogh.hangout.exporting import cells, sheets
from patogh.hangout.exporting.sheets import Sheet
from patogh.hangout.models import Space
from patogh.kit.errors import NotFound
from patogh.people.models import Identity, IdentityLink, Member

BATCH_ROWS: Final = 500
Chosen = Iterator[tuple[int, int, dict[str, Any]]]  # how far, of how much, the row
_OF_SPACE: Final = {
    "spaces": "pk", "space_members": "space", "topics": "space", "posts": "topic__space", "revisions": "post__topic__space",
    "reactions": "post__topic__space", "pictures": "space", "post_links": "post__topic__space", "polls": "topic__space",
    "poll_options": "poll__topic__space", "poll_votes": "poll__topic__space", "poll_records": "poll__topic__space", "bookmarks": "post__topic__space",
    "read_markers": "topic__space", "pins": "topic__space", "closures": "topic__space", "topic_trashes": "topic__space",
    "post_trashes": "post__topic__space", "post_hides": "post__topic__space", "accepted_answers": "topic__space",
    "topic_moves": "topic__space", "topic_merges": "target__space", "promises": "topic__space",
}  # fmt: skip
_WHOLE_HOUSE_ONLY: Final = frozenset({"roles", "redirects", "follows"})


def chosen(name: str, space: str = "") -> Chosen:
    """Yield the rows of a sheet; with `space` (a slug) only what stands there and in no hidden neighbour."""
    if name == sheets.MEMBERS:
        return _members()
    if name == sheets.ACTIVITIES:
        return _activities() if not space else iter(())
    sheet = next(one for one in sheets.plain() if one.name == name)
    return _plain(sheet, _narrowed(sheet, space))


def _narrowed(sheet: Sheet, slug: str) -> QuerySet[Model]:
    """Return the rows that belong in the folder."""
    every = sheet.model._default_manager.filter(**sheet.only)  # noqa: SLF001 - Django's documented name
    if not slug:
        return every
    space = Space.objects.filter(slug=slug).first()
    if space is None:
        raise NotFound
    if sheet.name in _WHOLE_HOUSE_ONLY or (
        sheet.name not in _OF_SPACE and not sheet.label.startswith(("hangout.", "people."))
    ):
        return every.none()
    path = _OF_SPACE.get(sheet.name)
    return every.filter(Q((path, space.pk))) if path else every


def _plain(sheet: Sheet, every: QuerySet[Model]) -> Chosen:
    """Yield the rows of one table."""
    topics = sheet.name == "topics"
    kinds = {column.name: column.kind for column in sheet.columns if column.name != "id"}
    names = {name: f"{name}_id" if kind == "ref" else name for name, kind in kinds.items()}
    for done, total, row in _batched(every):
        plain: dict[str, Any] = {"id": str(row.pk)} if sheet.keyed else {}
        for name, kind in kinds.items():
            value = getattr(row, names[name])
            plain[name] = cells.written(str(value) if kind == "ref" and value is not None else value, kind)
        if topics:
            plain |= _of_topic(row)
        yield done, total, plain


def _of_topic(topic: Any) -> dict[str, Any]:
    """Return what a topic has beside its columns."""
    return {
        "tags": topic.tag_names,
        "accepted": str(topic.accepted_post_id) if topic.accepted_post_id else None,
        "merged_into": str(topic.merged_into_id) if topic.merged_into_id else None,
    }


def _members() -> Chosen:
    """Yield everybody, with the address that a staged member is claimed by."""
    for done, total, row in _batched(Member.objects.all()):
        link = None if row.email else IdentityLink.objects.filter(identity_id=row.identity_id, why="imported").first()
        claimed = link.evidence.get("claimed_email", "") if link else ""
        plain = {
            column.name: cells.written(getattr(row, column.name, None), column.kind) for column in sheets.MEMBER_COLUMNS
        }
        plain |= {
            "id": str(row.pk),
            "is_staged": link is not None,
            "email": row.email or claimed,
            "phone": row.phone or "",
        }
        yield done, total, plain | {"age_band": row.age_band}


def _activities() -> Chosen:
    """Yield the road in the order of its ids, each step by the member who made it."""
    last, done, total = None, 0, Activity.objects.count()
    while True:
        every = Activity.objects.filter(pk__gt=last) if last else Activity.objects.all()
        batch = list(every.order_by("pk")[:BATCH_ROWS])
        if not batch:
            return
        last = batch[-1].pk
        doers = dict(Identity.objects.filter(pk__in={row.identity_id for row in batch}).values_list("pk", "member__pk"))
        for row in batch:
            done += 1
            plain = {one.name: cells.written(getattr(row, one.name, None), one.kind) for one in sheets.ACTIVITY_COLUMNS}
            by = doers.get(row.identity_id or 0)
            plain |= {"by": str(by) if by else None, "subject": row.subject_id, "target": row.target_id}
            yield done, total, plain


def _batched(every: QuerySet[Any]) -> Iterator[tuple[int, int, Any]]:
    """Yield the rows of a table by key."""
    last, done, total = 0, 0, every.count()
    while batch := list(every.filter(pk__gt=last).order_by("pk")[:BATCH_ROWS]):
        last = batch[-1].pk
        for row in batch:
            done += 1
            yield done, total, row

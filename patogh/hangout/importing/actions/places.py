"""Spaces of an import: found by what came earlier, by address or by name, else opened."""

from __future__ import annotations

import itertools

from django.db.models import Max
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.hangout.actions import found
from patogh.hangout.importing.actions.written import Place
from patogh.hangout.importing.identifying import SPACE_NAME_CHARS_MAX, Destination
from patogh.hangout.importing.records import SpaceRecord
from patogh.hangout.models import ImportedThing, Space, SpaceMember
from patogh.kit import persian
from patogh.people import handles
from patogh.people.models import StagedMember

SPACE_OPENED = "hangout.space_opened"


def prepare_space(destination: Destination, source: str) -> Place:
    """Return the place of an import, its space opened for everybody if it is not there yet; it is found there again."""
    wanted = SpaceRecord("space", destination.name)
    return Place(_prepared(wanted, destination.space, ("space", source)), source)


def prepare_spaces(records: list[SpaceRecord], source: str) -> dict[str, Space]:
    """Return the spaces of a dump by their keys: those that came before, those of the same address or name, else new ones."""
    spaces = {}
    for row in records:
        here = space_here(row, source)
        spaces[row.key] = _prepared(row, here, (f"space:{row.key}", source))
    return spaces


def space_here(row: SpaceRecord, source: str) -> Space | None:
    """Return the space that a record means, if it is here."""
    earlier = ImportedThing.objects.filter(source=source, kind="space", key=f"space:{row.key}"[:120]).first()
    if earlier and (space := Space.objects.filter(pk=earlier.thing_id).first()):
        return space
    wanted = {persian.key(name) for name in (row.name, row.name_en) if name}
    for space in Space.objects.order_by("pk"):
        if (row.slug and row.slug == space.slug) or wanted & {persian.key(space.name), persian.key(space.name_en)} - {
            ""
        }:
            return space
    return None


@action
def _prepared(row: SpaceRecord, space: Space | None, mark: tuple[str, str]) -> Space:
    """Return the space of a record, opened if need be, and remember where it is."""
    opened = space is None
    if space is None:
        space = _opened(row)
        record(SPACE_OPENED, by=None, subject=space, channel="import")
    _remember(space, mark)
    return space if opened else unchanged(space)


@upkeep
def let_members_in(space: Space, keys: tuple[str, ...], source: str) -> None:
    """Let members of a private space in; those who are in already stay as they are."""
    for start in range(0, len(keys), 400):
        members = StagedMember.objects.filter(source=source, source_key__in=keys[start : start + 400])
        rows = [SpaceMember(space=space, member_id=pk) for pk in members.values_list("member_id", flat=True)]
        SpaceMember.objects.bulk_create(rows, ignore_conflicts=True)


def _opened(row: SpaceRecord) -> Space:
    """Insert a space."""
    last = Space.objects.aggregate(last=Max("position"))["last"] or 0
    accesses, colours = dict(Space.ACCESS), dict(Space.COLOURS)
    name = persian.name_clean(row.name)[:SPACE_NAME_CHARS_MAX] or "import"
    space = Space.objects.create(
        slug=_free_slug(row.slug or name), name=name, name_en=persian.name_clean(row.name_en)[:SPACE_NAME_CHARS_MAX],
        about=persian.name_clean(row.about)[:300], about_en=persian.name_clean(row.about_en)[:300],
        colour=row.colour if row.colour in colours else "fir", access=row.access if row.access in accesses else "private",
        position=row.position or last + 10,
    )  # fmt: skip
    if row.created_at and row.created_at < timezone.now():
        Space.objects.filter(pk=space.pk).update(created_at=row.created_at)
    found._put_space(space)
    return space


def _remember(space: Space, mark: tuple[str, str]) -> None:
    key, source = mark
    ImportedThing.objects.update_or_create(source=source, kind="space", key=key[:120], defaults={"thing_id": space.pk})


def _free_slug(name: str) -> str:
    """Return an address for a new space: its name in letters that addresses know, numbered if taken."""
    base = (persian.slug(name) if name.isascii() else handles.suggested(name).replace("_", "-"))[:34].strip(
        "-"
    ) or "import"
    taken = set(Space.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for slug in itertools.chain([base], (f"{base}-{n}" for n in itertools.count(2))) if slug not in taken
    )

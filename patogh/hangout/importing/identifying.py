"""Which community a dump is of, and which space it goes to."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from patogh.hangout.importing.records import PostRecord, Source
from patogh.hangout.models import ImportedThing, Space
from patogh.kit import persian

SOURCE_CHARS_MAX: Final = 40
SPACE_NAME_CHARS_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Destination:
    """The space of an import: `space` is None while it has to be made."""

    name: str
    space: Space | None


def source_key(source: Source, sample: Sequence[PostRecord]) -> str:
    """Return the name that the imported things of this community go by, however its file is called today.

    If rows of the dump are here already (the same key made at the same moment), it is the community that they came with.
    Otherwise it is "<kind>:<site>", numbered when another community has taken that.
    """
    wanted = {record.key: record.digest[:16] for record in sample}
    known = ImportedThing.objects.filter(
        source__startswith=f"{source.name}:", kind__in=("topic", "post"), key__in=list(wanted)
    )
    same: Counter[str] = Counter()
    other: set[str] = set()
    for thing in known:
        if thing.digest[:16] == wanted[thing.key]:
            same[thing.source] += 1
        else:
            other.add(thing.source)
    if same:
        return min(same, key=lambda name: (-same[name], name))
    names = (_named(source, number) for number in itertools.count(1))
    return next(name for name in names if name not in other)


def destination(source: str, name: str, *, is_asked: bool) -> Destination:
    """Return where an import goes: the space that was asked for by name or slug, else where it went before, else by name."""
    earlier = ImportedThing.objects.filter(source=source, kind="space").values_list("thing_id", flat=True).first()
    if not is_asked and earlier and (space := Space.objects.filter(pk=earlier).first()):
        return Destination(space.name, space)
    name = persian.name_clean(name)[:SPACE_NAME_CHARS_MAX] or "import"
    wanted = persian.key(name)
    for space in Space.objects.order_by("pk"):
        if name == space.slug or wanted in {persian.key(space.name), persian.key(space.name_en)}:
            return Destination(space.name, space)
    return Destination(name, None)


def _named(source: Source, number: int) -> str:
    """Return a candidate for the name, never longer than its column."""
    tail = "" if number == 1 else f"-{number}"
    whole = f"{source.name}:{source.site}{tail}"
    if len(whole) <= SOURCE_CHARS_MAX:
        return whole
    mark = hashlib.sha256(source.site.encode()).hexdigest()[:6]
    head = f"{source.name}:{source.site}"[: SOURCE_CHARS_MAX - len(mark) - len(tail) - 1]
    return f"{head}-{mark}{tail}"

"""Spaces and tags that rows of a neutral folder need and no sheet brings."""

from __future__ import annotations

import itertools

from django.db.models import Max

from patogh.activity import upkeep
from patogh.hangout.actions.writing import tag_key
from patogh.hangout.importing.actions.neutral import _put, mark, mend
from patogh.hangout.models import ImportedThing, Space, Tag, Topic, TopicTag
from patogh.kit import limits, persian
from patogh.people import handles

SLUG_CHARS_MAX = 34


@upkeep
def default_space(source: str, name: str) -> int:
    """Return the number of the space for topics that name none, opened for everybody if it is not there yet."""
    earlier = ImportedThing.objects.filter(source=source, kind="space", key=":default").first()
    if earlier and Space.objects.filter(pk=earlier.thing_id).exists():
        return earlier.thing_id
    last = Space.objects.aggregate(last=Max("position"))["last"] or 0
    words = persian.name_clean(name)[:60] or "import"
    space = Space.objects.create(slug=free_slug(slug_of(words)), name=words, position=last + 10)
    mark([(source, "space", ":default", "", space.pk)])
    return space.pk


@upkeep
def hang_tags(source: str, wanted: dict[int, list[str]]) -> None:
    """Hang tags on topics, in their order; tags that nobody used before are made."""
    names = {key: name for some in wanted.values() for name in some if (key := tag_key(name[: limits.TAG_CHARS_MAX]))}
    there = {tag.key: tag for tag in Tag.objects.filter(key__in=names)}
    for key in names.keys() - there.keys():
        there[key] = Tag.objects.create(name=names[key][: limits.TAG_CHARS_MAX], key=key)
        mark([(source, "tag", f":{key}", "", there[key].pk)])
    hung = {
        pk: list({tag_key(name): there[tag_key(name)] for name in some if tag_key(name) in there}.values())
        for pk, some in wanted.items()
    }
    _put(TopicTag, ("topic", "tag"), [(pk, tag.pk) for pk, tags in hung.items() for tag in tags])
    mend(Topic, "tag_names", [(pk, [tag.name for tag in tags]) for pk, tags in hung.items()])


def slug_of(name: str) -> str:
    """Return an address for a space of this name."""
    words = persian.slug(name) if name.isascii() else handles.suggested(name).replace("_", "-")
    return words[:SLUG_CHARS_MAX].strip("-") or "import"


def free_slug(slug: str) -> str:
    """Return an address like this one that no space has."""
    taken = set(Space.objects.filter(slug__startswith=slug[:SLUG_CHARS_MAX]).values_list("slug", flat=True))
    names = itertools.chain([slug], (f"{slug[:SLUG_CHARS_MAX]}-{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in taken)

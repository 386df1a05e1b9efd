"""Names and addresses of what the road speaks about, as far as a reader may see it now."""

from collections.abc import Iterable
from dataclasses import dataclass

from patogh.hangout.models import Post, Space, Topic
from patogh.hangout.queries.stamps import Sight
from patogh.kit import markup


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that happened to be done something with: its words, its address, and what it says."""

    words: str
    url: str
    says: str = ""


def topics_named(ids: Iterable[int], sight: Sight) -> dict[str, Thing]:
    """Return the topics among these that the reader may see, by id as the road writes it."""
    found = Topic.objects.filter(pk__in=list(ids), trashed_at__isnull=True, space_id__in=sight.spaces)
    return {str(pk): Thing(title, f"/t/{pk}") for pk, title in found.values_list("pk", "title")}


def posts_named(ids: Iterable[int], sight: Sight) -> dict[str, Thing]:
    """Return the posts among these that the reader may see: the topic's title, the post's address, its beginning."""
    found = Post.objects.filter(pk__in=list(ids), trashed_at__isnull=True, topic__trashed_at__isnull=True, topic__space_id__in=sight.spaces)
    rows = found.values_list("pk", "number", "topic_id", "topic__title", "text")
    return {str(pk): Thing(title, f"/t/{topic}/p/{number}", markup.excerpt(text, 90)) for pk, number, topic, title, text in rows}


def spaces_named(ids: Iterable[int], sight: Sight, language: str) -> dict[str, Thing]:
    """Return the spaces among these that the reader may see."""
    found = Space.objects.filter(pk__in=[pk for pk in ids if pk in sight.spaces])
    return {str(space.pk): Thing(space.name_in(language), f"/s/{space.slug}") for space in found}

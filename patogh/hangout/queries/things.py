"""Names and addresses of what the road speaks about, as far as a reader may see it now."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from patogh.hangout.models import Post, Space, Topic
from patogh.hangout.queries.stamps import Sight
from patogh.kit import markup

_BLOCKS = re.compile(r"</?(?:p|li|ul|ol|br|h[1-6]|blockquote|pre|table|t[rdh]|hr)\b[^>]*>")
_HANDLE = re.compile(r"(?<!\w)@(?=[A-Za-z0-9_])")
_TAGS = re.compile(r"<[^>]*>?")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that happened to be done something with: its words, its address, and what it says."""

    words: str
    url: str
    says: str = ""


def said(html: str, chars_max: int) -> str:
    """Return the beginning of what a stored post says, as plain words."""
    words = unescape(_TAGS.sub("", _BLOCKS.sub(" ", html[: chars_max * 12])))
    return _HANDLE.sub("\u200e@", markup.excerpt(words, chars_max))


def topics_named(ids: Iterable[int], sight: Sight) -> dict[str, Thing]:
    """Return the topics among these that the reader may see, by id as the road writes it."""
    found = Topic.objects.filter(pk__in=list(ids), trashed_at__isnull=True, space_id__in=sight.spaces)
    return {str(pk): Thing(title, f"/t/{pk}") for pk, title in found.values_list("pk", "title")}


def posts_named(ids: Iterable[int], sight: Sight) -> dict[str, Thing]:
    """Return the posts among these that the reader may see: the topic's title, the post's address, its beginning."""
    found = Post.objects.filter(
        pk__in=list(ids), trashed_at__isnull=True, topic__trashed_at__isnull=True, topic__space_id__in=sight.spaces
    )
    rows = found.values_list("pk", "number", "topic_id", "topic__title", "html")
    return {str(pk): Thing(title, f"/t/{topic}/p/{number}", said(html, 70)) for pk, number, topic, title, html in rows}


def spaces_named(ids: Iterable[int], sight: Sight, language: str) -> dict[str, Thing]:
    """Return the spaces among these that the reader may see."""
    found = Space.objects.filter(pk__in=[pk for pk in ids if pk in sight.spaces])
    return {str(space.pk): Thing(space.name_in(language), f"/s/{space.slug}") for space in found}

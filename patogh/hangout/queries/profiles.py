"""What one member opened and wrote, as far as the reader may see it; keyset pages over stored rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from patogh.hangout.models import Post
from patogh.hangout.queries import lists
from patogh.hangout.queries.stamps import Sight
from patogh.hangout.queries.things import said
from patogh.kit import pages
from patogh.kit.pages import Page

POSTS_A_PAGE = 20


@dataclass(slots=True)
class WrittenRow:
    """One post in a profile's list."""

    id: int
    number: int
    created_at: datetime
    html: str
    reactions_count: int
    topic_id: int
    title: str

    @property
    def url(self) -> str:
        """The post's own address."""
        return f"/t/{self.topic_id}/p/{self.number}"

    @property
    def excerpt(self) -> str:
        """The beginning of what it says."""
        return said(self.html, 200)


def topics_by(
    member_id: int,
    sight: Sight,
    *,
    after: str | None = None,
    before: str | None = None,
    size: int = lists.TOPICS_A_PAGE,
) -> Page[lists.Row]:
    """Return one page of the topics that a member opened, newest first; raises BadCursor."""
    return lists.topics_by(sight.scope(author_id=member_id), "new", after=after, before=before, size=size)


def posts_by(
    member_id: int, sight: Sight, *, after: str | None = None, before: str | None = None, size: int = POSTS_A_PAGE
) -> Page[WrittenRow]:
    """Return one page of the replies that a member wrote, newest first; raises BadCursor."""
    order = pages.Order("created_at")
    backwards = bool(before) and not after
    found = Post.objects.filter(
        author_id=member_id, number__gt=1, trashed_at=None, topic__trashed_at=None, topic__space_id__in=sight.spaces
    )
    if given := after or before:
        cursor = pages.Cursor.decode(given)
        if not isinstance(cursor.value, datetime) or not isinstance(cursor.id, int):
            raise pages.BadCursor
        found = found.filter(order.beyond(cursor, backwards=backwards))
    columns = ("id", "number", "created_at", "html", "reactions_count", "topic_id", "topic__title")
    rows = [
        WrittenRow(*row)
        for row in found.order_by(*order.columns(backwards=backwards)).values_list(*columns)[: size + 1]
    ]
    return pages.cut(rows, size, order.of, came_from=given, backwards=backwards)

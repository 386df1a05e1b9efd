"""What is one member's own on a shared page, in one query; and the lists of what they keep."""

from dataclasses import dataclass, field
from datetime import datetime

from patogh.hangout.models import Bookmark, Draft, Topic
from patogh.hangout.queries.authors import Author, authors
from patogh.hangout.queries.lists import Scope, topic_path
from patogh.hangout.queries.things import said
from patogh.kit import markup, pages
from patogh.kit.pages import Page
from patogh.kit.rows import rows

# The posts of a page lie close together, so their ids are given as a range: one prepared statement serves every page.
_MARKS = """
SELECT 'r', r.post_id, r.kind FROM hangout_reaction r WHERE r.member_id = %s AND r.post_id BETWEEN %s AND %s
UNION ALL SELECT 'b', b.post_id, '' FROM hangout_bookmark b WHERE b.member_id = %s AND b.post_id BETWEEN %s AND %s
UNION ALL SELECT 'n', m.last_number, '' FROM hangout_readmarker m WHERE m.member_id = %s AND m.topic_id = %s
UNION ALL SELECT 'f', 0, f.level FROM hangout_follow f WHERE f.member_id = %s AND f.topic_id = %s
UNION ALL SELECT 'd', 0, d.text FROM hangout_draft d WHERE d.member_id = %s AND d.place = %s
UNION ALL SELECT 'x', x.blocked_id, '' FROM trust_block x WHERE x.member_id = %s
UNION ALL SELECT 'h', h.id, '' FROM trust_held h WHERE h.author_id = %s AND h.place_kind = 'hangout.topic' AND h.place_id = %s AND h.state = 'waiting'
"""
_SPREAD = _MARKS.replace("post_id BETWEEN %s AND %s", "post_id IN ({marks})")
_VOTES = " UNION ALL SELECT 'v', v.option_id, '' FROM hangout_pollvote v WHERE v.member_id = %s AND v.poll_id = %s"
RANGE_IDS_MAX = 5_000


@dataclass(slots=True)
class Marks:
    """A member's own marks on one page of a topic."""

    reactions: list[tuple[int, str]] = field(default_factory=list)
    bookmarks: list[int] = field(default_factory=list)
    votes: list[int] = field(default_factory=list)
    last_read: int = 0
    follows: str = ""
    draft: str = ""
    blocked: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)


def marks_on(member_id: int, topic_id: int, post_ids: list[int], poll_id: int | None) -> Marks:
    """Return the member's own reactions, bookmarks, votes, read marker, follow, draft, blocks and held texts: one query."""
    ids = post_ids or [0]
    first, last = min(ids), max(ids)
    sql, span = (
        (_MARKS, [first, last])
        if last - first <= RANGE_IDS_MAX
        else (_SPREAD.format(marks=",".join(["%s"] * len(ids))), ids)
    )
    given = [
        member_id,
        *span,
        member_id,
        *span,
        member_id,
        topic_id,
        member_id,
        topic_id,
        member_id,
        f"topic:{topic_id}",
        member_id,
        member_id,
        str(topic_id),
    ]
    if poll_id is not None:
        sql, given = sql + _VOTES, [*given, member_id, poll_id]
    found = Marks()
    here = set(ids)
    for kind, number, word in rows(sql, given):
        if kind not in "rb" or number in here:
            _note(found, kind, number, word)
    return found


def _note(found: Marks, kind: str, number: int, word: str) -> None:
    """Put one row where it belongs."""
    if kind == "r":
        found.reactions.append((number, word))
    elif kind in "bv":
        (found.bookmarks if kind == "b" else found.votes).append(number)
    elif kind == "n":
        found.last_read = number
    elif kind == "f":
        found.follows = word
    elif kind in "xh":
        (found.blocked if kind == "x" else found.held).append(number)
    else:
        found.draft = word


@dataclass(slots=True)
class Kept:
    """A post that a member keeps."""

    id: int
    kept_at: datetime
    post_id: int
    number: int
    author_id: int
    html: str
    created_at: datetime
    topic_id: int
    title: str
    space_id: int
    author: Author | None = None

    @property
    def url(self) -> str:
        """The post's own address."""
        return f"/t/{self.topic_id}/p/{self.number}"

    @property
    def excerpt(self) -> str:
        """The beginning of what it says."""
        return said(self.html, 200)


_KEPT = (
    "id", "created_at", "post_id", "post__number", "post__author_id", "post__html", "post__created_at", "post__topic_id",
    "post__topic__title", "post__topic__space_id",
)  # fmt: skip


def bookmarks_of(
    member_id: int, scope: Scope, *, after: str | None = None, before: str | None = None, size: int = 25
) -> Page[Kept]:
    """Return one page of what a member keeps and may still see, newest first; raises BadCursor."""
    order = pages.Order("id")
    backwards = bool(before) and not after
    found = Bookmark.objects.filter(
        member_id=member_id,
        post__trashed_at__isnull=True,
        post__topic__trashed_at__isnull=True,
        post__topic__space_id__in=scope.spaces,
    )
    if given := after or before:
        cursor = pages.Cursor.decode(given)
        if not isinstance(cursor.id, int):
            raise pages.BadCursor
        found = found.filter(order.beyond(cursor, backwards=backwards))
    kept = [Kept(*row) for row in found.order_by(*order.columns(backwards=backwards)).values_list(*_KEPT)[: size + 1]]
    people = authors(row.author_id for row in kept)
    for row in kept:
        row.author = people.get(row.author_id)
    return pages.cut(kept, size, order.of, came_from=after or before, backwards=backwards)


@dataclass(slots=True)
class Unsent:
    """A draft as its list shows it."""

    place: str
    title: str
    text: str
    saved_at: datetime
    topic_title: str = ""

    @property
    def excerpt(self) -> str:
        """The beginning of what was typed."""
        return markup.excerpt(self.text)

    @property
    def url(self) -> str:
        """Where writing goes on."""
        kind, _, pk = self.place.partition(":")
        if kind == "topic" and pk.isdigit():
            return f"{topic_path(int(pk), self.topic_title)}#compose"
        return f"/posts/{pk}/edit" if kind == "edit" and pk.isdigit() else "/new"


def drafts_of(member_id: int, scope: Scope) -> list[Unsent]:
    """Return a member's drafts, newest first; at most fifty are kept in sight."""
    found = [
        Unsent(*row)
        for row in Draft.objects.filter(member_id=member_id)
        .order_by("-saved_at")
        .values_list("place", "title", "text", "saved_at")[:50]
    ]
    ids = [int(row.place[6:]) for row in found if row.place.startswith("topic:") and row.place[6:].isdigit()]
    titles = dict(Topic.objects.filter(pk__in=ids, space_id__in=scope.spaces).values_list("pk", "title"))
    for row in found:
        if row.place.startswith("topic:") and row.place[6:].isdigit():
            row.topic_title = titles.get(int(row.place[6:]), "")
    return found

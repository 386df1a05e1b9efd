"""Lists of topics as raw rows: by activity, new, unanswered and top; in all, a space, a tag or by an author; keyset-paged."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from patogh.hangout.models import Space, Topic
from patogh.hangout.queries.authors import Author, authors
from patogh.kit import pages, persian
from patogh.kit.pages import Page
from patogh.kit.rows import rows

ORDERS = {
    "active": pages.Order("active_at"),
    "new": pages.Order("created_at"),
    "unanswered": pages.Order("created_at"),
    "top": pages.Order("score"),
}
TOPICS_A_PAGE = 25


# What stands behind a topic's number in addresses of its own; a title that reads like one gets a dash.
RESERVED = frozenset(
    [
        "acceptance",
        "closure",
        "edit",
        "follow",
        "merge",
        "move",
        "p",
        "pin",
        "poll",
        "posts",
        "promise",
        "read",
        "trash",
    ]
)


def topic_path(pk: int, title: str) -> str:
    """Return a topic's canonical address."""
    slug = topic_slug(title)
    return f"/t/{pk}/{slug}" if slug else f"/t/{pk}"


def topic_slug(title: str) -> str:
    """Return the readable end of a topic's address."""
    slug = persian.slug(title)
    return f"{slug}-" if slug in RESERVED else slug


@dataclass(slots=True)
class Row:
    """One topic in a list."""

    id: int
    kind: str
    title: str
    author_id: int
    excerpt: str
    picture: str
    tag_names: list[str]
    replies_count: int
    reactions_count: int
    views_count: int
    score: int
    last_poster_id: int | None
    accepted_post_id: int | None
    pinned_at: datetime | None
    closed_at: datetime | None
    promised_on: date | None
    created_at: datetime
    active_at: datetime
    last_number: int
    space_id: int
    space_slug: str
    space_name: str
    space_name_en: str
    space_colour: str
    author: Author | None = None
    last_poster: Author | None = None
    why: str = field(default="")

    @property
    def url(self) -> str:
        """The topic's canonical address."""
        return topic_path(self.id, self.title)

    @property
    def is_waiting(self) -> bool:
        """Whether this is a question that nobody has solved yet."""
        return self.kind == "question" and self.accepted_post_id is None and self.closed_at is None

    def space_in(self, language: str) -> str:
        """Return the space's name in `language`."""
        return self.space_name_en if language == "en" and self.space_name_en else self.space_name


COLUMNS = (
    "id", "kind", "title", "author_id", "excerpt", "picture", "tag_names", "replies_count", "reactions_count", "views_count", "score",
    "last_poster_id", "accepted_post_id", "pinned_at", "closed_at", "promised_on", "created_at", "active_at", "last_number", "space_id",
    "space__slug", "space__name", "space__name_en", "space__colour",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Muted:
    """What a member does not want to see in lists."""

    spaces: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()
    topics: frozenset[int] = frozenset()
    members: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.spaces or self.tags or self.topics or self.members)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which topics a list is about: the spaces that the viewer may see, narrowed to one space, tag or author.

    `hidden` are the others: the query leaves them out by name, so that the database walks the index of the list's order
    and need not sort; `sees` then holds every row to `spaces` once more, so that a forgotten space stays out of sight.
    """

    spaces: tuple[int, ...]
    hidden: tuple[int, ...] = ()
    muted: Muted = Muted()
    space_id: int | None = None
    tag_id: int | None = None
    author_id: int | None = None

    def topics(self) -> QuerySet[Topic]:
        """Return the topics of this scope that are in sight."""
        found = Topic.objects.filter(trashed_at__isnull=True, merged_into__isnull=True)
        if self.space_id is not None:
            found = found.filter(space_id=self.space_id if self.space_id in self.spaces else -1)
        else:
            found = found.exclude(space_id__in=[*self.hidden, *self.muted.spaces])
        if self.tag_id is not None:
            found = found.filter(topic_tags__tag_id=self.tag_id)
        if self.author_id is not None:
            found = found.filter(author_id=self.author_id)
        return self._without_muted(found)

    def sees(self, row: "Row") -> bool:
        """Return whether a row is of a space that the viewer may see."""
        return row.space_id in self.spaces

    def _without_muted(self, found: QuerySet[Topic]) -> QuerySet[Topic]:
        if self.muted.topics:
            found = found.exclude(pk__in=self.muted.topics)
        if self.muted.members:
            found = found.exclude(author_id__in=self.muted.members)
        if self.muted.tags:
            found = found.exclude(Q(pk__in=Topic.objects.filter(topic_tags__tag_id__in=self.muted.tags).values("pk")))
        return found


def topics_by(
    scope: Scope, by: str, *, after: str | None = None, before: str | None = None, size: int = TOPICS_A_PAGE
) -> Page[Row]:
    """Return one page of a list by "active", "new", "unanswered" or "top"; raises BadCursor. Three queries."""
    order = ORDERS[by]
    found = scope.topics()
    if by == "unanswered":
        found = found.filter(kind="question", accepted_post_id__isnull=True, replies_count=0, closed_at__isnull=True)
    if scope.space_id is not None and by == "active":
        found = found.filter(pinned_at__isnull=True)
    return _paged(scope, found, order, (after, before, size))


def pinned_in(scope: Scope) -> list[Row]:
    """Return the topics that are held at the top of a space, newest pin first; at most ten."""
    found = scope.topics().filter(pinned_at__isnull=False).order_by("-pinned_at").values_list(*COLUMNS)[:10]
    return dressed(scope, [Row(*row) for row in found])


def rows_of(scope: Scope, found: QuerySet[Topic], size: int) -> list[Row]:
    """Return the first `size` topics of an ordered query as rows with their people."""
    return dressed(scope, [Row(*row) for row in found.values_list(*COLUMNS)[:size]])


def dressed(scope: Scope, rows: list[Row]) -> list[Row]:
    """Keep the rows that the viewer may see and put the people on them: two queries."""
    rows = [row for row in rows if scope.sees(row)]
    people = authors([row.author_id for row in rows] + [row.last_poster_id for row in rows])
    for row in rows:
        row.author = people.get(row.author_id)
        row.last_poster = people.get(row.last_poster_id or 0)
    return rows


def _paged(
    scope: Scope, found: QuerySet[Topic], order: pages.Order, place: tuple[str | None, str | None, int]
) -> Page[Row]:
    after, before, size = place
    backwards = bool(before) and not after
    given = after or before
    if given:
        found = found.filter(_beyond(order, given, backwards=backwards))
    try:
        rows = [
            Row(*row) for row in found.order_by(*order.columns(backwards=backwards)).values_list(*COLUMNS)[: size + 1]
        ]
    except (ValueError, TypeError, OverflowError) as error:
        raise pages.BadCursor from error
    return pages.cut(dressed(scope, rows), size, order.of, came_from=given, backwards=backwards)


def _beyond(order: pages.Order, given: str, *, backwards: bool) -> Q:
    """Return the condition behind a cursor, after holding its value to the kind of value that the list is sorted by."""
    cursor = pages.Cursor.decode(given)
    wanted: type = int if order.field == "score" else datetime
    if not isinstance(cursor.value, wanted) or not isinstance(cursor.id, int):
        raise pages.BadCursor
    return order.beyond(cursor, backwards=backwards)


@dataclass(slots=True)
class SpaceRow:
    """A space as the pages show it."""

    id: int
    slug: str
    name: str
    name_en: str
    about: str
    about_en: str
    colour: str
    access: str
    topics_count: int
    posts_count: int
    followers_count: int
    active_at: datetime | None
    version: int

    def name_in(self, language: str) -> str:
        """Return the name in `language`."""
        return self.name_en if language == "en" and self.name_en else self.name

    def about_in(self, language: str) -> str:
        """Return the description in `language`."""
        return self.about_en if language == "en" and self.about_en else self.about


SPACE_COLUMNS = (
    "id", "slug", "name", "name_en", "about", "about_en", "colour", "access", "topics_count", "posts_count", "followers_count",
    "active_at", "version",
)  # fmt: skip


def spaces(ids: Sequence[int]) -> list[SpaceRow]:
    """Return these spaces in their order."""
    return [
        SpaceRow(*row)
        for row in Space.objects.filter(pk__in=ids).order_by("position", "id").values_list(*SPACE_COLUMNS)
    ]


def tag_called(name: str) -> tuple[int, str] | None:
    """Return (id, name) of the tag whose folded spelling this is."""
    found = rows("SELECT id, name FROM hangout_tag WHERE key = %s", (tag_key(name),))
    return (found[0][0], found[0][1]) if found else None


@lru_cache(maxsize=4096)
def tag_key(name: str) -> str:
    """Return the spelling under which a tag is found."""
    return persian.key(name)[:60] or name[:60]


def tags_among(rows: Sequence[Row], size: int = 16) -> list[str]:
    """Return the tags that these rows carry, the commonest first: no count over all topics, no word out of a hidden space."""
    counted = Counter(name for row in rows for name in row.tag_names)
    return [name for name, _ in counted.most_common(size)]


def params(**given: Any) -> str:
    """Return a query string of what is given, for links between pages of a list."""
    chosen = {name: value for name, value in given.items() if value}
    return f"?{urlencode(chosen)}" if chosen else ""

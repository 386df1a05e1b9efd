"""One page of a topic as raw rows: its head, the posts by their numbers, and what stands on the spine between them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from patogh.hangout.models import (
    Poll,
    PollOption,
    PollRecord,
    Post,
    PostHide,
    PostLink,
    PostTrash,
    Topic,
)
from patogh.hangout.queries.authors import Author, authors
from patogh.hangout.queries.lists import topic_path, topic_slug
from patogh.kit.rows import rows, utc

POSTS_A_PAGE = 30
_LETTERS = str.maketrans("0123456789", "abcdefghij")


@dataclass(slots=True)
class Head:
    """The topic itself and the space that it stands in."""

    pk: int
    kind: str
    title: str
    author_id: int
    excerpt: str
    picture: str
    tag_names: list[str]
    language: str
    last_number: int
    replies_count: int
    views_count: int
    followers_count: int
    accepted_post_id: int | None
    merged_into_id: int | None
    pinned_at: datetime | None
    closed_at: datetime | None
    trashed_at: datetime | None
    hidden_at: datetime | None
    promised_on: date | None
    version: int
    created_at: datetime
    active_at: datetime
    space_id: int
    space_slug: str
    space_name: str
    space_name_en: str
    space_colour: str
    space_access: str

    @property
    def slug(self) -> str:
        """The readable end of the address."""
        return topic_slug(self.title)

    @property
    def url(self) -> str:
        """The canonical address of the first page."""
        return topic_path(self.pk, self.title)

    @property
    def pages(self) -> int:
        """How many pages of posts there are."""
        return max(1, -(-self.last_number // POSTS_A_PAGE))

    def space_in(self, language: str) -> str:
        """Return the space's name in `language`."""
        return self.space_name_en if language == "en" and self.space_name_en else self.space_name


@dataclass(slots=True)
class PostRow:
    """One post as the page shows it."""

    pk: int
    number: int
    author_id: int
    html: str
    is_followup: bool
    reactions: dict[str, int]
    revisions_count: int
    created_at: datetime
    edited_at: datetime | None
    trashed_at: datetime | None
    hidden_at: datetime | None
    parent_number: int | None
    parent_author_id: int | None
    author: Author | None = None
    parent_author: Author | None = None
    links: list["LinkCard"] = field(default_factory=list)
    taken_by: int | None = None

    @property
    def is_stub(self) -> bool:
        """Whether only a line stands in its place, because it is hidden until somebody has looked at it."""
        return self.hidden_at is not None and self.trashed_at is not None

    @property
    def hidden_slot(self) -> str:
        """The name of the place where its author and the moderators read it; names of slots have letters only."""
        return "hidden_" + str(self.pk).translate(_LETTERS)

    @property
    def words(self) -> list[tuple[str, int]]:
        """The reactions given so far, the commonest first."""
        return sorted(((kind, count) for kind, count in self.reactions.items() if count > 0), key=lambda pair: -pair[1])


@dataclass(slots=True)
class LinkCard:
    """An outside page in words."""

    url: str
    title: str
    about: str
    site: str


@dataclass(slots=True)
class Event:
    """Something decided about the topic, at its moment on the spine."""

    kind: str
    at: datetime
    by: Author | None
    why: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class PollRow:
    """A poll with its options as (id, text, votes)."""

    pk: int
    question: str
    is_multiple: bool
    closes_at: datetime | None
    voters_count: int
    options: list[tuple[int, str, int]]
    phase: str = ""
    is_sealed: bool = False


@dataclass(slots=True)
class TopicPage:
    """All that one page of a topic shows to everybody alike."""

    head: Head
    number: int
    posts: list[PostRow]
    spine: list[PostRow | Event]
    people: dict[int, Author]
    accepted: Event | None
    poll: PollRow | None
    accepted_number: int | None


_HEAD = (
    "id", "kind", "title", "author_id", "excerpt", "picture", "tag_names", "language", "last_number", "replies_count", "views_count",
    "followers_count", "accepted_post_id", "merged_into_id", "pinned_at", "closed_at", "trashed_at", "hidden_at", "promised_on", "version",
    "created_at", "active_at", "space_id", "space__slug", "space__name", "space__name_en", "space__colour", "space__access",
)  # fmt: skip
_POST = (
    "id", "number", "author_id", "html", "is_followup", "reactions", "revisions_count", "created_at", "edited_at", "trashed_at",
    "hidden_at", "parent__number", "parent__author_id",
)  # fmt: skip

_DECISIONS = """
SELECT 'closed', at, by_id, why, lifted_at, '', CAST(NULL AS date) FROM hangout_closure WHERE topic_id = %s
UNION ALL SELECT 'accepted', at, by_id, why, lifted_at, '', CAST(NULL AS date) FROM hangout_acceptedanswer WHERE topic_id = %s
UNION ALL SELECT 'moved', at, by_id, why, lifted_at, '', CAST(NULL AS date) FROM hangout_topicmove WHERE topic_id = %s
UNION ALL SELECT 'merged', m.at, m.by_id, m.why, m.lifted_at, t.title, CAST(NULL AS date) FROM hangout_topicmerge m JOIN hangout_topic t ON t.id = m.source_id
           WHERE m.target_id = %s AND m.lifted_at IS NULL
UNION ALL SELECT 'promised', at, by_id, why, lifted_at, outcome, due_on FROM hangout_promise WHERE topic_id = %s
"""


def head(topic_id: int) -> Head | None:
    """Return a topic's head, whoever asks: the caller has asked `stamps` whether they may see it."""
    row = Topic.objects.filter(pk=topic_id).values_list(*_HEAD).first()
    return Head(*row) if row else None


def posts_between(topic_id: int, first: int, last: int) -> list[PostRow]:
    """Return the posts with numbers `first` to `last`, in order, without their people."""
    rows = (
        Post.objects.filter(topic_id=topic_id, number__gte=first, number__lte=last)
        .order_by("number")
        .values_list(*_POST)
    )
    return [PostRow(*row) for row in rows]


def topic_page(top: Head, number: int) -> TopicPage:
    """Return page `number` of a topic: numbers 30(n-1)+1 to 30n, so that the last page costs what the first does."""
    first = POSTS_A_PAGE * (number - 1) + 1
    posts = posts_between(top.pk, first, first + POSTS_A_PAGE - 1)
    events = decisions(top.pk)
    people = authors([top.author_id, *people_of(posts), *(row["by_id"] for row in events)])
    dress(posts, people)
    return TopicPage(
        head=top, number=number, posts=posts, people=people, poll=poll_of(top.pk) if number == 1 else None,
        spine=_spine(top, number, posts, [_event(row, people) for row in events]),
        accepted=next((_event(row, people) for row in events if row["kind"] == "accepted" and row["lifted_at"] is None), None),
        accepted_number=_accepted_number(top, posts),
    )  # fmt: skip


def people_of(posts: list[PostRow]) -> list[int | None]:
    """Return the ids of everybody named on these posts."""
    return [post.author_id for post in posts] + [post.parent_author_id for post in posts]


def dress(posts: list[PostRow], people: dict[int, Author]) -> None:
    """Put the people and the link cards on the posts; one query, and two more where something is out of sight."""
    cards: dict[int, list[LinkCard]] = {}
    found = PostLink.objects.filter(post_id__in=[post.pk for post in posts], preview__state="ready")
    for post_id, *card in found.values_list(
        "post_id", "preview__url", "preview__title", "preview__about", "preview__site"
    ):
        cards.setdefault(post_id, []).append(LinkCard(*card))
    gone = [post.pk for post in posts if post.trashed_at]
    takers = _takers(gone) if gone else {}
    for post in posts:
        post.taken_by = takers.get(post.pk)
        post.author = people.get(post.author_id)
        post.parent_author = people.get(post.parent_author_id or 0)
        post.links = cards.get(post.pk, [])


def _takers(post_ids: list[int]) -> dict[int, int | None]:
    """Return who took each of these posts out of sight, or hid it (None: the weight of flags)."""
    found: dict[int, int | None] = {}
    for model in (PostTrash, PostHide):
        found |= dict(model.objects.filter(post_id__in=post_ids, lifted_at=None).values_list("post_id", "by_id"))
    return found


def poll_of(topic_id: int) -> PollRow | None:
    """Return a topic's poll with its options."""
    poll = Poll.objects.select_related("record").filter(topic_id=topic_id).first()
    if poll is None:
        return None
    record: PollRecord | None = getattr(poll, "record", None)
    found = PollOption.objects.filter(poll=poll).order_by("position").values_list("id", "text", "votes_count")
    row = PollRow(poll.pk, poll.question, poll.is_multiple, poll.closes_at, poll.voters_count, list(found))
    if record is None:
        return row
    row.phase, row.is_sealed = record.phase, record.is_sealed
    if record.is_sealed:
        # The votes of a sealed poll are shown once its result is final: enough witnesses have seen it.
        votes = dict(enumerate(record.counts if record.phase == "final" else ()))
        row.voters_count = record.ballots_count
        row.options = [(pk, text, votes.get(at, 0)) for at, (pk, text, _) in enumerate(row.options)]
    return row


def decisions(topic_id: int) -> list[dict[str, Any]]:
    """Return who decided what about a topic and when, oldest first; one query."""
    found = rows(_DECISIONS, (topic_id,) * 5)
    return [
        {
            "kind": kind,
            "at": utc(at),
            "by_id": by_id,
            "why": why,
            "lifted_at": lifted_at,
            "source__title": words,
            "outcome": words,
            "due_on": _day(day),
        }
        for kind, at, by_id, why, lifted_at, words, day in sorted(found, key=lambda row: str(row[1]))[
            : POSTS_A_PAGE * 5
        ]
    ]


def _day(value: Any) -> date | None:
    """Return a raw column as a day: SQLite hands text, PostgreSQL a date."""
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


def _event(row: dict[str, Any], people: dict[int, Author]) -> Event:
    kept = {"kind", "at", "by_id", "why"}
    facts = {name: value for name, value in row.items() if name not in kept}
    return Event(row["kind"], row["at"], people.get(row["by_id"] or 0), row["why"], facts)


def _spine(top: Head, number: int, posts: list[PostRow], events: list[Event]) -> list[PostRow | Event]:
    """Return posts and events in the order of time; a page shows the events that fall between its own posts."""
    shown = [event for event in events if event.kind != "accepted"]
    begin = posts[0].created_at if posts and number > 1 else None
    end = posts[-1].created_at if posts and number < top.pages else None
    here = [event for event in shown if (begin is None or event.at >= begin) and (end is None or event.at < end)]
    spine: list[PostRow | Event] = [*posts]
    for event in here:
        place = next(
            (i for i, item in enumerate(spine) if isinstance(item, PostRow) and item.created_at > event.at), len(spine)
        )
        spine.insert(place, event)
    return spine


def _accepted_number(top: Head, posts: list[PostRow]) -> int | None:
    if top.accepted_post_id is None:
        return None
    here = next((post.number for post in posts if post.pk == top.accepted_post_id), None)
    if here is not None:
        return here
    return (
        Post.objects.filter(pk=top.accepted_post_id, trashed_at__isnull=True).values_list("number", flat=True).first()
    )

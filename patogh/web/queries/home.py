"""What home shows: questions that wait, something shown, a poll, warm talk, newcomers and the member of the week."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.utils import timezone

from patogh.hangout.models import AcceptedAnswer, Follow, Poll, Post, Tag, TopicTag
from patogh.hangout.queries.authors import Author, authors
from patogh.hangout.queries.lists import Row, Scope, rows_of
from patogh.hangout.queries.stamps import Sight
from patogh.hangout.queries.things import said
from patogh.hangout.queries.topic import PollRow, poll_of
from patogh.ideas.queries import lists as ideas
from patogh.kit.rows import rows
from patogh.people.models import Member

WAITING, WARM, NEWCOMERS = 3, 4, 5
LOOKED_AT = 60
IDEAS_LOOKED_AT = 5
FIRST_MANY = 100
ACCEPTED_LOOKED_AT = 300
_OWN_TAGS = """
SELECT tt.tag_id FROM hangout_topictag tt WHERE tt.topic_id IN (
  SELECT p.topic_id FROM (SELECT topic_id FROM hangout_post WHERE author_id = %s AND number > 1 ORDER BY created_at DESC, id DESC LIMIT 60) AS p)
"""


@dataclass(slots=True)
class Interests:
    """What a member follows or has answered about."""

    spaces: frozenset[int] = frozenset()
    tags: dict[int, str] = field(default_factory=dict)
    answered: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Star:
    """The member of the week: who, how many knots untied, and what they said in one of those answers."""

    person: Author
    count: int
    says: str
    url: str


@dataclass(slots=True)
class Life:
    """The part of home that everybody with the same sight shares."""

    shown: Row | None
    poll_row: Row | None
    poll: PollRow | None
    warm: list[Row]
    newcomers: list[Author]
    star: Star | None
    idea: ideas.Row | None = None


def interests_of(member_id: int) -> Interests:
    """Return what a member follows and what they have answered about lately; two queries and the names of the tags."""
    follows = list(
        Follow.objects.filter(member_id=member_id, level="following", topic__isnull=True).values_list(
            "space_id", "tag_id"
        )
    )
    answered = Counter(row[0] for row in rows(_OWN_TAGS, (member_id,)))
    followed = {tag for _, tag in follows if tag is not None}
    often = {tag for tag, count in answered.most_common(12) if count > 1}
    names = dict(Tag.objects.filter(pk__in=followed | often).values_list("pk", "name"))
    return Interests(
        frozenset(space for space, _ in follows if space is not None),
        {pk: names[pk] for pk in followed if pk in names}, {pk: names[pk] for pk in often if pk in names},
    )  # fmt: skip


def waiting(scope: Scope, interests: Interests | None = None, *, but_by: int | None = None) -> list[Row]:
    """Return three questions that wait, those for this member first with `why` filled, then by how long they wait."""
    found = scope.topics().filter(
        kind="question", accepted_post_id__isnull=True, replies_count=0, closed_at__isnull=True
    )
    newest = rows_of(scope, found.order_by("-created_at", "-id"), LOOKED_AT)
    newest = [row for row in newest if row.author_id != but_by]
    if interests is None:
        return sorted(newest[:WAITING], key=lambda row: row.created_at)
    tagged: dict[int, set[int]] = {}
    for topic, tag in TopicTag.objects.filter(topic_id__in=[row.id for row in newest]).values_list(
        "topic_id", "tag_id"
    ):
        tagged.setdefault(topic, set()).add(tag)
    for row in newest:
        row.why = _why(row, tagged.get(row.id, set()), interests)
    chosen = sorted(newest, key=lambda row: not row.why)[:WAITING]
    return sorted(chosen, key=lambda row: row.created_at)


def _why(row: Row, tags: set[int], interests: Interests) -> str:
    """Return the tag or space that makes a question this member's, or nothing."""
    for known in (interests.answered, interests.tags):
        shared = next((known[tag] for tag in sorted(tags) if tag in known), "")
        if shared:
            return shared
    return row.space_name if row.space_id in interests.spaces else ""


def waiting_count(scope: Scope) -> int:
    """Return how many questions wait, looked at no further than FIRST_MANY."""
    found = scope.topics().filter(
        kind="question", accepted_post_id__isnull=True, replies_count=0, closed_at__isnull=True
    )
    return len(found.order_by("-created_at", "-id").values_list("pk", flat=True)[:FIRST_MANY])


def life(sight: Sight) -> Life:
    """Return the shared part of home; a fixed number of queries over newest rows."""
    scope = sight.scope()
    alive = rows_of(scope, scope.topics().order_by("-active_at", "-id"), LOOKED_AT)
    warm = sorted((row for row in alive if row.replies_count), key=lambda row: -row.replies_count)[:WARM]
    shown = next((row for row in alive if row.kind == "show" and row.picture), None) or _last_shown(scope)
    poll_row = _poll_among(alive)
    poll = poll_of(poll_row.id) if poll_row else None
    return Life(
        shown,
        poll_row,
        poll,
        sorted(warm, key=lambda row: row.active_at, reverse=True),
        _newcomers(),
        _star(sight),
        _idea(),
    )


def _idea() -> ideas.Row | None:
    """Return the idea that is nearest to its next station, of those whose number everybody may see."""
    near = ideas.ideas_in(ideas.Scope(), "near", size=IDEAS_LOOKED_AT)
    return next((row for row in near if not row.hides_count and row.next_threshold), None)


def _last_shown(scope: Scope) -> Row | None:
    return next(
        iter(rows_of(scope, scope.topics().filter(kind="show").exclude(picture="").order_by("-created_at", "-id"), 1)),
        None,
    )


def _poll_among(alive: list[Row]) -> Row | None:
    polls = set(Poll.objects.filter(topic_id__in=[row.id for row in alive]).values_list("topic_id", flat=True))
    return next((row for row in alive if row.id in polls and not row.closed_at), None)


def _newcomers() -> list[Author]:
    welcome = Member.objects.filter(is_active=True, silenced_until=None)  # a held sign-up is not greeted yet
    newest = welcome.order_by("-joined_at", "-id").values_list("pk", flat=True)[:NEWCOMERS]
    found = authors(newest)
    return sorted(found.values(), key=lambda person: person.joined_at, reverse=True)


def _star(sight: Sight) -> Star | None:
    """Return who untied most knots in the last seven days, among the newest acceptances: these first, then what they name."""
    since = timezone.now() - dt.timedelta(days=7)
    newest = AcceptedAnswer.objects.order_by("-id").values_list("post_id", "at", "lifted_at")[:ACCEPTED_LOOKED_AT]
    fresh = [post for post, at, lifted_at in newest if lifted_at is None and at >= since]
    seen = Post.objects.filter(pk__in=fresh, trashed_at__isnull=True, topic__trashed_at__isnull=True)
    found = seen.values_list("pk", "author_id", "topic__space_id")
    authors_of = {pk: author for pk, author, space_id in found if space_id in sight.spaces}
    pairs = [(authors_of[post], post) for post in fresh if post in authors_of]
    if not pairs:
        return None
    author_id, count = Counter(author for author, _ in pairs).most_common(1)[0]
    person = authors([author_id]).get(author_id)
    post = (
        Post.objects.filter(pk=next(post for author, post in pairs if author == author_id))
        .values_list("html", "topic_id", "number")
        .first()
    )
    if person is None or post is None:
        return None
    return Star(person, count, said(post[0], 150), f"/t/{post[1]}/p/{post[2]}")

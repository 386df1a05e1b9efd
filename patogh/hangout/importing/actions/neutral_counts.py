"""After the rows: everything that is a copy of them, counted and made anew for what came from one folder."""

# ruff: noqa: S608, ISC004 - statements put together from our own words; each is one text of a tuple

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from django.db import connection
from django.db.models import Count

from patogh.activity import upkeep
from patogh.hangout.actions import found
from patogh.hangout.importing.actions.neutral import mend
from patogh.hangout.models import ImportedThing, Post, Reaction, Space, Tag, Topic
from patogh.kit import persian
from patogh.people.actions.findable import keep_findable
from patogh.people.models import Member, RoleGrant
from patogh.search import actions as search
from patogh.search.models import Document
from patogh.trust.models import QueueTally, ReviewItem

STEP: Final = 500
_SEEN: Final = "t.trashed_at IS NULL AND t.merged_into_id IS NULL"
_LAST: Final = "(SELECT p.author_id FROM hangout_post p WHERE p.topic_id = hangout_topic.id AND p.trashed_at IS NULL ORDER BY p.number DESC LIMIT 1)"
_OF_TOPIC: Final = "FROM hangout_post p WHERE p.topic_id = hangout_topic.id AND p.trashed_at IS NULL"
_FIXES: Final = {
    "post": (
        "UPDATE hangout_post SET reactions_count = (SELECT count(*) FROM hangout_reaction r WHERE r.post_id = hangout_post.id), "
        "revisions_count = (SELECT count(*) FROM hangout_revision r WHERE r.post_id = hangout_post.id)",
    ),
    "topic": (
        f"UPDATE hangout_topic SET replies_count = (SELECT count(*) {_OF_TOPIC} AND p.number > 1), "
        f"reactions_count = (SELECT coalesce(sum(p.reactions_count), 0) {_OF_TOPIC}), "
        "followers_count = (SELECT count(*) FROM hangout_follow f WHERE f.topic_id = hangout_topic.id AND f.level = 'following'), "
        f"last_poster_id = {_LAST}, active_at = CASE WHEN active_at = created_at "
        f"THEN (SELECT coalesce(max(p.created_at), hangout_topic.active_at) {_OF_TOPIC}) ELSE active_at END",
        "UPDATE hangout_topic SET score = CASE WHEN score = 0 THEN replies_count + reactions_count ELSE score END",
    ),
    "space": (
        f"UPDATE hangout_space SET topics_count = (SELECT count(*) FROM hangout_topic t WHERE t.space_id = hangout_space.id AND {_SEEN}), "
        "posts_count = (SELECT count(*) FROM hangout_post p JOIN hangout_topic t ON t.id = p.topic_id "
        "WHERE t.space_id = hangout_space.id AND t.trashed_at IS NULL AND p.trashed_at IS NULL), "
        "followers_count = (SELECT count(*) FROM hangout_follow f WHERE f.space_id = hangout_space.id AND f.level = 'following'), "
        "active_at = (SELECT max(t.active_at) FROM hangout_topic t WHERE t.space_id = hangout_space.id AND t.trashed_at IS NULL), "
        "version = version + 1",
    ),
    "tag": (
        "UPDATE hangout_tag SET topics_count = (SELECT count(*) FROM hangout_topictag x JOIN hangout_topic t ON t.id = x.topic_id "
        f"WHERE x.tag_id = hangout_tag.id AND {_SEEN})",
    ),
    "polls": (
        "UPDATE hangout_poll SET voters_count = (SELECT count(DISTINCT v.member_id) FROM hangout_pollvote v WHERE v.poll_id = hangout_poll.id)",
        "UPDATE hangout_polloption SET votes_count = (SELECT count(*) FROM hangout_pollvote v WHERE v.option_id = hangout_polloption.id) "
        "WHERE poll_id IN (SELECT thing_id FROM hangout_importedthing WHERE source = %s AND kind = 'polls' AND thing_id BETWEEN %s AND %s) --",
    ),
    "member": (
        f"UPDATE people_member SET topics_count = (SELECT count(*) FROM hangout_topic t WHERE t.author_id = people_member.id AND {_SEEN}), "
        "posts_count = (SELECT count(*) FROM hangout_post p JOIN hangout_topic t ON t.id = p.topic_id "
        "WHERE p.author_id = people_member.id AND p.trashed_at IS NULL AND t.trashed_at IS NULL), "
        "accepted_count = (SELECT count(*) FROM hangout_topic t JOIN hangout_post p ON p.id = t.accepted_post_id "
        f"WHERE p.author_id = people_member.id AND p.trashed_at IS NULL AND {_SEEN}), "
        "thanks_count = (SELECT count(*) FROM hangout_reaction r JOIN hangout_post p ON p.id = r.post_id WHERE p.author_id = people_member.id), "
        "followers_count = (SELECT count(*) FROM people_memberfollow f WHERE f.followed_id = people_member.id AND f.level = 'following'), "
        "following_count = (SELECT count(*) FROM people_memberfollow f WHERE f.follower_id = people_member.id AND f.level = 'following')",
    ),
}  # fmt: skip
_DECIDED: Final = (("pinned_at", "pin"), ("closed_at", "closure"), ("trashed_at", "topictrash"))


def settle(source: str, say: Callable[[str, int, int], None]) -> None:
    """Bring every copy of what came from `source` to what the rows say, a few hundred at a time."""
    total = ImportedThing.objects.filter(source=source, kind="post").count()
    steps: tuple[tuple[str, Callable[[str, list[int]], None]], ...] = (
        ("topic", _decide), ("post", _words), ("post", _count("post")), ("topic", _count("topic")), ("topic", _describe),
        ("space", _count("space")), ("tag", _count("tag")), ("polls", _count("polls")), ("member", _count("member")),
        ("review_items", _tally), ("space", _find_spaces), ("tag", _find_tags), ("member", _find_members), ("post", _find_posts),
    )  # fmt: skip
    for number, (kind, step) in enumerate(steps):
        for ids in came(source, kind):
            step(source, ids)
        say("Counting", number + 1, len(steps))
    say("Counting", total, total)


def came(source: str, kind: str) -> Iterator[list[int]]:
    """Yield the numbers here of what came as one kind."""
    last = 0
    marks = ImportedThing.objects.filter(source=source, kind=kind).order_by("thing_id")
    while ids := list(marks.filter(thing_id__gt=last).values_list("thing_id", flat=True)[:STEP]):
        last = ids[-1]
        yield ids


def _count(kind: str) -> Callable[[str, list[int]], None]:
    """Return a step that runs the statements of one kind."""

    @upkeep
    def step(source: str, ids: list[int]) -> None:
        with connection.cursor() as cursor:
            for sql in _FIXES[kind]:
                if sql.endswith("--"):
                    cursor.execute(sql[:-2], [source, ids[0], ids[-1]])
                else:
                    cursor.execute(f"{sql} WHERE id IN ({', '.join(['%s'] * len(ids))})", ids)

    return step


@upkeep
def _decide(source: str, ids: list[int]) -> None:
    """Give a topic that says it is pinned, closed or trashed the decision that it lacks; and the accepted answer its own."""
    del source
    places = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        for column, table in _DECIDED:
            cursor.execute(
                f"INSERT INTO hangout_{table} (topic_id, at, why) SELECT t.id, t.{column}, '' FROM hangout_topic t "
                f"WHERE t.id IN ({places}) AND t.{column} IS NOT NULL AND NOT EXISTS "
                f"(SELECT 1 FROM hangout_{table} d WHERE d.topic_id = t.id AND d.lifted_at IS NULL){_UNHIDDEN[table]}",
                ids,
            )
        cursor.execute(
            "INSERT INTO hangout_acceptedanswer (topic_id, post_id, at, why) SELECT t.id, p.id, p.created_at, '' FROM hangout_topic t "
            f"JOIN hangout_post p ON p.id = t.accepted_post_id WHERE t.id IN ({places}) AND NOT EXISTS "
            "(SELECT 1 FROM hangout_acceptedanswer d WHERE d.topic_id = t.id AND d.lifted_at IS NULL)",
            ids,
        )


_UNHIDDEN: Final = {"pin": "", "closure": "", "topictrash": " AND t.hidden_at IS NULL"}


@upkeep
def _words(source: str, ids: list[int]) -> None:
    """Set what words posts were given."""
    del source
    words: dict[int, dict[str, int]] = {}
    for post_id, kind in Reaction.objects.filter(post_id__in=ids).values_list("post_id", "kind").iterator():
        given = words.setdefault(post_id, {})
        given[kind] = given.get(kind, 0) + 1
    mend(Post, "reactions", list(words.items()))


@upkeep
def _describe(source: str, ids: list[int]) -> None:
    """Set the highest number of a topic, and let search know which answer was accepted."""
    del source
    solved = dict(Topic.objects.filter(pk__in=ids, accepted_post_id__gt=0).values_list("pk", "accepted_post_id"))
    scores = dict(Post.objects.filter(topic_id__in=list(solved), number=1).values_list("topic_id", "score"))
    search.weigh_many("topic", {pk: max(0, scores.get(pk, 0)) + found.ACCEPTED_WEIGHT for pk in solved}, solved=True)
    answers = Post.objects.filter(pk__in=list(solved.values()), number__gt=1).values_list("pk", "score")
    search.weigh_many("post", {pk: max(0, score) + found.ACCEPTED_WEIGHT for pk, score in answers})
    with connection.cursor() as cursor:
        top = "(SELECT max(p.number) FROM hangout_post p WHERE p.topic_id = hangout_topic.id)"
        cursor.execute(
            f"UPDATE hangout_topic SET last_number = {top} WHERE last_number < {top} AND id IN ({', '.join(['%s'] * len(ids))})",
            ids,
        )


@upkeep
def _tally(source: str, ids: list[int]) -> None:
    """Count what is open in the queue of review."""
    del source, ids
    waiting = dict(ReviewItem.objects.filter(state="open").values_list("kind").annotate(count=Count("pk")))
    for kind, _label in ReviewItem._meta.get_field("kind").choices or ():
        QueueTally.objects.update_or_create(kind=kind, defaults={"open_count": waiting.get(str(kind), 0)})


@upkeep
def _find_posts(source: str, ids: list[int]) -> None:
    """Make posts findable that are not."""
    del source
    seen = Post.objects.filter(pk__in=ids, trashed_at=None)
    every = list(seen.values_list("pk", "number", "topic_id"))
    there = set(Document.objects.filter(kind="post", thing_id__in=ids).values_list("thing_id", flat=True))
    openings = [topic_id for _pk, number, topic_id in every if number == 1]
    known = set(Document.objects.filter(kind="topic", thing_id__in=openings).values_list("thing_id", flat=True))
    lost = [pk for pk, number, topic in every if (topic not in known if number == 1 else pk not in there)]
    fresh = Post.objects.select_related("topic__space").filter(pk__in=lost).order_by("topic_id", "number")
    search.put_many(found.entry_of(post, post.topic, found.plain(post.text)) for post in fresh if lost)


@upkeep
def _find_spaces(source: str, ids: list[int]) -> None:
    """Make spaces findable."""
    del source
    for space in Space.objects.filter(pk__in=ids):
        found._put_space(space)


@upkeep
def _find_tags(source: str, ids: list[int]) -> None:
    """Make tags findable."""
    del source
    for tag in Tag.objects.filter(pk__in=ids):
        found._put_tag(tag)


@upkeep
def _find_members(source: str, ids: list[int]) -> None:
    """Give members the copy of the roles that they hold, and keep them findable with their new counts."""
    del source
    held: dict[int, list[str]] = {}
    grants = RoleGrant.objects.filter(member_id__in=ids, revoked_at=None).order_by("role")
    for member_id, role in grants.values_list("member_id", "role"):
        held.setdefault(member_id, []).append(role)
    mend(Member, "roles", [(pk, " ".join(roles)) for pk, roles in held.items()])
    changed = Member.objects.filter(pk__in=ids).exclude(accepted_count=0, roles="")
    keep_findable(list(changed))  # the others are found by what they came with


def language_of(title: str) -> str:
    """Return "fa" or "en", by the first letter of a title."""
    return "fa" if persian.is_rtl(title) else "en"

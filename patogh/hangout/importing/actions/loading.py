"""Writing what a plan says: one transaction a batch, through the door, with everything that hangs on the posts."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import F, Max, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.activity.models import Activity
from patogh.hangout.actions import found
from patogh.hangout.actions.writing import tag_key
from patogh.hangout.importing.actions.rows import ROWS, _by_count, _chunks, _insert
from patogh.hangout.importing.identifying import Destination
from patogh.hangout.importing.planning import Batch, Ready, ReadyGroup, imported, tag_names
from patogh.hangout.models import AcceptedAnswer, Closure, ImportedThing, Post, Space, Tag, Topic, TopicTag
from patogh.kit import persian
from patogh.kit.ids import uuid7
from patogh.people import handles
from patogh.people.actions.staging import Staging, stage_members
from patogh.people.models import Member, StagedMember
from patogh.search import actions as search
from patogh.search.entries import Entry

OPENED: Final = "hangout.topic_opened"
REPLIED: Final = "hangout.reply_posted"
ACCEPTED: Final = "hangout.answer_accepted"
SPACE_OPENED: Final = "hangout.space_opened"
CLOSED_WHY: Final = "closed where it came from"
_POST_FIELDS: Final = (
    "topic", "number", "author", "text", "html", "is_followup", "reactions", "reactions_count", "revisions_count", "score", "version",
    "created_at", "edited_at",
)  # fmt: skip
_MARK_FIELDS: Final = ("source", "kind", "key", "thing_id", "digest", "imported_at")
_ACTIVITY_FIELDS: Final = (
    "id", "verb", "identity_id", "subject_kind", "subject_id", "target_kind", "target_id", "audience", "channel", "happened_at",
    "recorded_at", "currency", "data", "source", "key",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a batch goes, and what its things are called by."""

    space: Space
    source: str


@dataclass(slots=True)
class _Sent:
    """A post as it was written; the same words as a Post's, without what makes a model slow by the thousand."""

    ready: Ready
    topic: Topic
    number: int
    author: Member
    pk: int = 0

    @property
    def created_at(self) -> datetime:
        """When it was written."""
        return self.ready.record.created_at

    @property
    def weight(self) -> int:
        """What search thinks of it before any acceptance."""
        return max(0, self.ready.record.score)


@dataclass(slots=True)
class _Accepted:
    """An answer that is accepted now."""

    key: str  # of the topic
    topic: Topic
    post_id: int
    author_id: int
    at: datetime


@dataclass(slots=True)
class _Written:
    """What one batch has written so far."""

    place: Place
    people: dict[str, Member]
    now: datetime = field(default_factory=timezone.now)
    topics: dict[str, Topic] = field(default_factory=dict)
    new_topics: list[tuple[Ready, Topic]] = field(default_factory=list)
    posts: list[_Sent] = field(default_factory=list)
    accepted: list[_Accepted] = field(default_factory=list)
    marks: list[tuple[str, str, int, str]] = field(default_factory=list)  # kind, key, id here, digest


@action
def prepare_space(destination: Destination, source: str) -> Place:
    """Return the space of an import, opened for everybody if it is not there yet, and remember where it is."""
    space = destination.space
    opened = space is None
    if space is None:
        last = Space.objects.aggregate(last=Max("position"))["last"] or 0
        space = Space.objects.create(slug=_free_slug(destination.name), name=destination.name, position=last + 10)
        record(SPACE_OPENED, by=None, subject=space, channel="import")
        found._put_space(space)
    ImportedThing.objects.update_or_create(source=source, kind="space", key="space", defaults={"thing_id": space.pk})
    place = Place(space, source)
    return place if opened else unchanged(place)


@upkeep
def load_batch(batch: Batch, place: Place) -> None:
    """Write a batch: whatever it holds is here afterwards, or nothing of it is.

    Each member, topic, reply and acceptance has its activity, with the source and key that it came by; nobody is told of
    what happened long ago, so neither watchers nor tasks follow.
    """
    written = _Written(place, _people(batch, place.source))
    written.topics = _known_topics(batch, place.source)
    _write_topics(batch, written)
    _write_posts(batch, written)
    _write_acceptances(batch, written)
    _write_marks(written)
    _count(written)
    search.put_many(_entries(written))
    _weigh_earlier(written)


def _free_slug(name: str) -> str:
    """Return an address for a new space: its name in letters that addresses know, numbered if taken."""
    base = (persian.slug(name) if name.isascii() else handles.suggested(name).replace("_", "-"))[:34].strip(
        "-"
    ) or "import"
    taken = set(Space.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for slug in itertools.chain([base], (f"{base}-{n}" for n in itertools.count(2))) if slug not in taken
    )


def _people(batch: Batch, source: str) -> dict[str, Member]:
    """Return everybody who wrote something in the batch, staged if need be, by key."""
    language = "fa" if any(topic_language(group.opening) == "fa" for group in batch.groups if group.opening) else "en"
    people = stage_members(
        source, [Staging(member.key, member.name, member.joined_at, member.email, language) for member in batch.members]
    )
    for keys in _chunks({ready.record.author for ready in batch.records()} - set(people)):
        staged = StagedMember.objects.filter(source=source, source_key__in=keys).select_related("member")
        people |= {one.source_key: one.member for one in staged}
    return people


def _known_topics(batch: Batch, source: str) -> dict[str, Topic]:
    """Return the topics that posts of the batch belong to and that are here already, by key."""
    here = imported(source, ("topic",), [group.topic for group in batch.groups if group.opening is None])
    rows: dict[int, Topic] = {}
    for ids in _chunks({thing.thing_id for thing in here.values()}):
        rows |= Topic.objects.select_for_update(of=("self",)).select_related("space", "author").in_bulk(ids)
    return {key: rows[thing.thing_id] for key, thing in here.items() if thing.thing_id in rows}


def _write_topics(batch: Batch, written: _Written) -> None:
    """Insert the new topics with their tags, closures and activities."""
    opened = [(group, group.opening) for group in batch.groups if group.opening]
    openings = [opening for _, opening in opened]
    topics = Topic.objects.bulk_create([_topic(group, opening, written) for group, opening in opened], batch_size=ROWS)
    written.new_topics = list(zip(openings, topics, strict=True))
    written.topics |= {opening.record.key: topic for opening, topic in written.new_topics}
    _write_tags(written)
    Closure.objects.bulk_create(
        [Closure(topic=topic, why=CLOSED_WHY, at=topic.closed_at) for topic in topics if topic.closed_at],
        batch_size=ROWS,
    )


def _topic(group: ReadyGroup, opening: Ready, written: _Written) -> Topic:
    """Return the unsaved topic of an opening post, which knows already of the replies that come with it."""
    row = opening.record
    last = max([row, *(post.record for post in group.posts)], key=lambda record: record.created_at)
    return Topic(
        space=written.place.space, kind=row.kind, title=opening.title, author=written.people[row.author],
        excerpt=opening.rendered.excerpt[:300], tag_names=tag_names(row.tags), language=topic_language(opening),
        views_count=row.views, score=row.score + len(group.posts), last_poster=written.people[last.author], last_number=1 + len(group.posts),
        replies_count=len(group.posts), closed_at=row.closed_at, created_at=row.created_at, active_at=last.created_at,
    )  # fmt: skip


def _write_tags(written: _Written) -> None:
    """Insert tags that nobody used before, and hang the tags on the new topics."""
    names = {tag_key(name): name for _, topic in written.new_topics for name in topic.tag_names}
    tags = _tags_here(names)
    fresh = [key for key in names if key not in tags]
    Tag.objects.bulk_create([Tag(name=names[key], key=key) for key in fresh], ignore_conflicts=True, batch_size=ROWS)
    tags |= _tags_here(fresh)
    search.put_many(
        Entry("tag", tags[key].pk, f"/tags/{tags[key].name}", "public", written.now, title=tags[key].name)
        for key in fresh
    )
    pairs = [(topic, tags[tag_key(name)]) for _, topic in written.new_topics for name in topic.tag_names]
    TopicTag.objects.bulk_create([TopicTag(topic=topic, tag=tag) for topic, tag in pairs], batch_size=ROWS)
    for count, ids in _by_count(Counter(tag.pk for _, tag in pairs)):
        Tag.objects.filter(pk__in=ids).update(topics_count=F("topics_count") + count)


def _tags_here(keys: Iterable[str]) -> dict[str, Tag]:
    """Return the tags that exist, by key."""
    return {tag.key: tag for some in _chunks(keys) for tag in Tag.objects.filter(key__in=some)}


def _write_posts(batch: Batch, written: _Written) -> None:
    """Insert opening posts and replies, numbered on from where their topics stand; topics that were here learn of them."""
    grown = []
    for group in batch.groups:
        topic = written.topics.get(group.topic)
        if topic is None:
            continue
        first = 1 if group.opening else topic.last_number + 1
        records = [group.opening, *group.posts] if group.opening else group.posts
        written.posts += [
            _Sent(one, topic, first + n, written.people[one.record.author]) for n, one in enumerate(records)
        ]
        if group.opening is None and group.posts:
            _bring_up(topic, group.posts, written)
            grown.append(topic)
    _insert(Post, _POST_FIELDS, map(_post_values, written.posts))
    keys: dict[tuple[int, int], int] = {}
    for topics in _chunks({sent.topic.pk for sent in written.posts}):
        rows = Post.objects.filter(topic_id__in=topics).values_list("topic_id", "number", "pk")
        keys |= {(topic_id, number): pk for topic_id, number, pk in rows}
    for sent in written.posts:
        sent.pk = keys[sent.topic.pk, sent.number]
    Topic.objects.bulk_update(
        grown, ["last_number", "replies_count", "score", "last_poster", "active_at", "version"], batch_size=ROWS
    )


def _post_values(sent: _Sent) -> tuple[Any, ...]:
    """Return the values of _POST_FIELDS."""
    row = sent.ready.record
    return (
        sent.topic.pk, sent.number, sent.author.pk, sent.ready.text.markdown, sent.ready.rendered.html, False, {}, 0, 0,
        row.score, 1, row.created_at, row.edited_at,
    )  # fmt: skip


def _bring_up(topic: Topic, posts: list[Ready], written: _Written) -> None:
    """Let a topic know of replies that it gets."""
    topic.last_number += len(posts)
    topic.replies_count += len(posts)
    topic.score += len(posts)
    topic.version += 1
    for post in posts:
        if post.record.created_at >= topic.active_at:
            topic.active_at, topic.last_poster = post.record.created_at, written.people[post.record.author]


def _write_acceptances(batch: Batch, written: _Written) -> None:
    """Accept what was accepted, unless somebody here has accepted another answer or the answer was put away."""
    wanted = {group.accepted: group.topic for group in batch.groups if group.accepted and group.topic in written.topics}
    here = {sent.ready.record.key: (sent.pk, sent.author.pk, sent.created_at, sent.topic.pk) for sent in written.posts}
    earlier = imported(written.place.source, ("post",), wanted.keys() - here.keys())
    rows = Post.objects.filter(trashed_at=None).in_bulk([thing.thing_id for thing in earlier.values()])
    here |= {
        key: (post.pk, post.author_id, post.created_at, post.topic_id)
        for key, thing in earlier.items() if (post := rows.get(thing.thing_id))
    }  # fmt: skip
    for key, name in wanted.items():
        topic = written.topics[name]
        post_id, author_id, at, topic_id = here.get(key, (0, 0, written.now, 0))
        if topic_id == topic.pk and topic.accepted_post_id is None:
            topic.accepted_post_id = post_id
            written.accepted.append(_Accepted(name, topic, post_id, author_id, at))
    AcceptedAnswer.objects.bulk_create(
        [AcceptedAnswer(topic=one.topic, post_id=one.post_id, at=one.at) for one in written.accepted], batch_size=ROWS
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE hangout_topic SET accepted_post_id = %s, version = version + 1 WHERE id = %s",
            [(one.post_id, one.topic.pk) for one in written.accepted],
        )
    written.marks += [("accepted", name, written.topics[name].pk, "") for name in wanted.values()]


def _write_marks(written: _Written) -> None:
    """Remember what came from which row, and put the batch on the road."""
    source, now = written.place.source, written.now
    marks = written.marks + [
        ("topic", opening.record.key, topic.pk, opening.record.digest) for opening, topic in written.new_topics
    ]
    marks += [
        ("post", sent.ready.record.key, sent.pk, sent.ready.record.digest)
        for sent in written.posts
        if not sent.ready.record.opens
    ]
    _insert(ImportedThing, _MARK_FIELDS, ((source, kind, key, pk, digest, now) for kind, key, pk, digest in marks))
    _insert(Activity, _ACTIVITY_FIELDS, _activities(written))


def _activities(written: _Written) -> Iterator[tuple[Any, ...]]:
    """Yield one activity for each topic, reply and acceptance, at the time at which it happened."""
    for opening, topic in written.new_topics:
        space = ("hangout.space", str(topic.space_id))
        yield _activity(
            written,
            (OPENED, f"topic:{opening.record.key}"),
            topic,
            (topic.author, topic.created_at),
            ("hangout.topic", topic.pk, *space),
        )
    for sent in written.posts:
        if not sent.ready.record.opens:
            things = ("hangout.post", sent.pk, "hangout.topic", str(sent.topic.pk))
            yield _activity(
                written, (REPLIED, f"post:{sent.ready.record.key}"), sent.topic, (sent.author, sent.created_at), things
            )
    for one in written.accepted:
        things = ("hangout.post", one.post_id, "hangout.topic", str(one.topic.pk))
        yield _activity(written, (ACCEPTED, f"accepted:{one.key}"), one.topic, (one.topic.author, one.at), things)


def _activity(
    written: _Written,
    what: tuple[str, str],
    topic: Topic,
    who: tuple[Member, datetime],
    things: tuple[str, int, str, str],
) -> tuple[Any, ...]:
    """Return the values of _ACTIVITY_FIELDS."""
    (verb, key), (by, at), (subject_kind, subject_id, target_kind, target_id) = what, who, things
    return (
        uuid7(), verb, by.identity_id, subject_kind, str(subject_id), target_kind, target_id, topic.space.audience, "import",
        at, written.now, "", {}, written.place.source, key,
    )  # fmt: skip


def _count(written: _Written) -> None:
    """Bring the counters of spaces and members up to date."""
    topics = Counter(topic.author_id for _, topic in written.new_topics)
    posts = Counter(sent.author.pk for sent in written.posts)
    accepted = Counter(one.author_id for one in written.accepted)
    for name, counted in (("topics_count", topics), ("posts_count", posts), ("accepted_count", accepted)):
        for count, members in _by_count(counted):
            Member.objects.filter(pk__in=members).update(**{name: F(name) + count}, version=F("version") + 1)
    for pk in {sent.topic.space_id for sent in written.posts} | {one.topic.space_id for one in written.accepted}:
        own = [sent.created_at for sent in written.posts if sent.topic.space_id == pk]
        newest = max(own, default=None)
        moment = {"active_at": Greatest(Coalesce("active_at", Value(newest)), Value(newest))} if newest else {}
        Space.objects.filter(pk=pk).update(
            topics_count=F("topics_count") + sum(topic.space_id == pk for _, topic in written.new_topics),
            posts_count=F("posts_count") + len(own), version=F("version") + 1, **moment,
        )  # fmt: skip


def _entries(written: _Written) -> Iterator[Entry]:
    """Yield what search has to know of the batch."""
    accepted = {one.post_id for one in written.accepted}
    for sent in written.posts:
        topic = sent.topic
        common: dict[str, Any] = {
            "audience": topic.space.audience, "happened_at": sent.created_at, "author_id": sent.author.pk, "topic_id": topic.pk,
            "space_id": topic.space_id, "topic_kind": topic.kind, "tags": tuple(topic.tag_names), "text": sent.ready.rendered.text,
        }  # fmt: skip
        if sent.ready.record.opens:
            solved = {"solved": bool(topic.accepted_post_id)}
            weight = sent.weight + (found.ACCEPTED_WEIGHT if topic.accepted_post_id else 0)
            yield Entry("topic", topic.pk, f"/t/{topic.pk}", title=topic.title, weight=weight, data=solved, **common)
        else:
            weight = sent.weight + (found.ACCEPTED_WEIGHT if sent.pk in accepted else 0)
            yield Entry("post", sent.pk, f"/t/{topic.pk}/p/{sent.number}", weight=weight, **common)


def _weigh_earlier(written: _Written) -> None:
    """Tell search of acceptances whose topic or answer it learnt of in an earlier batch."""
    fresh = {sent.pk for sent in written.posts}
    opened = {topic.pk for _, topic in written.new_topics}
    for one in written.accepted:
        if one.topic.pk not in opened:
            search.weigh("topic", one.topic.pk, max(0, one.topic.score) + found.ACCEPTED_WEIGHT, solved=True)
        if one.post_id not in fresh:
            score = Post.objects.filter(pk=one.post_id).values_list("score", flat=True).first() or 0
            search.weigh("post", one.post_id, max(0, score) + found.ACCEPTED_WEIGHT)


def topic_language(opening: Ready) -> str:
    """Return "fa" or "en", by the first letter of the title."""
    return "fa" if persian.is_rtl(opening.title) else "en"

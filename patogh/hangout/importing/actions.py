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
from patogh.hangout.importing.identifying import Destination
from patogh.hangout.importing.planning import Batch, Ready, ReadyGroup, imported, tag_key, tag_names
from patogh.hangout.models import AcceptedAnswer, Closure, ImportedThing, Post, Space, Tag, Topic, TopicTag
from patogh.kit import persian
from patogh.people import handles
from patogh.people.actions.staging import Staging, stage_members
from patogh.people.models import Member, StagedMember
from patogh.search import actions as search
from patogh.search.entries import Entry

ROWS: Final = 400
OPENED: Final = "hangout.topic_opened"
REPLIED: Final = "hangout.reply_posted"
ACCEPTED: Final = "hangout.answer_accepted"
SPACE_OPENED: Final = "hangout.space_opened"
CLOSED_WHY: Final = "closed where it came from"
_ACCEPTED_WEIGHT: Final = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where a batch goes, and what its things are called by."""

    space: Space
    source: str


@dataclass(slots=True)
class _Written:
    """What one batch has written so far."""

    place: Place
    people: dict[str, Member]
    now: datetime = field(default_factory=timezone.now)
    topics: dict[str, Topic] = field(default_factory=dict)
    new_topics: list[tuple[Ready, Topic]] = field(default_factory=list)
    posts: list[tuple[Ready, Post]] = field(default_factory=list)
    accepted: list[tuple[str, Post]] = field(default_factory=list)  # with the key of the topic
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
        search.put(Entry("space", space.pk, f"/s/{space.slug}", space.audience, timezone.now(), title=space.name, space_id=space.pk))
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


def _free_slug(name: str) -> str:
    """Return an address for a new space: its name in letters that addresses know, numbered if taken."""
    base = (persian.slug(name) if name.isascii() else handles.suggested(name).replace("_", "-"))[:34].strip("-") or "import"
    taken = set(Space.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in itertools.chain([base], (f"{base}-{n}" for n in itertools.count(2))) if slug not in taken)


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
    found: dict[int, Topic] = {}
    for ids in _chunks({thing.thing_id for thing in here.values()}):
        found |= Topic.objects.select_for_update(of=("self",)).select_related("space", "author").in_bulk(ids)
    return {key: found[thing.thing_id] for key, thing in here.items() if thing.thing_id in found}


def _write_topics(batch: Batch, written: _Written) -> None:
    """Insert the new topics with their tags, closures and activities."""
    opened = [(group, group.opening) for group in batch.groups if group.opening]
    openings = [opening for _, opening in opened]
    topics = Topic.objects.bulk_create([_topic(group, opening, written) for group, opening in opened], batch_size=ROWS)
    written.new_topics = list(zip(openings, topics, strict=True))
    written.topics |= {opening.record.key: topic for opening, topic in written.new_topics}
    _write_tags(written)
    Closure.objects.bulk_create(
        [Closure(topic=topic, why=CLOSED_WHY, at=topic.closed_at) for topic in topics if topic.closed_at], batch_size=ROWS
    )


def _topic(group: ReadyGroup, opening: Ready, written: _Written) -> Topic:
    """Return the unsaved topic of an opening post, which knows already of the replies that come with it."""
    row = opening.record
    last = max([row, *(post.record for post in group.posts)], key=lambda record: record.created_at)
    return Topic(
        space=written.place.space, kind=row.kind, title=opening.title, author=written.people[row.author],
        excerpt=opening.rendered.excerpt[:300], tag_names=tag_names(row.tags), language=topic_language(opening),
        views_count=row.views, score=row.score, last_poster=written.people[last.author], last_number=1 + len(group.posts),
        replies_count=len(group.posts), closed_at=row.closed_at, created_at=row.created_at, active_at=last.created_at,
    )  # fmt: skip


def _write_tags(written: _Written) -> None:
    """Insert tags that nobody used before, and hang the tags on the new topics."""
    names = {tag_key(name): name for _, topic in written.new_topics for name in topic.tag_names}
    Tag.objects.bulk_create([Tag(name=name, key=key) for key, name in names.items()], ignore_conflicts=True, batch_size=ROWS)
    tags: dict[str, Tag] = {}
    for keys in _chunks(names):
        tags |= {tag.key: tag for tag in Tag.objects.filter(key__in=keys)}
    pairs = [(topic, tags[tag_key(name)]) for _, topic in written.new_topics for name in topic.tag_names]
    TopicTag.objects.bulk_create([TopicTag(topic=topic, tag=tag) for topic, tag in pairs], batch_size=ROWS)
    for count, ids in _by_count(Counter(tag.pk for _, tag in pairs)):
        Tag.objects.filter(pk__in=ids).update(topics_count=F("topics_count") + count)


def _write_posts(batch: Batch, written: _Written) -> None:
    """Insert opening posts and replies, numbered on from where their topics stand; topics that were here learn of them."""
    rows, ready, grown = [], [], []
    for group in batch.groups:
        topic = written.topics.get(group.topic)
        if topic is None:
            continue
        number = 0 if group.opening else topic.last_number
        for number, one in enumerate([group.opening, *group.posts] if group.opening else group.posts, number + 1):
            rows.append(_post(one, topic, number, written))
            ready.append(one)
        if group.opening is None and group.posts:
            _bring_up(topic, group.posts, written)
            grown.append(topic)
    written.posts = list(zip(ready, Post.objects.bulk_create(rows, batch_size=ROWS), strict=True))
    Topic.objects.bulk_update(grown, ["last_number", "replies_count", "last_poster", "active_at", "version"], batch_size=ROWS)


def _post(ready: Ready, topic: Topic, number: int, written: _Written) -> Post:
    """Return the unsaved post of a record."""
    row = ready.record
    return Post(
        topic=topic, number=number, author=written.people[row.author], text=ready.text.markdown, html=ready.rendered.html,
        score=row.score, created_at=row.created_at, edited_at=row.edited_at,
    )  # fmt: skip


def _bring_up(topic: Topic, posts: list[Ready], written: _Written) -> None:
    """Let a topic know of replies that it gets."""
    topic.last_number += len(posts)
    topic.replies_count += len(posts)
    topic.version += 1
    for post in posts:
        if post.record.created_at >= topic.active_at:
            topic.active_at, topic.last_poster = post.record.created_at, written.people[post.record.author]


def _write_acceptances(batch: Batch, written: _Written) -> None:
    """Accept what was accepted, unless somebody here has accepted another answer or the answer was put away."""
    wanted = {group.accepted: group.topic for group in batch.groups if group.accepted and group.topic in written.topics}
    here = {ready.record.key: post for ready, post in written.posts}
    earlier = imported(written.place.source, ("post",), wanted.keys() - here.keys())
    found = Post.objects.select_related("author").in_bulk([thing.thing_id for thing in earlier.values()])
    here |= {key: found[thing.thing_id] for key, thing in earlier.items() if thing.thing_id in found}
    for key, name in wanted.items():
        post, topic = here.get(key), written.topics[name]
        if post and post.topic_id == topic.pk and topic.accepted_post_id is None and post.trashed_at is None:
            topic.accepted_post_id = post.pk
            written.accepted.append((name, post))
    AcceptedAnswer.objects.bulk_create(
        [AcceptedAnswer(topic_id=post.topic_id, post=post, at=post.created_at) for _, post in written.accepted], batch_size=ROWS
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE hangout_topic SET accepted_post_id = %s, version = version + 1 WHERE id = %s",
            [(post.pk, post.topic_id) for _, post in written.accepted],
        )
    written.marks += [("accepted", name, written.topics[name].pk, "") for name in wanted.values()]


def _write_marks(written: _Written) -> None:
    """Remember what came from which row, and put the batch on the road."""
    written.marks += [("topic", opening.record.key, topic.pk, opening.record.digest) for opening, topic in written.new_topics]
    written.marks += [("post", ready.record.key, post.pk, ready.record.digest) for ready, post in written.posts if not ready.record.opens]
    source = written.place.source
    ImportedThing.objects.bulk_create(
        [ImportedThing(source=source, kind=kind, key=key, thing_id=pk, digest=digest) for kind, key, pk, digest in written.marks], batch_size=ROWS
    )
    Activity.objects.bulk_create(_activities(written), batch_size=ROWS)


def _activities(written: _Written) -> Iterator[Activity]:
    """Yield one activity for each topic, reply and acceptance, at the time at which it happened."""
    for opening, topic in written.new_topics:
        yield _activity(written, OPENED, f"topic:{opening.record.key}", topic, subject=topic, target=topic.space)
    for ready, post in written.posts:
        if not ready.record.opens:
            yield _activity(written, REPLIED, f"post:{ready.record.key}", post, subject=post, target=post.topic)
    for name, post in written.accepted:
        yield _activity(written, ACCEPTED, f"accepted:{name}", post, subject=post, target=written.topics[name])


def _activity(written: _Written, verb: str, key: str, row: Topic | Post, **things: Any) -> Activity:
    """Return one activity by the author of `row`; an acceptance is by whoever asked."""
    subject, target = things["subject"], things["target"]
    topic = row if isinstance(row, Topic) else row.topic
    by = topic.author if verb == ACCEPTED else row.author
    return Activity(
        verb=verb, identity_id=by.identity_id, subject_kind=subject._meta.label_lower, subject_id=str(subject.pk),  # noqa: SLF001
        target_kind=target._meta.label_lower, target_id=str(target.pk), audience=topic.space.audience, channel="import",  # noqa: SLF001
        happened_at=row.created_at, recorded_at=written.now, source=written.place.source, key=key,
    )  # fmt: skip


def _count(written: _Written) -> None:
    """Bring the counters of spaces and members up to date."""
    topics = Counter(topic.author_id for _, topic in written.new_topics)
    posts = Counter(post.author_id for _, post in written.posts)
    accepted = Counter(post.author_id for _, post in written.accepted)
    for name, counted in (("topics_count", topics), ("posts_count", posts), ("accepted_count", accepted)):
        for count, ids in _by_count(counted):
            Member.objects.filter(pk__in=ids).update(**{name: F(name) + count}, version=F("version") + 1)
    spaces = {post.topic.space_id: post.topic.space for _, post in written.posts}
    for pk in spaces:
        own = [post for _, post in written.posts if post.topic.space_id == pk]
        newest = max(post.created_at for post in own)
        Space.objects.filter(pk=pk).update(
            topics_count=F("topics_count") + sum(topic.space_id == pk for _, topic in written.new_topics),
            posts_count=F("posts_count") + len(own), version=F("version") + 1,
            active_at=Greatest(Coalesce("active_at", newest), Value(newest)),
        )  # fmt: skip


def _entries(written: _Written) -> Iterator[Entry]:
    """Yield what search has to know of the batch."""
    accepted = {post.pk for _, post in written.accepted}
    solved = {post.topic_id for _, post in written.accepted}
    for ready, post in written.posts:
        topic = post.topic
        common = {"author_id": post.author_id, "topic_id": topic.pk, "space_id": topic.space_id, "topic_kind": topic.kind, "text": ready.rendered.text}
        if ready.record.opens:
            weight = max(0, post.score) + _ACCEPTED_WEIGHT * (topic.pk in solved)
            yield Entry(
                "topic", topic.pk, f"/t/{topic.pk}/{persian.slug(topic.title)}".rstrip("/"), topic.space.audience, post.created_at,
                title=topic.title, tags=tuple(topic.tag_names), weight=weight, data={"solved": True} if topic.pk in solved else {}, **common,
            )  # fmt: skip
        else:
            weight = max(0, post.score) + _ACCEPTED_WEIGHT * (post.pk in accepted)
            yield Entry("post", post.pk, f"/t/{topic.pk}/p/{post.number}", topic.space.audience, post.created_at, weight=weight, **common)


def topic_language(opening: Ready) -> str:
    """Return "fa" or "en", by the first letter of the title."""
    return "fa" if persian.is_rtl(opening.title) else "en"


def _by_count(counted: Counter[int]) -> Iterator[tuple[int, list[int]]]:
    """Yield each count with those that have it, so that one statement serves them all."""
    groups: dict[int, list[int]] = {}
    for pk, count in counted.items():
        groups.setdefault(count, []).append(pk)
    yield from groups.items()


def _chunks(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield keys, as many at a time as every database takes."""
    rest = iter(sorted(keys))
    while some := list(itertools.islice(rest, ROWS)):
        yield some

"""Topics of a batch: their rows, tags, decisions and accepted answers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Final

from django.db import connection
from django.db.models import F

from patogh.hangout.actions.writing import tag_key
from patogh.hangout.importing.actions.rows import ROWS, _by_count, _chunks, _insert, _insert_objects
from patogh.hangout.importing.actions.written import Accepted, Written
from patogh.hangout.importing.planning import Batch, Ready, ReadyGroup, imported, tag_names, topic_language
from patogh.hangout.models import AcceptedAnswer, Closure, Pin, Post, Promise, Tag, Topic, TopicTag, TopicTrash
from patogh.search import actions as search
from patogh.search.entries import Entry

CLOSED_WHY: Final = "closed where it came from"


def _write_topics(batch: Batch, written: Written) -> None:
    """Insert the new topics with their tags and what was decided about them."""
    opened = [(group, group.opening) for group in batch.groups if group.opening]
    topics = [_topic(group, opening, written) for group, opening in opened]
    _insert_objects(topics)
    written.new_topics = [(opening, topic) for (_, opening), topic in zip(opened, topics, strict=True)]
    written.topics |= {opening.record.key: topic for opening, topic in written.new_topics}
    _write_tags(written)
    _write_decisions(written)


def _topic(group: ReadyGroup, opening: Ready, written: Written) -> Topic:
    """Return the unsaved topic of an opening post, which knows already of the replies that come with it."""
    row = opening.record
    seen = [post.record for post in group.posts if post.record.trashed_at is None]
    last, newest = max(enumerate([row, *seen]), key=lambda one: (one[1].created_at, one[0]))
    del last
    space = written.place.space_of(row.space)
    return Topic(
        space=space, kind=row.kind, title=opening.title, author=written.people[row.author], excerpt=opening.rendered.excerpt[:300],
        picture=opening.picture, tag_names=tag_names(row.tags), language=row.language or topic_language(opening), views_count=row.views,
        score=opening.score + len(seen), last_poster=written.people[newest.author], last_number=_last_number(1, group.posts),
        replies_count=len(seen), closed_at=row.closed_at, pinned_at=row.pinned_at, trashed_at=row.topic_trashed_at,
        promised_on=_day(row.promised_on) if row.kind == "notice" else None, created_at=row.created_at, active_at=newest.created_at,
    )  # fmt: skip


def _last_number(last: int, posts: list[Ready]) -> int:
    """Return the number of the last of some posts that follow the number `last`."""
    for post in posts:
        last = max(last + 1, post.record.number)
    return last


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _write_decisions(written: Written) -> None:
    """Insert a row for each closing, pin, trashing and promise, by nobody we know of."""
    topics = [topic for _, topic in written.new_topics]
    why = CLOSED_WHY
    written.rows(Closure, [Closure(topic=one, why=why, at=one.closed_at) for one in topics if one.closed_at])
    written.rows(Pin, [Pin(topic=one, at=one.pinned_at) for one in topics if one.pinned_at])
    written.rows(TopicTrash, [TopicTrash(topic=one, at=one.trashed_at) for one in topics if one.trashed_at])
    promised = [(one, one.promised_on) for one in topics if one.promised_on]
    written.rows(Promise, [Promise(topic=one, due_on=day, at=one.created_at) for one, day in promised])


def _write_tags(written: Written) -> None:
    """Insert tags that nobody used before, and hang the tags on the new topics."""
    names = {tag_key(name): name for _, topic in written.new_topics for name in topic.tag_names}
    tags = _tags_here(names)
    fresh = [key for key in names if key not in tags]
    Tag.objects.bulk_create([Tag(name=names[key], key=key) for key in fresh], ignore_conflicts=True, batch_size=ROWS)
    tags |= _tags_here(fresh)
    public = {
        tag_key(name)
        for _, topic in written.new_topics
        for name in topic.tag_names
        if topic.space.access == "public" and topic.trashed_at is None
    }
    search.put_many(
        Entry("tag", tags[key].pk, f"/tags/{tags[key].name}", "public", written.now, title=tags[key].name)
        for key in fresh
        if key in public
    )
    pairs = [(topic, tags[tag_key(name)]) for _, topic in written.new_topics for name in topic.tag_names]
    _insert(TopicTag, ("topic", "tag"), ((topic.pk, tag.pk) for topic, tag in pairs))
    for count, ids in _by_count(Counter(tag.pk for topic, tag in pairs if topic.trashed_at is None)):
        Tag.objects.filter(pk__in=ids).update(topics_count=F("topics_count") + count)


def _tags_here(keys: Iterable[str]) -> dict[str, Tag]:
    """Return the tags that exist, by key."""
    return {tag.key: tag for some in _chunks(keys) for tag in Tag.objects.filter(key__in=some)}


def _write_acceptances(batch: Batch, written: Written) -> None:
    """Accept what was accepted, unless somebody here has accepted another answer or the answer was put away."""
    wanted = {group.accepted: group.topic for group in batch.groups if group.accepted and group.topic in written.topics}
    here = {
        sent.ready.record.key: (sent.pk, sent.author.pk, sent.created_at, sent.topic.pk)
        for sent in written.posts
        if sent.is_seen
    }
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
            written.accepted.append(Accepted(name, topic, post_id, author_id, at))
    accepted = ((one.topic.pk, one.post_id, "", one.at) for one in written.accepted)
    _insert(AcceptedAnswer, ("topic", "post", "why", "at"), accepted)
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE hangout_topic SET accepted_post_id = %s, version = version + 1 WHERE id = %s",
            [(one.post_id, one.topic.pk) for one in written.accepted],
        )
    written.marks += [("accepted", name, written.topics[name].pk, "") for name in wanted.values()]

"""What remembers an import: which row became what, the old addresses, and the road."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from patogh.activity.models import Activity
from patogh.hangout.importing.actions.rows import _insert
from patogh.hangout.importing.actions.written import Written
from patogh.hangout.importing.addresses import usual
from patogh.hangout.models import ImportedThing, OldAddress, Topic
from patogh.kit.ids import uuid7
from patogh.people.models import Member

OPENED: Final = "hangout.topic_opened"
REPLIED: Final = "hangout.reply_posted"
ACCEPTED: Final = "hangout.answer_accepted"
_MARK_FIELDS: Final = ("source", "kind", "key", "thing_id", "digest", "imported_at")
_ACTIVITY_FIELDS: Final = (
    "id", "verb", "identity_id", "subject_kind", "subject_id", "target_kind", "target_id", "audience", "channel", "happened_at",
    "recorded_at", "currency", "data", "source", "key",
)  # fmt: skip


def _write_marks(written: Written) -> None:
    """Remember what came from which row and which address, and put the batch on the road."""
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
    addresses = [
        OldAddress(path=path, kind="topic" if row.opens else "post", thing_id=sent.topic.pk if row.opens else sent.pk, source=source)
        for sent in written.posts
        if (row := sent.ready.record).addresses
        for given in row.addresses
        if (path := usual(given))
    ]  # fmt: skip
    if addresses:
        OldAddress.objects.bulk_create(addresses, ignore_conflicts=True, batch_size=400)


def _activities(written: Written) -> Iterator[tuple[Any, ...]]:
    """Yield one activity for each topic, reply and acceptance, at the time at which it happened."""
    for opening, topic in written.new_topics:
        things = ("hangout.topic", topic.pk, "hangout.space", str(topic.space_id))
        what, who = (OPENED, f"topic:{opening.record.key}"), (topic.author, topic.created_at)
        yield _activity(written, what, topic, who, things)
    for sent in written.posts:
        if not sent.ready.record.opens:
            things = ("hangout.post", sent.pk, "hangout.topic", str(sent.topic.pk))
            what = (REPLIED, f"post:{sent.ready.record.key}")
            yield _activity(written, what, sent.topic, (sent.author, sent.created_at), things)
    for one in written.accepted:
        things = ("hangout.post", one.post_id, "hangout.topic", str(one.topic.pk))
        yield _activity(written, (ACCEPTED, f"accepted:{one.key}"), one.topic, (one.topic.author, one.at), things)


def _activity(
    written: Written,
    what: tuple[str, str],
    topic: Topic,
    who: tuple[Member, datetime],
    things: tuple[str, int, str, str],
) -> tuple[Any, ...]:
    """Return the values of _ACTIVITY_FIELDS; what is out of sight is the team's to see."""
    (verb, key), (by, at), (subject_kind, subject_id, target_kind, target_id) = what, who, things
    return (
        uuid7(), verb, by.identity_id, subject_kind, str(subject_id), target_kind, target_id, topic.space.audience, "import",
        at, written.now, "", {}, written.place.source, key,
    )  # fmt: skip

"""Writing what a plan says: one transaction a batch, through the door, with everything that hangs on the posts."""

from __future__ import annotations

from collections import Counter

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest

from patogh.activity import upkeep
from patogh.hangout.importing.actions import entries, marks, posts, topics
from patogh.hangout.importing.actions.rows import _by_count, _chunks
from patogh.hangout.importing.actions.written import Place, Written
from patogh.hangout.importing.planning import Batch, imported, topic_language
from patogh.hangout.importing.records import MemberRecord
from patogh.hangout.models import Space, Topic
from patogh.people.actions.staging import Staging, stage_members
from patogh.people.models import Member, StagedMember
from patogh.search import actions as search


@upkeep
def load_batch(batch: Batch, place: Place) -> None:
    """Write a batch: whatever it holds is here afterwards, or nothing of it is.

    Each member, topic, reply and acceptance has its activity, with the source and key that it came by; nobody is told of
    what happened long ago, so neither watchers nor tasks follow.
    """
    written = Written(place, _people(batch, place.source))
    written.topics = _known_topics(batch, place.source)
    topics._write_topics(batch, written)
    posts._write_posts(batch, written)
    topics._write_acceptances(batch, written)
    marks._write_marks(written)
    _count(written)
    search.put_new_many(entries.entries(written))
    entries._weigh_earlier(written)


@upkeep
def load_members(members: list[MemberRecord], source: str, language: str = "fa") -> dict[str, Member]:
    """Stage members, whether they wrote something or not; whoever is staged already stays as she is."""
    return stage_members(
        source,
        [
            Staging(
                member.key, member.name, member.joined_at, member.email, member.language or language, member.handle,
                member.bio, member.place,
            )
            for member in members
        ],
    )  # fmt: skip


def _people(batch: Batch, source: str) -> dict[str, Member]:
    """Return everybody who wrote something in the batch, staged if need be, by key."""
    language = "fa" if any(topic_language(group.opening) == "fa" for group in batch.groups if group.opening) else "en"
    people = load_members(batch.members, source, language) if batch.members else {}
    for keys in _chunks({ready.record.author for ready in batch.records()} - set(people)):
        staged = StagedMember.objects.filter(source=source, source_key__in=keys)
        rows = staged.values_list("source_key", "member_id", "member__identity_id")
        people |= {key: Member(pk=pk, identity_id=identity_id) for key, pk, identity_id in rows}
    return people


def _known_topics(batch: Batch, source: str) -> dict[str, Topic]:
    """Return the topics that posts of the batch belong to and that are here already, by key."""
    here = imported(source, ("topic",), [group.topic for group in batch.groups if group.opening is None])
    rows: dict[int, Topic] = {}
    for ids in _chunks({thing.thing_id for thing in here.values()}):
        rows |= Topic.objects.select_for_update(of=("self",)).select_related("space", "author").in_bulk(ids)
    return {key: rows[thing.thing_id] for key, thing in here.items() if thing.thing_id in rows}


def _count(written: Written) -> None:
    """Bring the counters of spaces and members up to date; what is out of sight is not counted."""
    opened = [topic for _, topic in written.new_topics if topic.trashed_at is None]
    sent = [one for one in written.posts if one.counts]
    accepted = [one for one in written.accepted if one.topic.trashed_at is None]
    counted = (
        ("topics_count", Counter(topic.author_id for topic in opened)),
        ("posts_count", Counter(one.author.pk for one in sent)),
        ("accepted_count", Counter(one.author_id for one in accepted)),
    )
    for name, counts in counted:
        for count, members in _by_count(counts):
            for some in _chunks(members):
                Member.objects.filter(pk__in=some).update(**{name: F(name) + count}, version=F("version") + 1)
    for pk in sorted({topic.space_id for topic in written.topics.values()}):
        own = [one.created_at for one in sent if one.topic.space_id == pk]
        newest = max(own, default=None)
        moment = {"active_at": Greatest(Coalesce("active_at", Value(newest)), Value(newest))} if newest else {}
        Space.objects.filter(pk=pk).update(
            topics_count=F("topics_count") + sum(topic.space_id == pk for topic in opened),
            posts_count=F("posts_count") + len(own), version=F("version") + 1, **moment,
        )  # fmt: skip

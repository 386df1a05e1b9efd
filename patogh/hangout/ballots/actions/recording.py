"""The record of a poll, its entries, and the lock behind which every step is taken. Only actions call what begins with `_`."""

from __future__ import annotations

import datetime as dt
import json
import secrets

from django.utils import timezone

from patogh.activity import upkeep
from patogh.hangout.actions import stamps
from patogh.hangout.ballots.errors import NotSealed
from patogh.hangout.ballots.terms import SUBJECT
from patogh.hangout.errors import NotForYou, TopicIsClosed
from patogh.hangout.models import Poll, PollRecord, Topic
from patogh.kit import ballots
from patogh.kit.errors import NotFound
from patogh.ledger.actions.book import Secret, enter
from patogh.people.models import Member
from patogh.people.queries import may


@upkeep
def record_poll(poll: Poll, *, is_sealed: bool) -> PollRecord | None:
    """Begin the record of a new poll: a sealed one takes enrolments, a simple one of a public space is open at once.

    Simple polls behind a door have no record: the book is for everybody.
    """
    now = timezone.now()
    if not is_sealed and poll.topic.space.audience != "public":
        return None
    record = PollRecord.objects.create(
        poll=poll,
        ref=secrets.token_hex(16),
        is_sealed=is_sealed,
        phase="enrol" if is_sealed else "vote",
        created_at=now,
        joined_before=now if is_sealed else None,
    )
    if not is_sealed:
        _enter_opening(record, [], now)
    return record


def _enter_opening(record: PollRecord, keys: list[str], now: dt.datetime) -> None:
    """Have the opening entered, and for a sealed poll its whole roll; from here on the poll can be voted in."""
    poll = record.poll
    texts = list(poll.options.order_by("position").values_list("text", flat=True))
    author, root = poll.topic.author, ballots.roll_root(keys)
    fields = {
        "poll": record.ref, "sealed": int(record.is_sealed), "multiple": int(poll.is_multiple), "options": len(texts),
        "question": None, "choices": None, "level": record.level_min, "roll_size": len(keys), "roll_root": root,
    }  # fmt: skip
    if poll.closes_at is not None:
        fields["closes_at"] = int(poll.closes_at.timestamp())
    words = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
    enter(
        "poll.opened.v1",
        fields,
        key=f"poll:{record.ref}:opened",
        secrets={"question": Secret(poll.question, author), "choices": Secret(words, author)},
        subject=(SUBJECT, record.ref),
    )
    for part, line in enumerate(ballots.roll_lines(keys)):
        _enter(record, "poll.roll.v1", f"roll:{part}", part=part, keys=line)
    _step(record, "vote", opened_at=now, roll_size=len(keys), roll_root=root)


def _enter(record: PollRecord, kind: str, step: str, *, owner: Member | None = None, **fields: object) -> None:
    """Have one entry of a poll entered; repeating a step of the same name changes nothing."""
    enter(
        kind, {"poll": record.ref, **fields}, key=f"poll:{record.ref}:{step}", owner=owner, subject=(SUBJECT, record.ref)
    )  # fmt: skip


def _step(record: PollRecord, phase: str, **changes: object) -> None:
    """Go on to the next phase and show it."""
    PollRecord.objects.filter(pk=record.pk).update(phase=phase, **changes)
    for name, value in {"phase": phase, **changes}.items():
        setattr(record, name, value)
    topic = record.poll.topic
    stamps._touch_topic(topic.pk)
    stamps._touch_space(topic.space_id)
    stamps._tell(topic, "poll", poll=record.poll_id)


def _locked(poll_id: int, *, is_sealed: bool = True, is_open: bool = True) -> PollRecord:
    """Return a poll's record behind its topic's lock; raises NotFound, NotSealed or, where it has to be open, TopicIsClosed.

    Everybody who changes a poll takes the topic's lock first, the clock too: so nobody waits in a circle, and what is
    read after it is what stands. What happened to a topic does not keep the clock from going on.
    """
    topic_id = Poll.objects.filter(pk=poll_id).values_list("topic_id", flat=True).first()
    Topic.objects.select_for_update().filter(pk=topic_id or 0).values_list("pk").first()
    found = PollRecord.objects.select_for_update(of=("self",)).select_related(
        "poll__topic__space", "poll__topic__author"
    )
    record = found.filter(poll=poll_id).first()
    if record is None:
        raise NotFound
    if is_sealed and not record.is_sealed:
        raise NotSealed
    topic = record.poll.topic
    if is_open and (topic.trashed_at or topic.merged_into_id or topic.is_closed):
        raise TopicIsClosed
    return record


def _only_the_asker(record: PollRecord, by: Member) -> None:
    """Raise NotForYou unless they asked the poll or moderate."""
    if by.pk != record.poll.topic.author_id and not may(by, "moderate"):
        raise NotForYou

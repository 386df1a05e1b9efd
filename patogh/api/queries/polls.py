"""A poll with all that the API says of it: its choices, and of a sealed one the roll, the book and what is one's own."""

from __future__ import annotations

from typing import Any

from patogh.hangout.ballots import queries as ballots
from patogh.hangout.ballots.queries import Own
from patogh.hangout.models import PollRecord
from patogh.hangout.queries.topic import PollRow
from patogh.people.models import Member


def poll_said(poll: PollRow, topic_id: int, votes: list[int], viewer: Member) -> dict[str, Any]:
    """Return a poll as the API says it; a sealed one costs four queries more."""
    record = ballots.record_of(topic_id) if poll.is_sealed else None
    own = ballots.own_of(record, viewer) if record else Own()
    chosen = own.ballot.choice if own.ballot and own.ballot.opened_at else None
    options = [
        {"id": pk, "text": text, "votes": count, "is_mine": pk in votes or at == chosen}
        for at, (pk, text, count) in enumerate(poll.options)
    ]
    return {
        "question": poll.question, "is_multiple": poll.is_multiple, "closes_at": poll.closes_at, "voters": poll.voters_count,
        "options": options, "is_sealed": poll.is_sealed, "phase": poll.phase, "sealed": _sealed(record, own) if record else None,
    }  # fmt: skip


def _sealed(record: PollRecord, own: Own) -> dict[str, Any]:
    return {
        "ref": record.ref, "level": record.level_min, "joined_before": record.joined_before, "starts_at": record.starts_at,
        "roll": record.roll_size, "ballots": record.ballots_count, "opened": record.opened_count,
        "key": own.elector.key if own.elector else "", "receipt": own.receipt, "is_open": bool(own.ballot and own.ballot.opened_at),
    }  # fmt: skip


def recount_said(topic_id: int) -> dict[str, Any]:
    """Return what a recount begins with: the poll's name in the book, what opens its words, and who has seen its result."""
    record = ballots.record_of(topic_id)
    words, standing = ballots.words_of(record), ballots.standing(record)
    return {
        "ref": record.ref, "is_sealed": record.is_sealed, "phase": record.phase, "question": words.get("question"), "choices": words.get("choices"),
        "seen": standing.seen if standing else 0, "needed": standing.k if standing else 0,
    }  # fmt: skip

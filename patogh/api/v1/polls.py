"""Polls: a vote in a simple one; terms, roll, sealed ballot, close and recount of one that anybody can recount."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from patogh.api import queries
from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes.book import PollKey, PollTerms, Recount, SealedBallot, SealOpening
from patogh.api.v1.shapes.common import Key, PageAsk, Rows
from patogh.api.v1.shapes.talk import Poll, Votes
from patogh.api.v1.topics import topic_seen
from patogh.hangout import actions
from patogh.hangout.ballots import actions as ballots
from patogh.hangout.ballots.queries import entries_of, record_of
from patogh.hangout.ballots.terms import Terms, Vote
from patogh.hangout.models import Poll as PollRow
from patogh.hangout.queries import access

doors = Doors("polls")
LineText = Annotated[str, Field(max_length=4096)]


@doors.put("/topics/{topic}/poll/votes", Poll, "write:topics")
def vote_in_poll(request: Ask, topic: Key, body: Votes) -> Any:
    """Vote for these options of a simple poll and no others."""
    actions.vote_in_poll(_poll_in(request, topic), body.options, by=request.member)
    return _said(request, topic)


@doors.end("/topics/{topic}/poll/votes", None, "write:topics")
def take_vote_back(request: Ask, topic: Key) -> Any:
    """Take one's vote in a simple poll back."""
    actions.vote_in_poll(_poll_in(request, topic), [], by=request.member)


@doors.put("/topics/{topic}/poll/terms", Poll, "write:topics")
def set_poll_terms(request: Ask, topic: Key, body: PollTerms) -> Any:
    """Say who may vote in a sealed poll and when; only whoever asked, or a moderator."""
    terms = Terms(body.level, body.joined_before, body.starts_at, body.closes_at)
    ballots.set_terms(_poll_in(request, topic), terms, by=request.member)
    return _said(request, topic)


@doors.put("/topics/{topic}/poll/key", Poll, "write:topics")
def enrol_in_poll(request: Ask, topic: Key, body: PollKey) -> Any:
    """Put one's public key on the roll of a sealed poll; one member, one key."""
    ballots.enrol(_poll_in(request, topic), body.key, by=request.member)
    return _said(request, topic)


@doors.put("/topics/{topic}/poll/start", Poll, "write:topics")
def start_poll(request: Ask, topic: Key) -> Any:
    """Fix the roll of a sealed poll and let the vote begin; only whoever asked, or a moderator."""
    ballots.start_voting(_poll_in(request, topic), by=request.member)
    return _said(request, topic)


@doors.put("/topics/{topic}/poll/ballot", Poll, "write:topics")
def cast_ballot(request: Ask, topic: Key, body: SealedBallot) -> Any:
    """Cast a ballot that the client has sealed and signed; it is final, and the answer has its receipt."""
    vote = Vote(body.voter, body.seal, body.sig, body.choice, body.r or "")
    ballots.cast_ballot(_poll_in(request, topic), vote, by=request.member)
    return _said(request, topic)


@doors.put("/topics/{topic}/poll/closure", Poll, "write:topics")
def close_poll(request: Ask, topic: Key) -> Any:
    """End a vote now; only whoever asked, or a moderator. It is not opened again."""
    ballots.close_poll(_poll_in(request, topic), by=request.member)
    return _said(request, topic)


@doors.put("/topics/{topic}/poll/opening", Poll, "write:topics")
def open_seal(request: Ask, topic: Key, body: SealOpening) -> Any:
    """Open one's own seal after the close, where only the client can."""
    ballots.open_own_seal(_poll_in(request, topic), body.choice, body.r, by=request.member)
    return _said(request, topic)


@doors.get("/topics/{topic}/poll/recount", Recount, "read:topics")
def read_recount(request: Ask, topic: Key) -> Any:
    """Read what a recount begins with: the poll's name in the book, its words, and who has seen the result."""
    return queries.recount_said(topic_seen(request, topic).pk)


@doors.get("/topics/{topic}/poll/entries", Rows[LineText], "read:topics")
def list_poll_entries(request: Ask, response: HttpResponse, topic: Key, ask: Query[PageAsk]) -> Any:
    """List the exact lines of a poll in the open book, in their order: all that a recount needs."""
    found = entries_of(record_of(topic_seen(request, topic).pk).ref, ask.after, ask.limit)
    return page(request, response, found.lines, found.next or None)


def _poll_in(request: Ask, topic: int) -> PollRow:
    """Return the poll of a topic in sight; raises NotFound."""
    return access.one(PollRow.objects.filter(topic=topic_seen(request, topic)))


def _said(request: Ask, topic: int) -> Any:
    return queries.whole_topic(topic_seen(request, topic), request.member)["poll"]

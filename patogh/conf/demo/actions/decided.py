"""What was decided about a conversation, and its poll."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

from patogh.conf.demo.actions.rows import stamp
from patogh.conf.demo.sketch import PollSketch, PromiseSketch, TopicSketch
from patogh.hangout.models import Space

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk


def decide(talk: Talk, topic: TopicSketch, topic_id: int, place: tuple[Space, list[int]]) -> None:
    """Write pin, closure, move, promise, acceptance and poll of a conversation, each with its act on the road."""
    space = place[0]
    things = ("hangout.topic", topic_id, "hangout.space", space.pk)
    for name, verb, decided in (("pin", "topic_pinned", topic.pin), ("closure", "topic_closed", topic.closure)):
        if decided:
            talk.add(name, topic_id, talk.members[decided.by].pk, decided.why, stamp(decided.at))
            talk.tell(verb, decided.by, decided.at, things, space, why=decided.why)
    if topic.moved:
        left, decided = talk.spaces[topic.space], topic.moved[1]
        talk.add("move", topic_id, talk.members[decided.by].pk, decided.why, stamp(decided.at), left.pk, space.pk)
        talk.tell("topic_moved", decided.by, decided.at, things, space, why=decided.why)
    if topic.merged_into:
        talk.merges.append((topic_id, *topic.merged_into))
    if topic.promise:
        _promise(talk, topic, topic_id, topic.promise, space)
    _accept(talk, topic, topic_id, place)
    if topic.poll:
        _ask(talk, topic, topic_id, topic.poll)


def _promise(talk: Talk, topic: TopicSketch, topic_id: int, promise: PromiseSketch, space: Space) -> None:
    author, things = topic.posts[0].author, ("hangout.topic", topic_id, "hangout.space", space.pk)
    by, settled = talk.members[author].pk, promise.settled_at
    talk.add(
        "promise",
        topic_id,
        by,
        "",
        stamp(topic.at),
        promise.due_on,
        promise.outcome,
        by if settled else None,
        stamp(settled) if settled else None,
    )
    talk.tell("promise_made", author, topic.at, things, space, due_on=promise.due_on.isoformat())
    if settled:
        talk.tell("promise_kept", author, settled, things, space, outcome="kept")


def _accept(talk: Talk, topic: TopicSketch, topic_id: int, place: tuple[Space, list[int]]) -> None:
    """The asker accepts an answer some time after it came, or after saying that it worked."""
    space, post_ids = place
    for post_id, post in zip(post_ids, topic.posts, strict=True):
        if post.is_accepted:
            asker = topic.posts[0].author
            at = min(post.at + dt.timedelta(hours=2), max(talk.now - dt.timedelta(seconds=20), post.at))
            talk.add("accepted", topic_id, talk.members[asker].pk, "", stamp(at), post_id)
            talk.tell("answer_accepted", asker, at, ("hangout.post", post_id, "hangout.topic", topic_id), space)


def _ask(talk: Talk, topic: TopicSketch, topic_id: int, poll: PollSketch) -> None:
    """Write a poll and as many votes as its options say: where only one counts, nobody votes twice."""
    rng = random.Random(f"poll:{poll.question}")  # noqa: S311 - a seeded demo
    turn = rng.sample(range(len(talk.members)), len(talk.members))
    voters: set[int] = set()
    first = talk.tables["poll"].upcoming
    space, ballots = talk.spaces[topic.space], []
    for position, (text, votes) in enumerate(zip(poll.options, poll.votes, strict=True), 1):
        who = (
            rng.sample(turn, min(votes, len(turn)))
            if poll.is_multiple
            else [turn.pop() for _ in range(min(votes, len(turn)))]
        )
        option = talk.add("option", first, position, text, len(who))
        ballots += [(option, index) for index in who]
        voters.update(who)
    poll_id = talk.add("poll", topic_id, poll.question, poll.is_multiple, stamp(poll.closes_at), len(voters))
    span = (talk.now - topic.at).total_seconds()
    for option, index in ballots:
        at = topic.at + dt.timedelta(seconds=rng.random() ** 2 * span * 0.98)
        talk.add("vote", poll_id, option, talk.members[index].pk, not poll.is_multiple, stamp(at))
    for index in sorted(voters):
        at = topic.at + dt.timedelta(seconds=rng.random() ** 2 * span * 0.98)
        talk.tell("vote_cast", index, at, ("hangout.topic", topic_id, "", 0), space, poll=poll_id)

"""Words for a post, the answer that solved a question, and votes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.hangout.actions import found, stamps
from patogh.hangout.ballots.errors import SealedPoll
from patogh.hangout.errors import BadVote, CannotAcceptThis, NotForYou, OwnPost, PollIsOver, TopicIsClosed, UnknownWord
from patogh.hangout.models import AcceptedAnswer, Poll, PollOption, PollRecord, PollVote, Post, Reaction, Topic
from patogh.hangout.models.posts import REACTIONS
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.people.queries import may
from patogh.trust.actions import keep_pace
from patogh.trust.queries import check_may_write


@action
def react(post: Post, kind: str, *, by: Member, is_paced: bool = False) -> Post:
    """Say one of REACTIONS to a post; saying it again changes nothing. Raises UnknownWord, OwnPost, NotFound or TooManyToday."""
    if kind not in REACTIONS:
        raise UnknownWord
    row = _locked(post)
    if row.author_id == by.pk:
        raise OwnPost
    _, created = Reaction.objects.get_or_create(post=row, member=by, kind=kind, defaults={"created_at": timezone.now()})
    if not created:
        return unchanged(row)
    if is_paced:
        keep_pace(by, "reaction")
    _count(row, kind, 1)
    record(
        "hangout.reaction_given",
        by=by,
        subject=row,
        target=row.topic,
        audience=row.topic.space.audience,
        data={"word": kind},
    )
    return row


@action
def unreact(post: Post, kind: str, *, by: Member) -> Post:
    """Take a word back."""
    row = _locked(post)
    gone, _ = Reaction.objects.filter(post=row, member=by, kind=kind).delete()
    if not gone:
        return unchanged(row)
    _count(row, kind, -1)
    record("hangout.reaction_taken_back", by=by, subject=row, target=row.topic, audience="staff", data={"word": kind})
    return row


def _locked(post: Post) -> Post:
    """Return the post behind its topic's lock; whoever writes about a topic locks it first, so that nobody waits in a circle."""
    Topic.objects.select_for_update().filter(pk=post.topic_id).values_list("pk").first()
    row = (
        Post.objects.select_for_update(of=("self",))
        .select_related("topic", "topic__space")
        .filter(pk=post.pk, trashed_at=None)
        .first()
    )
    if row is None or row.topic.trashed_at:
        raise NotFound
    return row


def _count(row: Post, kind: str, step: int) -> None:
    """Step every counter that a word moves: the post's, its topic's, its author's; the topic's search weight follows."""
    counts: dict[str, Any] = {**row.reactions, kind: max(0, row.reactions.get(kind, 0) + step)}
    counts = {word: count for word, count in counts.items() if count}
    now = row.reactions_count + step
    stamps._touch_post(row, reactions=counts, reactions_count=now, score=row.score + step)
    stamps._touch_topic(row.topic_id, reactions_count=F("reactions_count") + step, score=F("score") + step)
    stamps._touch_space(row.topic.space_id)
    stamps._count_member(row.author_id, thanks_count=F("thanks_count") + step)
    found._weigh(row, row.topic)
    stamps._tell(row.topic, "reaction", post=row.pk, number=row.number)


@action
def accept_answer(post: Post, *, by: Member) -> AcceptedAnswer:
    """Say that a reply solved the question; one accepted before gives way. Only the asker or a moderator may.

    Raises NotForYou, CannotAcceptThis or NotFound.
    """
    row = _locked(post)
    topic = row.topic
    if by.pk != topic.author_id and not may(by, "moderate"):
        raise NotForYou
    if topic.kind != "question" or row.number == 1 or topic.trashed_at:
        raise CannotAcceptThis
    held = AcceptedAnswer.objects.filter(topic=topic, lifted_at=None).first()
    if held is not None and held.post_id == row.pk:
        return unchanged(held)
    if held is not None:
        _lift(held, topic, by)
    made = AcceptedAnswer.objects.create(topic=topic, post=row, by=by, at=timezone.now())
    _solve(topic, row, 1)
    record("hangout.answer_accepted", by=by, subject=row, target=topic, audience=topic.space.audience)
    stamps._tell(topic, "acceptance", post=row.pk, number=row.number)
    stamps._tell_road(topic.space.audience, "hangout.answer_accepted")
    return made


@action
def withdraw_acceptance(topic: Topic, *, by: Member) -> Topic:
    """Say that the question is open again. Raises NotForYou."""
    row = Topic.objects.select_for_update(of=("self",)).select_related("space").get(pk=topic.pk)
    if by.pk != row.author_id and not may(by, "moderate"):
        raise NotForYou
    held = AcceptedAnswer.objects.select_related("post").filter(topic=row, lifted_at=None).first()
    if held is None:
        return unchanged(row)
    _lift(held, row, by)
    record("hangout.acceptance_withdrawn", by=by, subject=held.post, target=row, audience=row.space.audience)
    stamps._tell(row, "acceptance", post=held.post_id, number=held.post.number)
    row.accepted_post_id = None
    return row


def _lift(held: AcceptedAnswer, topic: Topic, by: Member) -> None:
    """Let an accepted answer be an ordinary reply again."""
    AcceptedAnswer.objects.filter(pk=held.pk).update(lifted_by=by, lifted_at=timezone.now())
    if topic.accepted_post_id == held.post_id:
        _solve(topic, held.post, -1)


def _solve(topic: Topic, post: Post, step: int) -> None:
    """Count an accepted answer in (1) or out (-1): the topic's column, its author's figure, the weights in search."""
    stamps._touch_topic(topic.pk, accepted_post_id=post.pk if step > 0 else None)
    stamps._touch_space(topic.space_id)
    stamps._count_member(post.author_id, accepted_count=F("accepted_count") + step)
    topic.accepted_post_id = post.pk if step > 0 else None
    for row in Post.objects.filter(topic=topic, number=1):
        found._weigh(row, topic)
    found._weigh(post, topic)


@action
def vote_in_poll(poll: Poll, option_ids: list[int], *, by: Member) -> Poll:
    """Vote for these options and no others; an empty list takes the vote back.

    Raises BadVote, SealedPoll, PollIsOver, TopicIsClosed, Silenced or Suspended.
    """
    check_may_write(by)
    topic = Topic.objects.select_for_update(of=("self",)).select_related("space").get(pk=poll.topic_id)
    row = Poll.objects.select_for_update().get(pk=poll.pk)
    if PollRecord.objects.filter(poll=row, is_sealed=True).exists():
        raise SealedPoll
    now = timezone.now()
    if row.closes_at is not None and row.closes_at <= now:
        raise PollIsOver
    if topic.is_closed or topic.trashed_at or topic.merged_into_id:
        raise TopicIsClosed
    wanted = set(option_ids)
    known = set(PollOption.objects.filter(poll=row, pk__in=wanted).values_list("pk", flat=True))
    if known != wanted or (len(wanted) > 1 and not row.is_multiple):
        raise BadVote
    before = set(PollVote.objects.filter(poll=row, member=by).values_list("option_id", flat=True))
    if before == wanted:
        return unchanged(row)
    _cast(row, by, before, wanted, now)
    verb = "hangout.vote_cast" if wanted else "hangout.vote_taken_back"
    record(verb, by=by, subject=topic, audience=topic.space.audience if wanted else "staff", data={"poll": row.pk})
    stamps._touch_topic(topic.pk)
    stamps._touch_space(topic.space_id)
    stamps._tell(topic, "poll", poll=row.pk)
    row.refresh_from_db()
    return row


def _cast(row: Poll, by: Member, before: set[int], wanted: set[int], now: dt.datetime) -> None:
    """Write the difference between two votes of one member, and the counters."""
    PollVote.objects.filter(poll=row, member=by, option_id__in=before - wanted).delete()
    PollOption.objects.filter(pk__in=before - wanted).update(votes_count=F("votes_count") - 1)
    PollVote.objects.bulk_create(
        [
            PollVote(poll=row, option_id=pk, member=by, is_only=not row.is_multiple, voted_at=now)
            for pk in sorted(wanted - before)
        ]
    )
    PollOption.objects.filter(pk__in=wanted - before).update(votes_count=F("votes_count") + 1)
    step = int(bool(wanted)) - int(bool(before))
    if step:
        Poll.objects.filter(pk=row.pk).update(voters_count=F("voters_count") + step)

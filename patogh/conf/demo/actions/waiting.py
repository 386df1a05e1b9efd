"""What waits for moderators now, made by the verbs that members use, and moved back to the hour at which it came."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from patogh.activity import upkeep
from patogh.conf.demo.cases import written
from patogh.hangout.actions import gate
from patogh.hangout.actions.gate import HeldForReview, Manner
from patogh.hangout.actions.posts import PostEdit
from patogh.hangout.actions.replying import NewReply
from patogh.hangout.actions.writing import NewTopic
from patogh.hangout.models import Post, Topic
from patogh.people.models import Member
from patogh.trust import actions as trust
from patogh.trust.models import Appeal, Decision, Flag, Held, QueueTally, ReviewItem
from patogh.trust.nouns import Reason, Subject, Verdict

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk

BLOCKS = (("mina", "closed:10"), ("niloofar", "closed:4"), ("hannah", "closed:5"), ("vahid", "closed:3"))


def leave_waiting(talk: Talk) -> None:
    """Let members report, newcomers write and one appeal wait; list the house's words and block a few."""
    members = {member.handle: member for member in Member.objects.filter(handle__in=_named(written()))}
    owner, moderator = members["ardalan"], members["navid"]
    trust.change_terms({"hold_sign_ups": "suspicious"}, by=owner)
    for category, words in written()["listed"].items():
        is_allowed = category == "allowed"
        for word in words:
            trust.list_word(word, "insult" if is_allowed else category, by=moderator, is_allowed=is_allowed)
    for number, row in enumerate(written()["open"]):
        _report(talk, f"open:{number}", row, members)
    for number, row in enumerate(written()["held"]):
        _hold(talk, f"held:{number}", row, members)
    for row in written()["sign_up"]:
        verdict = Verdict(True, (Reason("link_in_name", 2.0),), 2.0)
        _move_back(trust.hold_sign_up(members[row["by"]], verdict), talk.now - dt.timedelta(hours=row["hours"]))
    _appeal(talk)
    for handle, key in BLOCKS:
        if key in talk.cases:
            trust.block_member(Member.objects.get(pk=talk.members[talk.cases[key].author].pk), by=members[handle])


def _named(rows: dict[str, Any]) -> set[str]:
    """Return everybody who is named in the file, and those who act here."""
    flaggers = {flag[0] for row in rows["open"] for flag in row["flags"]}
    newcomers = {row["handle"] for row in rows["newcomer"]}
    return flaggers | newcomers | {"ardalan", "navid"} | {handle for handle, _ in BLOCKS}


def _report(talk: Talk, key: str, row: dict[str, Any], members: dict[str, Member]) -> None:
    """Let members report a post, a few minutes after one another."""
    if key not in talk.cases:
        return
    post = talk.cases[key]
    for place, (who, reason, words) in enumerate(row["flags"]):
        made = trust.flag(Subject("hangout.post", str(post.post_id)), reason, words, by=members[who])
        at = post.at + dt.timedelta(minutes=11 + 23 * place)
        _set_moments(made, at, is_first=place == 0)


@upkeep
def _set_moments(flag: Flag, at: dt.datetime, *, is_first: bool) -> None:
    Flag.objects.filter(pk=flag.pk).update(created_at=at)
    if is_first:
        ReviewItem.objects.filter(pk=flag.item_id).update(opened_at=at)


@upkeep
def _move_back(held: Held, at: dt.datetime) -> None:
    Held.objects.filter(pk=held.pk).update(held_at=at)
    ReviewItem.objects.filter(subject_kind="trust.held", subject_id=str(held.pk)).update(opened_at=at)


def _hold(talk: Talk, key: str, row: dict[str, Any], members: dict[str, Member]) -> None:
    """Let a newcomer write through the gate, which holds it for what it notices."""
    by, manner = members[row["by"]], Manner(typed_ms=row.get("typed_ms"))
    answer: Any = None
    if row["kind"] == "topic":
        space = talk.spaces[row["space"]]
        answer = gate.open_or_hold(space, NewTopic(row["title"], row["text"], tags=()), by=by, manner=manner)
    elif row["kind"] == "reply":
        topics = Topic.objects.filter(
            space=talk.spaces[row["space"]], closed_at=None, trashed_at=None, merged_into=None
        )
        quiet = topics.filter(active_at__lt=talk.now - dt.timedelta(days=2)).order_by("-active_at", "pk")
        topic = quiet.filter(title__contains=row["about"]).first() or quiet.first()
        if topic is not None:
            answer = gate.reply_or_hold(topic.pk, NewReply(row["text"]), by=by, manner=manner)
    elif key in talk.cases:
        post = Post.objects.select_related("topic").get(pk=talk.cases[key].post_id)
        answer = gate.edit_post_or_hold(post, PostEdit(row["text"], row["why"]), by=by, manner=manner)
    if isinstance(answer, HeldForReview):
        _move_back(answer.held, talk.now - dt.timedelta(hours=row["hours"]))


@upkeep
def _appeal(talk: Talk) -> None:
    """Let the appeal wait that is not answered yet."""
    for number, row in enumerate(written()["closed"]):
        post = talk.cases.get(f"closed:{number}")
        if "waiting_appeal" not in row or post is None:
            continue
        decision = Decision.objects.get(subject_kind="hangout.post", subject_id=str(post.post_id))
        at = max(decision.decided_at, talk.now - dt.timedelta(hours=19))
        made = Appeal.objects.create(
            decision=decision,
            by_id=decision.member_id or 0,
            against_id=decision.by_id,
            words=row["waiting_appeal"],
            opened_at=at,
        )
        ReviewItem.objects.create(
            kind="appeal",
            subject_kind="trust.appeal",
            subject_id=str(made.pk),
            member_id=decision.member_id,
            space_id=decision.space_id,
            score=3,
            opened_at=at,
        )
        QueueTally.objects.update_or_create(
            kind="appeal", defaults={"open_count": ReviewItem.objects.filter(kind="appeal", state="open").count()}
        )

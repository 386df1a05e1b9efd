"""The one place that changes an idea's state: the table of `machine`, the move as a row, then the idea. The database checks both.

Each verb of a move stands here once; stations and the clock have modules of their own, decisions are the board's (`deciding`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Unpack

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record
from patogh.ideas import book, limits
from patogh.ideas.actions import found
from patogh.ideas.actions.wording import plain
from patogh.ideas.errors import ImpossibleMove, NotYourMove, ReasonNeeded, ReasonTooLong, RuleNeeded
from patogh.ideas.machine import DRAFT, GATHERING, ON_SALE, STEPS, Step
from patogh.ideas.models import Idea, Move, Programme
from patogh.ideas.nouns import VERBS, Said
from patogh.ideas.queries.rules import missing_to, stations_of, thresholds_for
from patogh.ideas.terms import terms_of
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.people.queries import may
from patogh.trust.queries import check_may_write

_BY_NAME: Final = {step.move: step for step in STEPS}
_LEFT: Final[dict[str, Any]] = {"window_ends_at": None, "missing": None, "next_threshold": None}
_TEAM_RIGHTS: Final = ("ideas.triage", "ideas.decide")


def locked(idea_id: int) -> Idea:
    """Return an idea behind its row's lock (where the database has one); raises NotFound.

    The lock lets rows that only point to the idea be written (`FOR NO KEY UPDATE`): a support that came from it, say.
    """
    rows = Idea.objects.select_for_update(of=("self",), no_key=True).select_related("programme", "rules", "author")
    found = rows.filter(pk=idea_id).first()
    if found is None:
        raise NotFound
    return found


def moment(idea: Idea, now: dt.datetime | None = None) -> dt.datetime:
    """Return when something happens to an idea: now, but never before its last move, whatever a clock that jumped back says."""
    now = now or timezone.now()
    last = Move.objects.filter(idea=idea, number=idea.moves_count).values_list("made_at", flat=True).first()
    return max(now, last or idea.created_at)


def make_move(
    idea: Idea, move: str, *, by: Member | None, now: dt.datetime | None = None, **said: Unpack[Said]
) -> Move:
    """Take one step of the machine inside a running action, the idea's row locked; the idea given is up to date afterwards.

    `by` None is the clock, or the board when the house announces what it decided. Raises ImpossibleMove, NotYourMove,
    ReasonNeeded, ReasonTooLong or RuleNeeded. The caller records the activity (`nouns.VERBS`, `data={"move": move.pk}`).
    """
    step = _BY_NAME.get(move)
    if step is None:
        raise ImpossibleMove
    _check_who(step, idea, by)
    if idea.state not in step.sources:
        raise ImpossibleMove
    _check_words(step, idea, said)
    now = moment(idea, now)
    made = _write(
        idea,
        Move(
            idea=idea, number=idea.moves_count + 1, move=move, source=idea.state, target=step.target, by=by,
            as_team=step.who in ("team", "board"), supporters=idea.supporters_count, made_at=now,
            **{name: plain(str(words)) for name, words in said.items()},
        ),
        _changes(idea, step, now),
    )  # fmt: skip
    _count(idea.programme_id, made)
    book.enter_move(idea, made)
    if step.target == DRAFT:
        found.unindex_idea(idea.pk)
    else:
        found.index_idea(idea)
    return made


def _check_who(step: Step, idea: Idea, by: Member | None) -> None:
    """Raise NotYourMove unless the step is theirs; a silenced or suspended author takes none but back."""
    if step.who == "clock" or by is None:
        is_theirs = by is None and step.who in ("clock", "board")
    elif step.who == "author":
        is_theirs = by.pk == idea.author_id
    else:
        rights = _TEAM_RIGHTS if step.who == "team" else ("ideas.decide",)
        is_theirs = any(may(by, right) for right in rights)
    if not is_theirs:
        raise NotYourMove
    if by is not None and step.move == "submit":
        check_may_write(by)


def _check_words(step: Step, idea: Idea, said: Said) -> None:
    """Raise ReasonNeeded, RuleNeeded or ReasonTooLong."""
    if step.reason and not plain(said.get("reason", "")):
        raise ReasonNeeded
    for name, most in (("reason", limits.REASON_CHARS_MAX), ("reason_en", limits.REASON_CHARS_MAX), ("note", limits.NOTE_CHARS_MAX)):  # fmt: skip
        if len(str(said.get(name, ""))) > most:
            raise ReasonTooLong(field=name, most=most)
    rule = said.get("rule", "")
    if (step.move == "return" or rule) and terms_of(idea.rules).rule(rule) is None:
        raise RuleNeeded


def _changes(idea: Idea, step: Step, now: dt.datetime) -> dict[str, Any]:
    """Return what a step changes besides the state itself."""
    changes: dict[str, Any] = {"state": step.target, "state_since": now}
    if step.target != GATHERING:
        changes |= _LEFT
    if step.move == "submit":
        changes["submitted_at"] = now
    elif step.move == "publish":
        changes |= {"published_at": now, "thresholds": thresholds_for(idea), "milestone": 0}
        idea.thresholds, idea.milestone = changes["thresholds"], 0
    if step.target == GATHERING:
        changes |= window_from(idea, now)
    if step.move in ("merge", "unmerge"):
        changes["merged_into"] = idea.merged_into if step.move == "merge" else None
    if step.move in ("archive", "withdraw", "carry_over"):
        changes["batch"] = None
    return changes


def window_from(idea: Idea, now: dt.datetime) -> dict[str, Any]:
    """Return the next station of an idea that gathers, with its whole time from now on; nothing ahead leaves all empty."""
    stations = stations_of(idea)
    if idea.milestone >= len(stations):
        return dict(_LEFT)
    ahead = stations[idea.milestone]
    return {
        "next_threshold": ahead.supporters,
        "window_ends_at": now + dt.timedelta(days=ahead.days),
        "missing": missing_to(ahead.supporters, idea.supporters_count),
    }


def _write(idea: Idea, move: Move, changes: dict[str, Any]) -> Move:
    """Write the move, then the idea: the database takes the idea's step only with this row."""
    move.save(force_insert=True)
    changes |= {"moves_count": move.number, "active_at": move.made_at}
    Idea.objects.filter(pk=idea.pk).update(version=F("version") + 1, **changes)
    for name, value in changes.items():
        setattr(idea, name, value)
    idea.version += 1
    return move


def _count(programme_id: int, move: Move) -> None:
    """Keep the figures of the programme."""
    entered, left = int(move.target == GATHERING), int(move.source == GATHERING)
    decided = int(move.move in ("approve", "decline"))
    Programme.objects.filter(pk=programme_id).update(
        version=F("version") + 1,
        ideas_count=F("ideas_count") + int(move.move == "publish"),
        gathering_count=F("gathering_count") + (entered - left if entered != left else 0),
        reviewed_count=F("reviewed_count") + decided,
        made_count=F("made_count") + int(move.target == ON_SALE),
    )


def _recorded(move: Move, by: Member | None) -> None:
    """Record the activity of a move; drafts and what is not public yet are for the team only."""
    idea = move.idea
    hidden = (
        move.target in ("submitted", "returned", "draft") or idea.published_at is None or idea.hidden_at is not None
    )
    record(
        VERBS[move.move], by=by, subject=idea, target=idea.programme, audience="staff" if hidden else "",
        data={"move": move.pk, "state": move.target},
    )  # fmt: skip


def _moved(idea: Idea, move: str, by: Member, said: Said) -> Idea:
    """Lock an idea, take a step and record it."""
    row = locked(idea.pk)
    _recorded(make_move(row, move, by=by, **said), by)
    return row


@action
def recall(idea: Idea, *, by: Member) -> Idea:
    """Take an idea back from the queue, to go on writing."""
    return _moved(idea, "recall", by, {})


@action
def send_back(idea: Idea, *, by: Member, **said: Unpack[Said]) -> Idea:
    """Return an idea to its author with the house rule that it does not keep, and why."""
    return _moved(idea, "return", by, said)


@action
def publish(idea: Idea, *, by: Member, **said: Unpack[Said]) -> Idea:
    """Let an idea gather supporters: its stations are fixed from here on, and the first window opens."""
    return _moved(idea, "publish", by, said)


@action
def archive(idea: Idea, *, by: Member, **said: Unpack[Said]) -> Idea:
    """Lay an idea aside with the reason; it stays to be read."""
    return _moved(idea, "archive", by, said)


@action
def unarchive(idea: Idea, *, by: Member, **said: Unpack[Said]) -> Idea:
    """Let an idea gather again, with the whole time of the station that is ahead."""
    row = _moved(idea, "unarchive", by, said)
    _go_on(row)
    return row


@action
def withdraw(idea: Idea, *, by: Member, **said: Unpack[Said]) -> Idea:
    """Take one's own idea back, for good."""
    return _moved(idea, "withdraw", by, said)


@action
def develop(idea: Idea, *, by: Member, **said: Unpack[Said]) -> Idea:
    """Say that an approved idea is being made."""
    return _moved(idea, "develop", by, said)


@action
def release(idea: Idea, *, by: Member, **said: Unpack[Said]) -> Idea:
    """Say that an idea is on sale."""
    return _moved(idea, "release", by, said)


@action
def stop_making(idea: Idea, *, by: Member, **said: Unpack[Said]) -> Idea:
    """Say that an approved idea will not be made after all, and why."""
    return _moved(idea, "stop_making", by, said)


def _go_on(idea: Idea) -> None:
    """Pass the stations that an idea which gathers again has reached already."""
    from patogh.ideas.actions.stations import pass_stations

    pass_stations(idea, idea.state_since)


__all__ = [
    "archive", "develop", "locked", "make_move", "moment", "publish", "recall", "release", "send_back",
    "stop_making", "unarchive", "window_from", "withdraw",
]  # fmt: skip

"""Who hears of what happens to an idea: its makers of everything, those behind it of what moves it, with the reason inside.

Many supporters hear in jobs of HEARERS_A_JOB, each of which queues the next: safe to repeat, since one activity tells a member once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import Q

from patogh.activity import enqueue, task, upkeep
from patogh.activity.models import Activity
from patogh.ideas import limits
from patogh.ideas.actions import updating
from patogh.ideas.models import Creator, Feedback, Follow, Idea, Move, Question, Support
from patogh.ideas.nouns import VERBS
from patogh.ideas.queries.lists import idea_path
from patogh.people.actions import give_notice
from patogh.people.models import Member

# The notice of each move: for the makers, and for those behind the idea; "" tells nobody.
TOLD: Final[dict[str, tuple[str, str]]] = {
    "return": ("ideas.returned", ""), "publish": ("ideas.published", ""), "station": ("ideas.station", "ideas.station"),
    "qualify": ("ideas.in_review", "ideas.in_review"), "expire": ("ideas.expired", "ideas.expired"), "approve": ("ideas.approved", "ideas.approved"),
    "decline": ("ideas.not_approved", "ideas.not_approved"), "carry_over": ("ideas.carried_over", "ideas.carried_over"),
    "develop": ("ideas.in_development", "ideas.in_development"), "release": ("ideas.on_sale", "ideas.on_sale"),
    "stop_making": ("ideas.archived", "ideas.archived"), "archive": ("ideas.archived", "ideas.archived"),
    "unarchive": ("ideas.back", "ideas.back"), "withdraw": ("ideas.withdrawn", "ideas.withdrawn"),
    "merge": ("ideas.merged", "ideas.merged"),  # followers only: supporters hear it with their support, as it is carried over
    "unmerge": ("ideas.back", "ideas.back"),
}  # fmt: skip
TITLE_CHARS_MAX: Final = 80
REASON_CHARS_MAX: Final = 110


@task("ideas.tell_of_move")
def tell_of_move(activity: str) -> None:
    """Tell the makers what became of their idea, and those behind it what moved it."""
    what = Activity.objects.get(pk=activity)
    idea = _idea(what.subject_id)
    move = _move(what) if idea else None
    if idea is None or move is None or move.move not in TOLD:
        return
    to_makers, to_others = TOLD[move.move]
    tell(what, idea, to_makers, makers_of(idea))
    if to_others and idea.published_at is not None:
        tell_those_behind(activity, to_others, idea.pk)


@task("ideas.tell_updates")
def tell_updates(idea: int, activity: str) -> None:
    """Let those behind an idea hear of its news, as many as waited."""
    if Idea.objects.filter(pk=idea, hidden_at=None).exists():
        updating.claim_updates(idea, activity)


@task("ideas.tell_those_behind")
def tell_those_behind(activity: str, kind: str, idea: int, after: int = 0) -> None:
    """Tell the supporters and followers after a member's key, HEARERS_A_JOB at a time."""
    what, row = Activity.objects.get(pk=activity), _idea(str(idea))
    if row is None or row.hidden_at is not None:
        return
    makers = {member.pk for member in makers_of(row)}
    hearers = Member.objects.filter(_behind(row, kind), pk__gt=after, is_active=True)
    people = list(hearers.order_by("pk")[: limits.HEARERS_A_JOB])
    tell(what, row, kind, [member for member in people if member.pk not in makers])
    if len(people) == limits.HEARERS_A_JOB:
        _next_job(activity, kind, row.pk, people[-1].pk)


def _behind(idea: Idea, kind: str) -> Q:
    """Return who stands behind an idea: its supporters and followers; of a merged one, followers who did not support it."""
    followers = Q(pk__in=Follow.objects.filter(idea=idea).values("member_id"))
    supporting = Q(idea=idea, withdrawn_at=None) | Q(came_from=idea)
    supporters = Q(pk__in=Support.objects.filter(supporting).values("member_id"))
    return followers & ~supporters if kind == "ideas.merged" else followers | supporters


@task("ideas.tell_of_question")
def tell_of_question(activity: str) -> None:
    """Tell the makers what the team asks, or whoever asked that there is an answer."""
    what = Activity.objects.get(pk=activity)
    row = Question.objects.select_related("idea", "idea__author", "asked_by").filter(pk=what.subject_id).first()
    if row is None:
        return
    if what.verb == "ideas.question_asked":
        tell(what, row.idea, "ideas.question", makers_of(row.idea), words=row.text)
    else:
        tell(what, row.idea, "ideas.answered", [row.asked_by], words=row.text)


@task("ideas.tell_of_feedback")
def tell_of_feedback(activity: str) -> None:
    """Tell the makers that somebody gave feedback; who it was stands on its page."""
    what = Activity.objects.get(pk=activity)
    row = Feedback.objects.select_related("idea", "idea__author").filter(pk=what.subject_id, hidden_at=None).first()
    if row is not None:
        tell(what, row.idea, "ideas.feedback", makers_of(row.idea))


@task("ideas.tell_of_makers")
def tell_of_makers(activity: str) -> None:
    """Tell makers, and who is asked to be one, what changes among them."""
    what = Activity.objects.get(pk=activity)
    idea = _idea(what.subject_id)
    if idea is None:
        return
    everybody = Member.objects.filter(idea_parts__idea=idea, idea_parts__state__in=("agreed", "invited"))
    invited = list(everybody.filter(idea_parts__idea=idea, idea_parts__state="invited"))
    if what.verb == "ideas.maker_invited":
        tell(what, idea, "ideas.invited", invited)
    kind = (
        "ideas.shares_proposed"
        if what.verb in {"ideas.maker_invited", "ideas.shares_proposed"}
        else "ideas.makers_changed"
    )
    told = {member.pk for member in invited} if what.verb == "ideas.maker_invited" else set()
    tell(what, idea, kind, [member for member in everybody if member.pk not in told])


def tell(what: Activity, idea: Idea, kind: str, people: Iterable[Member], *, words: str = "") -> None:
    """Give these people a notice of an idea: its title, and the public reason or what was asked."""
    actor = Member.objects.filter(identity_id=what.identity_id).first() if what.identity_id else None
    for member in people:
        said = words or _reason(what, member.language)
        title = f"{idea.title[:TITLE_CHARS_MAX]} — {said[:REASON_CHARS_MAX]}" if said else idea.title
        give_notice(
            member, kind, idea, actor=actor, activity_id=UUID(str(what.pk)), url=_url(idea, kind), title=title,
            thread=f"ideas.idea:{idea.pk}",
        )  # fmt: skip


def makers_of(idea: Idea) -> list[Member]:
    """Return the author and the makers who agreed."""
    agreed = Creator.objects.filter(idea=idea, state="agreed").values("member_id")
    return list(Member.objects.filter(Q(pk=idea.author_id) | Q(pk__in=agreed), is_active=True).order_by("pk"))


@upkeep
def _next_job(activity: str, kind: str, idea: int, after: int) -> None:
    """Queue the telling of those that come after."""
    key = f"ideas.tell:{activity}:{after}"
    enqueue("ideas.tell_those_behind", key=key, activity=activity, kind=kind, idea=idea, after=after)


def _reason(what: Activity, language: str) -> str:
    """Return the public reason of the move that an activity speaks of, in a language."""
    move = _move(what)
    if move is None:
        return ""
    return (move.reason or move.reason_en) if language == "fa" else (move.reason_en or move.reason)


def _move(what: Activity) -> Move | None:
    """Return the move that an activity speaks of: the one it names, else the newest of its kind."""
    named = Move.objects.filter(pk=what.data.get("move") or 0).first()
    names = [move for move, name in VERBS.items() if name == what.verb]
    if named is not None or not names:
        return named
    return Move.objects.filter(idea_id=int(what.subject_id), move__in=names).order_by("-number").first()


def _url(idea: Idea, kind: str) -> str:
    part = {
        "ideas.invited": "/makers", "ideas.shares_proposed": "/makers", "ideas.makers_changed": "/makers", "ideas.question": "/questions",
        "ideas.feedback": "/feedback", "ideas.updated": "/updates",
    }.get(kind)  # fmt: skip
    if kind == "ideas.returned":
        part = "/edit"
    return f"/ideas/{idea.pk}{part}" if part else idea_path(idea.pk, idea.title)


def _idea(key: str) -> Idea | None:
    return Idea.objects.select_related("author", "programme", "merged_into").filter(pk=key).first()

"""What a demo login heard of ideas: stations and decisions of those behind which they stand, their news, and their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Q

from patogh.ideas.actions.notices import REASON_CHARS_MAX, TITLE_CHARS_MAX, TOLD
from patogh.ideas.models import Follow, Idea, Move, Support, Update
from patogh.ideas.queries.lists import idea_path

if TYPE_CHECKING:
    from patogh.people.models import Member

Told = tuple[str, str, str, int | None, str, str, int, dt.datetime]


def ideas_heard(member: Member, since: dt.datetime) -> Iterator[Told]:
    """Yield what was told of ideas: moves, and news of the makers and the team."""
    behind = Q(pk__in=Support.objects.filter(member=member, withdrawn_at=None).values("idea_id"))
    ideas = Idea.objects.filter(behind | Q(pk__in=Follow.objects.filter(member=member).values("idea_id")))
    moves = Move.objects.filter(idea__in=ideas, made_at__gte=since).select_related("idea")
    for move in moves.order_by("made_at", "pk"):
        kind = TOLD.get(move.move, ("", ""))[1]
        if kind:
            by = move.by_id if not move.as_team else None
            yield _about(move.idea, (kind, _words(move, member.language)), by, move.made_at)
    news = Update.objects.filter(idea__in=ideas, posted_at__gte=since, hidden_at=None).exclude(author=member)
    for update in news.select_related("idea").order_by("posted_at", "pk"):
        yield _about(update.idea, ("ideas.updated", ""), update.author_id, update.posted_at)


def _words(move: Move, language: str) -> str:
    """Return the public reason in a language, as the notice says it."""
    said = move.reason if language == "fa" else move.reason_en
    return (said or move.reason)[:REASON_CHARS_MAX]


def _about(idea: Idea, told: tuple[str, str], by: int | None, at: dt.datetime) -> Told:
    kind, said = told
    title = f"{idea.title[:TITLE_CHARS_MAX]} — {said}" if said else idea.title
    return kind, "ideas.idea", str(idea.pk), by, title, idea_path(idea.pk, idea.title), 1, at

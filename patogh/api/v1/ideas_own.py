"""Ideas, from one's own side: what one makes and supports, following, the survey, taking back; and what programmes keep."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query

from patogh.api.v1.house import Ask
from patogh.api.v1.ideas import _programme, _seen, _whole, doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes import ideas as shapes
from patogh.api.v1.shapes.common import Key, PageAsk, Rows, Slug
from patogh.ideas.actions import drafting, moving
from patogh.ideas.actions.following import follow_idea as begin_following
from patogh.ideas.actions.following import unfollow_idea as end_following
from patogh.ideas.actions.surveying import Answer, answer_survey
from patogh.ideas.errors import NotYourMove
from patogh.ideas.models import Category, Creator, Idea, RuleVersion, Support
from patogh.ideas.queries import supports
from patogh.ideas.queries.lists import idea_path
from patogh.ideas.terms import terms_of
from patogh.kit.pages import Order, Page, paged
from patogh.people.models import Member

__all__ = ["doors"]


@doors.end("/ideas/{idea}", None, "write:ideas")
def discard_idea(request: Ask, idea: Key) -> None:
    """Throw a draft of one's own away."""
    drafting.discard_idea(_seen(request, idea), by=request.member)


@doors.end("/ideas/{idea}/submission", shapes.WholeIdea, "write:ideas")
def recall_idea(request: Ask, idea: Key) -> Any:
    """Take one's idea back from the queue of the team, to go on writing."""
    row = _seen(request, idea)
    if row.author_id != request.member.pk:
        raise NotYourMove
    moving.recall(row, by=request.member)
    return _whole(_seen(request, idea), request.member)


@doors.put("/ideas/{idea}/withdrawal", shapes.WholeIdea, "write:ideas")
def withdraw_idea(request: Ask, idea: Key, body: shapes.Farewell) -> Any:
    """Take one's idea back for good; a published one stays to be read, with the reason."""
    moving.withdraw(_seen(request, idea), by=request.member, reason=body.reason, reason_en=body.reason_en)
    return _whole(_seen(request, idea), request.member)


@doors.put("/ideas/{idea}/follow", shapes.WholeIdea, "write:ideas")
def follow_idea(request: Ask, idea: Key) -> Any:
    """Hear of an idea."""
    begin_following(_seen(request, idea), by=request.member)
    return _whole(_seen(request, idea), request.member)


@doors.end("/ideas/{idea}/follow", shapes.WholeIdea, "write:ideas")
def unfollow_idea(request: Ask, idea: Key) -> Any:
    """Hear of an idea no longer."""
    end_following(_seen(request, idea), by=request.member)
    return _whole(_seen(request, idea), request.member)


@doors.get("/ideas/{idea}/survey", shapes.Survey, "read:ideas")
def read_survey(request: Ask, idea: Key) -> Any:
    """Read what supporters are asked, and one's own answer."""
    return _survey(_seen(request, idea), request.member)


@doors.put("/ideas/{idea}/survey", shapes.Survey, "write:ideas")
def answer_idea_survey(request: Ask, idea: Key, body: shapes.Answer) -> Any:
    """Say what one would pay and for whom it is; it takes the place of the answer before. Only supporters are asked."""
    row = _seen(request, idea)
    answer_survey(row, Answer(body.price_minor, body.for_whom, body.words), by=request.member)
    return _survey(row, request.member)


@doors.get("/me/ideas", Rows[shapes.Mine], "read:ideas")
def list_own_ideas(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List the ideas that one makes, drafts too, the newest first."""
    rows = Creator.objects.filter(member=request.member, state="agreed").select_related("idea")
    found: Page[Creator] = paged(rows, Order("id"), size=ask.limit, after=ask.after or None)
    return page(request, response, [_mine(row) for row in found], found.next)


@doors.get("/me/supports", Rows[shapes.OwnSupport], "read:ideas")
def list_own_supports(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List the supports that one gave, the newest first; an idea that is out of sight by now has its number alone."""
    rows = Support.objects.filter(member=request.member).select_related("idea")
    found: Page[Support] = paged(rows, Order("given_at"), size=ask.limit, after=ask.after or None)
    return page(request, response, [_given(row) for row in found], found.next)


@doors.get("/programmes/{programme}/categories", Rows[shapes.Category], "read:ideas")
def list_categories(request: Ask, response: HttpResponse, programme: Slug, ask: Query[PageAsk]) -> Any:
    """List the categories of a programme."""
    rows = Category.objects.filter(programme=_programme(request, programme))
    found: Page[Category] = paged(rows, Order("id"), size=ask.limit, after=ask.after or None)
    names = list(shapes.Category.model_fields)
    return page(request, response, [{name: getattr(row, name) for name in names} for row in found], found.next)


@doors.get("/programmes/{programme}/rules/versions", Rows[shapes.Version], "read:ideas")
def list_rule_versions(request: Ask, response: HttpResponse, programme: Slug, ask: Query[PageAsk]) -> Any:
    """List the versions of a programme's rules, the newest first, each with why it came."""
    rows = RuleVersion.objects.filter(programme=_programme(request, programme))
    found: Page[RuleVersion] = paged(rows, Order("number"), size=ask.limit, after=ask.after or None)
    told = [
        {
            "version": row.number,
            "made_at": row.made_at,
            "sha256": row.sha256,
            "note": row.note,
            "note_en": row.note_en,
        }
        for row in found
    ]
    return page(request, response, told, found.next)


def _survey(idea: Idea, viewer: Member) -> dict[str, Any]:
    terms, given = terms_of(idea.rules), supports.answer_of(idea, viewer)
    choices = [{"key": one.key, "label": one.en if viewer.language == "en" else one.fa} for one in terms.survey_choices]
    names = list(shapes.Answered.model_fields)
    answer = {name: getattr(given, name) for name in names} if given else None
    return {"unit": terms.survey_unit, "choices": choices, "answer": answer}


def _mine(row: Creator) -> dict[str, Any]:
    idea = row.idea
    return {
        "id": idea.pk, "url": idea_path(idea.pk, idea.title), "title": idea.title, "state": idea.state, "state_since": idea.state_since,
        "share_bps": row.share_bps, "is_author": idea.author_id == row.member_id,
    }  # fmt: skip


def _given(row: Support) -> dict[str, Any]:
    idea, is_seen = row.idea, row.idea.is_in_sight
    return {
        "id": row.pk, "idea": idea.pk, "title": idea.title if is_seen else "", "state": idea.state if is_seen else "",
        "url": idea_path(idea.pk, idea.title) if is_seen else f"/ideas/{idea.pk}", "given_at": row.given_at, "withdrawn_at": row.withdrawn_at,
    }  # fmt: skip

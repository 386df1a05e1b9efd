"""Ideas: listed, read with their public moves, supported, drafted and submitted; programmes with their rules and odds."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.http import HttpResponse
from ninja import Query, Status

from patogh.api.callers import address_of
from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes import ideas as shapes
from patogh.api.v1.shapes.common import Held, Key, PageAsk, Rows, Slug
from patogh.ideas.actions import drafting, gate
from patogh.ideas.actions.supporting import give_support, take_back_support
from patogh.ideas.models import Category, Follow, Idea, Move, Programme
from patogh.ideas.queries import access, rules, supports
from patogh.ideas.queries.idea import QUIET
from patogh.ideas.queries.lists import Row, Scope, Tab, idea_path, ideas_in
from patogh.ideas.queries.odds import odds as odds_of
from patogh.ideas.terms import Worded, terms_of
from patogh.kit.errors import NotFound
from patogh.kit.pages import Order, Page, paged
from patogh.kit.shares import Estimate
from patogh.people.models import Member

doors = Doors("ideas")


@doors.get("/ideas", Rows[shapes.Idea], "read:ideas")
def list_ideas(request: Ask, response: HttpResponse, ask: Query[shapes.IdeasAsk]) -> Any:
    """List the ideas that everybody may see, by tab or state, programme and category."""
    tab = Tab(Order("state_since"), (ask.state,)) if ask.state else ask.tab
    found = ideas_in(_scope(request, ask), tab, after=ask.after or None, size=ask.limit)
    slugs = dict(Programme.objects.filter(pk__in={row.programme_id for row in found}).values_list("pk", "slug"))
    handles = dict(Member.objects.filter(pk__in={row.author_id for row in found}).values_list("pk", "handle"))
    rows = [
        _row(row, slugs[row.programme_id], handles[row.author_id], hides=row.hides_count, stations=row.stations)
        for row in found
    ]
    return page(request, response, rows, found.next)


@doors.get("/ideas/{idea}", shapes.WholeIdea, "read:ideas")
def read_idea(request: Ask, idea: Key) -> Any:
    """Read one idea."""
    return _whole(_seen(request, idea), request.member)


@doors.get("/ideas/{idea}/moves", Rows[shapes.Move], "read:ideas")
def list_idea_moves(request: Ask, response: HttpResponse, idea: Key, ask: Query[PageAsk]) -> Any:
    """List the steps of an idea with their public reasons, the newest first."""
    rows = Move.objects.filter(idea=_seen(request, idea)).exclude(move__in=QUIET).select_related("by")
    found: Page[Move] = paged(rows, Order("number"), size=ask.limit, after=ask.after or None)
    names = [name for name in shapes.Move.model_fields if name != "by"]
    told = [{name: getattr(row, name) for name in names} | {"by": row.by.handle if row.by else None} for row in found]
    return page(request, response, told, found.next)


@doors.put("/ideas/{idea}/support", shapes.WholeIdea, "write:ideas")
def support_idea(request: Ask, idea: Key) -> Any:
    """Stand behind an idea; one member, one support."""
    give_support(_seen(request, idea), by=request.member, address=address_of(request))
    return _whole(_seen(request, idea), request.member)


@doors.end("/ideas/{idea}/support", shapes.WholeIdea, "write:ideas")
def withdraw_support(request: Ask, idea: Key) -> Any:
    """Take one's support back."""
    take_back_support(_seen(request, idea), by=request.member)
    return _whole(_seen(request, idea), request.member)


@doors.post("/ideas", shapes.WholeIdea, "write:ideas")
def draft_idea(request: Ask, body: shapes.NewIdea) -> Any:
    """Begin an idea as a draft that only its author sees."""
    draft = drafting.Draft(
        body.title, body.lead, body.problem, body.proposal, category=body.category, language=body.language
    )
    made = drafting.start_idea(_programme(request, body.programme), draft, by=request.member)
    return Status(201, _whole(_seen(request, made.pk), request.member))


@doors.patch("/ideas/{idea}", shapes.WholeIdea, "write:ideas", more={202: Held})
def edit_idea(request: Ask, idea: Key, body: shapes.IdeaEdit) -> Any:
    """Say something else in an idea of one's own; a change that looks odd is held, and the old words stand meanwhile."""
    row = _seen(request, idea)
    draft = dataclasses.replace(gate.draft_of(row), **body.model_dump(exclude_none=True))
    done = gate.edit_or_hold(row, draft, by=request.member, manner=_manner(request))
    if isinstance(done, Idea):
        return Status(200, _whole(_seen(request, row.pk), request.member))
    return Status(202, {"held": True, "id": done.pk, "reasons": []})


@doors.put("/ideas/{idea}/submission", shapes.WholeIdea, "write:ideas")
def submit_idea(request: Ask, idea: Key) -> Any:
    """Hand one's draft to the team."""
    row = _seen(request, idea)
    gate.submit_idea(row, by=request.member, manner=_manner(request))
    return _whole(_seen(request, row.pk), request.member)


@doors.get("/programmes", Rows[shapes.Programme], "read:ideas")
def list_programmes(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List the calls for ideas."""
    found: Page[Programme] = paged(
        access.programmes(request.member), Order("id"), size=ask.limit, after=ask.after or None
    )
    return page(request, response, [_call(row) for row in found], found.next)


@doors.get("/programmes/{programme}/rules", shapes.Rules, "read:ideas")
def read_rules(request: Ask, programme: Slug, ask: Query[shapes.RulesAsk]) -> Any:
    """Read the rules that a new idea of a programme is bound to, or an older version: ideas stay under theirs."""
    version = rules.version_of(_programme(request, programme), ask.version)
    terms = terms_of(version)
    names = (
        "propose_level",
        "support_level",
        "min_age_band",
        "support_budget",
        "hides_counts",
        "royalty_bps",
        "copies",
    )
    return {name: getattr(terms, name) for name in names} | {
        "version": version.number, "made_at": version.made_at, "sha256": version.sha256,
        "stations": [{"supporters": one.supporters, "days": one.days} for one in terms.stations],
        "house_rules": [_worded(one) for one in terms.house_rules], "criteria": [_worded(one) for one in terms.criteria],
    }  # fmt: skip


@doors.get("/programmes/{programme}/odds", shapes.Odds, "read:ideas")
def read_odds(request: Ask, programme: Slug) -> Any:
    """Read the real odds of a programme, of ideas whose time is over alone."""
    found = odds_of(_programme(request, programme))
    stations = [
        {"supporters": one.supporters, "reached": one.hits, "share": _share(one.share)} for one in found.stations
    ]
    return {
        "published": found.published, "stations": stations, "decided": found.decided, "approved": found.approved_count,
        "approved_share": _share(found.approved), "made": found.made_count,
    }  # fmt: skip


def _scope(request: Ask, ask: shapes.IdeasAsk) -> Scope:
    """Return where a list looks; raises NotFound for a programme or category that is not there."""
    programme = _programme(request, ask.programme) if ask.programme else None
    if not ask.category:
        return Scope(programme.pk) if programme else Scope()
    shelf = Category.objects.filter(programme=programme, slug=ask.category).first() if programme else None
    if shelf is None:
        raise NotFound
    return Scope(category_id=shelf.pk)


def _manner(request: Ask) -> gate.Manner:
    return gate.Manner("api", address_of(request))


def _seen(request: Ask, pk: int) -> Idea:
    return access.one(access.visible(request.member), pk)


def _programme(request: Ask, slug: str) -> Programme:
    found = access.programmes(request.member).filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def _row(row: Row | Idea, programme: str, author: str, *, hides: bool, stations: list[int]) -> dict[str, Any]:
    names = ("title", "lead", "state", "state_since", "milestone", "window_ends_at", "published_at")
    return {name: getattr(row, name) for name in names} | {
        "id": row.id, "url": idea_path(row.id, row.title), "programme": programme, "author": author, "stations": stations,
        "supporters": None if hides else row.supporters_count,
    }  # fmt: skip


def _whole(idea: Idea, viewer: Member) -> dict[str, Any]:
    stations = [station.supporters for station in rules.stations_of(idea)]
    hides = not access.shows_count(idea)
    return _row(idea, idea.programme.slug, idea.author.handle, hides=hides, stations=stations) | {
        "problem": idea.problem, "proposal": idea.proposal, "language": idea.language, "rules_version": idea.rules.number,
        "facts": [{"name": one["name"], "value": one["value"]} for one in idea.facts],
        "category": idea.category.slug if idea.category else "", "merged_into": idea.merged_into_id,
        "is_mine": access.is_maker(idea, viewer), "i_support": supports.support_of(idea, viewer) is not None,
        "i_follow": Follow.objects.filter(idea=idea, member=viewer).exists(),
    }  # fmt: skip


def _call(row: Programme) -> dict[str, Any]:
    names = ("slug", "name", "name_en", "about", "about_en", "state")
    version = row.rules.number if row.rules else None
    return {name: getattr(row, name) for name in names} | {"rules_version": version, "ideas": row.ideas_count}


def _worded(one: Worded) -> dict[str, Any]:
    return {"key": one.key, "fa": one.fa, "en": one.en, "weight": one.weight}


def _share(one: Estimate) -> dict[str, Any]:
    return {"at": one.at, "low": one.low, "high": one.high, "n": one.n}

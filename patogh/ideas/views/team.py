"""The team's desk: what waits for an answer, and one idea with everything that may be done to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from patogh.ideas import limits
from patogh.ideas.actions import moving
from patogh.ideas.machine import STEPS
from patogh.ideas.models import Idea, Move, Programme, Question
from patogh.ideas.queries import desk
from patogh.ideas.queries.access import is_maker
from patogh.ideas.queries.similar import similar
from patogh.ideas.terms import terms_of
from patogh.ideas.views.team_answers import REFUSALS, clean, done, number, page, refused, said_of
from patogh.kit.errors import NotFound, PatoghError
from patogh.people.http import SignedInRequest, allowed
from patogh.people.queries import may

MAKING: Final[dict[str, Callable[..., Idea]]] = {
    "develop": moving.develop, "release": moving.release, "stop_making": moving.stop_making,
}  # fmt: skip


@require_safe
@allowed("ideas.triage")
def queue(request: SignedInRequest) -> HttpResponse:
    """Show the submitted ideas, the oldest first, and what is late."""
    chosen = request.GET.get("programme", "")[:40]
    found = desk.queue(programme=chosen, after=request.GET.get("after"), before=request.GET.get("before"))
    published = number(request.GET.get("published"))
    context = {
        "rows": desk.noticed(found.items), "found": found, "chosen": chosen, "count": desk.waiting_count(), "most": desk.WAITING_MAX,
        "programmes": list(Programme.objects.order_by("position", "pk")[:40]), "overdue": desk.overdue(timezone.now()),
        "unsaid": desk.unsaid(), "published": _just_published(published) if published else None,
    }  # fmt: skip
    return page(request, "queue", context)


def _just_published(idea_id: int) -> Idea | None:
    """Return an idea that was published a moment ago, so that it can be laid aside at once."""
    since = timezone.now() - dt.timedelta(minutes=limits.UNDO_PUBLISH_MINUTES)
    return Idea.objects.filter(pk=idea_id, state="gathering", published_at__gte=since).first()


@require_safe
@allowed("ideas.triage")
def idea(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Show one idea to the team."""
    return idea_page(request, desk.idea_at_desk(idea_id))


def idea_page(request: SignedInRequest, found: Idea, refusal: PatoghError | None = None) -> HttpResponse:
    """Return the page of an idea at the desk, with what was typed where a step was refused."""
    terms = terms_of(found.rules)
    moves = Move.objects.filter(idea=found).select_related("by__identity").order_by("-number")[:200]
    context: dict[str, Any] = {
        "idea": found, "terms": terms, "moves": list(moves), "hits": desk.words_in(found),
        "similar": similar(found.title, f"{found.lead}\n{found.problem}\n{found.proposal}", besides=found.pk, limit=5),
        "may": {step.move for step in STEPS if found.state in step.sources and step.who == "team"}, "entry": desk.entry_of(found),
        "materials": list(found.materials.order_by("position", "pk")[:30]), "makers": list(found.creators.select_related("member__identity")[:10]),
        "questions": list(Question.objects.filter(idea=found).order_by("-asked_at")[:20]), "links": _links(found), "limits": limits,
        "is_board": may(request.member, "ideas.review"), "is_theirs": is_maker(found, request.member), "step": request.POST.get("step", ""),
    }  # fmt: skip
    return page(request, "idea", context, refusal)


def _links(found: Idea) -> dict[str, str]:
    """Return the addresses of what other desks do with an idea, as far as they are there."""
    links = {}
    for name in ("team_idea_signals", "team_idea_merge", "idea_questions", "team_share"):
        try:
            links[name] = reverse(name, args=[found.pk])
        except NoReverseMatch:
            continue
    return links


@require_http_methods(["POST"])
@allowed("ideas.triage")
def publication(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Publish a submitted idea, and lead to the next one with a way back."""
    found = desk.idea_at_desk(idea_id)
    try:
        moving.publish(found, by=request.member, note=clean(request.POST.get("note")))
    except REFUSALS as refusal:
        return idea_page(request, found, refusal)
    return HttpResponseRedirect(f"{reverse('team_ideas')}?published={found.pk}")


@require_http_methods(["POST"])
@allowed("ideas.triage")
def sending_back(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Return a submitted idea with the house rule that it does not keep, and the public reason."""
    found = desk.idea_at_desk(idea_id)
    try:
        said = said_of(request.POST)
        said["rule"] = clean(request.POST.get("rule"))
        moving.send_back(found, by=request.member, **said)
    except REFUSALS as refusal:
        return idea_page(request, found, refusal)
    return done(request, _("It is back with its makers, with the rule and your reason."), reverse("team_ideas"))


@require_http_methods(["POST", "DELETE"])
@allowed("ideas.triage")
def archive(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Lay an idea aside with the reason; a DELETE brings it back to the road, with a reason too."""
    found = desk.idea_at_desk(idea_id)
    act = moving.archive if request.method == "POST" else moving.unarchive
    try:
        act(found, by=request.member, **said_of(request.POST))
    except REFUSALS as refusal:
        return idea_page(request, found, refusal)
    return done(request, _("Done. The reason stands on the idea’s page."), reverse("team_idea", args=[found.pk]))


@require_http_methods(["POST"])
@allowed("ideas.decide")
def making(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Say that an approved idea is being made, is on sale, or will not be made after all."""
    found = desk.idea_at_desk(idea_id)
    act = MAKING.get(request.POST.get("step", ""))
    if act is None:
        raise NotFound
    try:
        act(found, by=request.member, **said_of(request.POST, both=act is moving.stop_making))
    except REFUSALS as refusal:
        return refused(request, refusal, reverse("team_idea", args=[found.pk]))
    return done(request, _("Everybody sees it on the idea’s page."), reverse("team_idea", args=[found.pk]))

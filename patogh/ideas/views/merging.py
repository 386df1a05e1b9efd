"""The team merges duplicates and takes them apart again. HTTP only."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patogh.ideas.actions.merging import merge_ideas, unmerge_idea
from patogh.ideas.errors import CannotMerge
from patogh.ideas.machine import GATHERING
from patogh.ideas.models import Idea, Merging
from patogh.ideas.queries import access, desk
from patogh.ideas.queries.similar import similar
from patogh.ideas.views.team_answers import REFUSALS, done, number, page, said_of
from patogh.kit.errors import NotFound, PatoghError
from patogh.people.http import SignedInRequest, allowed


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@allowed("ideas.triage")
def team_idea_merge(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Show what an idea may be merged into and how far it came (GET), merge it (POST), or take it apart again (DELETE)."""
    idea = desk.idea_at_desk(idea_id)
    if request.method not in {"POST", "DELETE"}:
        return _merge_page(request, idea)
    try:
        if request.method == "DELETE":
            unmerge_idea(idea, by=request.member, **said_of(request.POST, both=False))
            return done(
                request, _("The two ideas are apart again. What was carried over goes back."), f"/ideas/{idea.pk}"
            )
        target = _target(request)
        merge_ideas(idea, target, by=request.member, **said_of(request.POST, both=False))
    except REFUSALS as refusal:
        return _merge_page(request, idea, refusal)
    return done(
        request,
        _("The idea is merged. Its supporters are carried over now, each with a notice."),
        f"/ideas/{target.pk}",
    )


def _target(request: SignedInRequest) -> Idea:
    """Return the idea that the form names, by its number or by the one that was typed; raises CannotMerge."""
    wanted = number(request.POST.get("other")) or number(request.POST.get("into"))
    try:
        return access.one(access.visible(request.member), wanted or 0)
    except NotFound:
        raise CannotMerge from None


def _merge_page(request: SignedInRequest, idea: Idea, refusal: PatoghError | None = None) -> HttpResponse:
    """Return the page of merging, with what was typed where it was refused."""
    near = similar(idea.title, f"{idea.lead}\n{idea.problem}", programme_id=idea.programme_id, besides=idea.pk, limit=8)
    merging = Merging.objects.filter(source=idea, undone_at=None).select_related("into", "by").first()
    from_here = Merging.objects.filter(into=idea, undone_at=None).select_related("source").order_by("-pk")[:20]
    context = {
        "idea": idea,
        "near": [one for one in near if one.idea.state == GATHERING],
        "merging": merging,
        "came": list(from_here),
    }
    return page(request, "merge", context, refusal)

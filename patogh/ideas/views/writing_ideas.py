"""From a thought to a proposal over HTTP: writing, what is similar, keeping, handing in, taking back, trying again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from patogh.ideas import forms, limits
from patogh.ideas.actions import changing, drafting, gate, moving
from patogh.ideas.machine import DRAFT
from patogh.ideas.models import Category, Idea, Programme
from patogh.ideas.queries import access, making
from patogh.ideas.queries.odds import odds
from patogh.ideas.queries.rules import stations_of, terms_for
from patogh.ideas.queries.similar import similar
from patogh.ideas.terms import terms_of
from patogh.ideas.views.beside import odds_words
from patogh.ideas.views.writing import REFUSALS, done, held, idea_address, manner_of, page, refused
from patogh.kit import calendar, ids, markup
from patogh.kit.calendar import Viewer
from patogh.kit.errors import NotFound, PatoghError
from patogh.looks import pages
from patogh.people.http import SignedInRequest, signed_in
from patogh.trust.models import Held


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def idea_new(request: SignedInRequest) -> HttpResponse:
    """Begin an idea: its title, what is like it already, then a draft that keeps itself."""
    offered = making.open_programmes(request.member)
    slug = request.POST.get("programme") or request.GET.get("programme") or ""
    chosen = next((one for one in offered if one.slug == slug), offered[0] if len(offered) == 1 else None)
    typed = forms.draft_typed(request.POST) if request.method == "POST" else forms.draft_asked(request.GET)
    refusal: PatoghError | None = None
    if request.method == "POST" and chosen is not None and request.POST.get("do") != "similar":
        try:
            idea = drafting.start_idea(chosen, forms.draft_said(typed), by=request.member)
            return HttpResponseRedirect(f"/ideas/{idea.pk}/edit")
        except REFUSALS as error:
            refusal = error
    context = {
        "offered": offered, "chosen": chosen, "typed": {**typed, "key": ids.token(12) if refusal else typed["key"] or ids.token(12)},
        "limits": limits, "similar": _similar(typed, chosen), **(_before(chosen, request.viewer) if chosen else {}),
    }  # fmt: skip
    return page(request, "ideas/write.html", context, refusal)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def idea_edit(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Show and change what an idea says; "do" says whether to save, to look, to see what is similar, or to hand it in."""
    idea = _editable(request, idea_id)
    if request.method != "POST":
        return _edit_page(request, idea, forms.typed_of(idea))
    typed, do = forms.draft_typed(request.POST), request.POST.get("do", "save")
    if do in {"preview", "similar"}:
        return _edit_page(request, idea, typed, shows=do)
    try:
        answer = gate.edit_or_hold(idea, forms.draft_said(typed), by=request.member, manner=manner_of(request))
        if isinstance(answer, Held):
            return held(request, idea_address(idea))
        if do == "submit":
            gate.submit_idea(answer, by=request.member, manner=manner_of(request))
            return done(
                request,
                _("Your idea is with the team. You hear of its answer, with the reason."),
                f"/ideas/{idea.pk}/edit",
            )
    except REFUSALS as refusal:
        return _edit_page(request, _editable(request, idea_id), typed, refusal=refusal)
    sentence = _("Your changes are saved.") if idea.published_at else _("Your draft is saved.")
    return done(request, sentence, idea_address(answer) if idea.published_at else f"/ideas/{idea.pk}/edit")


@require_http_methods(["POST", "DELETE"])
@signed_in
def idea_draft(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Keep what is being typed in a draft (POST), or throw the draft away (DELETE)."""
    idea = access.one(access.visible(request.member), idea_id)
    if request.method == "DELETE":
        drafting.discard_idea(idea, by=request.member)
        return done(request, _("The draft is thrown away."), "/me/ideas")
    kept = changing.keep_draft(idea, forms.draft_said(forms.draft_typed(request.POST)), by=request.member)
    at = calendar.clock(timezone.now(), request.viewer)
    return JsonResponse({"saved": kept, "words": _("Draft saved, %(time)s") % {"time": at} if kept else ""})


@require_http_methods(["POST", "DELETE"])
@signed_in
def idea_submission(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Hand an idea to the team (POST) or take it back from the queue (DELETE)."""
    idea = access.one(access.visible(request.member), idea_id)
    back = f"/ideas/{idea.pk}/edit"
    try:
        if request.method == "DELETE":
            moving.recall(idea, by=request.member)
            return done(request, _("It is a draft again."), back)
        gate.submit_idea(idea, by=request.member, manner=manner_of(request))
    except REFUSALS as refusal:
        return refused(request, refusal, back)
    return done(request, _("Your idea is with the team. You hear of its answer, with the reason."), back)


@require_POST
@signed_in
def idea_withdrawal(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Take one's own idea back for good."""
    idea = access.one(access.visible(request.member), idea_id)
    reason = request.POST.get("reason", "")
    try:
        moving.withdraw(idea, by=request.member, reason=reason)
    except REFUSALS as refusal:
        if not access.is_maker(idea, request.member):
            return refused(request, refusal, idea_address(idea))
        return _edit_page(request, idea, {**forms.typed_of(idea), "reason": reason}, refusal=refusal)
    return done(request, _("You took your idea back. It stays to be read, with the reason."), idea_address(idea))


@require_POST
@signed_in
def idea_again(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Begin anew with an idea of one's own that ended."""
    idea = access.one(access.visible(request.member), idea_id)
    made = drafting.try_again(idea, by=request.member)
    return HttpResponseRedirect(f"/ideas/{made.pk}/edit")


@require_GET
@signed_in
def idea_similar(request: SignedInRequest) -> HttpResponse:
    """Show which ideas are like what is being typed: a piece of the page, or a page of its own without scripts."""
    typed = forms.draft_asked(request.GET)
    besides = forms.whole(request.GET.get("besides"))
    found = _similar(typed, None, besides)
    return pages.part(request, "ideas/_similar.html#similar", {"similar": found, "typed": typed})


def _similar(typed: dict[str, Any], chosen: Programme | None, besides: int | None = None) -> list[Any]:
    """Return what is like a title and the words typed so far; nothing for fewer than three letters."""
    if len(typed["title"].strip()) < 3:
        return []
    text = " ".join(str(typed[name]) for name in ("lead", "problem", "proposal"))
    return similar(typed["title"], text, programme_id=chosen.pk if chosen else None, besides=besides)


def _before(programme: Programme, viewer: Viewer) -> dict[str, Any]:
    """Return what one should know before handing something in: the rules in short, and the real odds."""
    terms = terms_for(programme)
    words = odds_words(odds(programme), viewer)
    return {"terms": terms, "stations": terms.stations, "odds_words": words, "programme": programme}


def _editable(request: SignedInRequest, idea_id: int) -> Idea:
    """Return an idea that the member makes; everybody else finds nothing here."""
    idea = access.one(access.visible(request.member), idea_id)
    if not access.is_maker(idea, request.member):
        raise NotFound
    return idea


def _edit_page(
    request: SignedInRequest, idea: Idea, typed: dict[str, Any], *, refusal: PatoghError | None = None, shows: str = ""
) -> HttpResponse:
    """Return the page of a draft, or of what is under way."""
    context = {
        **_before(idea.programme, request.viewer), "idea": idea, "typed": typed, "terms": terms_of(idea.rules), "stations": stations_of(idea), "limits": limits,
        "may_edit": access.may_edit(idea, request.member), "is_draft": idea.state == DRAFT, "is_author": idea.author_id == request.member.pk,
        "categories": list(Category.objects.filter(programme=idea.programme, is_offered=True)), "materials": list(idea.materials.all()),
        "makers": making.makers(idea), "last_move": idea.moves.order_by("-number").first(), "held": making.waiting_texts(idea, request.member),
        "similar": _similar(typed, None, idea.pk) if shows == "similar" or idea.state == DRAFT else [], "shows": shows,
        "preview": {name: markup.render(typed[name]).html for name in ("problem", "proposal")} if shows == "preview" and not _too_long(typed) else None,
    }  # fmt: skip
    return page(request, "ideas/edit.html", context, refusal)


def _too_long(typed: dict[str, Any]) -> bool:
    """Whether a text is longer than anything that is rendered."""
    return any(len(typed[name]) > limits.PROPOSAL_CHARS_MAX for name in ("problem", "proposal"))

"""Standing behind an idea: the support and its undo, what one would pay, following, and who stands there. HTTP only."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patogh.ideas import limits
from patogh.ideas.actions.following import follow_idea, unfollow_idea
from patogh.ideas.actions.found import address_of
from patogh.ideas.actions.supporting import give_support, take_back_support
from patogh.ideas.actions.surveying import answer_survey
from patogh.ideas.models import Idea
from patogh.ideas.queries import access, supports
from patogh.ideas.queries.idea import Shown
from patogh.ideas.terms import terms_of
from patogh.ideas.views import prices
from patogh.ideas.views.page_parts import page_part
from patogh.kit.errors import Invalid, PatoghError
from patogh.looks import pages
from patogh.looks.assembly import Clock
from patogh.people.http import MemberRequest, SignedInRequest, signed_in
from patogh.people.http import address_of as network_of


@page_part
def support_words(page: Shown, clock: Clock) -> dict[str, Any]:
    """Give the shared page the form of the survey and what supporters said they would pay."""
    idea, viewer = page.idea, clock.viewer
    said = supports.prices(idea) if not page.hides_count else None
    choices = [(choice.key, choice.words(viewer.language)) for choice in page.terms.survey_choices]
    return {
        "survey_choices": choices,
        "survey_unit": prices.unit_words(page.terms.survey_unit, viewer),
        **prices.words_of(said, viewer),
    }


@require_POST
@signed_in
def idea_support(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Stand behind an idea."""
    idea = access.one(access.visible(request.member), idea_id)
    give_support(idea, by=request.member, address=network_of(request))
    return _answer(request, idea, _("You are on it. If you change your mind, take it back here."))


@require_POST
@signed_in
def idea_support_withdraw(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Take one's support back."""
    idea = access.one(access.visible(request.member), idea_id)
    take_back_support(idea, by=request.member)
    return _answer(request, idea, _("Your support is taken back. The road is open if you want to get on again."))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def idea_survey(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Show and take what a supporter would pay, and for whom it is."""
    idea = access.one(access.visible(request.member), idea_id)
    if request.method != "POST":
        return _survey_page(request, idea)
    try:
        answer_survey(idea, prices.read(request.POST, terms_of(idea.rules)), by=request.member)
    except Invalid as refusal:
        return _survey_page(request, idea, refusal)
    return _answer(request, idea, _("Thank you. The makers and the team see it without your name."))


@require_http_methods(["POST", "DELETE"])
@signed_in
def idea_follow(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Follow an idea, or no longer."""
    idea = access.one(access.visible(request.member), idea_id)
    if request.method == "DELETE":
        unfollow_idea(idea, by=request.member)
        return _answer(request, idea, _("You no longer hear of it."))
    follow_idea(idea, by=request.member)
    return _answer(request, idea, _("You will hear of its stations, decisions and updates."))


@require_safe
def idea_supporters(request: MemberRequest, idea_id: int) -> HttpResponse:
    """Show who stands behind an idea, the newest first."""
    idea = access.one(access.visible(request.member), idea_id)
    given = request.GET
    found = supports.supporters(idea, request.member, after=given.get("after"), before=given.get("before"))
    context = {"idea": idea, "found": found, "unnamed": supports.unnamed(request.member), "address": address_of(idea)}
    return pages.render(request, "ideas/supporters.html", context)


def _answer(request: SignedInRequest, idea: Idea, sentence: str) -> HttpResponse:
    """Say that something is done: as the partial for scripts, otherwise by a message on the idea's page."""
    if request.headers.get("HX-Request") != "true":
        messages.success(request, sentence)
        return HttpResponseRedirect(f"{address_of(idea)}#support")
    row = access.one(access.visible(request.member), idea.pk)
    answer = pages.part(request, "ideas/_support_mine.html", {**_own(request, row), "said": sentence})
    answer["Cache-Control"] = "no-store"
    return answer


def _own(request: SignedInRequest, idea: Idea) -> dict[str, Any]:
    """Return what one member sees of an idea's support."""
    terms, member = terms_of(idea.rules), request.member
    marks = supports.mine(member, [idea.pk])[idea.pk]
    return {
        "idea": idea, "marks": marks, "refusal": None if marks.supports else access.may_support(idea, member),
        "shows_count": access.shows_count(idea), "left": supports.budget_left(idea, member), "address": address_of(idea),
        "answer": supports.answer_of(idea, member), "survey_unit": prices.unit_words(terms.survey_unit, request.viewer),
        "survey_choices": [(one.key, one.words(request.viewer.language)) for one in terms.survey_choices],
    }  # fmt: skip


def _survey_page(request: SignedInRequest, idea: Idea, refusal: PatoghError | None = None) -> HttpResponse:
    """Return the page of the questions, with what was typed where it was refused."""
    own = _own(request, idea)
    typed = request.POST if request.method == "POST" else prices.typed(own["answer"])
    context = {**own, "typed": typed, "refusal": refusal, "words_max": limits.SURVEY_CHARS_MAX}
    answer = pages.render(request, "ideas/survey.html", context, status=refusal.status if refusal else 200)
    answer["Cache-Control"] = "no-store"
    return answer

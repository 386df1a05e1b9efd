"""The member's word against a decision, its answer, and the page of whoever is suspended."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from patogh.kit.errors import NotFound, PatoghError
from patogh.people.http import SignedInRequest, allowed, signed_in
from patogh.people.models import Member
from patogh.trust import actions, limits
from patogh.trust.errors import AnotherDecides
from patogh.trust.models import Decision
from patogh.trust.nouns import Subject
from patogh.trust.queries import (
    appeals_decidable_by,
    decisions_appealable_by,
    item_seen_by,
    sanctions_on,
    shown,
    suspended_by_token,
)
from patogh.trust.views.answers import REFUSALS, clean, done, number, page
from patogh.trust.views.queue import item_page


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def appeal(request: SignedInRequest, decision_id: int) -> HttpResponse:
    """Say what is wrong with a decision about oneself."""
    decision = decisions_appealable_by(request.member).filter(pk=decision_id).first()
    if decision is None:
        raise NotFound
    if request.method == "POST":
        try:
            actions.appeal(decision, clean(request.POST.get("words", "")), by=request.member)
        except REFUSALS as refusal:
            return _form(request, decision, refusal)
        return done(request, _("Your appeal is there. Another moderator answers it."), reverse("my_moderation"))
    return _form(request, decision)


def _form(request: SignedInRequest, decision: Decision, refusal: PatoghError | None = None) -> HttpResponse:
    thing = shown(Subject(decision.subject_kind, decision.subject_id), request.member)
    context = {"decision": decision, "thing": thing, "limits": limits, "words": request.POST.get("words", "")}
    return page(request, "trust/appeal.html", context, refusal)


@require_POST
@allowed("moderate")
def appeal_answer(request: SignedInRequest, appeal_id: int) -> HttpResponse:
    """Let a decision stand or lift it, as another moderator than the one who made it."""
    item = item_seen_by(request.member, kind="appeal", subject_id=str(appeal_id))
    row = appeals_decidable_by(request.member).filter(pk=appeal_id).first()
    if row is None:
        return item_page(request, item, AnotherDecides())
    said = request.POST
    try:
        actions.decide_appeal(row, said.get("outcome", ""), clean(said.get("answer", "")), by=request.member)
    except REFUSALS as refusal:
        return item_page(request, item, refusal)
    return done(request, _("The appeal is answered, and everybody concerned hears of it."), reverse("review"))


@require_http_methods(["GET", "HEAD", "POST"])
def suspended(request: HttpRequest, token: str) -> HttpResponse:
    """Tell who is suspended why and until when, and take an appeal without a sign-in."""
    member = suspended_by_token(token)
    if member is None:
        raise NotFound
    refusal: PatoghError | None = None
    said = ""
    if request.method == "POST":
        try:
            said = _appealed(member, request)
        except REFUSALS as error:
            refusal = error
    sanctions = [row for row in sanctions_on(member) if row.kind == "suspension"]
    open_ids = set(decisions_appealable_by(member).values_list("pk", flat=True))
    context = {
        "person": member, "sanctions": sanctions, "open_ids": open_ids, "said": said, "words": request.POST.get("words", ""),
        "limits": limits, "token": token,
    }  # fmt: skip
    return page(request, "trust/suspended.html", context, refusal)


def _appealed(member: Member, request: HttpRequest) -> str:
    """Take the appeal of somebody who cannot sign in; raises what `appeal` raises."""
    decision = decisions_appealable_by(member).filter(pk=number(request.POST.get("decision")) or 0).first()
    if decision is None:
        raise NotFound
    actions.appeal(decision, clean(request.POST.get("words", "")), by=member)
    return _("Your appeal is there. Another moderator answers it, and you hear of it by e-mail.")

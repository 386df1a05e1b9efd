"""News, questions, feedback and the conversation of an idea, over HTTP."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from patogh.ideas import forms, limits
from patogh.ideas.actions import feedback, gate, questions, talk, updating
from patogh.ideas.models import Idea, Question, Update
from patogh.ideas.queries import access, making
from patogh.ideas.queries.idea import Shown
from patogh.ideas.terms import terms_of
from patogh.ideas.views.page_parts import page_part
from patogh.ideas.views.writing import REFUSALS, done, held, idea_address, manner_of, page
from patogh.kit import ids
from patogh.kit.errors import NotFound, PatoghError
from patogh.looks.assembly import Clock
from patogh.people.http import MemberRequest, SignedInRequest, address_of, signed_in
from patogh.trust.models import Held
from patogh.trust.nouns import Said

Reader = MemberRequest | SignedInRequest


@page_part
def making_words(shown: Shown, clock: Clock) -> dict[str, Any]:
    """Give the shared page the newest news, the questions and the last words of the conversation."""
    said = making.making(shown.idea, None)
    return {"making": said, "feedback_questions": [one.words(clock.viewer.language) for one in shown.terms.feedback]}


@require_http_methods(["GET", "HEAD", "POST"])
def idea_updates(request: MemberRequest, idea_id: int) -> HttpResponseBase:
    """Show all news of an idea; its makers, and the team, add to them."""
    if request.method == "POST":
        return _post_update(request, idea_id)
    idea = access.one(access.visible(request.member), idea_id)
    return _updates_page(request, idea)


@signed_in
def _post_update(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Publish news."""
    idea = access.one(access.visible(request.member), idea_id)
    is_maker, is_team = access.is_maker(idea, request.member), access.is_team(request.member)
    if not (is_maker or is_team):
        raise NotFound
    text, as_team = request.POST.get("text", ""), is_team and (request.POST.get("as") == "team" or not is_maker)
    try:
        answer = gate.update_or_hold(idea, text, by=request.member, as_team=as_team, manner=manner_of(request))
    except REFUSALS as refusal:
        return _updates_page(request, idea, {"text": text, "as": "team" if as_team else ""}, refusal)
    if isinstance(answer, Held):
        return held(request, f"/ideas/{idea.pk}/updates")
    return done(request, _("It is published."), f"{idea_address(idea)}#update-{answer.pk}")


@require_http_methods(["DELETE"])
@signed_in
def idea_update(request: SignedInRequest, idea_id: int, update_id: int) -> HttpResponse:
    """Take one's own news out of sight."""
    idea = access.one(access.visible(request.member), idea_id)
    row = Update.objects.filter(pk=update_id, idea=idea).first() if update_id < 2**63 else None
    if row is None:
        raise NotFound
    updating.take_back_update(row, by=request.member)
    return done(request, _("It is out of sight."), f"/ideas/{idea.pk}/updates")


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@signed_in
def idea_feedback(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Give feedback (POST) or take it back (DELETE); makers and the team read it all."""
    idea = access.one(access.visible(request.member), idea_id)
    if request.method == "DELETE":
        feedback.take_back_feedback(idea, by=request.member)
        return done(request, _("Your feedback is taken back."), idea_address(idea))
    if request.method != "POST":
        return _feedback_page(request, idea)
    try:
        marks = forms.marks_typed(request.POST, terms_of(idea.rules).feedback)
        words = request.POST.get("words", "")
        answer = gate.feedback_or_hold(idea, marks, words, by=request.member, manner=manner_of(request))
    except REFUSALS as refusal:
        return _feedback_page(request, idea, refusal)
    if isinstance(answer, Held):
        return held(request, f"/ideas/{idea.pk}/feedback")
    return done(request, _("Thank you. The makers and the team read it."), idea_address(idea))


@require_http_methods(["GET", "HEAD", "POST"])
def idea_questions(request: MemberRequest, idea_id: int) -> HttpResponseBase:
    """Show what the team asked and what the makers answered; the team asks (POST)."""
    if request.method == "POST":
        return _ask(request, idea_id)
    return _questions_page(request, access.one(access.visible(request.member), idea_id))


@signed_in
def _ask(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Ask the makers something, as the team."""
    idea = access.one(access.visible(request.member), idea_id)
    try:
        row = questions.ask_question(idea, request.POST.get("text", ""), by=request.member)
    except REFUSALS as refusal:
        return _questions_page(request, idea, {"text": request.POST.get("text", "")}, refusal)
    return done(request, _("The makers are asked."), f"/ideas/{idea.pk}/questions#question-{row.pk}")


@require_http_methods(["POST", "DELETE"])
@signed_in
def idea_question(request: SignedInRequest, idea_id: int, question_id: int) -> HttpResponse:
    """Answer a question as a maker (POST), or take it back as the team (DELETE)."""
    idea = access.one(access.visible(request.member), idea_id)
    row = (
        Question.objects.select_related("idea").filter(pk=question_id, idea=idea).first()
        if question_id < 2**63
        else None
    )
    if row is None:
        raise NotFound
    back = f"/ideas/{idea.pk}/questions"
    try:
        if request.method == "DELETE":
            questions.take_back_question(row, by=request.member)
            return done(request, _("The question is taken back."), back)
        if not access.is_maker(idea, request.member):
            raise NotFound
        answer = gate.answer_or_hold(row, request.POST.get("text", ""), by=request.member, manner=manner_of(request))
    except REFUSALS as refusal:
        return _questions_page(request, idea, {f"answer_{row.pk}": request.POST.get("text", "")}, refusal)
    return (
        held(request, back)
        if isinstance(answer, Held)
        else done(request, _("Your answer is there."), f"{back}#question-{row.pk}")
    )


@require_POST
@signed_in
def idea_talk(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Say something about an idea; the first word opens its conversation."""
    idea = access.one(access.visible(request.member), idea_id)
    manner, text = manner_of(request), request.POST.get("text", "")
    said = Said(text, request.POST.get("key") or None, "web", address_of(request), manner.typed_ms)
    try:
        address, is_held = talk.say_about(idea, said, by=request.member)
    except REFUSALS as refusal:
        return page(request, "ideas/say.html", {"idea": idea, "text": text, "key": ids.token(12)}, refusal)
    return held(request, address) if is_held else HttpResponseRedirect(address)


def _updates_page(
    request: Reader, idea: Idea, typed: dict[str, str] | None = None, refusal: PatoghError | None = None
) -> HttpResponse:
    rows = making.updates_page(idea, after=request.GET.get("after"), before=request.GET.get("before"))
    context = {
        "idea": idea, "updates": rows, "typed": typed or {"text": "", "as": ""}, "limits": limits, "told_next": updating.told_next(idea),
        "is_maker": access.is_maker(idea, request.member), "is_team": access.is_team(request.member),
        "held": making.waiting_texts(idea, request.member),
    }  # fmt: skip
    return page(request, "ideas/updates.html", context, refusal)


def _questions_page(
    request: Reader, idea: Idea, typed: dict[str, str] | None = None, refusal: PatoghError | None = None
) -> HttpResponse:
    context = {
        "idea": idea, "questions": making.questions(idea), "typed": typed or {}, "limits": limits,
        "is_maker": access.is_maker(idea, request.member), "is_team": access.is_team(request.member),
        "held": making.waiting_texts(idea, request.member),
    }  # fmt: skip
    return page(request, "ideas/questions.html", context, refusal)


def _feedback_page(request: SignedInRequest, idea: Idea, refusal: PatoghError | None = None) -> HttpResponse:
    """Show the form; makers and the team see what everybody said instead."""
    is_maker = access.is_maker(idea, request.member)
    sees_all = is_maker or access.is_team(request.member)
    own, asked = making.feedback_of(idea, request.member), terms_of(idea.rules).feedback
    given = {one.key: str((own.marks if own else {}).get(one.key, "")) for one in asked}
    typed = {one.key: request.POST.get(f"mark_{one.key}", given[one.key]) for one in asked}
    rows = (
        making.feedback_page(idea, after=request.GET.get("after"), before=request.GET.get("before"))
        if sees_all
        else None
    )
    context = {
        "idea": idea, "asked": asked, "typed": typed, "words": request.POST.get("words", own.words if own else ""), "own": own,
        "is_maker": is_maker, "rows": rows, "marks": making.marks(idea) if sees_all else [], "limits": limits,
        "is_open": idea.state in feedback.STATES and idea.hidden_at is None, "held": making.waiting_texts(idea, request.member),
    }  # fmt: skip
    return page(request, "ideas/feedback.html", context, refusal)

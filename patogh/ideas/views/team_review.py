"""The workspace of one idea in a round: one's own score, conflicts, the discussion, and the decision with its preview."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from patogh.ideas import limits
from patogh.ideas.actions import deciding
from patogh.ideas.actions import reviewing as actions
from patogh.ideas.errors import BadScore
from patogh.ideas.models import BatchIdea
from patogh.ideas.queries import review
from patogh.ideas.views.team_answers import REFUSALS, clean, done, number, page
from patogh.kit.errors import PatoghError
from patogh.ledger.queries.book import standing_of, submission_of
from patogh.people.http import SignedInRequest, allowed


@require_safe
@allowed("ideas.review")
def entry(request: SignedInRequest, entry_id: int) -> HttpResponse:
    """Show the workspace of one idea."""
    return entry_page(request, review.entry_seen_by(request.member, entry_id))


def entry_page(
    request: SignedInRequest,
    found: BatchIdea,
    refusal: PatoghError | None = None,
    preview: dict[str, str] | None = None,
) -> HttpResponse:
    """Return the workspace with what this seat sees, and what was typed."""
    member, seat = request.member, review.seat_of(found, request.member)
    decision = review.decision_seen_by(found, member)
    submission = submission_of(deciding.line_key(found.pk)) if decision else None
    table = next((row for row in review.comparison(found.batch, member) if row.entry.pk == found.pk), None)
    scores = review.scores_seen_by(found, member)
    context: dict[str, Any] = {
        "entry": found, "idea": found.idea, "batch": found.batch, "seat": seat, "own": review.own_score(found, member), "row": table,
        "scores": [(score, review.weighted(score.marks, found.batch.criteria)) for score in scores], "limits": limits,
        "notes": review.notes_seen_by(found, member), "conflicts": review.conflicts_seen_by(found, member), "decision": decision,
        "standing": standing_of(submission) if submission else None, "preview": preview, "mark_max": actions.MARK_MAX,
        "moved_on": deciding.MOVED_ON,
    }  # fmt: skip
    return page(request, "entry", context, refusal)


@require_http_methods(["POST"])
@allowed("ideas.review")
def score(request: SignedInRequest, entry_id: int) -> HttpResponse:
    """Keep one's score, or hand it in for good."""
    found = review.entry_seen_by(request.member, entry_id)
    is_final = request.POST.get("step") == "hand_in"
    act = actions.hand_in if is_final else actions.save_score
    try:
        act(found, _marks(request, found), request.POST.get("words", ""), by=request.member)
    except REFUSALS as refusal:
        return entry_page(request, found, refusal)
    sentence = (
        _("Handed in. It stays as it is.") if is_final else _("Kept. Nobody else reads it before you hand it in.")
    )
    return done(request, sentence, reverse("team_entry", args=[found.pk]))


def _marks(request: SignedInRequest, found: BatchIdea) -> dict[str, int]:
    """Return the marks of a form, in any digits, empty ones left out; raises BadScore for what is no number."""
    marks = {}
    for one in found.batch.criteria:
        typed = clean(request.POST.get(f"mark_{one['key']}"))
        if not typed:
            continue
        value = number(typed)
        if value is None:
            raise BadScore(field=f"mark_{one['key']}")
        marks[one["key"]] = value
    return marks


@require_http_methods(["POST", "DELETE"])
@allowed("ideas.review")
def conflict(request: SignedInRequest, entry_id: int) -> HttpResponse:
    """Declare an interest, or take it back as long as nothing is open."""
    found = review.entry_seen_by(request.member, entry_id)
    try:
        if request.method == "POST":
            actions.declare_conflict(found, request.POST.get("why", ""), by=request.member)
        else:
            actions.withdraw_conflict(found, by=request.member)
    except REFUSALS as refusal:
        return entry_page(request, found, refusal)
    return done(request, _("Noted; the board sees it."), reverse("team_entry", args=[found.pk]))


@require_http_methods(["POST"])
@allowed("ideas.decide")
def discussion(request: SignedInRequest, entry_id: int) -> HttpResponse:
    """Open the discussion before all scores are in."""
    found = review.entry_seen_by(request.member, entry_id)
    try:
        actions.open_discussion(found, by=request.member)
    except REFUSALS as refusal:
        return entry_page(request, found, refusal)
    return done(request, _("The discussion is open."), reverse("team_entry", args=[found.pk]))


@require_http_methods(["POST"])
@allowed("ideas.review")
def notes(request: SignedInRequest, entry_id: int) -> HttpResponse:
    """Say something among the board."""
    found = review.entry_seen_by(request.member, entry_id)
    try:
        actions.write_note(found, request.POST.get("text", ""), by=request.member)
    except REFUSALS as refusal:
        return entry_page(request, found, refusal)
    return done(request, _("The board reads it."), reverse("team_entry", args=[found.pk]) + "#notes")


@require_http_methods(["POST"])
@allowed("ideas.decide")
def decision(request: SignedInRequest, entry_id: int) -> HttpResponse:
    """Show how a decision will read, or make it."""
    found = review.entry_seen_by(request.member, entry_id)
    outcome, note = request.POST.get("outcome", ""), clean(request.POST.get("note"))
    texts = {name: clean(request.POST.get(name)) for name in ("reason", "reason_en")}
    try:
        if request.POST.get("step") != "decide":
            reason, reason_en = deciding.checked_texts(outcome, **texts)
            return entry_page(request, found, preview={"outcome": outcome, "reason": reason, "reason_en": reason_en})
        deciding.decide(found, outcome, note=note, by=request.member, **texts)
    except REFUSALS as refusal:
        return entry_page(request, found, refusal)
    sentence = _("Decided, and in the book. Everybody reads it once witnesses have seen its line.")
    return done(request, sentence, reverse("team_entry", args=[found.pk]))

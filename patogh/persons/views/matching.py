"""Pages of the team: the people we know, the queue of pairs that may be one, joining, taking back, taking apart, revealing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from patogh.kit.errors import Invalid, NotFound, PatoghError
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed
from patogh.people.queries import may
from patogh.persons import survivors
from patogh.persons.actions import importing
from patogh.persons.actions.looking import reveal_value
from patogh.persons.actions.suggesting import refuse_suggestion, reopen_suggestion
from patogh.persons.forms import AnswerForm, MergeForm, ReasonForm, chosen_fields
from patogh.persons.merging import merge_persons, split_identity, undo_merge
from patogh.persons.models import Merge, Suggestion
from patogh.persons.queries import team
from patogh.persons.queries.persons import person_at
from patogh.persons.views import places
from patogh.persons.words import field_words


@require_safe
@allowed("persons.see")
@never_cache
def team_people(request: SignedInRequest) -> HttpResponseBase:
    """Show the people we know, the newest first, or those that were searched for."""
    text = request.GET.get("q", "")[:120].replace("\0", "").strip()
    rows, more = team.person_list(text, request.GET.get("after", "")[:40])
    faces = team.shown(rows, request.viewer.language)
    count = team.waiting_count() if may(request.member, "persons.merge") else 0
    facts = {
        "faces": faces,
        "more": more,
        "text": text,
        "waiting": count,
        "tabs": places.tabs(request.member, count),
        "may_import": may(request.member, importing.RIGHT),
    }
    return pages.render(request, "persons/team_people.html", facts)


@require_safe
@allowed("persons.merge")
@never_cache
def team_suggestions(request: SignedInRequest) -> HttpResponseBase:
    """Show the pairs that may be one person, side by side with what agrees and what differs, the strongest first."""
    page = team.suggestions(after=request.GET.get("after"), before=request.GET.get("before"))
    pairs = team.pairs(page.items, request.viewer.language)
    facts = {
        "page": page, "pairs": pairs, "fields": _fields(pairs),
        "field_words": field_words, "done": _done(request.GET.get("done", "")), "refused": _refused(request.GET.get("refused", "")),
        "tabs": places.tabs(request.member),
    }  # fmt: skip
    return pages.render(request, "persons/team_suggestions.html", facts)


@require_POST
@allowed("persons.merge")
def team_suggestion(request: SignedInRequest, suggestion_id: int) -> HttpResponseBase:
    """Answer a suggestion: join the two, say that they are two, or ask again."""
    row, form = team.suggestion(suggestion_id), AnswerForm(request.POST)
    if not form.is_valid():
        raise Invalid
    said = form.cleaned_data
    try:
        return redirect(_answered(row, said["answer"], said["reason"], request))
    except PatoghError as refusal:
        messages.error(request, str(refusal))
        return redirect("team_suggestions")


@require_POST
@allowed("persons.merge")
def team_merges(request: SignedInRequest) -> HttpResponseBase:
    """Join two persons; the page of the one that stays says what happened."""
    form = MergeForm(request.POST)
    if not form.is_valid():
        raise Invalid
    said = form.cleaned_data
    kept = person_at(said["kept"])
    try:
        merge_persons(
            kept,
            person_at(said["folded"]),
            by=request.member,
            reason=said["reason"],
            survivors=chosen_fields(request.POST),
        )
        messages.success(request, _("They are one person now. You can take this back at any time."))
    except NotFound:
        messages.error(request, _("There is no such person, or they stand behind somebody else now."))
    except PatoghError as refusal:
        messages.error(request, str(refusal))
        return redirect(reverse("team_person_identities", args=[kept.pk]) + f"?other={said['folded']}#joining")
    return redirect("team_person", kept.pk)


@require_POST
@allowed("persons.merge")
def team_merge_undo(request: SignedInRequest, merge_id: int) -> HttpResponseBase:
    """Take a merge back."""
    row, form = team.merge(merge_id), ReasonForm(request.POST)
    try:
        undo_merge(row, by=request.member, reason=form.cleaned_data["reason"] if form.is_valid() else "")
        messages.success(request, _("Taken back. Everything is where it was, consents too."))
    except PatoghError as refusal:
        messages.error(request, str(refusal))
    return redirect("team_suggestions") if request.POST.get("back") == "queue" else redirect("team_person", row.kept_id)


@require_POST
@allowed("persons.merge")
def team_identity_split(request: SignedInRequest, identity_id: int) -> HttpResponseBase:
    """Take one identity out of its person."""
    row, form = team.identity(identity_id), ReasonForm(request.POST)
    try:
        alone = split_identity(row, by=request.member, reason=form.cleaned_data["reason"] if form.is_valid() else "")
        messages.success(request, _("This identity stands alone now."))
        return redirect("team_person", alone.pk)
    except PatoghError as refusal:
        messages.error(request, str(refusal))
        return redirect("team_person_identities", row.person_id)


@require_POST
@allowed("persons.reveal")
@never_cache
def team_identity_reveal(request: SignedInRequest, identity_id: int) -> HttpResponseBase:
    """Show an address or number in full, after writing down who looked."""
    row, form = team.identity(identity_id), ReasonForm(request.POST)
    value = reveal_value(row, by=request.member, reason=form.cleaned_data["reason"] if form.is_valid() else "")
    facts = {"chip": team.chip(row, request.viewer.language), "value": value, "identity": row}
    return pages.render(request, "persons/revealed.html#value", facts)


def _answered(row: Suggestion, answer: str, reason: str, request: SignedInRequest) -> str:
    """Follow an answer; return the address of the queue with its undo."""
    queue = "/team/people/suggestions"
    if answer == "merge":
        from patogh.persons.actions.together import elder

        kept, folded = elder(row.left, row.right)
        merge = merge_persons(
            kept,
            folded,
            by=request.member,
            why="suggestion",
            reason=reason,
            score=row.probability,
            survivors=chosen_fields(request.POST),
        )
        return f"{queue}?done={merge.pk}"
    if answer == "refuse":
        refuse_suggestion(row, by=request.member, reason=reason)
        return f"{queue}?refused={row.pk}"
    reopen_suggestion(row, by=request.member)
    return queue


def _done(number: str) -> Merge | None:
    """Return the merge that was just made, for its undo."""
    rows = Merge.objects.select_related("kept").filter(undone_at=None)
    return rows.filter(pk=int(number)).first() if number.isascii() and number.isdecimal() and len(number) < 19 else None


def _refused(number: str) -> Suggestion | None:
    """Return the suggestion that was just refused, for its undo."""
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    return Suggestion.objects.filter(pk=int(number), state="refused").first() if is_number else None


def _fields(pairs: list[team.Pair]) -> dict[int, list[tuple[str, survivors.Survived, survivors.Survived]]]:
    """Return, by suggestion, the fields on which both sides differ, with both words; one query however many there are."""
    views = survivors.views({side.person.pk: side.identities for pair in pairs for side in (pair.left, pair.right)})
    return {
        pair.suggestion.pk: survivors.differing_fields(views[pair.left.person.pk], views[pair.right.person.pk])[:8]
        for pair in pairs
    }

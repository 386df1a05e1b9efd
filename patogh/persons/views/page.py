"""The page of a person, the gate before it, what the team writes there, and the log that its subject reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from patogh.kit import calendar
from patogh.kit.calendar import Viewer
from patogh.kit.errors import NotFound, PatoghError
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed, signed_in
from patogh.people.models import Person
from patogh.people.queries import may
from patogh.persons.actions import looking, writing
from patogh.persons.forms import LookForm, NoteForm, PledgeForm, WordsForm
from patogh.persons.queries import page as queries
from patogh.persons.queries import team
from patogh.persons.queries.persons import person_at, stands_behind
from patogh.persons.views import places
from patogh.persons.words import channel_words, field_words, listed, money_words, since_words

END_OF_DAY = dt.time(23, 59)


@require_safe
@allowed("persons.see")
@never_cache
def team_person(request: SignedInRequest, person_id: UUID) -> HttpResponseBase:
    """Show a person over all channels, once it is written down why; one who stands behind somebody leads there."""
    behind = stands_behind(person_id)
    if behind is not None:
        return redirect("team_person", behind)
    person = person_at(person_id)
    if not _is_open(person, request):
        return _gate(request, person)
    return _page(request, person, is_open=True)


@require_POST
@allowed("persons.see")
def team_person_looks(request: SignedInRequest, person_id: UUID) -> HttpResponseBase:
    """Open a person's page with a reason; what was typed on it before it closed is given back, not yet kept."""
    person, form, typed = person_at(person_id), LookForm(request.POST), _typed(request)
    reason = form.cleaned_data["reason"] or form.cleaned_data["why"] if form.is_valid() else ""
    try:
        looking.open_person(person, by=request.member, reason=reason)
    except PatoghError as refusal:
        return _gate(request, person, form=form, refusal=refusal, **typed)
    return _page(request, person, is_open=True, **typed) if typed else redirect("team_person", person.pk)


@require_POST
@allowed("persons.note")
def team_person_notes(request: SignedInRequest, person_id: UUID) -> HttpResponseBase:
    """Write a note about a person."""
    person, form = person_at(person_id), NoteForm(request.POST)
    form.is_valid()
    try:
        writing.write_note(person, form.said("text"), by=request.member, key=form.said("key"))
    except PatoghError as refusal:
        return _page(request, person, typed=form, refusal=refusal)
    messages.success(request, _("The note is kept."))
    return redirect("team_person", person.pk)


@require_POST
@allowed("persons.note")
def team_note(request: SignedInRequest, note_id: int) -> HttpResponseBase:
    """Write a note anew, take it away or put it back, as `do` says."""
    row, form = queries.note(note_id), NoteForm(request.POST)
    form.is_valid()
    person = _of(row)
    deeds: dict[str, Callable[[], Any]] = {
        "edit": lambda: writing.edit_note(row, form.said("text"), by=request.member),
        "remove": lambda: writing.remove_note(row, by=request.member),
        "restore": lambda: writing.remove_note(row, by=request.member, is_back=True),
    }
    return _done(request, person, deeds, removed=row.pk, typed=form)


@require_POST
@allowed("persons.note")
def team_person_pledges(request: SignedInRequest, person_id: UUID) -> HttpResponseBase:
    """Promise a person something by a day, of which the end counts in the viewer's zone."""
    person, form = person_at(person_id), PledgeForm(request.POST)
    form.is_valid()
    try:
        writing.make_pledge(person, form.said("pledge"), _end_of(form.said("due"), request.viewer), by=request.member)
    except PatoghError as refusal:
        return _page(request, person, pledge=form, refusal=refusal)
    messages.success(request, _("The promise is written down."))
    return redirect("team_person", person.pk)


@require_POST
@allowed("persons.note")
def team_pledge(request: SignedInRequest, pledge_id: int) -> HttpResponseBase:
    """Say that a promise was kept, dropped (with words), or open it again, as `do` says."""
    row, form = queries.pledge(pledge_id), WordsForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    deeds: dict[str, Callable[[], Any]] = {
        "keep": lambda: writing.close_pledge(row, by=request.member, is_kept=True, words=words),
        "drop": lambda: writing.close_pledge(row, by=request.member, is_kept=False, words=words),
        "reopen": lambda: writing.reopen_pledge(row, by=request.member),
    }
    return _done(request, _of(row), deeds)


@require_safe
@allowed("persons.note")
@never_cache
def team_pledges(request: SignedInRequest) -> HttpResponse:
    """Show the promises that somebody of the team has still to keep, the nearest first."""
    page = queries.open_pledges(request.member, after=request.GET.get("after"))
    people = {one.identity.person_id for one in page if one.identity.person_id}
    faces = {
        one.person.pk: one for one in team.shown(list(Person.objects.filter(pk__in=people)), request.viewer.language)
    }
    return pages.render(
        request,
        "persons/team_pledges.html",
        {"page": page, "faces": faces, "late": queries.late, "tabs": places.tabs(request.member)},
    )


@require_safe
@signed_in
@never_cache
def settings_looks(request: SignedInRequest) -> HttpResponse:
    """Show a member who of the team looked at them, when, at what and why."""
    page = queries.looks_at(request.member, after=request.GET.get("after"))
    return pages.render(request, "persons/settings_looks.html", {"page": page})


def _end_of(typed: str, viewer: Viewer) -> dt.datetime:
    """Return the last minute of the day that was typed, in the viewer's calendar and zone; raises BadDate."""
    day = calendar.parse_date(typed[:40], viewer, calendar.local_day(timezone.now(), viewer))
    return dt.datetime.combine(day, END_OF_DAY, ZoneInfo(viewer.zone))


def _is_open(person: Person, request: SignedInRequest) -> bool:
    """Whether the page is open to the viewer; a case opens it by itself, and writes down that it did."""
    if looking.standing_look(person, request.member):
        return True
    case = looking.case_of(person, request.member)
    if case:
        looking.open_person(person, by=request.member, case=case)
    return bool(case)


def _gate(request: SignedInRequest, person: Person, **facts: Any) -> HttpResponse:
    """Show the gate: who it is, and nothing else but what the viewer typed before the page closed."""
    face = team.shown([person], request.viewer.language)[0]
    status = facts["refusal"].status if facts.get("refusal") else 200
    why = facts.get("refusal") if facts.get("form") else None
    given = {
        "face": face, "person": person, "form": facts.get("form") or LookForm(), "refusal": why,
        "typed": facts.get("typed"), "pledge": facts.get("pledge"), "edited": facts.get("edited", 0),
    }  # fmt: skip
    return pages.render(request, "persons/team_person_gate.html", given, status=status)


def _page(request: SignedInRequest, person: Person, **facts: Any) -> HttpResponse:
    """Show the page; a refused note or promise keeps what was typed."""
    if not facts.get("is_open") and not _is_open(person, request):
        return _gate(request, person, **facts)
    try:
        lane, after = request.GET.get("lane", "")[:40], request.GET.get("after")
        seen = queries.view(person, request.member, lane=lane, after=after)
    except LookupError as error:
        raise NotFound from error
    given = {
        "seen": seen, **seen.chips, "person": person, **_words(seen, request.viewer), "late": queries.late, "key": uuid4().hex,
        "typed": facts.get("typed"), "pledge": facts.get("pledge"), "refusal": facts.get("refusal"), "edited": facts.get("edited", 0),
        "may_merge": may(request.member, "persons.merge"), "may_reveal": may(request.member, "persons.reveal"),
        "may_note": may(request.member, "persons.note"), "may_erase": may(request.member, "persons.erase"), "removed": request.GET.get("removed", "")[:19],
        "is_first": not after,
    }  # fmt: skip
    status = facts["refusal"].status if facts.get("refusal") else 200
    return pages.render(request, "persons/team_person.html", given, status=status)


def _words(seen: queries.View, viewer: Viewer) -> dict[str, Any]:
    """Return the words that the page's parts say things with, in the viewer's numbers."""
    since = since_words(seen.raster.first, viewer) if seen.raster.first else ""
    money = partial(money_words, viewer=viewer)
    return {
        "field_words": field_words,
        "listed": listed,
        "channel_words": channel_words,
        "since": since,
        "money": money,
    }


def _typed(request: SignedInRequest) -> dict[str, Any]:
    """Return what the gate carries of a note (`note`: which one was being edited) or a promise that was not taken."""
    if request.POST.get("pledge"):
        promise = PledgeForm(request.POST)
        promise.is_valid()
        return {"pledge": promise}
    if not request.POST.get("text"):
        return {}
    form, note = NoteForm(request.POST), request.POST.get("note", "")
    form.is_valid()
    return {"typed": form, "edited": int(note) if note.isascii() and note.isdecimal() and len(note) < 19 else 0}


def _done(
    request: SignedInRequest,
    person: Person,
    deeds: dict[str, Callable[[], Any]],
    *,
    removed: int = 0,
    typed: NoteForm | None = None,
) -> HttpResponseBase:
    """Do what the form's `do` names and go back to the person, with an undo where something was taken away."""
    name = request.POST.get("do", "")
    if name not in deeds:
        raise NotFound
    try:
        deeds[name]()
    except PatoghError as refusal:
        if typed is not None and name == "edit":
            return _page(request, person, typed=typed, edited=removed, refusal=refusal)
        messages.error(request, str(refusal))
    back = redirect("team_person", person.pk)
    if name == "remove" and removed:
        back["Location"] += f"?removed={removed}#notes"
    return back


def _of(row: Any) -> Person:
    """Return the person on whose identity something was written."""
    return person_at(row.identity.person_id)

"""Files of people: sent, looked at, read in the background, taken back."""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from patogh.kit.errors import NotFound, PatoghError, TooLarge, TooMany
from patogh.kit.pages import Order, Page, paged
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed
from patogh.persons import limits
from patogh.persons.actions import importing as actions
from patogh.persons.errors import PeoplePlanRefused
from patogh.persons.importing import files, plans, rows, running, tables
from patogh.persons.models import PeopleImport, PeopleRefusal
from patogh.persons.views import places
from patogh.persons.words import PEOPLE_FILE_WORDS, PEOPLE_MEANINGS, PEOPLE_METHODS, PEOPLE_REFUSALS, PEOPLE_STATES

BY_AGE = Order("started_at")
REFUSALS_SHOWN = 20


class PeopleFileForm(forms.Form):
    """A file and where its people come from."""

    label = forms.CharField(max_length=limits.PEOPLE_LABEL_CHARS_MAX)
    file = forms.FileField(allow_empty_file=True)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(actions.RIGHT)
def team_people_imports(request: SignedInRequest) -> HttpResponseBase:
    """Show the files of people; a POST brings one."""
    form = PeopleFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("team_people_import", _kept(form, request).pk)
        except PatoghError as refusal:
            form.add_error("file", str(refusal))
    place = {name: request.GET.get(name) for name in ("after", "before")}
    found: Page[PeopleImport] = paged(PeopleImport.objects.all(), BY_AGE, **place, size=30)
    facts = {"form": form, "rows": found, "states": PEOPLE_STATES, "tabs": places.tabs(request.member)}
    return pages.render(request, "persons/team_people_imports.html", facts, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@allowed(actions.RIGHT)
@never_cache
def team_people_import(request: SignedInRequest, people_file_id: int) -> HttpResponseBase:
    """Show a file: its columns and what becomes of its first rows, or how far it is. A POST begins; DELETE drops it or takes it back."""
    row = _one(people_file_id)
    if request.method == "DELETE":
        return _taken_back(request, row)
    if row.state != "asked":
        return pages.render(request, "persons/team_people_import.html", _read_facts(row))
    facts = _asked_facts(request, row)
    if request.method == "POST" and not facts["error"] and "begin" in request.POST:
        actions.begin_people(row, facts["plan"], by=request.member)
        return redirect("team_people_import", row.pk)
    status = 400 if facts["error"] and request.method == "POST" else 200
    return pages.render(request, "persons/team_people_plan.html", facts, status=status)


@require_safe
@allowed(actions.RIGHT)
@never_cache
def team_people_import_progress(request: SignedInRequest, people_file_id: int) -> HttpResponseBase:
    """Give the part of the page that says how far a file is."""
    return pages.part(request, "persons/team_people_import.html#progress", _read_facts(_one(people_file_id)))


@require_safe
@allowed(actions.RIGHT)
def team_people_refusals(request: SignedInRequest, people_file_id: int) -> HttpResponseBase:  # noqa: ARG001 - views take a request
    """Give every refused row with its reason as CSV; nothing of the rows themselves."""
    row, out = _one(people_file_id), io.StringIO()
    table = csv.writer(out)
    table.writerow(["row", "code", "reason"])
    found = PeopleRefusal.objects.filter(brought=row).order_by("pk").values_list("row", "code")
    table.writerows((number, code, str(PEOPLE_REFUSALS.get(code, code))) for number, code in found.iterator(1_000))
    response = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="refused-{row.pk}.csv"'
    return response


def _one(people_file_id: int) -> PeopleImport:
    found = PeopleImport.objects.select_related("brought_by").filter(pk=people_file_id).first()
    if found is None:
        raise NotFound
    return found


def _kept(form: PeopleFileForm, request: SignedInRequest) -> PeopleImport:
    """Keep a file that can be read; raises its refusal."""
    said = form.cleaned_data
    if said["file"].size > limits.PEOPLE_FILE_BYTES_MAX:
        raise TooLarge
    if (
        PeopleImport.objects.filter(state__in=("asked", "reading"))[: limits.PEOPLE_FILES_OPEN_MAX].count()
        >= limits.PEOPLE_FILES_OPEN_MAX
    ):
        raise TooMany(retry_after_s=600)
    kept = files.keep(said["file"].chunks(), said["label"], said["file"].name or "")
    try:
        tables.opened(files.path_of(kept.file))
        return actions.keep_people(kept, by=request.member)
    except PatoghError:
        files.drop(kept.file)
        raise


def _taken_back(request: SignedInRequest, row: PeopleImport) -> HttpResponseBase:
    if row.state == "asked":
        actions.drop_people(row, by=request.member)
        files.drop(row.file)
        messages.success(request, _("The file is gone; nothing of it was taken."))
        return redirect("team_people_imports")
    actions.undo_people(row, by=request.member)
    messages.success(request, _("The file is being taken back."))
    return redirect("team_people_import", row.pk)


def _asked_facts(request: SignedInRequest, row: PeopleImport) -> dict[str, Any]:
    """Return what the page shows of a file whose columns are to be chosen, with what becomes of its first rows."""
    table = tables.opened(files.path_of(row.file))
    chosen = plans.proposed(table)
    if request.method == "POST":
        chosen = [request.POST.get(f"column_{at}", "") for at in range(len(table.header))]
    plan: dict[str, Any] = {}
    error, first = "", []
    try:
        plan = plans.made(table, chosen, request.POST)
    except PeoplePlanRefused as refusal:
        error = str(refusal)
    if plan:
        read = [
            rows.read(at, cells, plan, row.label)
            for at, cells in enumerate(table.sample[: limits.PEOPLE_PREVIEW_ROWS], 1)
        ]
        first = running.outlooks(read)
    return {
        "row": row, "columns": list(zip(range(len(table.header)), table.header, chosen, table.sample[0], strict=False)), "plan": plan,
        "error": error, "first": first, "meanings": list(PEOPLE_MEANINGS.items()), "why": PEOPLE_REFUSALS, "said": request.POST,
        "purposes": [(one.name, one.fa if request.viewer.language == "fa" else one.en) for one in plans.purposes()],
        "methods": list(PEOPLE_METHODS.items()),
    }  # fmt: skip


def _read_facts(row: PeopleImport) -> dict[str, Any]:
    refused = PeopleRefusal.objects.filter(brought=row).order_by("pk")[:REFUSALS_SHOWN]
    return {
        "row": row, "total": max(row.rows_total, row.rows_count) if row.rows_total else 0, "states": PEOPLE_STATES,
        "refusals": list(refused), "why": PEOPLE_REFUSALS,
        "stopped": PEOPLE_FILE_WORDS.get(row.stopped_why, ""),
    }  # fmt: skip

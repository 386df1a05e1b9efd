"""The team's page of consents: the words that ask, how many said what, bringing and taking lists."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from patogh.kit.errors import Invalid, PatoghError
from patogh.kit.numbers import number
from patogh.looks import pages
from patogh.people import queries
from patogh.people.consent import actions, aims, choices, exporting, forms, importing, limits, places, routes, texts
from patogh.people.http import SignedInRequest, allowed
from patogh.people.identifying import masked
from patogh.people.words import CONSENT_METHODS


@never_cache
@require_safe
@allowed("consent.edit")
def team_consent(request: SignedInRequest) -> HttpResponseBase:
    """Show the words, the counts and what was said last."""
    return _page(request)


@require_POST
@allowed("consent.edit")
def team_consent_texts(request: SignedInRequest) -> HttpResponseBase:
    """Write a new version of some words."""
    form = forms.TextForm(request.POST)
    if not form.is_valid():
        return _page(request, text_form=form)
    said = form.cleaned_data
    try:
        actions.write_text(said["purpose"], said["channel"], said["fa"], said["en"], by=request.member)
    except Invalid as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, text_form=form)
    messages.success(request, _("The new words are kept; what was agreed to before keeps its own."))
    return redirect("team_consent")


@never_cache
@require_POST
@allowed("persons.export")
def team_consent_copies(request: SignedInRequest) -> HttpResponseBase:
    """Give the consents as CSV, and write down who took them and what for."""
    form = forms.CopyForm(request.POST)
    if not form.is_valid():
        return _page(request, copy_form=form)
    said = form.cleaned_data
    filters = {"purpose": said["purpose"], "channel": said["channel"]}
    try:
        actions.note_export(said["why"], filters, by=request.member)
    except Invalid as refusal:
        form.add_error("why", str(refusal))
        return _page(request, copy_form=form)
    lines = (line.encode() for line in exporting.csv_lines(**filters))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="consents.csv"'
    return answer


@require_POST
@allowed("consent.edit")
def team_consent_files(request: SignedInRequest) -> HttpResponseBase:
    """Take consents from elsewhere: what has no words, no method or no evidence is left out, and said so."""
    form = forms.FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, file_form=form)
    try:
        taken = importing.take_file(form.cleaned_data["file"].read(), by=request.member)
    except PatoghError as refusal:
        form.add_error("file", str(refusal))
        return _page(request, file_form=form)
    return _page(request, taken=taken)


def _page(request: HttpRequest, **said: Any) -> HttpResponseBase:
    viewer: Any = request.viewer  # type: ignore[attr-defined]
    before = request.GET.get("before", "")
    rows = choices.newest(int(before) if before.isascii() and before.isdigit() and len(before) < 19 else 0)
    cells, counted = texts.cells(), choices.counts()
    asked = texts.texts(cells)
    shown = [
        cell
        for cell in cells
        if cell in counted or asked[cell].row or routes.known(cell[1]).is_common or cell[1] == routes.HERE
    ]
    taken = said.get("taken")
    facts = {
        "text_form": forms.TextForm(), "copy_form": forms.CopyForm(), "file_form": forms.FileForm(), "taken": None, **said,
        "may_copy": queries.may(request.member, "persons.export"),  # type: ignore[attr-defined]
        "left_out": [(number(line, viewer), why) for line, why in taken.left_out[:50]] if taken else [],
        "cells": [(aims.known(what), routes.known(where), asked[what, where], counted.get((what, where), [])) for what, where in shown],
        "rows": [(row, masked(row.identity)) for row in rows[: limits.HISTORY_ROWS]],
        "more": rows[limits.HISTORY_ROWS - 1].pk if len(rows) > limits.HISTORY_ROWS else 0,
        "purposes": aims.PURPOSES, "ways": routes.ways(), "methods": CONSENT_METHODS, "senders": places.senders(),
    }  # fmt: skip
    faulty = any(isinstance(form, django_forms.Form) and form.errors for form in said.values())
    return pages.render(request, "people/team_consent.html", facts, status=400 if faulty else 200)

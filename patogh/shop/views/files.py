"""Files of rows: sent, looked at, read in the background, and what of them was refused."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from patogh.kit.errors import Invalid, PatoghError, TooMany
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed
from patogh.shop import actions, files, limits
from patogh.shop.actions.batches import RIGHT
from patogh.shop.errors import FileRefused, FileTooLarge
from patogh.shop.forms import FileForm, chosen_columns, unit_choices
from patogh.shop.models import Import
from patogh.shop.queries import imports
from patogh.shop.reading import plans, tables
from patogh.shop.words import DATE_ORDERS, FIELDS, FILE_WORDS, IMPORT_STATES, KINDS, refusal_words


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(RIGHT)
def team_imports(request: SignedInRequest) -> HttpResponseBase:
    """Show the files that were read; a POST brings one."""
    form = FileForm(request.POST or None, request.FILES or None, initial={"kind": "orders"})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("team_import", _kept(form, request).pk)
        except (Invalid, FileRefused, FileTooLarge, TooMany) as refusal:
            field = getattr(refusal, "field", "") or "file"
            form.add_error(field, str(refusal))
    place = {name: request.GET.get(name) for name in ("after", "before")}
    facts = {"form": form, "rows": imports.imports(**place), "kinds": KINDS, "states": IMPORT_STATES}
    return pages.render(request, "shop/team_imports.html", facts, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@allowed(RIGHT)
@never_cache
def team_import(request: SignedInRequest, import_id: int) -> HttpResponseBase:
    """Show a file: its first rows and columns, or how far it is and what came of it. A POST begins; DELETE drops it."""
    row = imports.one_import(import_id)
    if request.method == "DELETE":
        actions.drop_import(row, by=request.member)
        files.drop(row.file)
        messages.success(request, _("The file is gone; nothing of it was taken."))
        return redirect("team_imports")
    if row.state != "asked":
        return pages.render(request, "shop/team_import.html", _read_facts(row))
    facts = _asked_facts(request, row)
    if request.method == "POST":
        try:
            plan = plans.made(row.kind, facts["table"].headers, facts["chosen"], facts["unit"], facts["dates"])
            actions.begin_reading(row, plan.as_json(), by=request.member)
            return redirect("team_import", row.pk)
        except Invalid as refusal:
            facts["error"] = str(refusal)
    return pages.render(request, "shop/team_import_plan.html", facts, status=400 if "error" in facts else 200)


@require_safe
@allowed(RIGHT)
@never_cache
def team_import_progress(request: SignedInRequest, import_id: int) -> HttpResponseBase:
    """Give the part of the page that says how far a file is."""
    return pages.part(request, "shop/team_import.html#progress", _read_facts(imports.one_import(import_id)))


@require_safe
@allowed(RIGHT)
def team_import_refusals(request: SignedInRequest, import_id: int) -> HttpResponseBase:  # noqa: ARG001 - views take a request
    """Give every refused row with its reason as CSV."""
    row = imports.one_import(import_id)
    response = StreamingHttpResponse(imports.refusals_csv(row), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="refused-{row.pk}.csv"'
    return response


def _kept(form: FileForm, request: SignedInRequest) -> Import:
    """Keep a file that can be read; raises its refusal."""
    said = form.cleaned_data
    if said["file"].size > limits.UPLOAD_BYTES_MAX:
        raise FileTooLarge(most=limits.UPLOAD_BYTES_MAX // 2**20)
    if imports.waiting_count() >= limits.FILES_OPEN_MAX:
        raise TooMany(retry_after_s=600)
    kept = files.keep(said["file"].chunks(), said["source"], said["kind"], said["file"].name or "")
    try:
        tables.opened(files.path_of(kept.file))
        return actions.keep_file(kept, by=request.member)
    except PatoghError:
        files.drop(kept.file)
        raise


def _asked_facts(request: SignedInRequest, row: Import) -> dict[str, Any]:
    """Return what the page shows of a file whose columns are to be chosen."""
    table = tables.opened(files.path_of(row.file))
    first = [cells for _, (_, cells, _) in zip(range(limits.PREVIEW_ROWS), tables.rows(table), strict=False)]
    is_posted = request.method == "POST"
    chosen = chosen_columns(row.kind, request.POST) if is_posted else plans.proposed(row.kind, table.headers)
    width = len(table.headers)
    return {
        "row": row, "table": table, "columns": list(enumerate(table.headers)), "chosen": chosen,
        "first": [[cell[:60] for cell in cells[:width]] for cells in first],
        "needed": plans.NEEDED[row.kind], "optional": plans.OPTIONAL[row.kind], "fields": FIELDS, "kinds": KINDS,
        "units": [("", _("Choose")), *unit_choices(request.viewer.language)],
        "unit": request.POST.get("unit", "") if is_posted else plans.unit_said(table.headers),
        "dates": request.POST.get("dates", "ymd"), "date_orders": list(DATE_ORDERS.items()),
    }  # fmt: skip


def _read_facts(row: Import) -> dict[str, Any]:
    """Return what the page shows of a file that is being read or was."""
    at = min(1.0, row.bytes_read / row.bytes_total) if row.bytes_total else float(row.state == "ended")
    return {
        "row": row, "at": at, "states": IMPORT_STATES, "kinds": KINDS, "refusals": imports.first_refusals(row), "said": refusal_words,
        "why": FILE_WORDS.get(row.stopped_why, ""),
    }  # fmt: skip

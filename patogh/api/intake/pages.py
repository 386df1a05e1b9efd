"""Pages of those who connect programs. A write key is shown once, in the answer to the form that made it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from patogh.api.intake import queries
from patogh.api.intake.actions import sources as actions
from patogh.api.intake.errors import FAULTS
from patogh.api.intake.forms import SourceForm
from patogh.api.models import IntakeSource
from patogh.kit.errors import Conflict, Invalid
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed

MANAGE = "channels.setup"
FIELDS = ("name", "kind", "users", "is_trusted", "proves_contact", "takes_orders", "origins")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(MANAGE)
@never_cache
def sources(request: SignedInRequest) -> HttpResponseBase:
    """Show every source; a POST adds one and shows its key."""
    form = SourceForm(request.POST or None, initial={"kind": "server"})
    if request.method == "POST" and form.is_valid():
        try:
            made, key = actions.add_source(form.words(), by=request.member)
        except (Invalid, Conflict) as refusal:
            _refuse(form, refusal)
        else:
            return _shown(request, made, key)
    facts = {"sources": queries.sources(), "form": form}
    return pages.render(request, "api/intake.html", facts, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@allowed(MANAGE)
def source(request: SignedInRequest, source_id: int) -> HttpResponseBase:
    """Show one source with its last events; a POST changes it, DELETE closes it."""
    row = queries.source(source_id)
    if request.method == "DELETE":
        actions.close_source(row, by=request.member)
        messages.success(request, _("The source is closed; nothing more is taken from it."))
        return redirect("intake_sources")
    form = SourceForm(request.POST or None, initial={name: getattr(row, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_source(row, form.words(), by=request.member)
        except (Invalid, Conflict) as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("The source is saved."))
            return redirect("intake_source", source_id)
    return pages.render(
        request, "api/intake_source.html", _facts(request, row, form), status=400 if form.errors else 200
    )


@require_POST
@allowed(MANAGE)
@never_cache
def source_keys(request: SignedInRequest, source_id: int) -> HttpResponseBase:
    """Make a new key; the one before works for a day more."""
    row = queries.source(source_id)
    return _shown(request, row, actions.rotate_key(row, by=request.member), is_new=False)


@require_http_methods(["DELETE"])
@allowed(MANAGE)
def source_key(request: SignedInRequest, source_id: int, key_id: int) -> HttpResponseBase:
    """Revoke a key at once."""
    actions.revoke_key(queries.key_of(queries.source(source_id), key_id), by=request.member)
    messages.success(request, _("The key no longer works."))
    return redirect("intake_source", source_id)


def _facts(request: SignedInRequest, row: IntakeSource, form: SourceForm) -> dict[str, object]:
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in {"taken", "refused"} else ""
    return {
        "source": row, "form": form, "health": queries.health(row), "keys": queries.keys_of(row), "outcome": outcome,
        "samples": queries.samples(row, outcome), "faults": FAULTS, "host": request.build_absolute_uri("/").rstrip("/"),
    }  # fmt: skip


def _shown(request: SignedInRequest, row: IntakeSource, key: str, *, is_new: bool = True) -> HttpResponseBase:
    facts = {"source": row, "key": key, "is_new": is_new, "host": request.build_absolute_uri("/").rstrip("/")}
    return pages.render(request, "api/intake_key.html", facts, status=201)


def _refuse(form: SourceForm, refusal: Invalid | Conflict) -> None:
    field = getattr(refusal, "field", "")
    form.add_error(field if field in form.fields else None, str(refusal))

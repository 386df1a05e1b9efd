"""Payouts for those who pay: by state, one step at a time, the files for the bank, and its report back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from patogh.kit import numbers
from patogh.kit.errors import Conflict, Invalid, PatoghError
from patogh.ledger import limits
from patogh.ledger.actions import payouts as actions
from patogh.ledger.payouts.errors import BadReport, FileGone, PayoutMoved
from patogh.ledger.payouts.providers import provider
from patogh.ledger.queries import payouts as reads
from patogh.ledger.views.book import page
from patogh.ledger.views.payouts import context_of
from patogh.people.http import SignedInRequest, allowed

REFUSALS = (Invalid, Conflict)


@require_safe
@allowed("money.pay")
def team_payouts(request: SignedInRequest) -> HttpResponse:
    """Show the payouts in a state, those that were asked for first."""
    return _shown(request)


@require_POST
@allowed("money.pay")
def team_payout(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Approve, refuse, settle or fail one payout."""
    found, step, by = reads.one(key), request.POST.get("step", ""), request.member
    try:
        if step == "approve":
            actions.approve_payout(found, by=by)
        elif step == "settle":
            actions.settle_payout(found, reference=request.POST.get("reference", ""), by=by)
        elif step != "fail":
            raise PayoutMoved(state=found.state)
        else:
            actions.fail_payout(found, why=request.POST.get("why", "") or "refused", by=by)
    except REFUSALS as refusal:
        return _shown(request, refusal)
    messages.success(request, _("Done, and written down under your name."))
    return HttpResponseRedirect(f"{reverse('team_payouts')}?state={found.state}")


@require_POST
@allowed("money.pay")
def team_payout_files(request: SignedInRequest) -> HttpResponse:
    """Put what is approved and witnessed into a file for the bank."""
    try:
        made = actions.export_bank_file(request.POST.get("unit", "")[:8], by=request.member)
    except REFUSALS as refusal:
        return _shown(request, refusal)
    messages.success(
        request,
        _("The file is ready. Payouts in it: %(count)s.")
        % {"count": numbers.number(made.payouts_count, request.viewer)},
    )
    return HttpResponseRedirect(f"{reverse('team_payouts')}?state=sent")


@require_safe
@allowed("money.pay")
def team_payout_file(request: SignedInRequest, number: int) -> HttpResponse:  # noqa: ARG001 - the right is asked for above
    """Give a bank file again, byte for byte as it was."""
    made, rows = reads.file_with_payouts(number if number < 2**63 else 0)
    out = actions.written(made, rows)
    if out.sha256 != made.sha256:
        raise FileGone
    answer = HttpResponse(out.body, content_type=out.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{out.file_name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@allowed("money.pay")
def team_payout_report(request: SignedInRequest) -> HttpResponse:
    """Read the bank's report, and settle or fail what it names."""
    file = request.FILES.get("report")
    try:
        if file is None or (file.size or 0) > limits.PAYOUT_REPORT_BYTES_MAX:
            raise BadReport(line=1)
        told = actions.take_report(provider().answers(file.read()), by=request.member)
    except REFUSALS as refusal:
        return _shown(request, refusal)
    shown = {name: numbers.number(count, request.viewer) for name, count in told.items()}
    if told["against"]:
        said = _(
            "Payouts that ended otherwise here than the bank says: %(against)s. Look at each of them; money may have been sent twice."
        )
        messages.error(request, said % shown)
    messages.success(
        request, _("Arrived: %(settled)s. Not arrived: %(failed)s. Not ours to change: %(passed)s.") % shown
    )
    return HttpResponseRedirect(f"{reverse('team_payouts')}?state=settled")


def _shown(request: SignedInRequest, refusal: PatoghError | None = None) -> HttpResponse:
    state = request.GET.get("state", "requested")
    state = state if state in reads.STATES else "requested"
    context = {
        **context_of(request), "state": state, "refusal": refusal, "units": reads.ready_units(), "files": reads.newest_files(),
        "found": reads.in_state(state, after=request.GET.get("after", ""), before=request.GET.get("before", "")),
    }  # fmt: skip
    answer = page(request, "ledger/team_payouts.html", context, refusal.status if refusal else 200)
    answer["Cache-Control"] = "no-store"
    return answer

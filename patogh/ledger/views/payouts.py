"""Payouts of one's own: what there is, where it goes, asking for it and taking the request back."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from patogh.kit import persian
from patogh.kit.errors import Conflict, Invalid, PatoghError
from patogh.kit.money import Money
from patogh.ledger import limits
from patogh.ledger.actions import payouts as actions
from patogh.ledger.payouts import iban
from patogh.ledger.payouts.errors import BadPayoutAmount
from patogh.ledger.payouts.words import STATES, WHYS
from patogh.ledger.queries import payouts as reads
from patogh.ledger.values import UNITS
from patogh.ledger.views.book import page
from patogh.looks import pages
from patogh.people.http import SignedInRequest, signed_in

DIGITS_MAX = 16
REFUSALS = (Invalid, Conflict)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def my_payouts(request: SignedInRequest) -> HttpResponse:
    """Show what a member has and what became of their payouts; a POST asks for one."""
    if request.method != "POST":
        return _shown(request)
    try:
        amount = whole(request.POST.get("amount", ""))
        key = request.POST.get("key", "")[:60] or secrets.token_hex(16)
        unit = request.POST.get("unit", "")[:8]
        actions.request_payout(request.member, unit, amount, key=key, by=request.member)
    except REFUSALS as refusal:
        return _shown(request, refusal)
    messages.success(
        request, _("Asked for. It leaves once somebody of the team and independent witnesses have seen it.")
    )
    return HttpResponseRedirect(reverse("my_payouts"))


@require_POST
@signed_in
def my_payout_account(request: SignedInRequest) -> HttpResponse:
    """Keep the account that payouts go to."""
    try:
        actions.save_account(request.POST.get("iban", ""), request.POST.get("holder", ""), by=request.member)
    except REFUSALS as refusal:
        return _shown(request, refusal)
    messages.success(request, _("Kept. Nobody but you and those who pay can see it."))
    return HttpResponseRedirect(reverse("my_payouts"))


@require_http_methods(["DELETE", "POST"])
@signed_in
def my_payout(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Take a request back that nobody has approved yet."""
    found = reads.own_payout(request.member, key)
    try:
        actions.cancel_payout(found, by=request.member)
    except REFUSALS as refusal:
        return _shown(request, refusal)
    messages.success(request, _("Taken back; the money is free again."))
    return HttpResponseRedirect(reverse("my_payouts"))


def whole(typed: str) -> int:
    """Return an amount in any digits, with any marks between thousands; raises BadPayoutAmount."""
    plain = persian.digits_en(typed[:60]).strip()
    for mark in ("٬", ",", "،", " ", "\u00a0"):
        plain = plain.replace(mark, "")
    if not (plain.isascii() and plain.isdigit() and len(plain) <= DIGITS_MAX):
        raise BadPayoutAmount
    return int(plain)


def context_of(request: SignedInRequest) -> dict[str, Any]:
    """Return the words that pages of payouts share."""
    viewer = pages.viewer_for(request)
    return {
        "money": lambda amount, unit: Money(amount, unit).format(viewer), "grouped": iban.grouped, "hidden": iban.hidden,
        "typed": request.POST, "states": STATES, "whys": WHYS,
    }  # fmt: skip


def _shown(request: SignedInRequest, refusal: PatoghError | None = None) -> HttpResponse:
    member = request.member
    context = {
        **context_of(request), "free": reads.free_of(member), "account": reads.account_of(member), "refusal": refusal,
        "found": reads.payouts_of(member, after=request.GET.get("after", ""), before=request.GET.get("before", "")),
        "least": limits.PAYOUT_LEAST,
        "unit_choices": [(unit, UNITS.get(unit, unit)) for unit in limits.PAYOUT_LEAST], "key": secrets.token_hex(16),
    }  # fmt: skip
    answer = page(request, "ledger/my_payouts.html", context, refusal.status if refusal else 200)
    answer["Cache-Control"] = "no-store"
    return answer

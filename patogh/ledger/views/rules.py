"""The rules by which points are earned, for admins."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patogh.kit import persian
from patogh.ledger.actions.points import change_rules
from patogh.ledger.errors import UnknownRule
from patogh.ledger.queries.money import rule_versions, rules_now
from patogh.ledger.rules import AMOUNT_MAX, PER_DAY_MAX, RULES
from patogh.ledger.views.book import page
from patogh.people.http import SignedInRequest, allowed

DIGITS_MAX = 9


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("manage_roles")
def rules(request: SignedInRequest) -> HttpResponse:
    """Show the rules of points with their published defaults; a POST makes new versions of those that changed."""
    refusal: UnknownRule | None = None
    if request.method == "POST":
        try:
            change_rules(_typed(request), by=request.member)
        except UnknownRule as error:
            refusal = error
        else:
            messages.success(request, _("This holds from now on, and stands in the book."))
            return HttpResponseRedirect(reverse("team_book_rules"))
    context = {
        "rows": _rows(request), "refusal": refusal, "versions": rule_versions(), "labels": RULES,
        "most": AMOUNT_MAX, "often": PER_DAY_MAX,
    }  # fmt: skip
    return page(request, "ledger/rules.html", context, refusal.status if refusal else 200)


def _typed(request: SignedInRequest) -> dict[str, dict[str, int | bool]]:
    """Return what the form says of each rule that it names; raises UnknownRule for what is no number."""
    found: dict[str, dict[str, int | bool]] = {}
    for name in RULES:
        for part in ("amount", "per_day"):
            typed = request.POST.get(f"{name}_{part}")
            if typed is None:
                continue
            plain = persian.digits_en(typed.strip())
            if not (plain.isascii() and plain.isdigit() and len(plain) <= DIGITS_MAX):
                raise UnknownRule(most=AMOUNT_MAX, often=PER_DAY_MAX, field=f"{name}_{part}")
            found.setdefault(name, {})[part] = int(plain)
        if name in found:
            found[name]["is_on"] = request.POST.get(f"{name}_is_on") in {"1", "on", "true"}
    return found


def _rows(request: SignedInRequest) -> list[dict[str, Any]]:
    """Return each rule as published, as it holds, and as it was typed."""
    is_typed = request.method == "POST"
    return [
        {
            "name": now.name, "rule": RULES[now.name],
            "is_on": request.POST.get(f"{now.name}_is_on") is not None if is_typed else now.is_on,
            "amount": request.POST.get(f"{now.name}_amount", str(now.amount))[:12],
            "per_day": request.POST.get(f"{now.name}_per_day", str(now.per_day))[:12],
        }
        for now in rules_now()
    ]  # fmt: skip

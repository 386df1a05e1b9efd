"""Codes that members have: asked for, shared and closed by themselves, and the rule by which they may."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patogh.kit.errors import Invalid
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed, signed_in
from patogh.shop import actions
from patogh.shop.actions.batches import RIGHT
from patogh.shop.errors import NoCodeForYou
from patogh.shop.forms import SharingForm, sharing_initial, unit_choices
from patogh.shop.money import shown
from patogh.shop.queries import codes
from patogh.shop.queries.sharing import rule_now, sharing, why_not
from patogh.shop.words import REWARDS, sharing_words


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def my_codes(request: SignedInRequest) -> HttpResponseBase:
    """Show one's own codes with their links; a POST asks for one."""
    refusal = ""
    if request.method == "POST":
        try:
            row = actions.ask_code(by=request.member)
        except NoCodeForYou as error:
            refusal = str(error)
        else:
            messages.success(request, _("%(code)s is your code. Share its link.") % {"code": row.code})
            return redirect("my_codes")
    rule = sharing()
    why = why_not(request.member, rule=rule)
    rows = [
        (row, request.build_absolute_uri(codes.link_of(row)), codes.is_over(row))
        for row in codes.codes_of(request.member)
    ]
    facts = {
        "rows": rows,
        "shown": shown,
        "rule": rule,
        "why": why,
        "why_words": sharing_words(why, rule.level_min),
        "refusal": refusal,
    }
    return pages.render(request, "shop/my_codes.html", facts, status=403 if refusal else 200)


@require_http_methods(["DELETE"])
@signed_in
def my_code(request: SignedInRequest, code_id: int) -> HttpResponseBase:
    """Close a code of one's own."""
    actions.close_code(codes.own_code(request.member, code_id), by=request.member)
    messages.success(request, _("The code counts for no order from now on."))
    return redirect("my_codes")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(RIGHT)
def team_codes_rule(request: SignedInRequest) -> HttpResponseBase:
    """Show by which rule members may ask for codes; a POST changes it."""
    rule = rule_now()
    form = SharingForm(request.POST or None, initial=sharing_initial(rule))
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_sharing(form.facts(), by=request.member)
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("This holds from now on."))
            return redirect("team_codes_rule")
    facts = {
        "form": form,
        "rule": rule,
        "units": unit_choices(request.viewer.language),
        "rewards": list(REWARDS.items()),
    }
    return pages.render(request, "shop/team_codes_rule.html", facts, status=400 if form.errors else 200)

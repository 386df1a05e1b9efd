"""Codes: for those who look after the shop, for their owners, and the link that is shared."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from patogh.kit.errors import Conflict, Invalid, NotFound
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed
from patogh.shop import actions
from patogh.shop.actions.batches import RIGHT
from patogh.shop.forms import CodeForm, code_initial, unit_choices
from patogh.shop.models import Code
from patogh.shop.money import shown
from patogh.shop.queries import codes
from patogh.shop.queries.orders import buyer_words
from patogh.shop.words import CODE_STATES, CODE_WHY, REWARDS

COOKIE, COOKIE_S = "ref", 30 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(RIGHT)
def team_codes(request: SignedInRequest) -> HttpResponseBase:
    """Show the codes; a POST makes one."""
    form = CodeForm(request.POST or None, initial={"unit": "TOMAN", "reward_kind": "bps", "uses_per_person_max": "1"})
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.make_code(form.facts(), by=request.member)
        except (Invalid, Conflict) as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("The code is made."))
            return redirect("team_code", row.pk)
    rows = codes.codes(after=request.GET.get("after"), before=request.GET.get("before"))
    facts = _facts(request, form) | {"rows": rows}
    return pages.render(request, "shop/team_codes.html", facts, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@allowed(RIGHT)
def team_code(request: SignedInRequest, code_id: int) -> HttpResponseBase:
    """Show a code and the orders that used it; a POST changes its terms, DELETE closes it."""
    row = codes.one_code(code_id)
    if request.method == "DELETE":
        actions.close_code(row, by=request.member)
        messages.success(request, _("The code counts for no order from now on."))
        return redirect("team_code", row.pk)
    form = CodeForm(request.POST or None, initial=code_initial(row, request.viewer))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_code(row, form.facts(), by=request.member)
        except (Invalid, Conflict) as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("The code is saved."))
            return redirect("team_code", row.pk)
    used = codes.redemptions(row, after=request.GET.get("after"), before=request.GET.get("before"))
    facts = _facts(request, form) | {"code": row, "rows": used, "link": request.build_absolute_uri(codes.link_of(row))}
    return pages.render(request, "shop/team_code.html", facts, status=400 if form.errors else 200)


@require_safe
@allowed(RIGHT)
def team_codes_csv(request: SignedInRequest) -> HttpResponseBase:  # noqa: ARG001 - views take a request
    """Give every code as CSV."""
    response = StreamingHttpResponse(codes.codes_csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="codes.csv"'
    return response


@require_safe
@never_cache
def shared_code(request: HttpRequest, code: str) -> HttpResponseBase:
    """Lead to the shop with a code, or tell it where no shop is known; of the visit only its number is kept, once a browser."""
    row = codes.by_name(code)
    if row is None:
        raise NotFound
    answer = HttpResponseRedirect(_shop_with(row)) if settings.SHOP_URL else _told(request, row)
    if request.method == "GET" and request.COOKIES.get(COOKIE) != row.key:
        actions.count_click(row)
        name = row.key if row.key.isascii() else ""
        answer.set_cookie(COOKIE, name, COOKIE_S, httponly=True, samesite="Lax", secure=request.is_secure())
    return answer


def _shop_with(row: Code) -> str:
    """Return the shop's address with the code in it."""
    mark = "&" if urlsplit(settings.SHOP_URL).query else "?"
    return f"{settings.SHOP_URL}{mark}{urlencode({'ref': row.code})}"


def _told(request: HttpRequest, row: Code) -> HttpResponseBase:
    """Say the code, what it gives, and whether it still counts."""
    facts = {"code": row, "shown": shown, "is_over": codes.is_over(row)}
    return pages.render(request, "shop/shared_code.html", facts)


def _facts(request: SignedInRequest, form: CodeForm) -> dict[str, Any]:
    return {
        "form": form, "units": unit_choices(request.viewer.language), "rewards": list(REWARDS.items()), "shown": shown,
        "states": CODE_STATES, "why": CODE_WHY, "buyer_words": buyer_words,
    }  # fmt: skip


def _refuse(form: CodeForm, refusal: Invalid | Conflict) -> None:
    field = getattr(refusal, "field", "")
    form.add_error(field if field in form.fields else None, str(refusal))

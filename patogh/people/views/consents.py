"""The preference centre: of a member, and of an address alone through a signed link; asking an address; receipts."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from patogh.kit.errors import Invalid, NotFound
from patogh.looks import pages
from patogh.people.consent import actions, asking, choices, forms, limits, links, receipts, routes, texts
from patogh.people.consent.errors import StateUnknown, WayUnknown
from patogh.people.http import MemberRequest, SignedInRequest, address_of, signed_in
from patogh.people.identifying import masked
from patogh.people.leaving import belonging
from patogh.people.models import Consent, Identity, Member
from patogh.people.words import CONSENT_METHODS


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def consent_settings(request: SignedInRequest) -> HttpResponseBase:
    """Show and change what one agreed to."""
    member = request.member
    if request.method == "POST":
        _change(member.identity, request, by=member, method="settings")
        return redirect("consent_settings")
    lines = choices.choices(member.identity, request.viewer.language, is_account=True)
    facts = {**_facts(lines, list(belonging.identities_of(member)), request), "here": "consent_settings"}
    return pages.render(request, "people/settings_consent.html", facts)


@never_cache
@require_safe
@signed_in
def consent_receipt(request: SignedInRequest, receipt: uuid.UUID) -> HttpResponseBase:
    """Show one receipt."""
    row = _mine(request.member, receipt)
    facts = {"row": row, "lines": receipts.lines(row, request.viewer.language), "here": "consent_settings"}
    return pages.render(request, "people/consent_receipt.html", {**facts, "methods": CONSENT_METHODS})


@never_cache
@require_safe
@signed_in
def consent_receipt_json(request: SignedInRequest, receipt: uuid.UUID) -> HttpResponseBase:
    """Give one receipt for programs."""
    return _json(_mine(request.member, receipt), request.viewer.language)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def consent_link(request: MemberRequest, token: str) -> HttpResponseBase:
    """Show and change the choices of an address alone; a mail program's one click ends what its letter was (RFC 8058)."""
    opened = links.read(token)
    if request.method == "POST":
        if "List-Unsubscribe" in request.POST:
            _one_click(opened)
            return HttpResponse(status=200, content_type="text/plain")
        _change(opened.identity, request, by=opened.identity, method="link")
        return redirect("consent_link", token=token)
    lines = choices.choices(opened.identity, request.viewer.language, is_account=False)
    facts = {
        **_facts(lines, [opened.identity.pk], request),
        "token": token,
        "address": masked(opened.identity),
    }
    return pages.render(request, "people/consent_link.html", facts)


@never_cache
@require_safe
def consent_link_receipt(request: MemberRequest, token: str, receipt: uuid.UUID) -> HttpResponseBase:
    """Give a receipt to whoever has the address."""
    row = Consent.objects.select_related("identity", "text").filter(
        identity=links.read(token).identity, receipt=receipt
    ).first()  # fmt: skip
    if row is None:
        raise NotFound
    return _json(row, request.viewer.language)


@cache_control(public=True, max_age=limits.KEYS_FRESH_S)
@require_safe
def consent_receipt_keys(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001 - views take a request
    """Give the public keys that receipts are checked with (RFC 7517)."""
    return JsonResponse(receipts.key_set(), content_type="application/jwk-set+json")


@require_http_methods(["GET", "HEAD", "POST"])
def consent_ask(request: MemberRequest) -> HttpResponseBase:
    """Take an address that would like news; a letter asks whether it is its owner who agrees."""
    form = forms.AskForm(request.POST or None)
    asked = None
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            asked = asking.ask(said["email"], said["wanted"], request.viewer.language, place=address_of(request))
        except Invalid as refusal:
            form.add_error("email", str(refusal))
    language = request.viewer.language
    words = [(name, texts.text_of(name, "mail").words(language)) for name, _title in form.fields["wanted"].choices]  # type: ignore[attr-defined]
    facts = {"form": form, "asked": asked, "words": words}
    return pages.render(request, "people/consent_ask.html", facts, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent_confirm(request: MemberRequest, token: str) -> HttpResponseBase:
    """Show what a letter asked, with a button; only the button is a yes."""
    asked = links.read_confirm(token)
    if request.method == "POST":
        identity, _rows = asking.confirm(asked)
        messages.success(request, _("Thank you. It is kept, and you can take it back here."))
        return redirect("consent_link", token=links.token(identity))
    words = [texts.text_of(one, "mail").words(asked.language) for one in asked.purposes]
    return pages.render(request, "people/consent_confirm.html", {"asked": asked, "words": words})


def _change(identity: Identity, request: HttpRequest, *, by: Any, method: str) -> None:
    """Keep what one button said; raises what is wrong with it."""
    form: QueryDict = request.POST
    language = request.viewer.language  # type: ignore[attr-defined]
    evidence = {"page": request.path if method == "settings" else "signed link"}
    if form.get("all"):
        for where in {cell[1] for cell in texts.cells()} if method == "settings" else {routes.way_of(identity)}:
            actions.withdraw_all(identity, where, by=by, method=method, evidence=evidence, language=language)
        return
    purpose, channel = form.get("purpose", ""), form.get("channel", "")
    if method == "link" and channel != routes.way_of(identity):
        raise WayUnknown
    text = texts.text_of(purpose, channel)
    said: actions.Said = {
        "words": text.words(language), "text": text.row, "method": method, "evidence": evidence, "language": language,
    }  # fmt: skip
    match form.get("state"):
        case "given":
            actions.give(identity, purpose, channel, by=by, **said)
        case "withdrawn":
            actions.withdraw(identity, purpose, channel, by=by, **said)
        case _:
            raise StateUnknown


def _one_click(opened: links.Opened) -> None:
    only = [opened.purpose] if opened.purpose else []
    actions.withdraw_all(
        opened.identity, routes.way_of(opened.identity), only=only, sender=opened.sender, method="unsubscribed",
        evidence={"by": "List-Unsubscribe"},
    )  # fmt: skip


def _facts(lines: list[choices.Line], numbers: list[int], request: HttpRequest) -> dict[str, Any]:
    before = request.GET.get("before", "")
    rows = choices.history(numbers, int(before) if before.isascii() and before.isdigit() and len(before) < 19 else 0)
    return {
        "lines": lines, "columns": choices.columns(lines), "history": rows[: limits.HISTORY_ROWS],
        "more": rows[limits.HISTORY_ROWS - 1].pk if len(rows) > limits.HISTORY_ROWS else 0,
        "purposes": {one.purpose.name: one.purpose for one in lines}, "ways": routes.ways(), "methods": CONSENT_METHODS,
    }  # fmt: skip


def _mine(member: Member, receipt: uuid.UUID) -> Consent:
    numbers = list(belonging.identities_of(member))
    rows = Consent.objects.select_related("identity", "text").filter(receipt=receipt, identity_id__in=numbers)
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def _json(row: Consent, language: str) -> JsonResponse:
    answer = JsonResponse(receipts.receipt(row, language), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer.headers["Content-Disposition"] = f'attachment; filename="consent-{row.receipt}.json"'
    return answer

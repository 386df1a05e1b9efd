"""A maker's own share: the statements, one of them as a page, as a PDF and as a file for programs, and the agreement."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from patogh.ideas.models import Agreement, Creator, Idea
from patogh.ideas.queries.access import is_team, one, visible
from patogh.ideas.royalties import months
from patogh.ideas.royalties.actions import accept_agreement
from patogh.ideas.royalties.errors import AgreementChanged
from patogh.ideas.royalties.queries import statements as reads
from patogh.ideas.views.reading_words import share_words
from patogh.kit.errors import NotFound, PatoghError
from patogh.kit.money import Money
from patogh.ledger.sentences import END, ISOLATE
from patogh.looks import pages
from patogh.people.http import SignedInRequest, signed_in
from patogh.people.queries import may

if TYPE_CHECKING:
    from patogh.kit.calendar import Viewer


@require_safe
@signed_in
def my_shares(request: SignedInRequest) -> HttpResponse:
    """Show a maker every line of every period, with its totals and proofs, and what still waits for their yes."""
    found = reads.statements_of(
        request.member, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "found": found, "totals": reads.totals_of(request.member), "agreements": reads.open_agreements(request.member)
    }  # fmt: skip
    return answered(request, "mine", context)


@require_safe
@signed_in
def my_share(request: SignedInRequest, line_id: int) -> HttpResponse:
    """Show one statement and how to check it."""
    found = reads.statement(request.member, _bounded(line_id))
    return answered(request, "statement", {"found": found, "line": found.row.line, "period": found.row.line.period})


@require_safe
@signed_in
def my_share_json(request: SignedInRequest, line_id: int) -> HttpResponse:
    """Give one statement as a file: its figures, the line of the book, its proof and what opens it."""
    found = reads.statement(request.member, _bounded(line_id))
    body = json.dumps(found.as_json(), ensure_ascii=False, indent=1)
    return _file(body.encode(), "application/json; charset=utf-8", f"share-{line_id}.json")


@require_safe
@signed_in
def my_share_pdf(request: SignedInRequest, line_id: int) -> HttpResponse:
    """Give one statement as a PDF with its proof and its file attached."""
    from patogh.ideas.royalties.pdf import pdf_of

    found = reads.statement(request.member, _bounded(line_id))
    brand = pages.brand_for(request)
    body = pdf_of(found, request.member, brand.name if request.viewer.language == "fa" else brand.name_en or brand.name)
    return _file(body, "application/pdf", f"share-{line_id}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def agreement(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Show the newest agreement to its makers and the team; a POST is a maker's yes to the version that they read."""
    idea = one(visible(request.member), idea_id)
    found = idea.agreements.order_by("-version").first()
    creator = Creator.objects.filter(idea=idea, member=request.member, state="agreed").first()
    is_reader = creator is not None or is_team(request.member) or may(request.member, "money.pay")
    if found is None or not is_reader:
        raise NotFound
    refusal: PatoghError | None = None
    if request.method == "POST":
        try:
            sha256 = request.POST.get("sha256", "")
            accept_agreement(found, sha256=sha256, language=request.viewer.language, by=request.member)
        except AgreementChanged as error:
            refusal = error
        else:
            messages.success(request, _("You agreed. It is in force once every maker has."))
            return HttpResponseRedirect(reverse("idea_agreement", args=[idea.pk]))
    return answered(request, "agreement", _agreement(idea, found, creator), refusal)


def signed(money: Money, viewer: Viewer) -> str:
    """Return a sum with its sign before its digits, in lines that run from the right too: «−۱۴٬۸۰۰ ریال»."""
    said = money.format(viewer)
    digits, space, unit = said.partition(" ")
    return f"{ISOLATE}{digits}{END}{space}{unit}" if money.amount < 0 else said


def answered(
    request: HttpRequest, name: str, context: dict[str, Any], refusal: PatoghError | None = None
) -> HttpResponse:
    """Return a page of the makers' share with the words of its money and months; nobody keeps a copy."""
    viewer = pages.viewer_for(request)
    known = {
        "money": lambda amount, unit: signed(Money(amount, unit), viewer), "bps": lambda bps: share_words(bps, viewer),
        "month": lambda name: months.words(name, viewer), "refusal": refusal, "typed": request.POST, **context,
    }  # fmt: skip
    answer = pages.render(request, f"ideas/shares/{name}.html", known, status=refusal.status if refusal else 200)
    answer["Cache-Control"] = "no-store"
    return answer


def _agreement(idea: Idea, found: Agreement, creator: Creator | None) -> dict[str, Any]:
    makers = {row.pk: row for row in idea.creators.select_related("member")}
    given = {row.creator_id: row for row in found.acceptances.all()}
    parts = [(makers[part["creator"]], part["bps"], given.get(part["creator"])) for part in found.shares]
    is_asked = creator is not None and creator.pk in {part["creator"] for part in found.shares} - given.keys()
    return {
        "idea": idea, "agreement": found, "parts": parts, "is_asked": is_asked,
        "versions": list(idea.agreements.order_by("-version").values_list("version", "made_at", "in_force_at")[:20]),
    }  # fmt: skip


def _bounded(number: int) -> int:
    """Return a number that a column takes; raises NotFound."""
    if not 0 < number < 2**63:
        raise NotFound
    return number


def _file(body: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer

"""What the pages of the desk share: how a refusal keeps what was typed, and how forms are read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from patogh.ideas.errors import BothLanguages
from patogh.ideas.nouns import Said
from patogh.ideas.views.prices import amount_words
from patogh.ideas.views.reading_words import MOVE_WORDS, STATE_WORDS
from patogh.kit import persian
from patogh.kit.errors import Busy, Conflict, Forbidden, Invalid, PatoghError, TooLarge, TooMany
from patogh.looks import pages
from patogh.people.http import SignedInRequest
from patogh.people.queries import may

REFUSALS = (Invalid, Conflict, Forbidden, TooLarge, TooMany, Busy)


def page(
    request: SignedInRequest, name: str, context: dict[str, Any], refusal: PatoghError | None = None
) -> HttpResponse:
    """Return a page of the desk with the words of states and moves, and with the status of a refusal."""
    known = {
        "is_triage": may(request.member, "ideas.triage"), "is_rules": may(request.member, "ideas.rules"),
        "money": lambda amount, unit: amount_words(amount, unit, request.viewer),
        "STATES": STATE_WORDS, "MOVES": MOVE_WORDS, "typed": request.POST, "refusal": refusal, **context,
    }  # fmt: skip
    answer = pages.render(request, f"ideas/team/{name}.html", known, status=refusal.status if refusal else 200)
    answer["Cache-Control"] = "no-store"
    return answer


def done(request: HttpRequest, sentence: str, address: str) -> HttpResponse:
    """Say that something is done and lead on."""
    messages.success(request, sentence)
    return HttpResponseRedirect(address)


def refused(request: HttpRequest, refusal: PatoghError, address: str) -> HttpResponse:
    """Say what was refused on the page that one comes back to; a script gets the error itself."""
    if request.headers.get("HX-Request") == "true":
        raise refusal
    messages.error(request, str(refusal))
    return HttpResponseRedirect(address)


def number(typed: str | None) -> int | None:
    """Return a whole number in any digits, or None."""
    text = persian.digits_en(typed or "").strip().replace("٬", "").replace(",", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def clean(text: str | None) -> str:
    """Return words without what no column takes."""
    return (text or "").replace("\0", "").replace("\r\n", "\n").strip()


def said_of(typed: QueryDict, *, both: bool = True) -> Said:
    """Return what a form says with a move; raises BothLanguages where the public reason lacks a language."""
    said = Said(
        reason=clean(typed.get("reason")), reason_en=clean(typed.get("reason_en")), note=clean(typed.get("note"))
    )
    for name in ("reason", "reason_en"):
        if both and not said.get(name):
            raise BothLanguages(field=name)
    return said

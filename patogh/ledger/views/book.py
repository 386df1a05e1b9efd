"""The open book for people: its first page, a receipt, one line, the list, how it works, and the verifier to keep."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from patogh.kit import persian
from patogh.kit.errors import NotFound
from patogh.ledger import sentences, standalone, sums, verdicts
from patogh.ledger.labels import KINDS
from patogh.ledger.models import LogHead, Submission
from patogh.ledger.queries import pages as reads
from patogh.ledger.queries.book import current_log, proof_of
from patogh.ledger.queries.book import receipt as receipt_by_code
from patogh.ledger.queries.policy import needed, witness_names
from patogh.ledger.receipt_codes import TYPED_CHARS_MAX, code_of
from patogh.ledger.verify.packing import packed
from patogh.looks import pages

NUMBER_CHARS_MAX = 15


@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """Show the open book; a receipt code that was typed leads to its receipt, or is said to be none."""
    typed = request.GET.get("code", "")[: TYPED_CHARS_MAX + 1]
    if not typed:
        return page(request, "ledger/book.html", {"front": reads.front(), "issued": _issued(request)})
    code = code_of(typed)
    if code is not None:
        return HttpResponseRedirect(reverse("book_receipt", args=[code]))
    fault = _(
        "A receipt code has twelve letters and digits, like K7QF-2M8T-RX4C; there is no 0, 1, I, L, O or U in it."
    )
    return _book(request, typed, fault, 400)


@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Show where the line of a receipt stands. Whoever has the code may look; it opens nothing that is sealed."""
    plain = code_of(code)
    if plain is None:
        raise NotFound
    if plain != code:
        return HttpResponseRedirect(reverse("book_receipt", args=[plain]))
    try:
        found = receipt_by_code(plain)
    except NotFound:
        fault = _("No receipt has this code. Check it letter by letter against your page or your e-mail.")
        return _book(request, code, fault, 404)
    context = {"front": reads.front(), "issued": _issued(request), "typed": code, **standing(found.submission)}
    return page(request, "ledger/book.html", context)


@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """Show all lines, the newest first, of one kind where asked."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    log = current_log()
    found = reads.lines(log, below=_number(request.GET.get("below", "")), kind=kind) if log else None
    return page(request, "ledger/lines.html", {"found": found, "log": log, "kind": kind})


@require_safe
def line(request: HttpRequest, index: str) -> HttpResponse:
    """Show one line: its bytes, its fields in words, and its proof."""
    log, number = _at(index)
    if str(number) != index:
        return HttpResponseRedirect(reverse("book_line", args=[str(number)]))
    found = reads.line(log, number)
    context = {
        "line": found,
        "log": log,
        "fields": list(sentences.fields_of(found.entry)),
        "proof": reads.shown_proof(log, number),
    }
    return page(request, "ledger/line.html", context)


@require_safe
def line_file(_request: HttpRequest, index: str) -> HttpResponse:
    """Serve a line with its proof as a receipt file, without what only its owner may open."""
    log, number = _at(index)
    return receipt_file(reads.line(log, number).body, proof_of(number, log), [], f"line-{number}")


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """Say in a minute what the open book is, what it proves and what it does not."""
    front = reads.front()
    return page(
        request, "ledger/how.html", {"front": front, "liars": 2 * needed(len(front.outside)) - len(front.outside)}
    )


@require_safe
def balance(request: HttpRequest) -> HttpResponse:
    """Show the trial balance: the sums of all accounts by unit and class."""
    return page(request, "ledger/balance.html", {"sums": sums.by_unit(), "classes": sums.CLASSES})


@require_safe
def verifier(_request: HttpRequest) -> HttpResponse:
    """Serve the verifier as one file that works anywhere; its policy allows its own script and style and nothing else."""
    answer = HttpResponse(standalone.page())
    answer["Content-Security-Policy"] = f"{standalone.policy()}; frame-ancestors 'none'"
    answer["Cache-Control"] = "public, max-age=3600"
    answer["Content-Disposition"] = 'inline; filename="verify.html"'
    return answer


@require_safe
def program(_request: HttpRequest) -> HttpResponse:
    """Serve the verifier for the command line, packed from the sources that run here."""
    headers = {"Content-Type": "application/octet-stream", "Cache-Control": "public, max-age=3600"}
    headers["Content-Disposition"] = 'attachment; filename="patogh-verify.pyz"'
    return HttpResponse(_packed(), headers=headers)


@lru_cache(maxsize=1)
def _packed() -> bytes:
    return packed()


def page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return a page of this room with its words."""
    known = {
        "kinds": KINDS, "words": verdicts.words, "names": _names,
        "sentence": lambda entry: sentences.sentence_of(entry, pages.viewer_for(request)), **context,
    }  # fmt: skip
    return pages.render(request, name, known, status=status)


def standing(submission: Submission) -> dict[str, Any]:
    """Return what a page says of one submission: its line and proof as far as there are any."""
    number, log = submission.leaf, submission.log
    if number is None or log is None:
        return {"waiting": True}
    if submission.earlier:
        return {"earlier": submission.earlier, "number": number}
    proof = reads.shown_proof(log, number)
    return {"line": reads.line(log, number), "proof": proof, "waiting": proof is None}


def receipt_file(body: bytes, proof: str, openings: list[dict[str, str]], name: str) -> HttpResponse:
    """Return a receipt as the file that every verifier of ours reads."""
    said = {
        "format": "patogh-receipt/v1",
        "entry": base64.b64encode(body).decode(),
        "openings": openings,
        "proof": proof,
    }
    answer = JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'inline; filename="{name}.json"'
    answer["Cache-Control"] = "no-cache"
    return answer


def _book(request: HttpRequest, typed: str, fault: str, status: int) -> HttpResponse:
    context = {"front": reads.front(), "issued": _issued(request), "typed": typed.replace("\0", ""), "fault": fault}
    return page(request, "ledger/book.html", context, status)


def _issued(request: HttpRequest) -> list[str]:
    """Return what the house has given out, in words."""
    viewer = pages.viewer_for(request)
    return [sentences.amount_words(count, unit, viewer) for unit, count in reads.issued()]


def _names(language: str) -> dict[str, str]:
    """Return how people call each witness, by the name in the policy."""
    return {name: (one.label_en if language == "en" else one.label_fa) or name for name, one in witness_names().items()}


def _at(index: str) -> tuple[LogHead, int]:
    """Return the open log and the line's number; raises NotFound."""
    log, number = current_log(), _number(index)
    if log is None or number is None:
        raise NotFound
    return log, number


def _number(typed: str) -> int | None:
    """Return a whole number in any digits, or None."""
    plain = persian.digits_en(typed)
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= NUMBER_CHARS_MAX else None

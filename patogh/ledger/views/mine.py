"""What of the open book concerns oneself: receipts, points, and the files to keep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from patogh.kit.errors import NotFound
from patogh.kit.pages import Page
from patogh.ledger import sentences
from patogh.ledger.labels import Label, label_of
from patogh.ledger.models import Receipt
from patogh.ledger.queries import book as reads
from patogh.ledger.queries import money
from patogh.ledger.queries.pages import states_of
from patogh.ledger.receipt_codes import code_of
from patogh.ledger.views.book import page, receipt_file
from patogh.people.http import SignedInRequest, signed_in


@dataclass(frozen=True, slots=True)
class Kept:
    """One receipt as the list shows it; `state` is waiting, pending or witnessed, `earlier` the book before if it is there."""

    code: str
    label: Label
    at: datetime
    leaf: int | None
    state: str
    earlier: str


@require_safe
@signed_in
def my_book(request: SignedInRequest) -> HttpResponse:
    """Show one's receipts and points, each with its line and proof."""
    member = request.member
    found = reads.receipts_of(member, after=request.GET.get("after", ""))
    context = {
        "found": Page(_kept(found.items), found.next, found.previous), "points": money.points_of(member).balance,
        "statement": money.statement(member, after=request.GET.get("points")), "what": sentences.transfer_words,
    }  # fmt: skip
    answer = page(request, "ledger/my_book.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@signed_in
def my_book_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """Give one's points as CSV, the oldest first."""
    answer = StreamingHttpResponse(_with_mark(request), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="points.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@signed_in
def my_receipt(request: SignedInRequest, code: str) -> HttpResponse:
    """Give one's own receipt as a file: the line, its proof, and what only its owner can open."""
    found = reads.receipt(code_of(code) or "")
    proof = reads.proof_for(found.submission) if found.member_id == request.member.pk else None
    if proof is None:
        raise NotFound
    openings = [
        {"field": one.field, "value": one.value, "salt": bytes(one.salt).hex()}
        for one in reads.openings_of(found.submission)
        if one.member_id in {None, request.member.pk}
    ]
    answer = receipt_file(reads.body_of(found.submission), proof, openings, found.code)
    answer["Cache-Control"] = "no-store"
    return answer


def _kept(receipts: list[Receipt]) -> list[Kept]:
    states = states_of([receipt.submission for receipt in receipts])
    return [
        Kept(
            one.code, label_of(one.submission.kind), one.created_at, one.submission.leaf, states[one.submission_id],
            one.submission.earlier,
        )
        for one in receipts
    ]  # fmt: skip


def _with_mark(request: SignedInRequest) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    yield from (line.encode() for line in money.members_statement_csv(request.member))

"""The open book for programs: open to everybody without a token, as the book itself is."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import P, PathEx, Query
from pydantic import Field

from patogh.api import limits, queries
from patogh.api.v1.house import Doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes.book import BookLine, BookReceipt, ProvenLine, Seal
from patogh.api.v1.shapes.common import PageAsk, Rows
from patogh.kit.errors import NotFound
from patogh.kit.pages import BadCursor
from patogh.ledger.queries import pages as reads
from patogh.ledger.queries.book import current_log, proof_if_any
from patogh.ledger.receipt_codes import TYPED_CHARS_MAX, code_of

doors = Doors("book")
Index = PathEx[int, P(ge=0, le=limits.ID_MAX, example=0)]
Code = PathEx[str, P(min_length=1, max_length=TYPED_CHARS_MAX, example="K7QF-2M8T-RX4C")]
NUMBER_CHARS_MAX = 15


class LinesAsk(PageAsk):
    """Which lines."""

    kind: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9_.]*$")] = Field(
        "", description="Only of this type, for example “ballot.v1”."
    )


@doors.get("/book/checkpoint", Seal, None)
def read_checkpoint(request: HttpRequest) -> Any:  # noqa: ARG001 - ninja knows it by this name
    """Read the newest seal of the open book, with what witnesses signed under it."""
    return queries.seal_said()


@doors.get("/book/lines", Rows[BookLine], None)
def list_lines(request: HttpRequest, response: HttpResponse, ask: Query[LinesAsk]) -> Any:
    """List lines of the open book, the newest first; a page of a rare type may be short or empty and still have a next one."""
    log = current_log()
    if ask.after and (not ask.after.isdigit() or len(ask.after) > NUMBER_CHARS_MAX):
        raise BadCursor
    if log is None:
        return page(request, response, [], None)
    found = reads.lines(log, below=int(ask.after) if ask.after else None, kind=ask.kind, size=ask.limit)
    return page(request, response, [queries.line_said(one) for one in found.items], str(found.older or "") or None)


@doors.get("/book/lines/{index}", ProvenLine, None)
def read_line(request: HttpRequest, index: Index) -> Any:  # noqa: ARG001 - ninja knows it by this name
    """Read one line of the open book with its proof."""
    log = current_log()
    if log is None:
        raise NotFound
    return {**queries.line_said(reads.line(log, index)), "proof": proof_if_any(index, log)}


@doors.get("/book/receipts/{code}", BookReceipt, None)
def read_receipt(request: HttpRequest, code: Code) -> Any:  # noqa: ARG001 - ninja knows it by this name
    """Read where the line of a receipt stands; whoever has the code may look, and it opens nothing that is sealed."""
    plain = code_of(code)
    if plain is None:
        raise NotFound
    return queries.receipt_said(plain)

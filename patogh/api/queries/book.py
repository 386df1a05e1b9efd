"""The open book as the API says it: seals, lines, receipts."""

from __future__ import annotations

from typing import Any

from patogh.kit.errors import NotFound
from patogh.kit.tlog.tree import leaf_hash
from patogh.ledger.queries import book
from patogh.ledger.queries.pages import Line


def seal_said() -> dict[str, Any]:
    """Return the newest seal with what witnesses signed under it; raises NotFound before there is one."""
    seal = book.latest_checkpoint()
    if seal is None:
        raise NotFound
    return {
        "origin": seal.note.partition("\n")[0], "size": seal.size, "root": bytes(seal.root).hex(), "note": book.whole_note(seal).serialised(),
        "sealed_at": seal.sealed_at, "seen": seal.witnessed_count, "is_witnessed": seal.quorum_met,
    }  # fmt: skip


def line_said(line: Line) -> dict[str, Any]:
    """Return one line: its exact text and its hash."""
    return {
        "index": line.index, "kind": line.kind, "at": line.at, "text": line.body.decode(), "leaf_hash": line.leaf_hash.hex(),
    }  # fmt: skip


def receipt_said(code: str) -> dict[str, Any]:
    """Return what a receipt leads to; raises NotFound."""
    found = book.receipt(code).submission
    standing, body = book.standing_of(found), book.body_of(found)
    return {
        "state": standing.state, "seen": standing.seen, "needed": standing.k, "witnesses": standing.n, "index": found.leaf, "kind": found.kind,
        "text": body.decode(), "leaf_hash": leaf_hash(body).hex(), "proof": book.proof_for(found),
    }  # fmt: skip

"""The checks of c2sp.org/tlog-witness, in its order, and the cosignature at their end."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
import time
from collections.abc import Callable
from typing import Final

from patogh.kit.tlog.checkpoint import Checkpoint, parse_checkpoint
from patogh.kit.tlog.cosignature import CosignatureSigner, CosignatureVerifier
from patogh.kit.tlog.errors import TlogError
from patogh.kit.tlog.note import ED25519, Ed25519Verifier, Note, open_note, parse_vkey
from patogh.kit.tlog.tree import verify_consistency
from patogh.ledger.witness import limits
from patogh.ledger.witness.errors import Inconsistent, Refused, StoreFailed
from patogh.ledger.witness.evidence import Shelf, evidence_of
from patogh.ledger.witness.pace import Pace
from patogh.ledger.witness.store import Seen, Store
from patogh.ledger.witness.wire import Request, parse_request

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


class Witness:
    """A key, a memory and a shelf of evidence; `add_checkpoint` is safe between threads and processes."""

    def __init__(
        self,
        signer: CosignatureSigner,
        store: Store,
        shelf: Shelf,
        *,
        clock: Callable[[], float] = time.time,
        pace: Pace | None = None,
    ) -> None:
        self.store, self.shelf = store, shelf
        self._signer, self._clock = signer, clock
        self._pace = pace or Pace(limits.LOG_REQUESTS_PER_S)

    @property
    def vkey(self) -> str:
        """Return the public key by which others check the cosignatures."""
        return self._signer.vkey

    @property
    def name(self) -> str:
        """Return the name of the witness."""
        return self._signer.name

    def add_checkpoint(self, body: bytes) -> str:
        """Return the line of a cosignature over the checkpoint in an add-checkpoint body; raises Refused.

        When it returns, the checkpoint is on the disk as the newest one of its log.
        """
        request = parse_request(body)
        checkpoint, note = _read(request.note)
        keys = self.store.keys_of(checkpoint.origin)
        if not keys:
            raise Refused(404, f"this witness does not know the log {checkpoint.origin!r}")
        signed = signed_by(keys, note)
        self._pace.take(checkpoint.origin)
        if request.old_size > checkpoint.size:
            raise Refused(400, "the old size is larger than the checkpoint's")
        return self._cosigned(request, checkpoint, signed, body)

    def _cosigned(self, request: Request, checkpoint: Checkpoint, note: Note, body: bytes) -> str:
        seen: Seen | None = None
        try:
            with self.store.turn() as turn:
                seen = turn.seen(checkpoint.origin)
                _check_old_size(request, checkpoint, seen)
                _check_growth(request, checkpoint, seen)
                at = self._now(seen)
                line = self._signer.cosign(note.text, at)
                whole = note.with_signatures([line]).serialised()
                turn.put(Seen(checkpoint.origin, checkpoint.size, checkpoint.root, whole, at))
        except Inconsistent as refused:
            self._keep(checkpoint.origin, refused.sentence, body, seen)
            if refused.size is not None:
                raise Refused(409, refused.sentence, size=refused.size) from refused
            raise
        except sqlite3.Error as error:
            raise StoreFailed(f"the database did not take the new state: {error}") from error
        return line.line()

    def _now(self, seen: Seen | None) -> int:
        """Return the time to sign; a clock that went back signs nothing until it is past the last cosignature."""
        now = int(self._clock())
        behind = seen.at - now if seen else 0
        if behind > limits.CLOCK_BEHIND_S_MAX:
            sys.stderr.write(f"alarm: the clock is {behind} s behind the last cosignature; set it right\n")
        if behind > 0:
            raise Refused(503, f"the witness's clock is {behind} s behind its last cosignature", retry_s=behind)
        return now

    def _keep(self, origin: str, why: str, body: bytes, seen: Seen | None) -> None:
        kept = self.shelf.keep(evidence_of(int(self._clock()), origin, why, body, seen))
        place = "see `evidence`" if kept else "its place is full, not kept"
        sys.stderr.write(f"alarm: {origin} signed a checkpoint that was refused: {why} ({place})\n")


def verifier_of(vkey: str) -> Ed25519Verifier | CosignatureVerifier:
    """Return what checks a log's signatures: plain Ed25519, or a cosignature's form where the log signs so."""
    key = parse_vkey(vkey)
    return Ed25519Verifier(key) if key.kind == ED25519 else CosignatureVerifier(key)


def signed_by(vkeys: list[str], note: Note) -> Note:
    """Return the note with the log's own signatures only; raises Refused (403) when there is none or one is bad."""
    verifiers = [verifier_of(vkey) for vkey in vkeys]
    known = {(verifier.name, verifier.key_id) for verifier in verifiers}
    lines = [(line.name, line.key_id) for line in note.signatures if (line.name, line.key_id) in known]
    if len(lines) > len(set(lines)):
        raise Refused(403, "one key signed the checkpoint twice")
    try:
        return open_note(note, verifiers)
    except TlogError as error:
        raise Refused(403, f"the checkpoint is not signed as this witness expects: {error}") from error


def _read(raw: bytes) -> tuple[Checkpoint, Note]:
    try:
        return parse_checkpoint(raw)
    except TlogError as error:
        raise Refused(400, f"the checkpoint cannot be read: {error}") from error


def _check_old_size(request: Request, checkpoint: Checkpoint, seen: Seen | None) -> None:
    """Compare and refuse to swap: 409 with the size we hold. Two roots of one size are evidence besides."""
    size = seen.size if seen else 0
    if request.old_size == size:
        return
    if seen and checkpoint.size == size and checkpoint.root != seen.root:
        raise Inconsistent("two roots of one size", size=size)
    raise Refused(409, f"the newest cosigned size is {size}", size=size)


def _check_growth(request: Request, checkpoint: Checkpoint, seen: Seen | None) -> None:
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise Inconsistent("an empty log has the hash of nothing as its root")
    if request.old_size == 0:
        if request.proof:
            raise Inconsistent("a proof from size 0 has no lines")
        if seen and checkpoint.size == 0 and checkpoint.root != seen.root:
            raise Inconsistent("two roots of one size")
        return
    root = seen.root if seen else EMPTY_ROOT
    if checkpoint.size == request.old_size and checkpoint.root != root:
        raise Inconsistent("two roots of one size")
    try:
        verify_consistency(request.old_size, checkpoint.size, list(request.proof), root, checkpoint.root)
    except TlogError as error:
        raise Inconsistent(f"the new tree does not contain the old one: {error}") from error

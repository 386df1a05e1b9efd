"""The log as it lies in the database, read again from its rows: bundles, tiles, seals, submissions, openings.

The anchor is outside the rows: the key file that signs, and the head file, which only grows. Whoever changes rows and
has neither is found, whatever else they make fit; entries that no seal covers yet are held by their submissions only.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from patogh.kit.tlog import note as notes
from patogh.kit.tlog import tiles
from patogh.kit.tlog.checkpoint import Checkpoint, parse_checkpoint
from patogh.kit.tlog.cosignature import CosignatureVerifier
from patogh.kit.tlog.errors import BadEntry, TlogError
from patogh.kit.tlog.note import Ed25519Verifier
from patogh.kit.tlog.tree import Frontier, leaf_hash
from patogh.ledger import schemas
from patogh.ledger.actions.book import content_hash
from patogh.ledger.errors import LogStopped, NotForTheBook
from patogh.ledger.findings import Finding
from patogh.ledger.models import Cosignature, LogBundle, LogHead, LogKey, Opening, SealedCheckpoint, Submission
from patogh.ledger.queries.tiles import TileReader, bundle
from patogh.ledger.schemas.sealed import sealed_in, without
from patogh.ledger.signing import files
from patogh.ledger.verify.errors import CannotRead
from patogh.ledger.verify.log import read_through
from patogh.ledger.verify.patterns import matching
from patogh.ledger.verify.report import Report

WAITING_STEP: Final = 500
SEALED_STEP: Final = 200


@dataclass(frozen=True)
class Rows:
    """The tables of a log as a source of its files, for the very verifier that strangers use."""

    log_id: int

    @property
    def name(self) -> str:
        """Return how the source is called in a sentence."""
        return f"log {self.log_id} in the database"

    def read(self, path: str, _limit_bytes: int) -> bytes | None:
        """Return a tile or a bundle as it would be published; None where no row gives it."""
        level, number, width = tiles.parse_tile_path(path)
        try:
            if level == "entries":
                return bundle(self.log_id, number, width)
            return TileReader(self.log_id)(level, number, width)
        except TlogError:
            return None

    def paths(self) -> Iterator[str]:
        """Yield nothing: each row is asked for by its place."""
        return iter(())


def reread() -> list[Finding]:
    """Return what is found of every log: its tree (L1), its seals (L2), its submissions (L3) and openings (L4)."""
    found = Findings()
    for log in LogHead.objects.order_by("pk"):
        _Log(log, found).read()
    for some in _waiting():
        openings = _openings(some)
        for submission in some:
            for path in found.hold(submission, bytes(submission.body), openings.get(submission.pk, {})):
                found.openings.blame(f"{submission.pk.hex} {path}: gone, and it has no line yet")
    return [found.tree, found.seals, found.submissions, found.openings]


@dataclass
class Findings:
    """The four questions asked of the rows."""

    tree: Finding = field(
        default_factory=lambda: Finding("L1", "bundles and tiles give the root of the log, and its entries replay")
    )
    seals: Finding = field(
        default_factory=lambda: Finding("L2", "each seal is signed, fits the entries, and was cosigned as it says")
    )
    submissions: Finding = field(
        default_factory=lambda: Finding("L3", "each submission stands in its line, with its id, type and content")
    )
    openings: Finding = field(
        default_factory=lambda: Finding("L4", "what opens a commitment fits it, and is gone only where it was erased")
    )

    def hold(self, submission: Submission, body: bytes, opened: dict[str, tuple[str, bytes]]) -> list[str]:
        """Hold a submission and its openings against the bytes of its entry; returns the commitments nothing opens."""
        self.submissions.checked += 1
        try:
            entry = json.loads(body) if matching(body) else schemas.check(body)
        except BadEntry as error:
            self.submissions.blame(f"submission {submission.pk.hex}: {error}")
            return []
        sealed = sealed_in(entry)
        same = (entry["id"], entry["t"]) == (submission.pk.hex, submission.kind)
        if not same or bytes(submission.content_hash) not in _hashes(entry, sealed):
            self.submissions.blame(f"submission {submission.pk.hex}")
        for path, (value, salt) in opened.items():
            self.openings.checked += 1
            if sealed.pop(path, None) != schemas.commit(entry["t"], path, value, salt):
                self.openings.blame(f"{submission.pk.hex} {path}")
        return sorted(sealed)


@dataclass
class _Log:
    """One log, read from its first bundle to its last, once."""

    head: LogHead
    found: Findings
    erased: set[int] = field(default_factory=set)
    bare: dict[int, str] = field(default_factory=dict)

    def read(self) -> None:
        """Hold everything against everything."""
        frontier = self._frontier()
        if frontier is None:
            self.found.tree.blame(f"{self.head.origin}: the frontier does not belong to {self.head.size} entries")
            return
        report = Report(self.head.origin)
        try:
            read_through(Rows(self.head.pk), Checkpoint(self.head.origin, frontier.size, frontier.root()), report)
        except CannotRead as error:
            self.found.tree.blame(error)
        self.found.tree.checked += report.size
        for claim in report.wrong:
            self.found.tree.blame(claim.say("en"))
        seals, grown = deque(self._seals()), Frontier()
        for number, body in self._bundles():
            self._walk(number, body, seals, grown)
        for one in seals:
            self.found.seals.blame(f"seal at {one.size}: there are not so many entries")
        self._hold_head()
        self._hold_erased()

    def _frontier(self) -> Frontier | None:
        kept = bytes(self.head.frontier)
        try:
            return Frontier.from_state(self.head.size, [kept[at : at + 32] for at in range(0, len(kept), 32)])
        except TlogError:
            return None

    def _bundles(self) -> Iterator[tuple[int, list[bytes]]]:
        for number in range(-(-self.head.size // tiles.WIDTH)):
            width = min(tiles.WIDTH, self.head.size - number * tiles.WIDTH)
            try:
                yield number, tiles.entries_of(bundle(self.head.pk, number, width), width)
            except TlogError as error:
                self.found.tree.blame(f"{self.head.origin}: {error}")
                return
        if LogBundle.objects.filter(log=self.head, number__gte=-(-self.head.size // tiles.WIDTH)).exists():
            self.found.tree.blame(f"{self.head.origin}: there are bundles beyond its end")

    def _walk(self, number: int, entries: list[bytes], seals: deque[SealedCheckpoint], grown: Frontier) -> None:
        """Hold the submissions of one bundle, and the seals that end in it."""
        first = number * tiles.WIDTH
        rows = Submission.objects.filter(log=self.head, leaf__gte=first, leaf__lt=first + tiles.WIDTH)
        known = {one.leaf: one for one in rows}
        openings = _openings(list(known.values()))
        for leaf, body in enumerate(entries, first):
            grown.append(leaf_hash(body))
            while seals and seals[0].size <= grown.size:
                self._hold_seal(seals.popleft(), grown)
            self._hold_line(leaf, body, known.pop(leaf, None), openings)
        for stray in known.values():
            self.found.submissions.blame(f"submission {stray.pk.hex} has no line")

    def _hold_line(self, leaf: int, body: bytes, submission: Submission | None, openings: Any) -> None:
        """Hold one line of the log against the submission it comes from; those of a closed log may have moved on."""
        if submission is None:
            if self.head.state == "open":
                self.found.submissions.blame(f"line {leaf} comes from no submission")
            return
        if submission.body or submission.state != "sequenced":
            self.found.submissions.blame(f"submission {submission.pk.hex} waits, and has a line")
        for path in self.found.hold(submission, body, openings.get(submission.pk, {})):
            self.bare[leaf] = path
        if submission.kind == "erasure.performed.v1":
            self.erased.update(json.loads(body)["leaves"])

    def _hold_erased(self) -> None:
        """Say which openings are gone although no erasure names their line; erasures do not reach back to closed logs."""
        if self.head.state == "open":
            for leaf in sorted(self.bare.keys() - self.erased):
                self.found.openings.blame(f"line {leaf} {self.bare[leaf]}: gone, and no erasure names it")

    def _seals(self) -> Iterator[SealedCheckpoint]:
        rows = SealedCheckpoint.objects.filter(log=self.head).order_by("size").prefetch_related("cosignatures__witness")
        return rows.iterator(chunk_size=SEALED_STEP)

    def _hold_seal(self, seal: SealedCheckpoint, grown: Frontier) -> None:
        """Hold one seal against the entries below it, the keys of the log, and its witnesses."""
        self.found.seals.checked += 1
        wanted = (self.head.origin, grown.size, grown.root())
        try:
            checkpoint, note = parse_checkpoint(seal.note)
            signed = notes.open_note(note, [Ed25519Verifier(vkey) for vkey in self._keys()])
            if not signed.signatures:
                raise BadEntry("none of the log's keys has signed it")
            for row in seal.cosignatures.all():
                _hold_cosignature(row, note.text)
        except (TlogError, ValueError) as error:
            self.found.seals.blame(f"seal at {seal.size}: {error}")
            return
        told = {(checkpoint.origin, checkpoint.size, checkpoint.root), (checkpoint.origin, seal.size, bytes(seal.root))}
        if told != {wanted}:
            self.found.seals.blame(f"seal at {seal.size}: it does not fit the entries")
        if len(_names(seal)) < seal.witnessed_count:
            self.found.seals.blame(f"seal at {seal.size}: cosignatures are missing")

    def _keys(self) -> list[str]:
        return list(LogKey.objects.filter(log=self.head).values_list("vkey", flat=True))

    def _hold_head(self) -> None:
        """Hold an open log against what lies outside the rows: the key that signs, and the head file."""
        newest = SealedCheckpoint.objects.filter(log=self.head).order_by("-size").first()
        if (newest.size if newest else 0) != self.head.signed_size:
            self.found.seals.blame(
                f"{self.head.origin}: {self.head.signed_size} entries were signed, and no seal says so"
            )
        if self.head.state != "open":
            return
        try:
            signer, known = files.signer(), files.head()
            if newest and signer is None:
                self.found.seals.blame("the key file is gone")
            if newest and signer:
                notes.open_note(newest.note, [Ed25519Verifier(signer.vkey)])
        except (LogStopped, TlogError) as error:
            self.found.seals.blame(f"the newest seal is not of the key file: {error}")
            return
        shown = (newest.size, bytes(newest.root)) if newest else (0, b"")
        if known and known.origin == self.head.origin and (known.size, known.root) != shown:
            self.found.seals.blame(f"the head file says {known.size} entries, the newest seal {shown[0]}")


def _hold_cosignature(row: Cosignature, text: str) -> None:
    """Raise unless a witness's line is its signature under a seal, at the time that stands beside it."""
    signed = notes.Note(text, tuple(notes.parse_signatures(row.line)))
    if CosignatureVerifier(row.witness.vkey).verify(signed) != row.timestamp:
        raise BadEntry(f"the time of {row.witness.name} is another")


def _names(seal: SealedCheckpoint) -> set[str]:
    return {row.witness.name for row in seal.cosignatures.all() if not row.witness.is_ours}


def _hashes(entry: dict[str, Any], sealed: dict[str, str]) -> Iterator[bytes]:
    """Yield the hashes that the content of an entry may have: callers leave secret fields out, or give them as None."""
    public = {name: value for name, value in entry.items() if name not in {"id", "t", "at"}}
    for as_none in (False, True):
        try:
            yield content_hash(entry["t"], without(public, sealed, as_none=as_none), sorted(sealed))
        except NotForTheBook:
            continue


def _waiting() -> Iterator[list[Submission]]:
    """Yield what waits for its line."""
    rows, last = Submission.objects.filter(state="waiting").order_by("pk"), None
    while some := list((rows.filter(pk__gt=last) if last else rows)[:WAITING_STEP]):
        yield some
        last = some[-1].pk


def _openings(some: list[Submission]) -> dict[Any, dict[str, tuple[str, bytes]]]:
    """Return values and salts of some submissions, by submission and field."""
    found: dict[Any, dict[str, tuple[str, bytes]]] = {}
    rows = Opening.objects.filter(submission__in=[one.pk for one in some])
    for submission, path, value, salt in rows.values_list("submission_id", "field", "value", "salt"):
        found.setdefault(submission, {})[path] = (value, bytes(salt))
    return found

"""What is known of the log: its seals, its receipts, and the proof and the standing of every entry."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from patogh.kit.errors import NotFound
from patogh.kit.pages import Order, Page, paged
from patogh.kit.tlog import note as notes
from patogh.kit.tlog import tiles
from patogh.kit.tlog.note import Note
from patogh.kit.tlog.proof import TlogProof
from patogh.ledger import schemas
from patogh.ledger.errors import NotWitnessedYet
from patogh.ledger.models import Cosignature, LogHead, Opening, Receipt, SealedCheckpoint, Submission, Witness
from patogh.ledger.queries.policy import needed, witnesses
from patogh.ledger.queries.tiles import TileReader, entry_at
from patogh.people.models import Member

RECEIPTS_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an entry has come: "waiting" for its leaf, "pending" for witnesses, or "witnessed" by a quorum.

    `seen` of `n` independent witnesses have cosigned the seal that says most for it; `k` are needed.
    """

    state: str
    seen: int
    k: int
    n: int
    checkpoint: SealedCheckpoint | None = None
    witnessed_at: dt.datetime | None = None


def current_log() -> LogHead | None:
    """Return the log that is open, or None in a house where nothing was entered yet."""
    return LogHead.objects.filter(state="open").first()


def latest_checkpoint(log: LogHead | None = None, *, witnessed: bool = False) -> SealedCheckpoint | None:
    """Return the newest seal of a log (the open one), or the newest that a quorum has seen."""
    log = log or current_log()
    found = SealedCheckpoint.objects.filter(log=log, **({"quorum_met": True} if witnessed else {}))
    return found.order_by("-size").first() if log else None


def covering(log_id: int, leaf: int) -> SealedCheckpoint | None:
    """Return the seal that says most for an entry: the newest one that a quorum has seen, else the newest one."""
    found = SealedCheckpoint.objects.filter(log=log_id, size__gt=leaf).order_by("-size")
    return found.filter(quorum_met=True).first() or found.first()


def whole_note(checkpoint: SealedCheckpoint) -> Note:
    """Return a seal with the newest cosignature of each witness under it."""
    newest = Cosignature.objects.filter(checkpoint=checkpoint, witness=OuterRef("pk")).order_by("-timestamp")
    signed = Witness.objects.annotate(line=Subquery(newest.values("line")[:1])).exclude(line=None).order_by("pk")
    given = [signature for line in signed.values_list("line", flat=True) for signature in notes.parse_signatures(line)]
    return notes.parse(checkpoint.note).with_signatures(given)


def proof_of(leaf: int, log: LogHead | None = None) -> str:
    """Return the .tlog-proof of an entry; raises NotFound where no seal covers it yet."""
    found = proof_if_any(leaf, log)
    if found is None:
        raise NotFound
    return found


def proof_if_any(leaf: int, log: LogHead | None = None) -> str | None:
    """Return the .tlog-proof of an entry, or None as long as no seal covers it."""
    log = log or current_log()
    checkpoint = covering(log.pk, leaf) if log and leaf >= 0 else None
    if log is None or checkpoint is None:
        return None
    hashes = tiles.inclusion(leaf, checkpoint.size, TileReader(log.pk, leaf, checkpoint.size))
    return TlogProof(leaf, tuple(hashes), whole_note(checkpoint).serialised()).serialised()


def body_of(submission: Submission) -> bytes:
    """Return the exact bytes of an entry, wherever it has come to."""
    if submission.leaf is None or submission.log_id is None:
        return bytes(submission.body)
    return entry_at(submission.log_id, submission.leaf)


def proof_for(submission: Submission) -> str | None:
    """Return the .tlog-proof of a submission, or None as long as it waits for its leaf or for a seal."""
    return proof_if_any(submission.leaf, submission.log) if submission.leaf is not None else None


def openings_of(submission: Submission) -> list[Opening]:
    """Return what opens the commitments of an entry, as far as nothing was erased."""
    return list(submission.openings.order_by("field"))


def standing_of(submission: Submission) -> Standing:
    """Return how far an entry has come."""
    count = len(witnesses(counting=True))
    k = needed(count)
    if submission.leaf is None or submission.log_id is None:
        return Standing("waiting", 0, k, count)
    checkpoint = covering(submission.log_id, submission.leaf)
    if checkpoint is None:
        return Standing("waiting", 0, k, count)
    state = "witnessed" if checkpoint.quorum_met else "pending"
    return Standing(state, checkpoint.witnessed_count, k, count, checkpoint, checkpoint.witnessed_at)


def needs_witness(kind: str) -> bool:
    """Tell whether entries of a type count only once a quorum has seen them: results, royalty closes, payouts."""
    return kind in schemas.WITNESSED_FIRST


def require_witnessed(submission: Submission) -> Standing:
    """Return the standing of an entry that a quorum has seen; raises NotWitnessedYet otherwise: it fails closed."""
    submission = Submission.objects.get(pk=submission.pk)
    standing = standing_of(submission)
    if standing.state != "witnessed":
        raise NotWitnessedYet(k=standing.seen, n=standing.k)
    return standing


def receipt(code: str) -> Receipt:
    """Return a receipt with its submission by its exact code; raises NotFound."""
    found = Receipt.objects.select_related("submission", "submission__log").filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def receipts_of(member: Member, *, after: str = "", before: str = "") -> Page[Receipt]:
    """Return a page of a member's receipts, the newest first."""
    found = Receipt.objects.filter(member=member).select_related("submission__log")
    return paged(found, Order("id"), after=after, before=before, size=RECEIPTS_A_PAGE)


def submission_of(key: str) -> Submission | None:
    """Return what was entered under an idempotency key, or None."""
    return Submission.objects.filter(key=key).first()

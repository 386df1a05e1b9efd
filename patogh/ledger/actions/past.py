"""Writing the past of a book at once: the demo's year, with the same rows, seals and proofs as a year of running.

A running house never calls this: its facts come one by one, and its witnesses answer by themselves.
"""

from __future__ import annotations

import datetime as dt
import secrets as random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.utils import timezone

from patogh.activity import upkeep
from patogh.activity.bulk import insert_objects
from patogh.kit.ids import uuid7
from patogh.kit.tlog import note as notes
from patogh.kit.tlog.checkpoint import Checkpoint
from patogh.kit.tlog.cosignature import CosignatureSigner
from patogh.ledger.actions.book import SALT_BYTES, Secret, _body, content_hash, receipt_code
from patogh.ledger.actions.enlisting import Described, enlist
from patogh.ledger.actions.sealing import _keep_seal, _publish, signers
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.actions.sights import keep_answers
from patogh.ledger.models import LogHead, Opening, Receipt, SealedCheckpoint, Submission, Witness
from patogh.ledger.queries.book import current_log, latest_checkpoint
from patogh.ledger.queries.tiles import frontier_of
from patogh.ledger.signing import files, publishing
from patogh.ledger.signing.witnesses import Answer
from patogh.people.models import Member


@contextmanager
def moment(at: dt.datetime) -> Iterator[None]:
    """Let the house's clock stand at a moment while its past is written; only where nothing else runs."""
    with patch.object(timezone, "now", lambda: at):
        yield


@upkeep
def enlist_past(said: Described) -> Witness:
    """Write a witness of the past; call it within `moment`."""
    return enlist(said)


@dataclass(frozen=True, slots=True)
class PastLine:
    """One fact of the past: what `actions.book.enter` takes, and when it was."""

    kind: str
    fields: Mapping[str, Any]
    key: str
    at: dt.datetime
    subject: tuple[str, str]
    secrets: Mapping[str, Secret]
    owner: Member | None = None


def enter_past(lines: Sequence[PastLine]) -> None:
    """Have many facts entered at once, each under a new key: the same rows as `actions.book.enter` would write.

    Call it inside an upkeep.
    """
    made, openings, receipts = [], [], []
    for line in lines:
        identifier = uuid7()
        salts = {path: random.token_bytes(SALT_BYTES) for path in line.secrets}
        entry = {"at": int(line.at.timestamp()), **line.fields, "id": identifier.hex, "t": line.kind}
        submission = Submission(
            id=identifier, key=line.key, kind=line.kind, body=_body(line.kind, entry, line.secrets, salts),
            content_hash=content_hash(line.kind, line.fields, line.secrets), subject_kind=line.subject[0],
            subject_id=line.subject[1], created_at=line.at,
        )  # fmt: skip
        made.append(submission)
        openings += [
            Opening(submission=submission, field=path, value=secret.value, salt=salts[path], member=secret.of)
            for path, secret in line.secrets.items()
        ]
        if line.owner is not None:
            receipts.append(
                Receipt(code=receipt_code(), submission=submission, member=line.owner, created_at=line.at)
            )  # fmt: skip
    for rows in (made, openings, receipts):
        insert_objects(rows)


def seal_past(cosigners: Mapping[int, CosignatureSigner], at: dt.datetime) -> SealedCheckpoint | None:
    """Sequence what waits and seal it as of a moment, seen by these witnesses (by their keys in the table)."""
    while append_waiting():
        pass
    log = current_log()
    if log is None or log.size <= log.signed_size:
        return None
    frontier = frontier_of(log)
    checkpoint = Checkpoint(log.origin, frontier.size, frontier.root())
    note = notes.sign_note(checkpoint.text(), *signers(log, at)).serialised()
    row = _keep_seal(log.pk, checkpoint, note, at)
    rows = Witness.objects.in_bulk(list(cosigners))
    seen = int(at.timestamp()) + 2
    answers = [Answer(rows[pk], signature=signer.cosign(checkpoint.text(), seen)) for pk, signer in cosigners.items()]
    with moment(at + dt.timedelta(seconds=3)):
        return keep_answers(row.pk, answers, at + dt.timedelta(seconds=3))


def publish_past() -> None:
    """Write the head file and the published folder of what was sealed last."""
    log = current_log()
    row = latest_checkpoint(log)
    if log is None or row is None:
        return
    files.keep_head(Checkpoint(log.origin, row.size, bytes(row.root)))
    publishing.publish_tiles(LogHead.objects.get(pk=log.pk), row.size)
    _publish(log, row)

"""Writing the past of a book at once: the demo's year, with the same rows, seals and proofs as a year of running.

A running house never calls this: its facts come one by one, and its witnesses answer by themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from unittest.mock import patch

from django.utils import timezone

from patogh.activity import upkeep
from patogh.kit.tlog import note as notes
from patogh.kit.tlog.checkpoint import Checkpoint
from patogh.kit.tlog.cosignature import CosignatureSigner
from patogh.ledger.actions.enlisting import Described, enlist
from patogh.ledger.actions.sealing import _keep_seal, _publish, signers
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.actions.sights import keep_answers
from patogh.ledger.models import LogHead, SealedCheckpoint, Witness
from patogh.ledger.queries.book import current_log, latest_checkpoint
from patogh.ledger.queries.tiles import frontier_of
from patogh.ledger.signing import files, publishing
from patogh.ledger.signing.witnesses import Answer


@contextmanager
def moment(at: dt.datetime) -> Iterator[None]:
    """Let the house's clock stand at a moment while its past is written; only where nothing else runs."""
    with patch.object(timezone, "now", lambda: at):
        yield


@upkeep
def enlist_past(said: Described) -> Witness:
    """Write a witness of the past; call it within `moment`."""
    return enlist(said)


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

"""What witnesses answered: their cosignatures, and when they were last seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from patogh.activity import upkeep
from patogh.kit.tlog.cosignature import timestamp_of
from patogh.ledger import limits
from patogh.ledger.models import Cosignature, SealedCheckpoint, Witness
from patogh.ledger.queries.book import whole_note
from patogh.ledger.queries.policy import policy, witnesses
from patogh.ledger.signing.witnesses import Answer


@upkeep
def keep_answers(checkpoint_id: int, answers: Sequence[Answer], now: dt.datetime) -> SealedCheckpoint:
    """Write down cosignatures and sights, and whether the quorum is met; returns the seal as it is now."""
    row = SealedCheckpoint.objects.select_related("log").get(pk=checkpoint_id)
    Cosignature.objects.bulk_create(
        [
            Cosignature(checkpoint=row, witness=one.witness, timestamp=one.timestamp, line=one.signature.line())
            for one in answers
            if one.signature is not None
        ],
        ignore_conflicts=True,
    )
    for one in answers:
        _keep_sight(one, row.size, now)
    _keep_standing(row, now)
    return row


def _keep_sight(answer: Answer, size: int, now: dt.datetime) -> None:
    """Write down what became of asking one witness."""
    found = Witness.objects.filter(pk=answer.witness.pk)
    if answer.signature is not None:
        seen = min(dt.datetime.fromtimestamp(timestamp_of(answer.signature.raw), dt.UTC), now)
        found.update(asked_at=now, last_seen_at=seen, last_size=size, last_error="")
    else:
        found.update(asked_at=now, last_error=answer.error[: limits.WITNESS_ERROR_CHARS_MAX] or "it did not answer")
        if answer.known_size is not None and answer.known_size <= size:
            found.update(last_size=answer.known_size)


def _keep_standing(row: SealedCheckpoint, now: dt.datetime) -> None:
    """Judge the seal by the policy of now; a seal that was witnessed stays so."""
    verdict = policy(row.log).check(whole_note(row), now=int(timezone.now().timestamp()))
    met = row.quorum_met or (verdict.quorum_met and verdict.n > 0)
    row.witnessed_count = max(row.witnessed_count, verdict.witnessed)
    row.witnessed_at = now if met and verdict.witnessed else row.witnessed_at
    row.quorum_met = met
    row.save(update_fields=["witnessed_count", "quorum_met", "witnessed_at"])


def silent(now: dt.datetime) -> list[Witness]:
    """Return the counting witnesses that were not seen for hours, or whose last answer was no cosignature."""
    since = now - dt.timedelta(seconds=limits.WITNESS_SILENT_S)
    return [one for one in witnesses(counting=True) if one.last_seen_at is None or one.last_seen_at < since]

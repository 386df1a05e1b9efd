"""A request that comes again with its Idempotency-Key gets its first answer, whatever happened on the way.

The answer is written in the transaction of the effect: either both are there or neither. Only what succeeded is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from patogh.activity import upkeep
from patogh.api import limits
from patogh.api.errors import ChangedSince, KeyUsedOtherwise
from patogh.api.models import KeptAnswer


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: status, the headers worth keeping, the body."""

    status: int
    headers: dict[str, str]
    body: str
    again: bool = False


class NothingDone(Exception):
    """Carries an answer out of a transaction that is to be rolled back."""

    def __init__(self, said: Said) -> None:
        super().__init__()
        self.said = said


def once(member_id: int, key: str, digest: str, do: Callable[[], Said]) -> Said:
    """Do what is asked once for this key; raises KeyUsedOtherwise when the key came with another request before."""
    try:
        return _once(member_id, key, digest, do)
    except NothingDone as refused:
        return refused.said


@upkeep
def _once(member_id: int, key: str, digest: str, do: Callable[[], Said]) -> Said:
    """Take the key first: on PostgreSQL a second request with it waits here until the first is committed or gone."""
    row, is_new = KeptAnswer.objects.get_or_create(
        member_id=member_id, key=key, defaults={"digest": digest, "kept_at": timezone.now()}
    )
    if not is_new:
        if row.digest != digest:
            raise KeyUsedOtherwise
        return Said(row.status, row.headers, row.body, again=True)
    said = do()
    if not 200 <= said.status < 300:
        raise NothingDone(said)
    KeptAnswer.objects.filter(pk=row.pk).update(status=said.status, headers=said.headers, body=said.body)
    return said


def matched(holds: Callable[[], bool], do: Callable[[], Said]) -> Said:
    """Do what is asked while a condition holds, both behind the door; raises ChangedSince when it does not.

    What would be refused anyway is refused as ever: a condition counts only for what would succeed (RFC 9110, 13.2.1).
    """
    try:
        return _matched(holds, do)
    except NothingDone as refused:
        return refused.said


@upkeep
def _matched(holds: Callable[[], bool], do: Callable[[], Said]) -> Said:
    held, said = holds(), do()
    if not 200 <= said.status < 300:
        raise NothingDone(said)
    if not held:
        raise ChangedSince  # and so what was done is rolled back
    return said


@upkeep
def forget_answers() -> int:
    """Throw away answers that are older than ANSWERS_KEPT_H hours."""
    before = timezone.now() - dt.timedelta(hours=limits.ANSWERS_KEPT_H)
    old = list(KeptAnswer.objects.filter(kept_at__lt=before).order_by("kept_at").values_list("pk", flat=True)[:5_000])
    KeptAnswer.objects.filter(pk__in=old).delete()
    return len(old)

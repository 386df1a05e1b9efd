"""Erasing somebody from the open book: what opens their commitments goes, the entries and every proof stay."""

from __future__ import annotations

import hashlib

from patogh.activity import upkeep
from patogh.ledger import limits
from patogh.ledger.actions.book import enter
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.models import Opening, Receipt, Submission
from patogh.people.models import Member


@upkeep
def forget(member: Member, pseudonym: str) -> int:
    """Delete values and salts of a member's commitments and unlink their receipts; returns how many entries it met.

    What happened is entered as `erasure.performed.v1` with the numbers of the entries only. Safe to repeat, and to
    replay after a backup was restored.
    """
    while Submission.objects.filter(state="waiting", openings__member=member).exists() and append_waiting():
        pass
    met = Submission.objects.filter(openings__member=member, state="sequenced", log__state="open")
    leaves = sorted({leaf for leaf in met.values_list("leaf", flat=True) if leaf is not None})
    Opening.objects.filter(member=member).delete()
    Receipt.objects.filter(member=member).update(member=None)
    most = limits.ERASED_LEAVES_PER_ENTRY_MAX
    parts = [leaves[start : start + most] for start in range(0, len(leaves), most)]
    mark = hashlib.sha256(f"{pseudonym}:{leaves}".encode()).hexdigest()[:32]
    for number, part in enumerate(parts, 1):
        fields = {"leaves": part, "part": number, "parts": len(parts)}
        enter("erasure.performed.v1", fields, key=f"erasure:{mark}:{number}")
    return len(leaves)

"""The one change that a consent may see: an erasure empties what proved it."""

from __future__ import annotations

from patogh.activity import upkeep
from patogh.activity.road import erasing
from patogh.people.models import Consent


@upkeep
def blank_evidence(identities: list[int]) -> None:
    """Empty the evidence of what these identities said; the rows stay, under the pseudonym of who said them."""
    with erasing():
        for start in range(0, len(identities), 400):
            Consent.objects.filter(identity_id__in=identities[start : start + 400]).update(evidence={})

"""What an erasure takes here beyond traits, notes, pledges and looks: words about merges, and what files said before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from django.db.models import Q

from patogh.activity import upkeep
from patogh.persons.models import Brought, Merge

_STEP: Final = 400


@upkeep
def forget_merges(persons: Collection[UUID]) -> None:
    """Empty what was written about merges of persons of whom nothing is left."""
    rows = Merge.objects.filter(Q(kept_id__in=persons) | Q(folded_id__in=persons))
    rows.update(reason="", undo_reason="", survivors={})


@upkeep
def forget_brought(identities: Sequence[int]) -> None:
    """Forget which files named these identities, and what a source had said of them before."""
    for at in range(0, len(identities), _STEP):
        Brought.objects.filter(identity_id__in=identities[at : at + _STEP]).delete()

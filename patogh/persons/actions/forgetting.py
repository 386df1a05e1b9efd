"""What an erasure takes here beyond traits, notes, pledges and looks, which hang on identities: words about merges."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from patogh.activity import upkeep
from patogh.persons.models import Merge


@upkeep
def forget_merges(persons: Collection[UUID]) -> None:
    """Empty what was written about merges of persons of whom nothing is left."""
    rows = Merge.objects.filter(Q(kept_id__in=persons) | Q(folded_id__in=persons))
    rows.update(reason="", undo_reason="", survivors={})

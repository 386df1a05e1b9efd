"""What is said of persons by their traits: one word of each person, by the same rules as on her page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from patogh.persons.models import Trait
from patogh.segments.asking.batch import Batch, chunks


def said(name: str, batch: Batch) -> dict[UUID, list[Any]]:
    """Return the value that stands of a trait, for each person of whom one is said: verified before claimed, new before old."""
    verified = {one.pk for one in batch.identities if one.is_verified}
    best: dict[UUID, tuple[tuple[bool, Any, int], Any]] = {}
    for some in chunks(batch.keys):
        rows = Trait.objects.filter(identity__in=some, name=name).values_list("pk", "identity_id", "value", "said_at")
        for pk, identity, value, said_at in rows:
            rank = (identity in verified, said_at, pk)
            person = batch.owners[identity]
            if person not in best or best[person][0] < rank:
                best[person] = (rank, value)
    return {person: [value] for person, (_, value) in best.items() if isinstance(value, str | int | float | bool)}

"""What stands of persons by a trait, many persons at once: the ranking of `persons.survivors`, in at most three queries a chunk."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from patogh.people.models import Member
from patogh.persons.models import Merge, Trait
from patogh.persons.survivors import MEMBER_FIELDS, OWN_SOURCES, SAME
from patogh.segments.asking.batch import Batch, chunks

Rank = tuple[bool, bool, bool, Any, int]


def said(name: str, batch: Batch) -> dict[UUID, list[Any]]:
    """Return the value that stands of a field, for each person of whom one is said and is plain."""
    name = SAME.get(name, name)
    spellings = [name, *(other for other, plain in SAME.items() if plain == name)]
    verified = {one.pk for one in batch.identities if one.is_verified}
    words: defaultdict[UUID, list[tuple[Rank, Any]]] = defaultdict(list)
    chosen = _chosen(name, batch)
    for some in chunks(batch.keys):
        rows = Trait.objects.filter(identity__in=some, name__in=spellings)
        for identity, source, value, said_at in rows.values_list("identity_id", "source", "value", "said_at"):
            rank = (identity in chosen, identity in verified, source in OWN_SOURCES, said_at, -identity)
            words[batch.owners[identity]].append((rank, value))
    for identity, value, joined_at in _of_accounts(name, batch):
        rank = (identity in chosen, identity in verified, True, joined_at, -identity)
        words[batch.owners[identity]].append((rank, value))
    best = {person: max(some, key=lambda one: one[0])[1] for person, some in words.items()}
    return {person: [value] for person, value in best.items() if isinstance(value, str | int | float | bool)}


def _of_accounts(name: str, batch: Batch) -> list[tuple[int, Any, Any]]:
    """Return what accounts say of a field."""
    column = dict(MEMBER_FIELDS).get(name)
    if column is None:
        return []
    keys = [one.pk for one in batch.identities if one.kind in {"member", "import"}]
    return [
        row
        for some in chunks(keys)
        for row in Member.objects.filter(identity__in=some).values_list("identity_id", column, "joined_at")
        if row[1]
    ]


def _chosen(name: str, batch: Batch) -> set[int]:
    """Return the identities whose word was chosen for a field in a merge that stands."""
    joined = [some for some in batch.of_person.values() if len(some) > 1]
    last: dict[UUID, int] = {}
    for keys in chunks([one.pk for some in joined for one in some]):
        merges = Merge.objects.filter(undone_at=None, links__link__identity__in=keys).order_by("pk").distinct()
        for survivors in merges.values_list("survivors", flat=True):
            if survivors.get(name) in batch.owners:
                last[batch.owners[survivors[name]]] = survivors[name]
    return set(last.values())

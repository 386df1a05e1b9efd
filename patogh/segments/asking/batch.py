"""Some persons with their identities, accounts and whatever else conditions look at, loaded once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from patogh.people.models import Identity, Member
from patogh.segments import limits


class Known(NamedTuple):
    """What a condition needs of an identity."""

    pk: int
    kind: str
    value: str
    person: UUID
    is_verified: bool
    created_at: dt.datetime


@dataclass
class Batch:
    """The living among some persons; `owners` says whose each identity is. Erased persons are not in it."""

    now: dt.datetime
    identities: list[Known]
    owners: dict[int, UUID] = field(default_factory=dict)
    of_person: dict[UUID, list[Known]] = field(default_factory=lambda: defaultdict(list))
    _members: dict[int, dict[str, Any]] | None = None

    @property
    def persons(self) -> list[UUID]:
        """The persons in question."""
        return list(self.of_person)

    @property
    def keys(self) -> list[int]:
        """The numbers of their identities."""
        return list(self.owners)

    @property
    def members(self) -> dict[int, dict[str, Any]]:
        """The open accounts among their identities, by identity."""
        if self._members is None:
            names = ("identity_id", "language", "place", "roles", "joined_at", "trust_level", "age_band")
            keys = [one.pk for one in self.identities if one.kind == "member"]
            self._members = {
                row["identity_id"]: row
                for some in chunks(keys)
                for row in Member.objects.filter(identity__in=some, is_active=True).values(*names)
            }
        return self._members

    def narrowed(self, persons: set[UUID]) -> Batch:
        """Return a batch of fewer persons."""
        rows = [one for one in self.identities if one.person in persons]
        made = of_identities(rows, self.now)
        made._members = self._members  # noqa: SLF001 - its own class
        return made


def of_persons(persons: Iterable[UUID], now: dt.datetime) -> Batch:
    """Return these persons with all their identities."""
    found: list[Known] = []
    for some in chunks(list(persons)):
        rows = Identity.objects.filter(person__in=some).order_by("pk")
        found.extend(
            _known(row) for row in rows.values_list("pk", "kind", "value", "person_id", "verified_at", "created_at")
        )
    return of_identities(found, now)


def of_identities(rows: list[Known], now: dt.datetime) -> Batch:
    """Return the persons of these identities, which are all that they have; the erased are left out."""
    gone = {one.person for one in rows if is_erased(one)}
    batch = Batch(now, [one for one in rows if one.person not in gone] if gone else rows)
    for one in batch.identities:
        batch.owners[one.pk] = one.person
        batch.of_person[one.person].append(one)
    return batch


def is_erased(one: Known) -> bool:
    """Return whether this is what an erasure leaves of an identity: a pseudonym and its own number."""
    return one.value.startswith("former_") and one.value.endswith(f":{one.pk}")


def anchor_of(known: list[Known]) -> Known:
    """Return the identity that stands for a person: the account, else the oldest."""
    return min(known, key=lambda one: (one.kind != "member", one.pk))


def chunks(keys: list[Any], size: int = limits.KEYS_A_STATEMENT) -> Iterator[list[Any]]:
    """Yield keys, as many at a time as every database takes."""
    yield from (keys[start : start + size] for start in range(0, len(keys), size))


def _known(row: tuple[Any, ...]) -> Known:
    return Known(row[0], row[1], row[2], row[3], row[4] is not None, row[5])

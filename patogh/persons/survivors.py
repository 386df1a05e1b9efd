"""What stands of a person, field by field: computed each time over all that her identities say, never copied.

Rules, the first that tells two words apart decides: what somebody chose when the persons were joined; what a proved identity
says; what they say of themselves; what was said last. So an undo gives back each side's own view by itself.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from patogh.people.models import Identity, Member, Person
from patogh.persons.models import Merge, Trait
from patogh.persons.queries.persons import identities

OWN_SOURCES: Final = frozenset({"member", "channel"})
# Other spellings of one field, as other systems write them.
SAME: Final = {
    "firstName": "first_name", "given_name": "first_name", "lastName": "last_name", "family_name": "last_name", "fullName": "name",
    "full_name": "name", "display_name": "name", "birthDate": "birthday", "birth_date": "birthday", "address.city": "city",
    "address.street": "street", "address.postalCode": "postcode", "address.postal_code": "postcode", "address.state": "region",
    "mobile": "phone",
}  # fmt: skip
MEMBER_FIELDS: Final = (("name", "name"), ("city", "place"), ("bio", "bio"), ("language", "language"))


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that is said of a field, by whom and when."""

    value: Any
    identity_id: int
    source: str
    said_at: dt.datetime
    is_verified: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Survived:
    """The word that stands for a field, and the others that do not."""

    value: Any
    identity_id: int
    source: str
    said_at: dt.datetime
    others: tuple[Word, ...] = field(default=())
    is_chosen: bool = False


def view(who: Person | Sequence[Identity]) -> dict[str, Survived]:
    """Return what stands of a person, by field, in the order of names; at most five queries."""
    rows = identities(who) if isinstance(who, Person) else list(who)
    chosen = _chosen({row.pk for row in rows}) if len(rows) > 1 else {}
    return {name: _standing(words, chosen.get(name)) for name, words in sorted(words_of(rows).items())}


def views(of: Mapping[Any, Sequence[Identity]]) -> dict[Any, dict[str, Survived]]:
    """Return what stands of many persons, by their keys, without anybody's choices; one query."""
    every = [row for rows in of.values() for row in rows]
    said = _traits(every)
    return {
        key: {name: _standing(words, None) for name, words in sorted(words_of(rows, said).items())}
        for key, rows in of.items()
    }


def words_of(rows: Sequence[Identity], said: Mapping[int, list[Trait]] | None = None) -> dict[str, list[Word]]:
    """Return everything that is said of each field by these identities; `said` are their traits where they are known."""
    said = _traits(rows) if said is None else said
    found: defaultdict[str, list[Word]] = defaultdict(list)
    for row in rows:
        proved = row.verified_at is not None
        member: Member | None = getattr(row, "member", None) if row.kind in {"member", "import"} else None
        if member is not None:
            for name, attribute in MEMBER_FIELDS:
                if value := getattr(member, attribute):
                    found[name].append(Word(value, row.pk, "member", member.joined_at, proved, is_own=True))
        for trait in said.get(row.pk, ()):
            if trait.value is None:  # taken back by who had said it
                continue
            own = trait.source in OWN_SOURCES
            word = Word(trait.value, row.pk, trait.source, trait.said_at, proved, is_own=own)
            found[SAME.get(trait.name, trait.name)].append(word)
    return found


def differing_fields(left: dict[str, Survived], right: dict[str, Survived]) -> list[tuple[str, Survived, Survived]]:
    """Return the fields on which two persons say different things, with what stands of each."""
    both = [(name, left[name], right[name]) for name in left if name in right]
    return [one for one in both if one[1].value != one[2].value]


def _traits(rows: Sequence[Identity]) -> dict[int, list[Trait]]:
    """Return the traits of identities, by identity."""
    found: defaultdict[int, list[Trait]] = defaultdict(list)
    for trait in Trait.objects.filter(identity_id__in=[row.pk for row in rows]).order_by("pk"):
        found[trait.identity_id].append(trait)
    return found


def _standing(words: Iterable[Word], chosen: int | None) -> Survived:
    ranked = sorted(
        words,
        key=lambda one: (one.identity_id == chosen, one.is_verified, one.is_own, one.said_at, -one.identity_id),
        reverse=True,
    )
    first = ranked[0]
    others = tuple(one for one in ranked[1:] if one.value != first.value)
    return Survived(
        first.value, first.identity_id, first.source, first.said_at, others, is_chosen=chosen == first.identity_id
    )


def _chosen(of: set[int]) -> dict[str, int]:
    """Return the choices of the merges that stand, the newest last."""
    merges = Merge.objects.filter(undone_at=None, links__link__identity_id__in=of).order_by("pk").distinct()
    found: dict[str, int] = {}
    for survivors in merges.values_list("survivors", flat=True):
        found |= {name: pk for name, pk in survivors.items() if pk in of}
    return found

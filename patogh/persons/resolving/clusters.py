"""From linked pairs to persons: joined from the surest pair down, under rules that no single pair can see.

Joining A with B because both are linked to C is refused where A and B themselves could not be one person (the
household veto, over every first name and birth date that the two groups already hold) or where the group would become
larger than a person's records ever are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple

from patogh.persons.resolving import names

RECORDS_MAX: Final = 50
_FORMS_MAX: Final = 12


class Pair(NamedTuple):
    """Two records by their row numbers, and the weight in bits that they are one person."""

    left: int
    right: int
    weight: float


class Facts(NamedTuple):
    """What may forbid joining: a record's first and family name (folded) and birth date (eight digits)."""

    given: str
    family: str
    birth: str


@dataclass(slots=True)
class Group:
    """Records that are one person so far, with the different facts that they tell."""

    rows: list[int]
    facts: set[Facts] = field(default_factory=set)


@dataclass(slots=True)
class Joined:
    """The persons found (groups of at least two rows), the pairs within them, and how many joins were refused."""

    groups: list[list[int]]
    pairs: list[Pair]
    refused_names: int = 0
    refused_size: int = 0


def join(
    pairs: Iterable[Pair], facts: Mapping[int, Facts], *, records_max: int = RECORDS_MAX, is_strict: bool = True
) -> Joined:
    """Join pairs, surest first; each pair within a person carries its own weight, or its weakest link's if implied.

    Unless `is_strict` names and birth dates forbid nothing (the table has no relatives).
    """
    ordered = sorted(sorted(pairs), key=itemgetter(2), reverse=True)
    groups: dict[int, Group] = {}
    implied: dict[tuple[int, int], float] = {}
    done = Joined([], [])
    for pair in ordered:
        left = groups.get(pair.left) or Group([pair.left], {facts[pair.left]})
        right = groups.get(pair.right) or Group([pair.right], {facts[pair.right]})
        if left is right:
            implied[_key(pair.left, pair.right)] = min(
                pair.weight, implied.get(_key(pair.left, pair.right), pair.weight)
            )
        elif len(left.rows) + len(right.rows) > records_max:
            done.refused_size += 1
        elif is_strict and _forbidden(left, right, facts[pair.left], facts[pair.right]):
            done.refused_names += 1
        else:
            _merge(left, right, pair, groups, implied)
    seen = {id(group): group for group in groups.values()}
    done.groups = sorted(sorted(group.rows) for group in seen.values())
    done.pairs = [Pair(left, right, weight) for (left, right), weight in sorted(implied.items())]
    return done


def _merge(
    left: Group, right: Group, pair: Pair, groups: dict[int, Group], implied: dict[tuple[int, int], float]
) -> None:
    """Put the smaller group into the larger one; all pairs between them now follow from this one."""
    for one in left.rows:
        for other in right.rows:
            implied[_key(one, other)] = pair.weight
    if len(left.rows) < len(right.rows):
        left, right = right, left
    left.rows += right.rows
    left.facts |= right.facts
    for row in left.rows if len(left.rows) == len(right.rows) * 2 else [*right.rows, pair.left, pair.right]:
        groups[row] = left


def _forbidden(left: Group, right: Group, one: Facts, other: Facts) -> bool:
    """Return whether two groups hold records that cannot be one person, which the joining pair itself cannot show.

    A pair that tells both first names as one and both birth dates was judged by itself; what else its groups hold was
    judged when it came. One that is silent about either, or tells a shorter name, must not be a bridge.
    """
    if left.facts == right.facts or (one.birth and other.birth and _is_one_name(one, other)):
        return False
    some, others = sorted(left.facts)[:_FORMS_MAX], sorted(right.facts)[:_FORMS_MAX]
    return any(_vetoed(a, b) for a in some for b in others if a != b)


@lru_cache(maxsize=1 << 16)
def _vetoed(one: Facts, other: Facts) -> bool:
    if one.birth and one.birth == other.birth:
        return False
    other_given = names.is_same_name_veto(one.given, other.given, one.family, other.family)
    other_birth = names.is_birth_veto(one.birth, other.birth)
    return other_given or (other_birth and not _is_one_name(one, other))


def _is_one_name(one: Facts, other: Facts) -> bool:
    straight = names.similarity(one.given, other.given), names.similarity(one.family, other.family)
    crossed = names.similarity(one.given, other.family), names.similarity(one.family, other.given)
    return max(min(straight), *crossed) >= names.SIMILAR


def _key(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)

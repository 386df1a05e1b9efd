"""One record that is held against many others: what each likeness is worth to it is worked out once.

`may_be` says the same as `scoring.score` against a threshold, without the reasons, and stops where what is left to compare
cannot reach the threshold any more. Most candidates of the index are strangers, so most of the work ends there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, cast

from patogh.persons.resolving import levels, scoring
from patogh.persons.resolving.forms import Compared
from patogh.persons.resolving.levels import COMPARISONS, Comparison
from patogh.persons.resolving.scoring import Weights

if TYPE_CHECKING:
    from patogh.persons.matching.facts import Kept

# What is cheap and can say much comes first; names, which take longest to compare, are asked of those who may still be the one.
_ORDER: Final = ("phone", "email", "birth", "address", "area", "unit", "given", "family")
_BY_NAME: Final[Mapping[str, Comparison]] = {each.name: each for each in COMPARISONS}
_TOLD: Final[Mapping[str, Callable[[Compared], bool]]] = {
    "birth": lambda one: bool(one.birth), "given": lambda one: bool(one.given), "family": lambda one: bool(one.family),
    "phone": lambda one: bool(one.phones), "email": lambda one: bool(one.emails), "address": lambda one: bool(one.street),
    "area": lambda one: bool(one.postcode or one.city), "unit": lambda one: bool(one.unit),
}  # fmt: skip


_plain_bits: dict[str, tuple[Weights, dict[str, float]]] = {}


def _plain(comparison: Comparison, weights: Weights) -> dict[str, float]:
    """Return what the levels are worth whatever the value, worked out once for each weights in use."""
    kept = _plain_bits.get(comparison.name)
    if kept is None or kept[0] is not weights:
        said = {level.name: weights.weight_of(comparison, level) for level in comparison.levels}
        kept = _plain_bits[comparison.name] = weights, said
    return kept[1]


class Asked:
    """A record, the weights, and the bits that another record must reach."""

    def __init__(self, record: Compared, weights: Weights, least: float) -> None:
        self.record = record
        told = [_BY_NAME[name] for name in _ORDER if _TOLD[name](record)]
        told += [levels.external(name, "") for name in record.external]
        self._steps: list[tuple[Comparison, dict[str, float], float]] = []
        rest = 0.0
        for each in reversed(told):
            bits = _plain(each, weights) | {
                level.name: weights.weight_of(each, level, getattr(record, level.tf))
                for level in each.levels
                if level.tf
            }
            self._steps.insert(0, (each, bits, rest))
            rest += max(0.0, *bits.values())
        self._least = scoring.weight(least) - math.log2(weights.prior / (1 - weights.prior)) - 1e-6

    def may_be(self, kept: Kept) -> bool:
        """Return whether a kept record reaches the threshold and nothing forbids it."""
        other = cast("Compared", kept)
        total = 0.0
        for each, bits, rest in self._steps:
            level = each.level_of(self.record, other)
            if level is not None:
                total += bits[level.name]
            if total + rest < self._least:
                return False
        return not scoring.veto(self.record, other)

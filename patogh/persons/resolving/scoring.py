"""How likely two records are one person: Fellegi-Sunter weights, summed over fields, with the reasons kept.

score = log2(prior odds) + sum of log2(m / u) per field (Fellegi and Sunter 1969), where an equal value that is rare
weighs more: m / u times u / frequency (Splink's term frequency adjustment). A veto stands above every sum.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Self

from patogh.persons.resolving import levels, names
from patogh.persons.resolving.forms import Compared
from patogh.persons.resolving.levels import COMPARISONS, Comparison

FORMAT: Final = 1
TF_VALUES_MAX: Final = 20_000
WEIGHT_MAX: Final = 20.0


class Odds(NamedTuple):
    """How often a level is seen among pairs of one person (`m`) and of two (`u`)."""

    m: float
    u: float

    @property
    def weight(self) -> float:
        """Bits for (or against) one person, held between ± WEIGHT_MAX."""
        return max(-WEIGHT_MAX, min(WEIGHT_MAX, math.log2(max(self.m, 1e-9) / max(self.u, 1e-9))))


class Reason(NamedTuple):
    """What one field said: the comparison's name, the level's name, and its bits."""

    field: str
    level: str
    weight: float


@dataclass(frozen=True, slots=True)
class Scored:
    """The answer for one pair. With a `veto` ("given" or "birth") they are two persons whatever the weight."""

    weight: float
    probability: float
    reasons: tuple[Reason, ...]
    veto: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained model: odds by comparison and level, how frequent values are, and what pairs are worth beforehand."""

    version: str
    prior: float
    odds: Mapping[str, Mapping[str, Odds]]
    frequencies: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    records: int = 0

    @classmethod
    def default(cls) -> Self:
        """The weights of a house that has trained nothing yet: plain expectations, on the careful side."""
        odds = {each.name: {level.name: Odds(level.m, level.u) for level in each.levels} for each in COMPARISONS}
        return cls("default-1", 1e-6, odds)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote; raises ValueError where it is something else."""
        said = json.loads(text)
        try:
            if said["format"] != FORMAT:
                raise ValueError(said["format"])
            odds = {
                name: {level: Odds(float(m), float(u)) for level, (m, u) in each.items()}
                for name, each in said["odds"].items()
            }
            seen = {name: {str(k): float(v) for k, v in each.items()} for name, each in said["frequencies"].items()}
            return cls(str(said["version"]), float(said["prior"]), odds, seen, int(said["records"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("these are no weights") from error

    def to_json(self) -> str:
        """Write the model as one JSON object, the most frequent values of each field only."""
        most = {
            name: dict(sorted(each.items(), key=lambda one: (-one[1], one[0]))[:TF_VALUES_MAX])
            for name, each in self.frequencies.items()
        }
        said: dict[str, Any] = {
            "format": FORMAT, "version": self.version, "prior": self.prior, "records": self.records,
            "odds": {name: {level: list(one) for level, one in each.items()} for name, each in self.odds.items()},
            "frequencies": most,
        }  # fmt: skip
        return json.dumps(said, ensure_ascii=False, sort_keys=True)

    def weight_of(self, comparison: Comparison, level: levels.Level, value: str = "") -> float:
        """Return the bits of a level, with the rarity of `value` where the level asks for it."""
        name = "external" if comparison.name.startswith("external:") else comparison.name
        each = self.odds.get(comparison.name) or self.odds.get(name) or {}
        odds = each.get(level.name) or Odds(level.m, level.u)
        weight = odds.weight
        if level.tf and (seen := self.frequencies.get(level.tf)) and value:
            rare = seen.get(value) or 1 / max(self.records, 1000)
            weight += math.log2(max(odds.u, 1e-9) / rare)
        return max(-WEIGHT_MAX, min(WEIGHT_MAX, weight))


def score(left: Compared, right: Compared, weights: Weights) -> Scored:
    """Return how likely two records are one person, and why; fields that one of them does not tell say nothing."""
    reasons = tuple(_reasons(left, right, weights))
    total = math.log2(weights.prior / (1 - weights.prior)) + sum(reason.weight for reason in reasons)
    return Scored(total, probability(total), reasons, veto(left, right))


def veto(left: Compared, right: Compared) -> str:
    """Return "given" or "birth" where names or birth dates forbid one person, else ""."""
    if names.is_birth_veto(left.birth, right.birth):
        return "birth"
    if left.given == right.given or not left.given or not right.given:
        return ""
    return "given" if names.is_key_veto(_names(left), _names(right)) else ""


def probability(weight: float) -> float:
    """Return the probability that a weight in bits stands for."""
    return float(1 / (1 + 2.0 ** -max(-60.0, min(60.0, weight))))


def weight(chance: float) -> float:
    """Return the bits that a probability stands for."""
    chance = min(max(chance, 1e-15), 1 - 1e-15)
    return math.log2(chance / (1 - chance))


def _names(one: Compared) -> tuple[names.NameKey, names.NameKey]:
    return names.kept(one.given, one.given_k), names.kept(one.family, one.family_k)


def _reasons(left: Compared, right: Compared, weights: Weights) -> list[Reason]:
    others = (levels.external(name, "") for name in left.external.keys() & right.external.keys())
    found = []
    for comparison in (*COMPARISONS, *others):
        level = comparison.level_of(left, right)
        if level is not None:
            value = getattr(left, level.tf) if level.tf else ""
            found.append(Reason(comparison.name, level.name, weights.weight_of(comparison, level, value)))
    return found

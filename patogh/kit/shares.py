"""A share with its interval. It says how many cases it rests on, and refuses where they are too few.

Source: Wilson 1927. What else is estimated stands in `insight`, which shows it.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Final

Z: Final = 1.959963985  # 95 % of a normal distribution lie within
CASES_MIN: Final = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval and the number of cases; a bound is None where the data do not bound it.

    `at` is None where no estimate is made, and `why` then says why: "few" (n is below the least) or "open" (too many
    cases have not ended yet).
    """

    at: float | None
    low: float | None
    high: float | None
    n: int
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def too_few(n: int) -> Estimate:
    """Return the estimate that is not made."""
    return Estimate(None, None, None, n, "few")


def share(hits: int, n: int) -> Estimate:
    """Estimate a proportion with Wilson's interval, which stays within 0 and 1."""
    if n < CASES_MIN:
        return too_few(n)
    at, square = hits / n, Z * Z
    middle = (at + square / (2 * n)) / (1 + square / n)
    half = Z / (1 + square / n) * math.sqrt(at * (1 - at) / n + square / (4 * n * n))
    return Estimate(at, max(0.0, middle - half), min(1.0, middle + half), n)

"""Estimates with their intervals. Each says how many cases it rests on, and refuses where they are too few.

Sources: Kaplan and Meier 1958 with Greenwood's variance; Brookmeyer and Crowley 1982 for the interval of a quantile, on
the log-log scale; Wilson 1927; Cohen 1960 with the large-sample variance of Fleiss, Cohen and Everitt 1969.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from patogh.kit.shares import CASES_MIN, Estimate, Z, share, too_few

PAIRS_MIN: Final = 10
__all__ = ["CASES_MIN", "PAIRS_MIN", "Estimate", "Z", "kappa", "share", "survival_curve", "too_few", "waiting_time"]


def waiting_time(cases: Iterable[tuple[float, bool]], quantile: float = 0.5) -> Estimate:
    """Estimate a quantile of the time until something happens, in the unit of the cases.

    A case is (time, happened); one that has not happened yet counts as waiting so long at least (censored). Leaving such
    cases out would make slow work look fast.
    """
    rows = sorted(cases)
    if len(rows) < CASES_MIN:
        return too_few(len(rows))
    at = low = high = None
    for time, survival, spread in survival_curve(rows):
        wanted = 1 - quantile
        at = time if at is None and survival <= wanted + 1e-12 else at
        upper, lower = _log_log_band(survival, spread)
        low = time if low is None and lower <= wanted else low
        high = time if high is None and upper <= wanted else high
    return Estimate(at, low if at is not None else None, high, len(rows), "" if at is not None else "open")


def survival_curve(rows: Sequence[tuple[float, bool]]) -> Iterable[tuple[float, float, float]]:
    """Yield (time, share still waiting, Greenwood's sum) at each time at which something happened; rows are sorted."""
    at_risk, survival, spread, index = len(rows), 1.0, 0.0, 0
    while index < len(rows):
        time, events, gone = rows[index][0], 0, 0
        while index < len(rows) and rows[index][0] == time:
            events += rows[index][1]
            gone += 1
            index += 1
        if events:
            survival *= 1 - events / at_risk
            spread = spread + events / (at_risk * (at_risk - events)) if at_risk > events else math.inf
            yield time, survival, spread
        at_risk -= gone


def _log_log_band(survival: float, spread: float) -> tuple[float, float]:
    """Return the upper and lower bound of the share still waiting."""
    if survival <= 0 or math.isinf(spread):
        return 0.0, 0.0
    if survival >= 1:
        return 1.0, 1.0
    step = Z * math.sqrt(spread) / math.log(survival)  # negative: a larger exponent means a smaller share
    return survival ** math.exp(step), survival ** math.exp(-step)


def kappa(pairs: Sequence[tuple[str, str]]) -> Estimate:
    """Estimate Cohen's kappa: agreement of two judges beyond what chance alone would give; 1 is full, 0 is chance."""
    n = len(pairs)
    if n < PAIRS_MIN:
        return too_few(n)
    firsts, seconds = Counter(one for one, _ in pairs), Counter(two for _, two in pairs)
    words = sorted(firsts.keys() | seconds.keys())
    cells = Counter(pairs)
    seen = sum(cells[word, word] for word in words) / n
    chance = sum(firsts[word] * seconds[word] for word in words) / (n * n)
    if chance >= 1:
        return Estimate(None, None, None, n, "same")
    at = (seen - chance) / (1 - chance)
    error = math.sqrt(_kappa_variance(cells, (firsts, seconds), (seen, chance), n))
    return Estimate(at, max(-1.0, at - Z * error), min(1.0, at + Z * error), n)


def _kappa_variance(
    cells: Counter[tuple[str, str]], margins: tuple[Counter[str], Counter[str]], shares: tuple[float, float], n: int
) -> float:
    """Return the large-sample variance of kappa (Fleiss, Cohen and Everitt 1969, formula 13)."""
    (firsts, seconds), (seen, chance) = margins, shares
    total = 0.0
    for (one, two), count in cells.items():
        if one == two:
            weight = (1 - chance) - (firsts[one] + seconds[one]) / n * (1 - seen)
            total += count / n * weight**2
        else:
            total += (1 - seen) ** 2 * count / n * ((seconds[one] + firsts[two]) / n) ** 2
    total -= (seen * chance - 2 * chance + seen) ** 2
    return max(0.0, total) / (n * (1 - chance) ** 4)

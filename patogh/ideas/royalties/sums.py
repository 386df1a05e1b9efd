"""The arithmetic of the makers' share: whole numbers only, nothing lost and nothing made.

A maker's part of a net sum is net x bps x share_bps / 100,000,000 minor units. Each line is rounded half-even to whole
minor units, and what rounding left is carried into the maker's next line, in 1/100,000,000 of a minor unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

WHOLE_BPS: Final = 10_000
FINE: Final = WHOLE_BPS * WHOLE_BPS
Part = tuple[int, int, int]


class Rounded(NamedTuple):
    """Whole minor units, and what rounding left of the exact sum, in 1/FINE of a minor unit: at most half of one."""

    amount: int
    carried_out: int


class Owed(NamedTuple):
    """What is paid of a line, and the debt that goes on to the next one; both in minor units, neither below zero."""

    amount: int
    owed_out: int


def line(net: int, bps: int, share_bps: int, carried_in: int = 0) -> Rounded:
    """Return a maker's part of a net sum (below zero where more came back than was sold) and what is carried on."""
    return line_of([(net, bps, share_bps)], carried_in)


def line_of(parts: Sequence[Part], carried_in: int = 0) -> Rounded:
    """Return the sum of several (net, bps, share_bps), each at the rate of its own period, rounded once, half to even."""
    exact = carried_in + sum(net * bps * share_bps for net, bps, share_bps in parts)
    whole, rest = divmod(exact, FINE)
    if rest * 2 > FINE or (rest * 2 == FINE and whole % 2):
        whole += 1
    return Rounded(whole, exact - whole * FINE)


def after_debt(whole: int, owed_in: int) -> Owed:
    """Return what is paid of a rounded line once the debt of earlier lines is taken off; nobody ever pays money in."""
    due = whole - owed_in
    return Owed(max(due, 0), max(-due, 0))


def shares_without(shares: Mapping[int, int], gone: frozenset[int]) -> dict[int, int]:
    """Return the shares (creator: bps) of those who are still there: they take the parts of those who are gone in the
    proportion of their own, whole basis points, the largest remainders first. Empty where nobody is left.
    """
    left = {key: bps for key, bps in shares.items() if key not in gone and bps}
    total, whole = sum(left.values()), sum(shares.values())
    if not total or not gone:
        return left
    scaled = {key: divmod(bps * whole, total) for key, bps in left.items()}
    found = {key: share for key, (share, _) in scaled.items()}
    for key in sorted(left, key=lambda one: (-scaled[one][1], one))[: whole - sum(found.values())]:
        found[key] += 1
    return found

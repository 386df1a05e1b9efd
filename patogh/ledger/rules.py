"""The rules by which points are earned, with what they give unless the brand says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

AMOUNT_MAX: Final = 10_000
PER_DAY_MAX: Final = 1_000
ROUNDS_MAX: Final = 20  # how often the same act may be taken back and earned again


class Rule(NamedTuple):
    """A rule as it is published: its name on pages, when it gives, and its defaults."""

    label: _StrPromise
    help: _StrPromise
    amount: int
    per_day: int


RULES: Final[dict[str, Rule]] = {
    "accepted_answer": Rule(
        _("An accepted answer"),
        _("For whoever wrote it; nobody earns by accepting their own, and it is taken back with the acceptance."),
        15,
        10,
    ),
    "welcomed_newcomer": Rule(
        _("A newcomer welcomed"),
        _("For the first reply to somebody’s first topic, within two days; the team welcomes without points."),
        5,
        10,
    ),
}


class RuleNow(NamedTuple):
    """A rule as it holds: `version` 0 is the published default."""

    name: str
    version: int
    amount: int
    per_day: int
    is_on: bool

"""The trial balance in words: what the accounts of each class hold, by unit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from patogh.ledger.queries.book import current_log
from patogh.ledger.queries.money import ClassTotal, trial_balance
from patogh.ledger.queries.pages import balances
from patogh.ledger.values import UNITS

if TYPE_CHECKING:
    from patogh.ledger.queries.pages import Line

CLASSES: Final = {
    "member": _("Members"), "issuance": _("Given out by the house"), "hold": _("Held for something pending"),
    "royalty_accrued": _("Makers’ shares not paid yet"), "payable": _("Owed"), "clearing": _("With payment providers"),
    "bank": _("Bank"), "fees": _("Fees"), "tax_withheld": _("Tax withheld"), "expired_points": _("Points that ran out"),
    "brand_expense": _("Expenses of the house"), "redeemed": _("Spent"), "revenue": _("Revenue"),
    "opening": _("Opening balances"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitSum:
    """All classes of one unit, and their sum, which has to be zero."""

    unit: str
    rows: list[ClassTotal]
    line: Line | None = None

    @property
    def unit_words(self) -> str:
        """The name of the unit."""
        return str(UNITS.get(self.unit, self.unit))

    @property
    def total(self) -> int:
        """The sum over all classes."""
        return sum(row.total for row in self.rows)

    @property
    def is_zero(self) -> bool:
        """Whether the unit balances."""
        return self.total == 0


def by_unit() -> list[UnitSum]:
    """Return the trial balance, one sum a unit: the newest that stands in the book; a book without one counts now."""
    log = current_log()
    if log and (entered := balances(log)):
        return [UnitSum(unit, _rows(line), line) for unit, line in sorted(entered.items())]
    return [UnitSum(unit, list(rows)) for unit, rows in groupby(trial_balance(), key=attrgetter("unit"))]


def _rows(line: Line) -> list[ClassTotal]:
    """Return the classes that a trial balance names."""
    unit, classes = line.entry["unit"], line.entry["classes"]
    return [ClassTotal(unit, one["class"], one["n"], 0, 0) for one in classes]

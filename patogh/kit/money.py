"""Money: whole minor units with a currency, never a float and never a bare number.

A toman is ten rials. The new rial of the late-2025 law is 10,000 rials and has 100 qirans; the three are kept apart
and converted only where it is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from patogh.kit import numbers
from patogh.kit.errors import Invalid

if TYPE_CHECKING:
    from patogh.kit.calendar import Language, Viewer


class Currency(NamedTuple):
    """Decimals of the main unit, its names, and its worth in rials if it is an Iranian unit."""

    exponent: int
    fa: str
    en: str
    minor_in_rials: int | None = None


CURRENCIES: Final[dict[str, Currency]] = {
    "IRR": Currency(0, "ریال", "rials", 1),
    "TOMAN": Currency(0, "تومان", "tomans", 10),
    "NEWRIAL": Currency(2, "ریال نو", "new rials", 100),
    "EUR": Currency(2, "یورو", "euros"),
    "USD": Currency(2, "دلار", "dollars"),
    "GBP": Currency(2, "پوند", "pounds"),
    "TRY": Currency(2, "لیر", "liras"),
    "AED": Currency(2, "درهم", "dirhams"),
}
_WORDS_FROM: Final = 10**6
_EN_SCALES: Final = {"T": " trillion", "B": " billion", "M": " million", "K": " thousand"}


class MixedMoney(Invalid):
    """Two currencies met in one sum, or a conversion would lose a part of a unit."""

    code = "mixed_money"
    sentence = _("These two amounts are in different currencies.")


class UnknownCurrency(Invalid):
    """A currency code that is not in the table."""

    code = "unknown_currency"
    sentence = _("We do not know this currency.")


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` whole minor units (rials, tomans, qirans, cents) of `currency`, a key of CURRENCIES."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise UnknownCurrency(self.currency)
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            message = f"Money takes whole minor units, not {self.amount!r}"
            raise TypeError(message)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + other.in_(self.currency).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - other.in_(self.currency).amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return (self - other).amount < 0

    def in_(self, currency: str) -> Money:
        """Return the same worth in another Iranian unit; raises MixedMoney if that is not exact."""
        if currency == self.currency:
            return self
        here, there = CURRENCIES[self.currency].minor_in_rials, _currency(currency).minor_in_rials
        if here is None or there is None or self.amount * here % there:
            raise MixedMoney(self.currency, currency)
        return Money(self.amount * here // there, currency)

    def share(self, parts: list[int]) -> list[Money]:
        """Split by whole-number weights; nothing is lost: what is left over goes to the largest remainders first."""
        total = sum(parts)
        if total <= 0 or min(parts) < 0:
            message = "weights must be whole numbers, none below 0 and not all 0"
            raise ValueError(message)
        floors = [self.amount * part // total for part in parts]
        left = self.amount - sum(floors)
        order = sorted(range(len(parts)), key=lambda i: -(self.amount * parts[i] % total))
        for i in order[:left]:
            floors[i] += 1
        return [Money(amount, self.currency) for amount in floors]

    def format(self, viewer: Viewer) -> str:
        """Return all digits and the unit: «۶٬۸۰۰٬۰۰۰ تومان»."""
        exponent = CURRENCIES[self.currency].exponent
        return f"{numbers.number(self._main(), viewer, places=exponent)} {self._name(viewer.language)}"

    def words(self, viewer: Viewer) -> str:
        """Return large sums in words with at most one decimal: «۶٫۸ میلیارد تومان»; small ones like `format`."""
        whole = int(self._main())
        if abs(whole) < _WORDS_FROM:
            return self.format(viewer)
        short = numbers.compact(whole, viewer)
        if viewer.language == "en":
            short = short[:-1] + _EN_SCALES[short[-1]]
        return f"{short} {self._name(viewer.language)}"

    def _main(self) -> Decimal:
        return Decimal(self.amount).scaleb(-CURRENCIES[self.currency].exponent)

    def _name(self, language: Language) -> str:
        currency = CURRENCIES[self.currency]
        return currency.fa if language == "fa" else currency.en


def _currency(code: str) -> Currency:
    if code not in CURRENCIES:
        raise UnknownCurrency(code)
    return CURRENCIES[code]

"""From a row of cells to what it says, or to why it says nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from patogh.shop import limits
from patogh.shop.actions.buyers import identity_of
from patogh.shop.facts import LineFacts, OrderFacts, ProductFacts, Refused, ReturnFacts
from patogh.shop.reading import cells
from patogh.shop.reading.cells import Unreadable
from patogh.shop.reading.plans import Plan

Facts = OrderFacts | ReturnFacts | ProductFacts
_STATES: Final = {
    "": "paid", "placed": "placed", "pending": "placed", "on-hold": "placed", "new": "placed", "ثبت شده": "placed", "ثبت‌شده": "placed",
        "در انتظار پرداخت": "placed",
    "paid": "paid", "processing": "paid", "پرداخت شده": "paid", "پرداخت‌شده": "paid", "در حال انجام": "paid", "در حال پردازش": "paid",
    "sent": "sent", "shipped": "sent", "completed": "sent", "delivered": "sent", "fulfilled": "sent", "ارسال شده": "sent", "ارسال‌شده": "sent",
        "تحویل شده": "sent",
    "تحویل‌شده": "sent", "تکمیل شده": "sent", "تکمیل‌شده": "sent",
    "cancelled": "cancelled", "canceled": "cancelled", "failed": "cancelled", "voided": "cancelled", "لغو شده": "cancelled", "لغوشده": "cancelled",
        "لغو‌شده": "cancelled",
}  # fmt: skip


class Reader:
    """Reads the rows of one file by its plan."""

    def __init__(self, plan: Plan, width: int) -> None:
        """Take the plan, and how many columns the first row names."""
        self.plan, self.width = plan, width
        self.unit = cells.stored_unit(plan.unit)
        readers: dict[str, Callable[[int, Sequence[str]], Facts]] = {
            "orders": self._order, "returns": self._return, "products": self._product,
        }  # fmt: skip
        self._read = readers[plan.kind]

    def read(self, row: int, given: Sequence[str]) -> tuple[Facts | None, Refused | None]:
        """Return what a row says (None for an empty one) and, where something in it cannot be read, why."""
        if not given:
            return None, None
        try:
            self._check(given)
            facts = self._read(row, given)
        except Unreadable as error:
            return None, Refused(row, error.code)
        if isinstance(facts, OrderFacts) and (facts.email or facts.phone) and not identity_of(facts.email, facts.phone):
            return facts, Refused(row, "buyer_unreadable", is_taken=True)
        return facts, None

    def _check(self, given: Sequence[str]) -> None:
        """Refuse a row that was cut wrongly."""
        if len(given) > self.width and any(given[self.width :]):
            raise Unreadable("cells_too_many")
        for cell in given:
            if "\ufffd" in cell or "\0" in cell:
                raise Unreadable("broken_letters")
            if len(cell) > limits.CELL_CHARS_MAX:
                raise Unreadable("cell_too_long")

    def _cell(self, given: Sequence[str], name: str) -> str:
        at = self.plan.columns.get(name, -1)
        return given[at] if 0 <= at < len(given) else ""

    def _must(self, given: Sequence[str], name: str, code: str) -> str:
        if not (text := self._cell(given, name)):
            raise Unreadable(code)
        return text

    def _line(self, given: Sequence[str]) -> int | None:
        text = self._cell(given, "line")
        number = cells.whole(text, "line_unreadable") if text else None
        if number is not None and not 0 <= number < 2**31:
            raise Unreadable("line_unreadable")
        return number

    def _net(self, given: Sequence[str]) -> int:
        return cells.amount(self._must(given, "net", "amount_missing"), self.plan.unit)

    def _order(self, row: int, given: Sequence[str]) -> OrderFacts:
        number, sku = self._must(given, "number", "number_missing"), self._must(given, "sku", "sku_missing")
        state = _STATES.get(self._cell(given, "state").casefold())
        if state is None:
            raise Unreadable("state_unknown")
        line = LineFacts(
            sku, cells.whole(self._cell(given, "quantity")), self._net(given), self.unit,
            cells.moment(self._cell(given, "date"), self.plan.dates, self.plan.zone), self._line(given), state == "cancelled", row,
        )  # fmt: skip
        return OrderFacts(number, (line,), state, self._cell(given, "email"), self._cell(given, "phone"), row)

    def _return(self, row: int, given: Sequence[str]) -> ReturnFacts:
        number = self._must(given, "number", "number_missing")
        return ReturnFacts(
            number, cells.whole(self._cell(given, "quantity")), self._net(given), self.unit,
            cells.moment(self._cell(given, "date"), self.plan.dates, self.plan.zone), self._cell(given, "return"), self._line(given),
            self._cell(given, "sku"), row,
        )  # fmt: skip

    def _product(self, row: int, given: Sequence[str]) -> ProductFacts:
        sku, name = self._must(given, "sku", "sku_missing"), self._must(given, "name", "name_missing")
        price = self._cell(given, "price")
        return ProductFacts(
            sku, name, self._optional(given, "name_en"), self._optional(given, "about"), None,
            self.unit if price else None, cells.amount(price, self.plan.unit) if price else None, self._optional(given, "url"), row=row,
        )  # fmt: skip

    def _optional(self, given: Sequence[str], name: str) -> str | None:
        return self._cell(given, name) if name in self.plan.columns else None

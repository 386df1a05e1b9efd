"""Sentences about rows, files and states, each in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patogh.kit.money import CURRENCIES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REFUSALS: Final[dict[str, _StrPromise]] = {
    "number_missing": _("The row has no order number."),
    "number_unreadable": _("The number has more than 80 characters, or some that cannot be shown."),
    "sku_missing": _("The row has no product code."),
    "name_missing": _("The row has no name."),
    "state_unknown": _("The state is not one that we know: placed, paid, sent or cancelled."),
    "negative": _("A number below zero is not a sale. What came back goes into a file of returns."),
    "quantity_zero": _("The number of pieces is zero."),
    "quantity_unreadable": _("The number of pieces is not a whole number."),
    "too_much": _("The number of pieces or the amount is larger than any real sale."),
    "amount_missing": _("The row says no amount."),
    "amount_unreadable": _("The amount cannot be read as a number."),
    "amount_too_fine": _("The amount has more decimals than this currency has."),
    "amount_in_other_money": _("The amount names another currency than was chosen for the file."),
    "unit_unknown": _("We do not know this unit of money."),
    "units_mixed": _("The lines of one order must be in one currency."),
    "unit_differs": _("What came back is in another currency than what was sold."),
    "date_missing": _("The row has no date."),
    "date_unreadable": _("The date cannot be read. Write it like 1405/09/01 or 2026-11-22."),
    "date_order_unknown": _("The year stands last: choose whether the day or the month comes first."),
    "date_too_old": _("The date lies before 1990."),
    "date_ahead": _("The date lies in the future."),
    "product_unknown": _("There is no product with this code. Put the product in first."),
    "order_unknown": _("There is no such order from this source."),
    "line_unknown": _("The order has no such line."),
    "line_unclear": _("The order has more than one line that this could be. Name the line or its product."),
    "line_unreadable": _("The number of the line is not a whole number."),
    "line_twice": _("This line stands twice in the file, with different words."),
    "return_twice": _("This return stands twice in the file, with different words."),
    "line_has_returns": _("Something of this line came back: its product and its money stay as they are."),
    "less_than_returned": _("More of this line came back than it now says was sold."),
    "line_is_cancelled": _("The line is cancelled: nothing of it can come back."),
    "returned_before_sold": _("It came back before it was sold."),
    "more_than_sold": _("More came back than was sold."),
    "more_money_than_sold": _("More money was given back than was paid for the line."),
    "cells_too_many": _("The row has more cells than the first row has names. A comma may stand in a cell without quotes."),
    "broken_letters": _("The row has letters that do not fit the encoding of the file."),
    "cell_too_long": _("A cell has more than 2,000 characters."),
    "buyer_unreadable": _("Taken, but without the buyer: neither an e-mail address nor a phone number could be read."),
    "link_unreadable": _("The address is not a web address."),
    "price_unreadable": _("The price cannot be read as a number."),
}  # fmt: skip
FILE_WORDS: Final[dict[str, _StrPromise]] = {
    "empty": _("it is empty."),
    "archive": _("it is an archive or a workbook (XLSX), not a CSV."),
    "binary": _("it holds bytes that are not text."),
    "encoding": _("its letters are neither UTF-8, UTF-16 nor Windows-1256."),
    "one_column": _("its first row has only one column."),
    "no_names": _("its first row has no names of columns."),
    "same_names": _("two columns have the same name."),
    "too_wide": _("it has more than 200 columns."),
    "broken": _("a quotation mark is opened and never closed."),
    "gone": _("it is no longer here."),
    "nothing_fits": _("not one of the first rows could be taken, so its columns are likely chosen wrongly."),
}  # fmt: skip
KINDS: Final[dict[str, _StrPromise]] = {
    "products": _("Products"),
    "orders": _("Orders"),
    "returns": _("Returns"),
}  # fmt: skip
PRODUCT_STATES: Final[dict[str, _StrPromise]] = {
    "planned": _("in the making"),
    "on_sale": _("on sale"),
    "ended": _("no longer sold"),
}  # fmt: skip
ORDER_STATES: Final[dict[str, _StrPromise]] = {
    "placed": _("placed"),
    "paid": _("paid"),
    "sent": _("sent"),
    "cancelled": _("cancelled"),
}  # fmt: skip
IMPORT_STATES: Final[dict[str, _StrPromise]] = {
    "asked": _("waits for you"),
    "reading": _("is being read"),
    "ended": _("read"),
    "stopped": _("stopped"),
}  # fmt: skip
FIELDS: Final[dict[str, _StrPromise]] = {
    "number": _("Order number"),
    "line": _("Line of the order"),
    "sku": _("Product code"),
    "quantity": _("Number of pieces"),
    "net": _("Net amount of the line"),
    "date": _("Date"),
    "state": _("State"),
    "email": _("Buyer’s e-mail"),
    "phone": _("Buyer’s phone"),
    "return": _("Number of the return"),
    "name": _("Name"),
    "name_en": _("Name in English"),
    "about": _("About"),
    "price": _("Price"),
    "url": _("Where it is sold"),
}  # fmt: skip
DATE_ORDERS: Final[dict[str, _StrPromise]] = {
    "ymd": _("Year first (1405/09/01, 2026-11-22)"),
    "dmy": _("Day first (01/09/1405, 22/11/2026)"),
    "mdy": _("Month first (11/22/2026)"),
}  # fmt: skip
CODE_FAULTS: Final[dict[str, _StrPromise]] = {
    "letters": _("A code has letters and digits, at most 40 of them."),
    "whose": _("Say whose the code is, or for which campaign."),
    "reward": _("Say the reward as a share of at most 100 percent, or as an amount in some currency."),
    "limits": _("A limit is a whole number of 1 or more."),
    "days": _("The end lies before the beginning."),
    "used_more": _("The code was used more often already."),
    "unknown": _("There is no such code."),
    "owner": _("There is no member with this handle."),
}  # fmt: skip
CODE_WHY: Final[dict[str, _StrPromise]] = {
    "closed": _("the code was not open on that day"),
    "used_up": _("the code was used up"),
    "too_small": _("the order was too small, or in another currency"),
    "own": _("it is the owner’s own order"),
    "person_limit": _("this person had used it before"),
    "not_new": _("the buyer was no new customer"),
    "buyer_unknown": _("nobody knows who bought"),
}  # fmt: skip
CODE_STATES: Final[dict[str, _StrPromise]] = {
    "counted": _("counted"),
    "refused": _("not counted"),
    "undone": _("came back"),
}  # fmt: skip
SHARING_WHY: Final[dict[str, _StrPromise]] = {
    "closed": _("Codes are given out by the team."),
    "away": _("While you may not write here you cannot have a code."),
    "level": _("Codes can be had from level %(level)s on. Your profile says what is missing."),
    "enough": _("You have as many codes as you may have at a time. Close one to have another."),
    "ever": _("You have had as many codes as anybody may have. Ask the team for another."),
}  # fmt: skip
REWARDS: Final[dict[str, _StrPromise]] = {
    "none": _("no reward"),
    "bps": _("a share of the price"),
    "amount": _("an amount"),
}  # fmt: skip


def refusal_words(code: str, part: str = "") -> str:
    """Return why a row was refused, with the part of it that is meant."""
    words = str(REFUSALS.get(code, _("The row could not be taken.")))
    return f"{words} ({part})" if part else words


def sharing_words(why: str, level: int = 0) -> str:
    """Return why somebody may have no code now; "" where they may."""
    return str(SHARING_WHY[why]) % {"level": level} if why in SHARING_WHY else ""


def unit_words(unit: str, language: str) -> str:
    """Return the name of a money."""
    known = CURRENCIES.get(unit)
    return unit if known is None else known.fa if language == "fa" else known.en


def said_order(state: str) -> str:
    """Return the state of an order in words."""
    return str(ORDER_STATES[state]) if state in ORDER_STATES else gettext("unknown")

"""What the orders of online shops have in common: money as whole minor units, lines, what came back, and who bought.

An order travels as the `data` of an arrival: plain words and numbers, one whole version of the order each time, so that the newest
version alone says how the order stands. The room of the shop takes it (hook `arrived`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final, TypedDict
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Arrival, SetupBroken, Unreadable
from patogh.kit.money import CURRENCIES

LINES_MAX: Final = 300
CODES_MAX: Final = 20
AMOUNT_MAX: Final = Decimal(10) ** 15
# How shops write Iranian money; everything is kept in rials.
_IRANIAN: Final = {"IRR": 1, "IRT": 10, "TOMAN": 10, "IRHR": 1_000, "IRHT": 10_000}


class Line(TypedDict):
    """One line: what was paid for it without tax, delivery and discount."""

    number: int
    sku: str
    product: str
    name: str
    quantity: int
    net_minor: int


@dataclass(slots=True)
class Refund:
    """One refund as a shop tells it: pieces and money by line, and money that belongs to no line."""

    number: str
    at: dt.datetime
    items: list[tuple[int, int, int]] = field(default_factory=list)
    more_minor: int = 0


def amount(said: Any) -> Decimal:
    """Return an amount as a shop writes it ("12.50", 12, None); raises Unreadable for what is none."""
    if said is None or said == "":
        return Decimal(0)
    try:
        found = Decimal(str(said)[:40])
    except InvalidOperation as error:
        raise Unreadable(_("An amount of the order cannot be read.")) from error
    if not found.is_finite() or abs(found) > AMOUNT_MAX:
        raise Unreadable(_("An amount of the order cannot be read."))
    return found


def unit_of(currency: Any) -> str:
    """Return the money in which a shop's currency is kept; raises Unreadable for one that we do not know."""
    code = facts.line(currency, 12).upper()
    unit = "IRR" if code in _IRANIAN else code
    if unit not in CURRENCIES:
        raise Unreadable(_("The currency of the order, “%(money)s”, is not known here.") % {"money": code})
    return unit


def minor(said: Decimal, currency: Any) -> int:
    """Return an amount in whole minor units of `unit_of(currency)`: tomans become the rials they are, halves go up."""
    code = facts.line(currency, 12).upper()
    exponent = CURRENCIES[unit_of(code)].exponent
    whole = said * _IRANIAN.get(code, 1) * Decimal(10) ** exponent
    return int(whole.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def quantity(said: Any) -> int:
    """Return how many pieces; a part of a piece counts as one."""
    found = abs(amount(said))
    return min(int(found) + (found != int(found)), 1_000_000)


def returns_of(
    lines: Iterable[Line], refunds: Iterable[Refund], whole_minor: int, all_at: dt.datetime | None
) -> list[dict[str, Any]]:
    """Return what came back by line, never more than was sold of it.

    Money that belongs to no line is shared over the lines by what is left of them, less the part of tax and delivery in
    `whole_minor`, what the buyer paid in all. `all_at` says that everything came back then.
    """
    known = {line["number"]: line for line in lines}
    left = {number: [line["quantity"], line["net_minor"]] for number, line in known.items()}
    goods = sum(line["net_minor"] for line in known.values())
    told: list[dict[str, Any]] = []
    for refund in sorted(refunds, key=lambda one: (one.at, one.number)):
        for number, pieces, net in refund.items:
            _back(told, left, refund, (number, refund.number, pieces, net))
        for number, net in _shared(left, refund.more_minor * goods // max(whole_minor, goods, 1)).items():
            _back(told, left, refund, (number, f"{refund.number}:sum", 0, net))
    if all_at is not None:
        for number, (pieces, net) in list(left.items()):
            _back(told, left, Refund("rest", all_at), (number, "rest", pieces, net))
    return told


def _back(
    told: list[dict[str, Any]], left: dict[int, list[int]], refund: Refund, item: tuple[int, str, int, int]
) -> None:
    """Note what came back of a line, as far as there is something left of it; a second word of one refund is added."""
    line, number, pieces, net = item
    if line not in left:
        return
    pieces, net = min(max(pieces, 0), left[line][0]), min(max(net, 0), left[line][1])
    if not pieces and not net:
        return
    left[line] = [left[line][0] - pieces, left[line][1] - net]
    same = next((one for one in told if (one["line"], one["number"]) == (line, number)), None)
    if same is None:
        told.append({"line": line, "number": number, "quantity": pieces, "net_minor": net, "at": refund.at.isoformat()})
    else:
        same["quantity"] += pieces
        same["net_minor"] += net


def _shared(left: Mapping[int, list[int]], net: int) -> dict[int, int]:
    """Return a sum over the lines by what is left of each; the last unit goes to the largest remainders."""
    total = sum(money for _pieces, money in left.values())
    net = min(max(net, 0), total)
    if not net:
        return {}
    shares = {number: net * money // total for number, (_pieces, money) in left.items()}
    rest = net - sum(shares.values())
    for number in sorted(left, key=lambda one: (-(net * left[one][1] % total), one))[:rest]:
        shares[number] += 1
    return {number: money for number, money in shares.items() if money}


def buyer(source: str, customer: int | None, name: str, email: Any, phone: Any) -> dict[str, Any]:
    """Return who bought: the shop's own number of the customer where there is one; address and phone are claims."""
    return {
        "customer": f"{source}:{customer}" if customer else "", "name": facts.line(name, 120),
        "email": facts.line(email, 254), "phone": facts.line(phone, 40),
    }  # fmt: skip


def codes(said: Iterable[Any]) -> list[str]:
    """Return the codes that an order was placed with."""
    found = [facts.line(one, 60) for one in said]
    return [one for one in dict.fromkeys(found) if one][:CODES_MAX]


def order_arrival(data: Mapping[str, Any], at: dt.datetime) -> Arrival:
    """Return a version of an order as an arrival."""
    if not data["number"] or len(data["lines"]) > LINES_MAX:
        raise Unreadable(_("The order has no number, or more than %(most)s lines.") % {"most": LINES_MAX})
    return Arrival(f"order:{data['key']}:{data['updated_at']}", "order", None, at, data=data)


def customer_arrival(data: Mapping[str, Any], at: dt.datetime) -> Arrival:
    """Return what a shop says of a customer as an arrival."""
    return Arrival(f"customer:{data['buyer']['customer']}:{at.isoformat()}", "customer", None, at, data=data)


def is_staff(said: Any, email: Any) -> bool:
    """Whether an order is one of those by which the team tries its shop."""
    staff = {word.lower() for word in str(said or "").replace(",", " ").split()}
    return facts.line(email, 254).lower() in staff


def base_of(said: Any) -> str:
    """Return the address of a shop, under which our keys may travel; raises SetupBroken for one without encryption."""
    url = str(said or "").strip().rstrip("/")
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.netloc not in set(settings.CHANNELS_INSIDE.split()):
        raise SetupBroken(_("The keys of a shop travel only over https."))
    return url


class ShopForm(forms.Form):
    """What is asked of every shop: its address, its name in our books, and whose orders are only tries."""

    url = forms.CharField(max_length=200, label=gettext_lazy("Address of the shop"))
    source = forms.CharField(
        max_length=40, label=gettext_lazy("Its name in our books"),
        help_text=gettext_lazy("The same as in files of this shop, like rekab.ir; then nothing counts twice."),
    )  # fmt: skip
    staff = forms.CharField(
        max_length=2_000, required=False, label=gettext_lazy("E-mail addresses of tries"), widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        help_text=gettext_lazy("Orders placed with these are left out."),
    )  # fmt: skip
    currency = forms.CharField(
        max_length=12, required=False, label=gettext_lazy("Currency of its prices"),
        help_text=gettext_lazy("Like IRT or EUR; empty: prices of products are left out."),
    )  # fmt: skip
    with_products = forms.BooleanField(required=False, label=gettext_lazy("Fetch its products"))
    with_customers = forms.BooleanField(
        required=False, label=gettext_lazy("Fetch its customers"),
        help_text=gettext_lazy("Everybody who has an account there; that they may be written to is not taken over."),
    )  # fmt: skip
    since = forms.DateField(
        required=False, label=gettext_lazy("Fetch orders since"), help_text=gettext_lazy("Like 2026-01-01; empty: all.")
    )

    def clean_url(self) -> str:
        """Hold that the address is one of the web, without a query or a password."""
        said = str(self.cleaned_data["url"]).strip().rstrip("/")
        try:
            parts = urlsplit(said)
        except ValueError as error:
            raise forms.ValidationError(gettext_lazy("Write a whole address that begins with https://")) from error
        if parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc or parts.query:
            raise forms.ValidationError(gettext_lazy("Write a whole address that begins with https://"))
        return said

    def clean_currency(self) -> str:
        """Hold that the money is one that we know."""
        said = str(self.cleaned_data.get("currency") or "").strip().upper()
        try:
            said = said and unit_of(said) and said
        except Unreadable as error:
            raise forms.ValidationError(
                gettext_lazy("Write a currency that we know, like IRT, IRR, EUR or USD.")
            ) from error
        return said

    def clean_source(self) -> str:
        """Hold that the name can stand before a customer's number."""
        said = str(self.cleaned_data["source"]).strip().lower()
        if not said.replace(".", "").replace("-", "").replace("_", "").isalnum() or not said.isascii():
            raise forms.ValidationError(gettext_lazy("Latin letters, digits, dots and dashes only, like rekab.ir"))
        return said

    def clean_since(self) -> str:
        """Keep the day as it is written in JSON."""
        day = self.cleaned_data.get("since")
        return day.isoformat() if day else ""

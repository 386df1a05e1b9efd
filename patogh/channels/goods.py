"""What online shops list, as one whole version of it: plain words and numbers that the room of the shop takes (hook `arrived`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypedDict

from django.utils.translation import gettext as _

from patogh.channels import orders
from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Arrival, Unreadable
from patogh.channels.connectors.plainly import plain_text

KINDS_MAX: Final = 250
NAME_CHARS_MAX: Final = 120
ABOUT_CHARS_MAX: Final = 600
URL_CHARS_MAX: Final = 500
_HTML_CHARS_MAX: Final = 20_000


class Item(TypedDict):
    """One thing that can be bought; `key` is the shop's own id of it, by which its orders name it too."""

    key: str
    sku: str
    name: str
    price_minor: int | None
    updated_at: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What a shop says of one product; `family` is the key of the one that it is a kind of.

    `is_whole`: what is not among the items is sold no more. `currency` is the shop's own money, "" where nobody said it.
    """

    source: str
    key: str
    at: dt.datetime
    items: Sequence[Item] = ()
    family: str = ""
    about: str = ""
    url: str = ""
    currency: str = ""
    is_shown: bool = True
    is_gone: bool = False
    is_whole: bool = False


def arrival(said: Listed) -> Arrival:
    """Return a version of a product as an arrival."""
    if len(said.items) > KINDS_MAX:
        raise Unreadable(_("The product has more than %(most)s kinds.") % {"most": KINDS_MAX})
    data = {
        "source": said.source, "key": said.key, "family": said.family, "updated_at": said.at.isoformat(), "items": list(said.items),
        "about": said.about, "url": said.url, "unit": orders.unit_of(said.currency) if said.currency else "",
        "is_shown": said.is_shown, "is_gone": said.is_gone, "is_whole": said.is_whole,
    }  # fmt: skip
    return Arrival(f"product:{said.key}:{said.at.isoformat()}", "product", None, said.at, data=data)


def item(key: int, said: Mapping[str, Any], name: str, currency: str, at: dt.datetime) -> Item:
    """Return one thing that can be bought; its price only where the shop's money is known."""
    return {
        "key": str(key), "sku": facts.line(said.get("sku"), 60), "name": facts.line(name, NAME_CHARS_MAX),
        "price_minor": price(said.get("price"), currency), "updated_at": at.isoformat(),
    }  # fmt: skip


def price(said: Any, currency: str) -> int | None:
    """Return a price in whole minor units; None where there is none, or no money that it is in."""
    if not currency or said is None or said == "":
        return None
    found = orders.minor(orders.amount(said), currency)
    return found if found >= 0 else None


def about(html: Any) -> str:
    """Return the words of a description, as many as a product has room for."""
    words = " ".join(plain_text(facts.words(html, _HTML_CHARS_MAX)).split())
    return words if len(words) <= ABOUT_CHARS_MAX else f"{words[: ABOUT_CHARS_MAX - 1].rstrip()}…"


def link(said: Any) -> str:
    """Return the address at which a product is sold; "" for what is none."""
    url = facts.line(said, URL_CHARS_MAX + 1)
    return url if url.startswith(("https://", "http://")) and len(url) <= URL_CHARS_MAX and " " not in url else ""

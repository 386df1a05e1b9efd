"""Who knows the brand without being a member: made up from the seed, with the channel that each came by and what they write."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from patogh.conf.demo.phrases import Filling, bank
from patogh.conf.demo.rhythm import TEHRAN, Year
from patogh.kit.calendar import jalali

SEED: Final = 1405
SHARE: Final = 0.4
OUTSIDERS_MAX: Final = 1_200
WAYS: Final = {"bale": 38, "telegram": 22, "chat": 16, "email": 14, "sms": 10}
ENGLISH_SHARE: Final = 0.06
# Of so many orders, one each by these members; the others are of outsiders or of nobody we know.
REGULARS: Final = {"maryam": (26, 7), "niloofar": (70, 31), "soheil": (64, 50)}
ADDRESSES: Final = {"maryam": "m.salehi61"}
NAMED_ORDERS: Final = 0.7


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody outside of the hangout; `phone` and `email` are what their orders would say."""

    number: int
    name: str
    way: str
    value: str
    since: dt.datetime
    phone: str
    email: str
    city: str
    language: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What somebody wrote over a channel, what the team answered, and the last word ("" for none)."""

    at: dt.datetime
    way: str
    subject: str
    ask: str
    answer: str
    thanks: str
    language: str


def outside(name: str) -> Any:
    """Return a file of what is outside."""
    return bank(f"outside/{name}")


@cache
def gather(members: int, now: dt.datetime) -> tuple[Outsider, ...]:
    """Return everybody outside, the same for the same moment; their number grows with the members'."""
    rng = random.Random(f"{SEED}:outside:{members}")  # noqa: S311 - a seeded demo
    year = Year(now)
    taken: set[str] = set()
    return tuple(_made_up(number, rng, year, taken) for number in range(min(round(members * SHARE), OUTSIDERS_MAX)))


def buyer(order: int, everybody: tuple[Outsider, ...]) -> tuple[str, str]:
    """Return the address and number that an order was placed with; both "" where the shop told neither."""
    for handle, (every, turn) in REGULARS.items():
        if order % every == turn:
            return address(handle), ""
    rng = random.Random(f"{SEED}:buyer:{order}")  # noqa: S311 - a seeded demo
    if not everybody or rng.random() > NAMED_ORDERS:
        return "", ""
    found = everybody[int(len(everybody) * rng.random() ** 1.6)]
    return (found.email, "") if found.way in {"email", "chat"} else ("", found.phone)


def address(handle: str) -> str:
    """Return the e-mail address of a member of the cast."""
    return f"{ADDRESSES.get(handle, handle)}@rekab.example"


def exchange(rng: random.Random, way: str, at: dt.datetime, language: str = "fa", name: str = "") -> Exchange | None:
    """Return something that is written over a channel, or None where nobody writes that there."""
    rows = [row for row in outside("talk")["exchange"] if way in row["ways"] and row.get("lang", "fa") == language]
    if not rows:
        return None
    row = rng.choice(rows)
    filling = Filling(rng, jalali(at.astimezone(TEHRAN).date())[1], {"me": name.split(maxsplit=1)[0]} if name else None)
    thanks = rng.choice(row["thanks"]) if row["thanks"] and rng.random() < 0.45 else ""
    return Exchange(
        at, way, row.get("subject", "") if way == "email" else "", filling.fill(rng.choice(row["ask"])),
        filling.fill(row["answer"]), filling.fill(thanks), language,
    )  # fmt: skip


def _made_up(number: int, rng: random.Random, year: Year, taken: set[str]) -> Outsider:
    way = rng.choices(list(WAYS), list(WAYS.values()))[0]
    is_english = way in {"telegram", "email"} and rng.random() < ENGLISH_SHARE
    name, latin = _name(rng, is_english)
    handle = _free(latin, rng, taken)
    phone = f"+98913000{(number * 37 + 1009) % 10_000:04}"
    email = f"{handle.replace('_', '.')}{number % 89 + 10}@{rng.choice(('post', 'chapar', 'nameh'))}.example"
    values = {
        "bale": f"@{handle}", "telegram": f"@{handle}", "email": email, "sms": phone,
        "chat": f"visitor-{number:05}-{rng.getrandbits(40):010x}",
    }  # fmt: skip
    city = "" if is_english else rng.choice(("اصفهان", "اصفهان", *bank("words")["slots"]["town"]))
    return Outsider(number, name, way, values[way], year.moment(rng), phone, email, city, "en" if is_english else "fa")


def _name(rng: random.Random, is_english: bool) -> tuple[str, list[str]]:
    names, side = bank("names"), rng.choice(("women", "men"))
    if is_english:
        first, family = rng.choice(names[f"{side}_en"]), rng.choice(names["families_en"])
        return f"{first} {family}", [first.lower(), family.lower()]
    (first, latin), (family, family_latin) = (rng.choice(names[key]).split("|") for key in (side, "families"))
    return f"{first} {family}", [latin, family_latin]


def _free(latin: list[str], rng: random.Random, taken: set[str]) -> str:
    """Return a name for accounts that nobody has yet."""
    handle = "_".join(latin)
    while handle in taken:
        handle = f"{'_'.join(latin)}{rng.randint(50, 99)}"
    taken.add(handle)
    return handle

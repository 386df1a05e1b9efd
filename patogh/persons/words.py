"""Words of persons: what the fields are called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from markupsafe import Markup

from patogh.kit.calendar import Viewer
from patogh.kit.money import Money, UnknownCurrency
from patogh.kit.numbers import number
from patogh.people import consent

DAYS_A_MONTH: Final = 30
DAYS_A_YEAR: Final = 365
MONTHS_TOLD: Final = 11  # longer is told in years

FIELDS: Final = {
    "name": _("Name"),
    "first_name": _("First name"),
    "last_name": _("Family name"),
    "city": _("City"),
    "bio": _("About"),
    "language": _("Language"),
    "birthday": _("Birth date"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "street": _("Street"),
    "postcode": _("Postcode"),
    "region": _("Region"),
}


def field_words(name: str) -> str:
    """Return what people call a field; traits of other systems keep their own name."""
    return str(FIELDS.get(name, name))


def listed(parts: Sequence[str], language: str) -> Markup:
    """Return parts of a sentence, which are HTML of ours, as one: "a, b and c"."""
    if len(parts) < 2:
        return Markup("".join(parts))  # noqa: S704 - clauses are made by format_html or a template
    comma, last = ("، ", " و ") if language == "fa" else (", ", " and ")
    return Markup(comma.join(parts[:-1]) + last + parts[-1])  # noqa: S704 - the same


def channel_words(name: str, language: str) -> str:
    """Return what people call the channel over which something came; "" for the house itself, which goes without saying."""
    if name in {"", "web", "demo", "house", "worker"}:
        return ""
    known = consent.ways().get(name)
    return known.title(language) if known else name


def since_words(first: dt.datetime, viewer: Viewer, now: dt.datetime | None = None) -> str:
    """Return how long somebody is known, as people round it: "nearly 4 years", "more than 2 years", "5 months", "12 days"."""
    days = max(0, ((now or timezone.now()) - first).days)
    if days < DAYS_A_MONTH:
        return _many(ngettext("%(n)s day", "%(n)s days", days), days, viewer)
    if days < MONTHS_TOLD * DAYS_A_MONTH:
        months = round(days / DAYS_A_MONTH)
        return _many(ngettext("%(n)s month", "%(n)s months", months), months, viewer)
    years, rest = divmod(days, DAYS_A_YEAR)
    if rest > DAYS_A_YEAR * 3 // 4:
        return _many(ngettext("nearly %(n)s year", "nearly %(n)s years", years + 1), years + 1, viewer)
    if rest > DAYS_A_YEAR // 4:
        return _many(ngettext("more than %(n)s year", "more than %(n)s years", years), years, viewer)
    return _many(ngettext("%(n)s year", "%(n)s years", years), years, viewer)


def _many(words: str, count: int, viewer: Viewer) -> str:
    return words % {"n": number(count, viewer)}


def money_words(amount: int, unit: str, viewer: Viewer) -> str:
    """Return an amount as people say it; of a money that we do not know the number and its code, as another system told it."""
    try:
        return Money(amount, unit).words(viewer)
    except UnknownCurrency:
        return f"{number(amount, viewer)} {unit}"

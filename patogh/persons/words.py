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


# Why a link of an identity was written; what another room or the team wrote there of its own is told as it stands.
LINKS: Final = {
    "joined": _("joined with it"),
    "imported": _("came from an older house"),
    "came": _("was seen for the first time"),
    "verified": _("was proved by its owner"),
    "claimed": _("was taken over by whoever proved its address"),
    "removed": _("was removed by its owner"),
    "linked": _("was linked by the team"),
    "merged": _("came along when two people were joined"),
    "undone": _("went back when that was taken back"),
    "followed": _("went along with whoever proved it"),
    "split": _("was taken out of another person"),
    "erased": _("stands alone since its person was erased"),
}
CHANNELS: Final = {"intake": _("another system"), "job": _("a file"), "api": _("a program"), "email": _("e-mail")}


def field_words(name: str) -> str:
    """Return what people call a field; traits of other systems keep their own name."""
    return str(FIELDS.get(name, name))


def link_words(why: str) -> str:
    """Return why an identity is somebody's, as the end of a sentence about it."""
    return str(LINKS.get(why, why))


def listed(parts: Sequence[str], language: str) -> Markup:
    """Return parts of a sentence, which are HTML of ours, as one: "a, b and c"."""
    if len(parts) < 2:
        return Markup("".join(parts))  # noqa: S704 - clauses are made by format_html or a template
    comma, last = ("، ", " و ") if language == "fa" else (", ", " and ")
    return Markup("".join((comma.join(parts[:-1]), last, parts[-1])))  # noqa: S704 - the same; a + would escape what is HTML already


def channel_words(name: str, language: str) -> str:
    """Return what people call the channel over which something came; "" for the house itself, which goes without saying."""
    if name in {"", "web", "demo", "house", "worker"}:
        return ""
    known = consent.ways().get(name)
    if known:
        return known.title(language)
    return str(CHANNELS.get(name, name))


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
    """Return an amount as people say it, whole rials in tomans; of a money that we do not know the number and its code, as another system told it."""
    try:
        money = Money(amount, unit)
        return (money.in_("TOMAN") if unit == "IRR" and amount % 10 == 0 else money).words(viewer)
    except UnknownCurrency:
        return f"{number(amount, viewer)} {unit}"


PEOPLE_FILE_WORDS: Final = {
    "gone": _("The file is no longer here. Send it again."),
    "empty": _("The file has no rows."),
    "broken": _("The file cannot be read to its end: a quotation mark stays open, or its encoding changes."),
    "bomb": _("The workbook unpacks to far more than it may. Save it as CSV."),
    "too_long": _("The file has more than a million rows. Send it in parts."),
    "nothing_fits": _("Not one of the first rows could be taken, so the columns are likely chosen wrongly."),
}
PEOPLE_PLAN_WORDS: Final = {
    "columns": _("Choose a meaning for each column."),
    "no_key": _("Choose a column by which people are known: an id, e-mail or phone."),
    "twice": _("Id, names, birth and consent have one column each."),
    "consent": _("A column of consent needs the words people agreed to, for what, and how they said it."),
}
PEOPLE_REFUSALS: Final = {
    "nobody_named": _("The row names nobody: no id, e-mail or phone."),
    "id_unreadable": _("The id cannot be read."),
    "email_unreadable": _("The e-mail address cannot be read, and the row names nobody else."),
    "phone_unreadable": _("The phone number cannot be read, and the row names nobody else."),
    "too_many_keys": _("The row names more than eight ids, addresses and numbers."),
    "too_many_traits": _("So much is known of this person that no more is taken."),
    "kept_out": _("Whoever the row names was erased here and is not brought back."),
}
PEOPLE_MEANINGS: Final = {
    "": _("not used"), "id": _("id of your own"), "email": _("e-mail"), "phone": _("phone"), "given": _("given name"),
    "family": _("family name"), "full": _("whole name"), "birth": _("birth date"), "city": _("town"), "region": _("region"),
    "postcode": _("postcode"), "trait": _("kept under its name"), "consent": _("agreed (yes)"),
}  # fmt: skip
PEOPLE_STATES: Final = {
    "asked": _("waits for you"), "reading": _("is being read"), "ended": _("read"), "stopped": _("stopped"), "undone": _("taken back"),
}  # fmt: skip
PEOPLE_METHODS: Final = {"form": _("in a form"), "paper": _("on paper"), "spoken": _("by word of mouth")}

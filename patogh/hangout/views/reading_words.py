"""Words that the reading pages say: reactions, how long something took, how long somebody waits."""

import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patogh.kit.calendar import Viewer
from patogh.kit.numbers import number

REACTION_WORDS = {
    "thanks": gettext_lazy("Thanks!"),
    "worked": gettext_lazy("It worked"),
    "useful": gettext_lazy("It helped me"),
    "bravo": gettext_lazy("Well done"),
    "same": gettext_lazy("Same here"),
    "laughed": gettext_lazy("I laughed"),
    "welcome": gettext_lazy("Welcome"),
}
KIND_WORDS = {
    "discussion": gettext_lazy("Talk"),
    "question": gettext_lazy("Question"),
    "show": gettext_lazy("A show"),
    "notice": gettext_lazy("Notice"),
}
NEWCOMER_DAYS = 30
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


class Wait(NamedTuple):
    """A length of time in its largest unit, and the moment at which other words become right."""

    text: str
    valid_until: dt.datetime


def waiting(since: dt.datetime, now: dt.datetime, viewer: Viewer) -> Wait:
    """Return how long somebody has waited: «۴ ساعت»."""
    seconds = max(0, int((now - since).total_seconds()))
    unit = _MINUTE_S if seconds < _HOUR_S else _HOUR_S if seconds < 2 * _DAY_S else _DAY_S
    count = max(1, seconds // unit)
    return Wait(_counted(count, unit, viewer), since + dt.timedelta(seconds=(seconds // unit + 1) * unit))


def lasting(span: dt.timedelta, viewer: Viewer) -> str:
    """Return how long something took, in at most two units: «۲ ساعت و ۱۰ دقیقه»."""
    minutes = max(1, int(span.total_seconds()) // _MINUTE_S)
    if minutes < 60:
        return _counted(minutes, _MINUTE_S, viewer)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return _counted(hours // 24, _DAY_S, viewer)
    if not rest:
        return _counted(hours, _HOUR_S, viewer)
    return _("%(hours)s and %(minutes)s") % {
        "hours": _counted(hours, _HOUR_S, viewer),
        "minutes": _counted(rest, _MINUTE_S, viewer),
    }


def _counted(count: int, unit_s: int, viewer: Viewer) -> str:
    given = {"num": number(count, viewer)}
    if unit_s == _MINUTE_S:
        return ngettext("%(num)s minute", "%(num)s minutes", count) % given
    if unit_s == _HOUR_S:
        return ngettext("%(num)s hour", "%(num)s hours", count) % given
    return ngettext("%(num)s day", "%(num)s days", count) % given

"""What stands beside an idea: the real odds of its call in words, and ideas like it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from patogh.ideas.models import Idea
from patogh.ideas.queries import lists
from patogh.ideas.queries.idea import Shown
from patogh.ideas.queries.odds import Odds, odds
from patogh.ideas.queries.similar import similar
from patogh.ideas.views.page_parts import page_part
from patogh.kit import calendar
from patogh.kit.calendar import Viewer
from patogh.kit.numbers import number
from patogh.looks.assembly import Clock

SIMILAR = 3


@page_part
def beside(page: Shown, clock: Clock) -> dict[str, Any]:
    """Return the words of the side."""
    told = odds(page.idea.programme)
    return {
        "odds": told, "odds_words": odds_words(told, clock.viewer), "odds_foot": odds_foot(told, clock.viewer),
        "similar": like(page),
    }  # fmt: skip


def like(page: Shown) -> list[lists.Row]:
    """Return the rows of ideas like this one."""
    one = page.idea
    found = [hit.idea.pk for hit in similar(one.title, f"{one.lead}\n{one.problem}", besides=one.pk, limit=SIMILAR)]
    if not found:
        return []
    rows = {row.id: row for row in lists.rows_of(Idea.objects.filter(pk__in=found), SIMILAR)}
    return [rows[pk] for pk in found if pk in rows]


def odds_words(told: Odds, viewer: Viewer) -> str:
    """Return «از هر ۱۰۰ ایده …» as one sentence, or that it is too early to say."""
    known = [one for one in told.stations if one.share.at is not None]
    if not known:
        return _("Too few ideas of this call have had their whole time; the odds are told once five have.")
    parts = [
        _("%(count)s reach %(station)s") % {"count": number(round((one.share.at or 0) * 100), viewer), "station": number(one.supporters, viewer)}
        for one in known
    ]  # fmt: skip
    said = _("Of 100 ideas like this one %(parts)s.") % {"parts": _(", ").join(parts)}
    if told.approved.at is None:
        return said
    return f"{said} " + _("Of 100 that the board answers it approves %(count)s.") % {
        "count": number(round(told.approved.at * 100), viewer)
    }


def odds_foot(told: Odds, viewer: Viewer) -> str:
    """Return on how many ideas and on which time the odds rest."""
    if told.since is None or told.until is None or not told.stations:
        return ""
    days = [calendar.date_words(calendar.local_day(at, viewer), viewer) for at in (told.since, told.until)]
    return _("Counted from %(n)s ideas, published between %(since)s and %(until)s.") % {
        "n": number(told.stations[0].share.n, viewer), "since": days[0], "until": days[1],
    }  # fmt: skip

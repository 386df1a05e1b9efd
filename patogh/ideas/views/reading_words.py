"""The words of the reading pages: states, moves, tabs, stretches of time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from patogh.ideas import machine, roads
from patogh.ideas.queries.idea import Shown
from patogh.kit import calendar, numbers
from patogh.kit.calendar import Viewer
from patogh.looks.assembly import Clock

# state: (words, tint of the tag, icon)
STATE_WORDS = {
    machine.DRAFT: (_("Draft"), "", "pencil"),
    machine.SUBMITTED: (_("Being looked at"), "saf", "hourglass"),
    machine.RETURNED: (_("Came back with a reason"), "anar", "undo-2"),
    machine.GATHERING: (_("Gathering supporters"), "fir", "bike"),
    machine.IN_REVIEW: (_("In review"), "saf", "hourglass"),
    machine.CARRIED_OVER: (_("Carried over to the next batch"), "saf", "repeat"),
    machine.APPROVED: (_("Approved"), "pes", "check"),
    machine.NOT_APPROVED: (_("Not approved, with a reason"), "anar", "x"),
    machine.IN_DEVELOPMENT: (_("In the making"), "pes", "wrench"),
    machine.ON_SALE: (_("Made and on sale"), "pes", "shopping-bag"),
    machine.EXPIRED: (_("Its time ran out"), "", "clock"),
    machine.ARCHIVED: (_("Put aside, with a reason"), "", "archive"),
    machine.WITHDRAWN: (_("Withdrawn by its makers"), "", "undo-2"),
    machine.MERGED: (_("Merged into another idea"), "laj", "git-merge"),
}
# move: (words, how its ring is coloured)
MOVE_WORDS = {
    "submit": (_("Sent in"), ""),
    "return": (_("Came back once"), "back"),
    "publish": (_("Proposed to everybody"), ""),
    "qualify": (_("Reached the review"), ""),
    "expire": (_("Its time ran out"), "back"),
    "approve": (_("Approved for making"), "good"),
    "decline": (_("Not approved"), "back"),
    "carry_over": (_("Carried over to the next batch"), "wait"),
    "take_up": (_("Taken up by the next batch"), ""),
    "develop": (_("Its making began"), "good"),
    "release": (_("On sale"), "good"),
    "stop_making": (_("Its making was stopped"), "back"),
    "archive": (_("Put aside"), "back"),
    "unarchive": (_("Brought back to the road"), ""),
    "withdraw": (_("Withdrawn by its makers"), "back"),
    "merge": (_("Merged into another idea"), ""),
    "unmerge": (_("Parted from the other idea again"), ""),
}
ENDED = (machine.EXPIRED, machine.ARCHIVED, machine.WITHDRAWN, machine.MERGED)
TAB_WORDS = {
    "near": _("Near a station"), "pace": _("Moving fast"), "new": _("New"), "review": _("In review"), "made": _("Made and in the making"),
    "ended": _("Left behind, with reasons"),
}  # fmt: skip


def move_words(move: Any, viewer: Viewer) -> tuple[str, str]:
    """Return a move in words and the colour of its ring."""
    if move.move == "station":
        return gettext("Passed the station of %(count)s") % {"count": numbers.number(move.milestone or 0, viewer)}, ""
    words, ring = MOVE_WORDS.get(move.move, (move.move, ""))
    return str(words), ring


def days_words(days: int, viewer: Viewer) -> str:
    """Return a stretch of days as people say it: days to two months, then months, then years."""
    if days < 62:
        return ngettext("%(num)s day", "%(num)s days", days) % {"num": numbers.number(days, viewer)}
    months = round(days / 30.4)
    if months % 12:
        return ngettext("%(num)s month", "%(num)s months", months) % {"num": numbers.number(months, viewer)}
    years = months // 12
    return ngettext("%(num)s year", "%(num)s years", years) % {"num": numbers.number(years, viewer)}


def left_words(until: dt.datetime | None, clock: Clock) -> str:
    """Return how long a window is still open, right until the next hour or day."""
    if until is None:
        return ""
    left = until - clock.now
    if left <= dt.timedelta(0):
        return gettext("its time is over")
    days = left.days
    if days >= 2:
        clock.right_until(until - dt.timedelta(days=days))
        return ngettext("%(num)s day left", "%(num)s days left", days) % {"num": numbers.number(days, clock.viewer)}
    hours = max(1, int(left.total_seconds() // 3600))
    clock.right_until(clock.now + dt.timedelta(minutes=10))
    return ngettext("%(num)s hour left", "%(num)s hours left", hours) % {"num": numbers.number(hours, clock.viewer)}


def is_soon(until: dt.datetime | None, clock: Clock) -> bool:
    """Return whether less than ten days are left."""
    return until is not None and until - clock.now < dt.timedelta(days=10)


def share_words(bps: int, viewer: Viewer) -> str:
    """Return basis points as a percentage: 100 is «۱٪»."""
    text = f"{bps / 100:.2f}".rstrip("0").rstrip(".")
    return _percent(text, viewer)


def _percent(text: str, viewer: Viewer) -> str:
    if viewer.language != "fa":
        return f"{text}%"
    return f"{text.translate(str.maketrans('0123456789.', '۰۱۲۳۴۵۶۷۸۹٫'))}٪"


def road_of(page: Shown, clock: Clock) -> roads.Road:
    """Return the big road of an idea with its words."""
    idea, viewer = page.idea, clock.viewer
    passed = {move.milestone: move.made_at for move in page.moves if move.move == "station" and move.milestone}
    qualified = next((move.made_at for move in page.moves if move.move == "qualify"), None)
    if qualified is not None and page.stations:
        passed[page.stations[-1]] = qualified
    begun = idea.published_at
    stones = []
    for index, number in enumerate(page.stations):
        is_past = index < idea.milestone or page.at >= 1.0
        is_next = not is_past and index == idea.milestone and idea.state == machine.GATHERING
        words = (
            _past(passed.get(number), begun, viewer)
            if is_past
            else _next(page, clock)
            if is_next
            else _ahead(page, index, viewer)
        )
        stones.append((number, "passed" if is_past else "next" if is_next else "ahead", *words))
    start = calendar.date_words(calendar.local_day(begun, viewer), viewer) if begun else ""
    return roads.road(page.at, (gettext("Proposed"), start), stones)


def _past(at: dt.datetime | None, begun: dt.datetime | None, viewer: Viewer) -> tuple[str, str]:
    if at is None:
        return gettext("passed"), ""
    day = calendar.date_words(calendar.local_day(at, viewer), viewer)
    days = max(0, (at - begun).days) if begun else 0
    if days == 0:
        return gettext("on the first day"), day
    return ngettext("in %(num)s day", "in %(num)s days", days) % {"num": numbers.number(days, viewer)}, day


def _next(page: Shown, clock: Clock) -> tuple[str, str]:
    idea, viewer = page.idea, clock.viewer
    left = left_words(idea.window_ends_at, clock)
    until = idea.window_ends_at
    day = (
        gettext("by %(date)s") % {"date": calendar.date_words(calendar.local_day(until, viewer), viewer)}
        if until
        else ""
    )
    if page.hides_count or idea.missing is None:
        return left, day
    missing = numbers.number(idea.missing, viewer)
    return gettext("%(num)s to go, %(left)s") % {"num": missing, "left": left}, day


def _ahead(page: Shown, index: int, viewer: Viewer) -> tuple[str, str]:
    if page.idea.state in ENDED:
        return gettext("not reached"), ""
    is_last = index == len(page.stations) - 1
    head = gettext("Review for making") if is_last else gettext("The next window")
    days = page.terms.stations[index].days if index < len(page.terms.stations) else 0
    if page.idea.state != machine.GATHERING and not page.idea.published_at:
        before = gettext("the start")
    else:
        before = numbers.number(page.stations[index - 1], viewer) if index else gettext("the start")
    return head, gettext("%(time)s after %(station)s") % {"time": days_words(days, viewer), "station": before}

"""The public log of moderation: what was done and why, without names and without anybody's words."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from patogh.kit import calendar, numbers
from patogh.ledger.queries.pages import lines_of_subjects
from patogh.looks.pages import viewer_for
from patogh.trust import labels, limits
from patogh.trust.nouns import LogLine, Subject
from patogh.trust.queries import log_lines, public_log, shown_many
from patogh.trust.views.answers import number, page

CSV_ROWS_MAX = 5_000
MONTHS, YEARS, JALALI_BEFORE = 12, (1300, 2900), 1700


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What of the log to show: a month ("1405-09", "2026-11") and its first moment and the next one's, a reason."""

    month: str = ""
    span: tuple[dt.datetime, dt.datetime] | None = None
    reason: str = ""

    @property
    def kept(self) -> dict[str, str]:
        """The filter as parameters, for links that keep it."""
        return {name: value for name, value in (("month", self.month), ("reason", self.reason)) if value}


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show the log, by month and reason where asked."""
    chosen = _chosen(request)
    after, before = request.GET.get("after"), request.GET.get("before")
    found = public_log(after=after, before=before, reason=chosen.reason, month=chosen.span)
    context = {
        "found": found, "chosen": chosen, "spaces": _spaces(found.items), "keep": chosen.kept,
        "lines": lines_of_subjects("trust.decision", [str(row.id) for row in found.items]),
        "months": _months(viewer_for(request)), "date_words": lambda day: calendar.date_words(day, viewer_for(request)),
    }  # fmt: skip
    return page(request, "trust/log.html", context)


@require_safe
def log_csv(request: HttpRequest) -> HttpResponse:
    """Give the same as CSV, the newest first; a formula in a cell is no formula."""
    chosen, out = _chosen(request), io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["day", "what", "sanction", "reason", "public_reason", "kind", "by", "outcome"])
    for day, what, sanction, why, said, kind, is_house, outcome in log_lines(
        CSV_ROWS_MAX, reason=chosen.reason, month=chosen.span
    ):
        shown = f"'{said}" if said.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else said
        by = "house" if is_house else "moderator"
        lines.writerow([day.isoformat(), what, sanction, why, shown, kind, by, outcome])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="moderation.csv"'
    return answer


def _chosen(request: HttpRequest) -> LogFilter:
    """Return the filter that the address asks for; nonsense asks for everything."""
    year, _dash, month = request.GET.get("month", "")[:7].partition("-")
    given = (number(year) or 0, number(month) or 0)
    reason = request.GET.get("reason", "")
    reason = reason if reason in labels.REASONS else ""
    if not (YEARS[0] <= given[0] <= YEARS[1] and 1 <= given[1] <= MONTHS):
        return LogFilter(reason=reason)
    in_which: calendar.CalendarName = "jalali" if given[0] < JALALI_BEFORE else "gregorian"
    span = calendar.month_bounds(*given, replace(viewer_for(request), calendar=in_which))
    return LogFilter(f"{given[0]}-{given[1]:02}", span, reason)


def _months(viewer: calendar.Viewer) -> list[tuple[str, str]]:
    """Return the months of which the log can tell, the newest first: "1405-09" and its name, in the reader's calendar."""
    year, month, _day = calendar.parts(calendar.local_day(timezone.now(), viewer), viewer)
    since = year * MONTHS + month - 1
    back = [divmod(since - step, MONTHS) for step in range(limits.CASES_DAYS // 30 + 1)]
    return [
        (f"{y}-{m + 1:02}", f"{calendar.month_name(m + 1, viewer)} {numbers.localised(str(y), viewer)}")
        for y, m in back
    ]


def _spaces(rows: list[LogLine]) -> dict[int, str]:
    """Return the names of the public spaces that these lines are about; others stay unnamed."""
    ids = sorted({row.space_id for row in rows if row.space_id})
    found = shown_many([Subject("hangout.space", str(pk)) for pk in ids], None)
    return {int(subject.id): thing.title for subject, thing in found.items()}

"""The public log of moderation: what was done and why, without names and without anybody's words."""

from __future__ import annotations

import csv
import io

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from patogh.trust import labels
from patogh.trust.nouns import LogLine, Subject
from patogh.trust.queries import LogFilter, public_log, shown_many
from patogh.trust.views.answers import number, page

CSV_ROWS_MAX = 5_000


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show the log, by month and reason where asked."""
    chosen = _chosen(request)
    found = public_log(chosen, after=request.GET.get("after"), before=request.GET.get("before"))
    context = {"found": found, "chosen": chosen, "spaces": _spaces(found.items), "keep": _keep(chosen)}
    return page(request, "trust/log.html", context)


@require_safe
def log_csv(request: HttpRequest) -> HttpResponse:
    """Give the same as CSV, the newest first; a formula in a cell is no formula."""
    chosen, out = _chosen(request), io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["day", "what", "sanction", "reason", "public_reason", "kind", "by", "outcome"])
    after: str | None = None
    for _turn in range(CSV_ROWS_MAX // 25):
        found = public_log(chosen, after=after)
        for row in found.items:
            said = f"'{row.public_reason}" if row.public_reason[:1] in "=+-@\t\r" and row.public_reason else row.public_reason
            by = "house" if row.by_house else "moderator"
            lines.writerow([row.day.isoformat(), row.what, row.sanction, row.reason, said, row.kind, by, row.outcome])
        after = found.next
        if after is None:
            break
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="moderation.csv"'
    return answer


def _chosen(request: HttpRequest) -> LogFilter:
    """Return the filter that the address asks for; nonsense asks for everything."""
    year, _, month = request.GET.get("month", "")[:7].partition("-")
    reason = request.GET.get("reason", "")
    year_number, month_number = number(year), number(month)
    is_month = year_number and month_number and 1900 <= year_number <= 9000 and 1 <= month_number <= 12
    return LogFilter(
        month=(year_number, month_number) if is_month else None, reason=reason if reason in labels.REASONS else ""
    )


def _keep(chosen: LogFilter) -> dict[str, str]:
    kept = {"reason": chosen.reason, "month": f"{chosen.month[0]}-{chosen.month[1]:02}" if chosen.month else ""}
    return {name: value for name, value in kept.items() if value}


def _spaces(rows: list[LogLine]) -> dict[int, str]:
    """Return the names of the public spaces that these lines are about; others stay unnamed."""
    ids = sorted({row.space_id for row in rows if row.space_id})
    found = shown_many([Subject("hangout.space", str(pk)) for pk in ids], None)
    return {int(subject.id): thing.title for subject, thing in found.items()}

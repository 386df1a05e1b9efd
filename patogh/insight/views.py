"""Pages of measures; they read what was kept and compute nothing."""

from __future__ import annotations

import csv
import datetime as dt
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from patogh.insight import limits, queries
from patogh.insight.words import KIND_WORDS, REASON_WORDS, day_words, estimate_words, hours_words, waiting_words
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed
from patogh.people.queries import may


@require_safe
@allowed("see_insight")
def moderation(request: SignedInRequest) -> HttpResponseBase:
    """Show how review goes: waiting, load, flags by outcome, agreement. Persons are named to moderators only."""
    found = queries.snapshots()
    load = found["load"].found if "load" in found else {}
    facts: dict[str, Any] = {
        "found": {name: row.found for name, row in found.items()},
        "newest": max((row.measured_at for row in found.values()), default=None),
        "days": limits.WINDOW_DAYS,
        "carriers": queries.carriers(load) if may(request.member, "moderate") else None,
        "kinds": KIND_WORDS,
        "waiting": waiting_words,
        "reasons": REASON_WORDS,
        "hours": hours_words,
        "said": estimate_words,
        "dated": day_words,
        "oldest": dt.datetime.fromisoformat(load["oldest_at"]) if load.get("oldest_at") else None,
    }
    return pages.render(request, "insight/moderation.html", facts)


@require_safe
@allowed("see_insight")
def moderation_csv(request: SignedInRequest) -> HttpResponse:  # noqa: ARG001 - views take a request
    """Give every number of the page as rows: measure, group, figure, value. Nobody is named in it."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="moderation.csv"'
    rows = csv.writer(response)
    rows.writerow(["measure", "since", "until", "figure", "value"])
    for name, row in sorted(queries.snapshots().items()):
        for figure, value in _figures({key: said for key, said in row.found.items() if key != "moderators"}):
            rows.writerow([name, row.since.isoformat(), row.until.isoformat(), figure, value])
    return response


def _figures(found: Any, name: str = "") -> list[tuple[str, Any]]:
    """Return the leaves of a snapshot with their paths."""
    if isinstance(found, dict):
        return [leaf for key, value in found.items() for leaf in _figures(value, f"{name}.{key}".strip("."))]
    if isinstance(found, list):
        return [leaf for value in found for leaf in _figures(value, f"{name}.{value.pop('day')}")]
    return [(name, "" if found is None else found)]

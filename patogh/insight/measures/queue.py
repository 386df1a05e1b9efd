"""How long the review queue lets people wait.

Formula: Kaplan-Meier median and 90th percentile of the hours from the opening of an item to the first look of a
moderator, and to the decision. Population: items opened in the window, by kind. Still open items count as waiting
(censored). Exclusions: none; the queue is decided by people only. Source: `trust.ReviewItem`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from patogh.insight import limits
from patogh.insight.measures.window import Window
from patogh.insight.statistics import waiting_time
from patogh.trust.models import ReviewItem


def measured(window: Window) -> dict[str, Any]:
    """Return for all items and for each kind: n, still open, and hours to look and to decide."""
    rows = (
        ReviewItem.objects.filter(opened_at__gte=window.since, opened_at__lt=window.until)
        .order_by("-opened_at")
        .values_list("kind", "opened_at", "first_seen_at", "decided_at")[: limits.CASES_READ_MAX]
    )
    cases: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for kind, *times in rows:
        cases[kind].append(tuple(times))
        cases["all"].append(tuple(times))
    return {kind: _times(window, times) for kind, times in sorted(cases.items())}


def _times(window: Window, times: list[tuple[Any, ...]]) -> dict[str, Any]:
    looks = [window.hours(opened, seen or decided) for opened, seen, decided in times]
    ends = [window.hours(opened, decided) for opened, _, decided in times]
    return {
        "n": len(times),
        "open": sum(not ended for _, ended in ends),
        "look": waiting_time(looks).as_json(),
        "decide": waiting_time(ends).as_json(),
        "decide_90": waiting_time(ends, 0.9).as_json(),
    }

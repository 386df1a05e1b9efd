"""How much comes, and who carries it.

Formula: items opened and decided a day (in the brand's zone), open now, age of the oldest; for each moderator the number
of decisions and the median hours between first look and decision of what they decided. Population: items opened or
decided in the window; decisions that a person made. Exclusions: what the house did by itself (auto-hiding), lifted
decisions stay in: the work was done. Source: `trust.ReviewItem`, `trust.Decision`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from patogh.insight import limits
from patogh.insight.measures.window import Window
from patogh.insight.statistics import waiting_time
from patogh.trust.models import Decision, QueueTally, ReviewItem


def measured(window: Window) -> dict[str, Any]:
    """Return days with counts, what is open now, the oldest, and moderators by key."""
    opened = _days(window, "opened_at")
    decided = _days(window, "decided_at")
    oldest = ReviewItem.objects.filter(state="open").order_by("opened_at").values_list("opened_at", flat=True).first()
    return {
        "days": [{"day": day, "opened": opened[day], "decided": decided[day]} for day in window.days()],
        "open": dict(QueueTally.objects.filter(open_count__gt=0).values_list("kind", "open_count")),
        "oldest_at": oldest.isoformat() if oldest else None,
        "moderators": _moderators(window),
    }


def _days(window: Window, column: str) -> Counter[str]:
    span = {f"{column}__gte": window.since, f"{column}__lt": window.until}
    moments = ReviewItem.objects.filter(**span).values_list(column, flat=True)[: limits.CASES_READ_MAX]
    return Counter(window.day(moment) for moment in moments)


def _moderators(window: Window) -> list[dict[str, Any]]:
    """Return those who decided, most decisions first."""
    rows = Decision.objects.filter(by__isnull=False, decided_at__gte=window.since, decided_at__lt=window.until)
    hours: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    many: Counter[int] = Counter()
    times = rows.values_list("by_id", "decided_at", "item__first_seen_at")[: limits.CASES_READ_MAX]
    for who, decided_at, seen_at in times:
        many[who] += 1
        if seen_at is not None:
            hours[who].append(window.hours(seen_at, decided_at))
    return [
        {"member": who, "decisions": count, "handling": waiting_time(hours[who]).as_json()}
        for who, count in many.most_common()
    ]

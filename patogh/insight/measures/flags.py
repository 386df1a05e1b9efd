"""What became of flags.

Formula: for each reason the share of settled flags that moderators agreed with, with Wilson's interval. Population: flags
raised in the window and not withdrawn. Exclusions: open flags are counted beside, never in the share; withdrawn flags
are only counted. Source: `trust.Flag`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Count

from patogh.insight.measures.window import Window
from patogh.insight.statistics import share
from patogh.trust.models import Flag


def measured(window: Window) -> dict[str, Any]:
    """Return for all reasons and for each: agreed, disagreed, ignored, open, withdrawn, and the agreed share."""
    raised = Flag.objects.filter(created_at__gte=window.since, created_at__lt=window.until)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for reason, outcome, count in (
        raised.filter(withdrawn_at=None).values_list("reason", "outcome").annotate(Count("pk"))
    ):
        counts[reason][outcome or "open"] += count
        counts["all"][outcome or "open"] += count
    for reason, count in raised.exclude(withdrawn_at=None).values_list("reason").annotate(Count("pk")):
        counts[reason]["withdrawn"] += count
        counts["all"]["withdrawn"] += count
    return {reason: _row(found) for reason, found in sorted(counts.items())}


def _row(found: Counter[str]) -> dict[str, Any]:
    settled = found["agreed"] + found["disagreed"] + found["ignored"]
    names = ("agreed", "disagreed", "ignored", "open", "withdrawn")
    return {**{name: found[name] for name in names}, "share": share(found["agreed"], settled).as_json()}

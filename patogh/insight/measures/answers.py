"""How long a question waits for somebody else's first reply.

Formula: Kaplan-Meier median of the hours from the question to the first reply by another member. Population: questions
opened in the window in public and members' spaces, newest first up to CASES_READ_MAX. Questions without a reply count as
waiting (censored). Exclusions: replies by the asker, replies out of sight, questions of staged members (they were imported:
their times are another house's). There are no bots in this house that reply; whatever the house says by itself is no post. Source: `hangout`.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Min, Q

from patogh.hangout.models import Topic
from patogh.insight import limits
from patogh.insight.measures.window import Window
from patogh.insight.statistics import waiting_time


def measured(window: Window) -> dict[str, Any]:
    """Return hours to the first reply, and how many questions are without one."""
    asked = (
        Topic.objects.filter(
            kind="question", created_at__gte=window.since, created_at__lt=window.until, trashed_at=None
        )
        .exclude(space__access="private")
        .exclude(author__staged__claimed_at=None, author__staged__isnull=False)
    )
    others = Q(posts__number__gt=1, posts__trashed_at=None) & ~Q(posts__author=F("author"))
    rows = asked.annotate(first=Min("posts__created_at", filter=others)).order_by("-created_at")
    cases = [window.hours(*times) for times in rows.values_list("created_at", "first")[: limits.CASES_READ_MAX]]
    return {
        "n": len(cases),
        "open": sum(not ended for _, ended in cases),
        "reply": waiting_time(cases).as_json(),
        "reply_90": waiting_time(cases, 0.9).as_json(),
    }

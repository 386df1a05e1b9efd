"""Whose record is to be looked at now."""

from __future__ import annotations

from django.utils import timezone

from patogh.trust import limits
from patogh.trust.models import Record


def due_records() -> list[Record]:
    """Return the records whose time has come, the longest waiting first, at most WEIGHED_A_TURN_MAX."""
    rows = Record.objects.select_related("member").filter(weigh_at__lte=timezone.now(), member__is_active=True)
    return list(rows.order_by("weigh_at")[: limits.WEIGHED_A_TURN_MAX])

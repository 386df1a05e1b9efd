"""Measuring, once an hour, away from the pages."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from patogh.activity import every, task
from patogh.insight import actions, limits
from patogh.insight.measures import MEASURES, Window

every("insight.measure", limits.MEASURE_EVERY_S)


@task("insight.measure")
def measure() -> None:
    """Measure everything over the last WINDOW_DAYS and keep it."""
    now = timezone.now()
    window = Window(now - dt.timedelta(days=limits.WINDOW_DAYS), now, ZoneInfo(settings.BRAND_ZONE))
    for name, measured in MEASURES.items():
        actions.keep_snapshot(name, window, measured(window))

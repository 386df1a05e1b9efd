"""The time that a measure covers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` to `until` (UTC, the end not included); `until` is also the moment of measuring."""

    since: dt.datetime
    until: dt.datetime
    zone: dt.tzinfo

    def hours(self, start: dt.datetime, end: dt.datetime | None) -> tuple[float, bool]:
        """Return one case: how many hours, and whether it ended by `until`."""
        ended = end is not None and end <= self.until
        until = end if ended and end is not None else self.until
        return max(0.0, (until - start).total_seconds() / 3600), ended

    def day(self, moment: dt.datetime) -> str:
        """Return the day of a moment in the brand's zone, as ISO 8601 writes it."""
        return moment.astimezone(self.zone).date().isoformat()

    def days(self) -> list[str]:
        """Return every day of the window, oldest first."""
        first, last = self.since.astimezone(self.zone).date(), self.until.astimezone(self.zone).date()
        return [(first + dt.timedelta(days=at)).isoformat() for at in range((last - first).days + 1)]

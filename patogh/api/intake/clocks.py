"""When something happened, told by a clock that may be wrong (Segment's spec: timestamp - sentAt + receivedAt)."""

from __future__ import annotations

import datetime as dt

from patogh.api.intake import limits
from patogh.api.intake.errors import Fault


def moment(value: object, field: str) -> dt.datetime | None:
    """Return a time of ISO 8601 as UTC, None for none at all; without a zone it is UTC. Raises Fault."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > 64:
        raise Fault("timestamp_unreadable", field)
    try:
        read = dt.datetime.fromisoformat(value.strip())
        return read.replace(tzinfo=dt.UTC) if read.tzinfo is None else read.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise Fault("timestamp_unreadable", field) from error


def happened(said: dt.datetime | None, sent: dt.datetime | None, received: dt.datetime) -> tuple[dt.datetime, str]:
    """Return when something happened by our clock, and a warning's code where the time of arrival had to stand for it.

    A clock that was wrong when it stamped and when it sent is wrong by the same amount, so the difference counts. What
    still lies ahead of us, or before the year 2000, is no time of an event: then it happened when it came.
    """
    if said is None:
        return received, ""
    skew = received - sent if sent is not None else dt.timedelta(0)
    try:
        at = said + skew if abs(skew) > limits.SKEW_IGNORED else said
    except OverflowError:
        return received, "clock_absurd"
    if at > received + limits.CLOCK_AHEAD_MAX:
        return received, "clock_ahead"
    return (min(at, received), "") if at >= limits.OLDEST else (received, "clock_absurd")

"""How much a key, an address and a profile may send; counted in this process's memory."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Sequence

from patogh.api.intake import limits
from patogh.api.intake.errors import TooManyRequests

_WINDOW_S = 60
_lock = threading.Lock()
_windows: dict[str, tuple[float, int]] = {}
_profiles: dict[tuple[tuple[str, str], int], int] = {}


def count(who: str, many: int, quota: int) -> None:
    """Count what somebody sent in this minute; raises TooManyRequests with the seconds to wait."""
    now = time.monotonic()
    with _lock:
        if len(_windows) > limits.PROFILES_WATCHED_MAX:
            _windows.clear()
        began, used = _windows.get(who, (now, 0))
        if now - began >= _WINDOW_S:
            began, used = now, 0
        if used < quota:
            _windows[who] = (began, used + many)
    if used >= quota:
        raise TooManyRequests(retry_after_s=max(1, int(began + _WINDOW_S - now) + 1))


def fast(profiles: Sequence[tuple[tuple[str, str], dt.datetime]]) -> list[bool]:
    """Return, for each event of (profile, when it happened), whether that profile did too much in that second."""
    found = []
    with _lock:
        if len(_profiles) > limits.PROFILES_WATCHED_MAX:
            _profiles.clear()
        for who, when in profiles:
            place = (who, int(when.timestamp()))
            _profiles[place] = _profiles.get(place, 0) + 1
            found.append(_profiles[place] > limits.PROFILE_EVENTS_PER_S)
    return found


def forget() -> None:
    """Start counting anew."""
    with _lock:
        _windows.clear()
        _profiles.clear()

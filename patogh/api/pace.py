"""How many requests a token, a member or an address may send in a window; counted in this process's memory."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from django.conf import settings

from patogh.api import limits
from patogh.api.errors import TooManyCalls

_KEPT_MAX = 100_000
_lock = threading.Lock()
_windows: dict[str, tuple[float, int]] = {}


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of a window."""

    name: str
    quota: int
    left: int
    reset_s: int

    def headers(self) -> dict[str, str]:
        """Return the fields of draft-ietf-httpapi-ratelimit-headers."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.quota};w={limits.WINDOW_S}',
            "RateLimit": f'"{self.name}";r={self.left};t={self.reset_s}',
        }


def count(name: str, who: str, quota: int) -> Room:
    """Count one request of somebody in a window; raises TooManyCalls with the seconds to wait."""
    quota *= limits.DEMO_TIMES if settings.DEMO else 1
    now, key = time.monotonic(), f"{name} {who}"
    with _lock:
        if len(_windows) > _KEPT_MAX:
            _windows.clear()
        began, used = _windows.get(key, (now, 0))
        if now - began >= limits.WINDOW_S:
            began, used = now, 0
        _windows[key] = (began, used + 1)
    reset_s = max(1, int(began + limits.WINDOW_S - now) + 1)
    room = Room(name, quota, max(0, quota - used - 1), reset_s)
    if used >= quota:
        refusal = TooManyCalls(retry_after_s=reset_s)
        refusal.room = room  # type: ignore[attr-defined]
        raise refusal
    return room


def forget_pace() -> None:
    """Start counting anew."""
    with _lock:
        _windows.clear()

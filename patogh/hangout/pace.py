"""How often one member may ask for what costs without writing anything: sliding windows in this process's memory.

What is written has its pace in `trust`, counted in the database for all processes together.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from django.conf import settings

from patogh.hangout.errors import TooFast
from patogh.kit import limits
from patogh.people.models import Member

WINDOWS = {
    "preview": (limits.PREVIEWS_PER_MINUTE_MAX, 60),
}
_KEPT_MAX = 50_000
_lock = threading.Lock()
_acts: dict[tuple[int, str], deque[float]] = {}


def keep_pace(member: Member, act: str) -> None:
    """Count one act of a member; raises TooFast with the seconds to wait. A demo is for measuring too and has no such limit."""
    if settings.DEMO:
        return
    most, window_s = WINDOWS[act]
    now = time.monotonic()
    with _lock:
        if len(_acts) > _KEPT_MAX:
            _acts.clear()
        acts = _acts.setdefault((member.pk, act), deque())
        while acts and acts[0] <= now - window_s:
            acts.popleft()
        if len(acts) >= most:
            raise TooFast(retry_after_s=int(acts[0] + window_s - now) + 1)
        acts.append(now)


def forget_pace() -> None:
    """Start counting anew."""
    with _lock:
        _acts.clear()

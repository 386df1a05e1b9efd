"""A steady pace for each log: a bucket that fills by the second."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from patogh.ledger.witness.errors import Refused


class Pace:
    """How often each name may come; raises Refused (429) for what is above. Safe between threads."""

    def __init__(self, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Let `per_s` through in each second, and twice as many at once after a silence."""
        self._per_s, self._burst, self._clock = per_s, max(1.0, 2 * per_s), clock
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, name: str) -> None:
        """Count one request of `name`."""
        with self._lock:
            now = self._clock()
            left, at = self._left.get(name, (self._burst, now))
            left = min(self._burst, left + (now - at) * self._per_s)
            if left < 1:
                self._left[name] = (left, now)
                raise Refused(429, "too many requests; come back a little later", retry_s=self._wait_s(left))
            self._left[name] = (left - 1, now)

    def _wait_s(self, left: float) -> int:
        return max(1, math.ceil((1 - left) / self._per_s))

"""What a process takes to be so for some seconds, because it is asked all the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """One answer, read anew when it is `secs` old (or what `secs()` says then); other processes see a change within that time."""

    def __init__(self, read: Callable[[], T], secs: float | Callable[[], float]) -> None:
        self._read, self._secs = read, secs
        self._kept: tuple[float, T] | None = None

    def __call__(self) -> T:
        """Return the answer."""
        now, kept = time.monotonic(), self._kept
        if kept is None or now - kept[0] >= (self._secs() if callable(self._secs) else self._secs):
            self._kept = kept = (now, self._read())
        return kept[1]

    def forget(self) -> None:
        """Read it anew the next time."""
        self._kept = None

    def assume(self, answer: T) -> None:
        """Take it to be so until `forget`: for tests that count queries."""
        self._kept = (float("inf"), answer)

"""Identifiers: time-ordered UUIDs (RFC 9562, version 7) and unguessable tokens."""

from __future__ import annotations

import os
import secrets
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta

_COUNTER_MAX = 0xFFF
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_lock = threading.Lock()
_last: list[int] = [0, 0]  # milliseconds of the newest id, and its counter


def uuid7() -> uuid.UUID:
    """Return a new UUIDv7 that sorts after every one this process made before, even if the clock goes back.

    48 bits of milliseconds, a 12-bit counter that starts low and random in each millisecond (RFC 9562 §6.2,
    method 1) and 62 random bits.
    """
    now_ms = time.time_ns() // 1_000_000
    with _lock:
        if now_ms > _last[0]:
            _last[:] = now_ms, secrets.randbits(8)
        elif _last[1] < _COUNTER_MAX:
            _last[1] += 1
        else:
            _last[:] = _last[0] + 1, secrets.randbits(8)
        moment_ms, counter = _last
    return _assemble(moment_ms, counter, int.from_bytes(os.urandom(8), "big"))


def uuid7_at(moment: datetime, *, counter: int, noise: int) -> uuid.UUID:
    """Return the UUIDv7 of a given moment: for imports and seeded demos, where ids must be the same each time.

    `counter` uses 12 bits and `noise` 62 bits; what is beyond is cut off.
    """
    return _assemble((moment - _EPOCH) // timedelta(milliseconds=1), counter, noise)


def time_of(identifier: uuid.UUID) -> datetime:
    """Return the UTC moment (milliseconds) written in a UUIDv7."""
    return _EPOCH + timedelta(milliseconds=identifier.int >> 80)


def token(nbytes: int = 24) -> str:
    """Return an unguessable URL-safe token made from `nbytes` random bytes (24 bytes: 32 characters)."""
    return secrets.token_urlsafe(nbytes)


def _assemble(moment_ms: int, counter: int, noise: int) -> uuid.UUID:
    high = (moment_ms & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (counter & _COUNTER_MAX) << 64
    return uuid.UUID(int=high | 0b10 << 62 | (noise & 0x3FFF_FFFF_FFFF_FFFF))

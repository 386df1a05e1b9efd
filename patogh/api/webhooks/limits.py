"""Limits of the webhooks, each with its unit."""

from __future__ import annotations

from typing import Final

ENDPOINTS_MAX: Final = 50
PATTERNS_MAX: Final = 20
PATTERN_CHARS_MAX: Final = 64
DESCRIPTION_CHARS_MAX: Final = 200
ANSWER_BYTES_MAX: Final = 2_048
ERROR_CHARS_MAX: Final = 200
EXCERPT_CHARS_MAX: Final = 200

ATTEMPT_S_MAX: Final = 10
# When a delivery is tried again after its first attempt; the example of Standard Webhooks, cut after a day and a bit.
RETRY_S: Final = (5, 300, 1_800, 7_200, 18_000, 36_000, 36_000)
JITTER: Final = 0.2  # of the delay, either way
RETRY_AFTER_S_MAX: Final = 86_400
FAILING_DAYS_MAX: Final = 5
OLD_SECRET_H: Final = 24
KEPT_DAYS: Final = 30
REPLAY_DAYS_MAX: Final = 30
REPLAYED_MAX: Final = 10_000
FANNED_OUT_MAX: Final = 500

# A turn sends to one endpoint; its lease is longer than the turn and shorter than the lease of its job (120 s).
TURN_S_MAX: Final = 30
TURN_LEASE_S: Final = 60
TURNS_AT_ONCE_MAX: Final = 2  # a worker process has four threads; hanging receivers get no more than half of them
TURN_LATER_S: Final = 2
SWEEP_S: Final = 60
TIDY_S: Final = 3_600
TIDIED_ROWS_MAX: Final = 2_000
LOOKED_AT_S: Final = 5  # how long a process remembers which verbs are wanted

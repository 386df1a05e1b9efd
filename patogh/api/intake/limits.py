"""Limits of the intake, each with its unit. The first three are Segment's, so that its clients never have to split anew."""

from __future__ import annotations

import datetime as dt
from typing import Final

EVENT_BYTES_MAX: Final = 32 * 1024
BATCH_BYTES_MAX: Final = 500 * 1024
BATCH_EVENTS_MAX: Final = 2_500

ID_CHARS_MAX: Final = 200
MESSAGE_ID_CHARS_MAX: Final = 200
NAME_CHARS_MAX: Final = 200
LEVELS_MAX: Final = 16
NUMBER_MAX: Final = 2**63 - 1
TRAITS_AN_EVENT_MAX: Final = 1_000

PROFILE_EVENTS_PER_S: Final = 25
PROFILES_WATCHED_MAX: Final = 50_000
KEY_EVENTS_PER_MINUTE_MAX: Final = 600_000
ADDRESS_CALLS_PER_MINUTE_MAX: Final = 1_200  # of a browser's key
WRONG_KEYS_PER_ADDRESS_PER_MINUTE_MAX: Final = 60

CLOCK_AHEAD_MAX: Final = dt.timedelta(seconds=60)
OLDEST: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
SKEW_IGNORED: Final = dt.timedelta(seconds=2)  # less than a request may take on its way

EVENTS_AT_ONCE_MAX: Final = 1_000
WAITING_REQUESTS_MAX: Final = 256

SOURCES_MAX: Final = 100
KEYS_MAX: Final = 10  # that work, a source
SOURCE_NAME_CHARS_MAX: Final = 60
ORIGINS_MAX: Final = 20
OLD_KEY_H: Final = 24
KEY_USED_EVERY_S: Final = 600
KEYS_LOOKED_AT_S: Final = 5  # how long a process remembers a key: a revoked one works no longer than this

SAMPLES_A_WRITE_MAX: Final = 3  # of refused events; one of those accepted
SAMPLES_KEPT_MAX: Final = 500
SAMPLES_SHOWN: Final = 50
SAMPLES_KEPT_DAYS: Final = 7
TALLIES_KEPT_DAYS: Final = 400
TALLIES_SHOWN_DAYS: Final = 7
TIDY_S: Final = 3_600

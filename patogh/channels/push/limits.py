"""The limits of push, each named with its unit last."""

from typing import Final

DEVICES_MAX: Final = 10
ENDPOINT_CHARS_MAX: Final = 1_000
PAYLOAD_BYTES_MAX: Final = 3_000
TITLE_CHARS_MAX: Final = 120
BODY_CHARS_MAX: Final = 300
TTL_S: Final = 2 * 24 * 3600
VAPID_S: Final = 12 * 3600
SEND_S_MAX: Final = 10
SEEN_DAYS: Final = 30
SEEN_NOTICES_MAX: Final = 20
FAILURES_MAX: Final = 20
PAUSE_S_MIN: Final = 30
PAUSE_S_MAX: Final = 6 * 3600

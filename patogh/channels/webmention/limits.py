"""The limits of webmentions that leave, each named with its unit last."""

from typing import Final

TARGETS_A_TEXT_MAX: Final = 20
URL_CHARS_MAX: Final = 2_000
SOURCE_CHARS_MAX: Final = 1_000
PAGE_BYTES_MAX: Final = 1_000_000
HTML_CHARS_MAX: Final = 1_000_000
REDIRECTS_MAX: Final = 10
TIMEOUT_S: Final = 15
SETTLE_S: Final = 60  # a text that is corrected at once is told once
ATTEMPTS_MAX: Final = 6
BACK_OFF_S_MIN: Final = 300
BACK_OFF_S_MAX: Final = 86_400
LOOK_EVERY_S: Final = 30
LOOKED_AT_S: Final = 5  # how long a process remembers whether anybody outside is told
A_TURN_MAX: Final = 20
TURN_S_MAX: Final = 30
SHOWN_MAX: Final = 10

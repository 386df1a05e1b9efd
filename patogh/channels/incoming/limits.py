"""The limits of mail that comes in, each named with its unit last."""

from typing import Final

MAIL_BYTES_MAX: Final = 20 * 1024 * 1024
MAIL_PARTS_MAX: Final = 100
MAIL_DEPTH_MAX: Final = 12
HEADER_CHARS_MAX: Final = 4_000
ADDRESSES_MAX: Final = 50
HTML_CHARS_MAX: Final = 400_000
TEXT_CHARS_MAX: Final = 400_000
LEFT_OUT_NAMES_MAX: Final = 20
DECORATION_BYTES_MAX: Final = 3_000
ADDRESS_KEPT_DAYS: Final = 90
RAW_KEPT_DAYS: Final = 7
ROWS_KEPT_DAYS: Final = 90
MAILS_PER_FETCH_MAX: Final = 50
BYTES_PER_FETCH_MAX: Final = 60 * 1024 * 1024
FETCH_EVERY_S: Final = 60
FETCH_S_MAX: Final = 90
IMAP_TIMEOUT_S: Final = 15
FIRST_LOOK_BACK_DAYS: Final = 3
FAULT_CHARS_MAX: Final = 300
ANSWER_PAUSE_H: Final = 24
PACE_WAIT_MIN: Final = 20

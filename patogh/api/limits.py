"""Limits of the API, each with its unit."""

from __future__ import annotations

from typing import Final

TOKENS_MAX: Final = 20  # tokens that work, a member
TOKEN_DAYS_MAX: Final = 366
TOKEN_NAME_CHARS_MAX: Final = 60
TOKEN_USED_EVERY_S: Final = 600
CALLS_PER_MINUTE_MAX: Final = 300  # a token, or a member by session
WRITES_PER_MINUTE_MAX: Final = 60
CALLS_PER_ADDRESS_PER_MINUTE_MAX: Final = 1_200
WRONG_TOKENS_PER_ADDRESS_PER_MINUTE_MAX: Final = 30
WINDOW_S: Final = 60
DEMO_TIMES: Final = 1_000  # a demo is for measuring too
PAGE_ROWS: Final = 30
PAGE_ROWS_MAX: Final = 100
JSON_LEVELS_MAX: Final = 16
JSON_BYTES_MAX: Final = 1_000_000
KEY_CHARS_MAX: Final = 255
ANSWERS_KEPT_H: Final = 48
ID_MAX: Final = 2**63 - 1

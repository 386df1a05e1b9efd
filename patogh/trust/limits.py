"""Limits of this room that no installation changes, each with its unit; what they do change stands in `terms`."""

from typing import Final

APPEAL_DAYS_MAX: Final = 30
UNDO_HOURS_MAX: Final = 24
CLAIM_S: Final = 15 * 60
BULK_ITEMS_MAX: Final = 100
WORDS_CHARS_MAX: Final = 2_000
FLAG_WORDS_CHARS_MAX: Final = 500
PUBLIC_REASON_CHARS_MAX: Final = 300
LISTED_WORD_CHARS_MIN: Final = 2
LISTED_WORD_CHARS_MAX: Final = 60
LISTED_WORDS_MAX: Final = 5_000
JUDGED_CHARS_MAX: Final = 200_000
SANCTION_DAYS_MAX: Final = 36_500
READING_SECONDS_A_CALL_MAX: Final = 600
WINDOW_DAYS: Final = 100
SAID_DAYS: Final = 14
WEIGHED_A_TURN_MAX: Final = 500
WEIGH_EVERY_S: Final = 300
SWEEP_EVERY_S: Final = 6 * 3600
TERMS_CACHE_S: Final = 5
MINOR_SAFETY_SCORE: Final = 1_000.0
HISTORY_ROWS: Final = 30
SANCTIONS_SHOWN_MAX: Final = 20
CASES_DAYS: Final = 730
CASES_A_TURN_MAX: Final = 500

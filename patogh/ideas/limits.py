"""Every bound of ideas, with its unit last."""

from __future__ import annotations

from typing import Final

TITLE_CHARS_MIN: Final = 6
TITLE_CHARS_MAX: Final = 120
LEAD_CHARS_MAX: Final = 300
PROBLEM_CHARS_MAX: Final = 5_000
PROPOSAL_CHARS_MAX: Final = 20_000
FACTS_MAX: Final = 12
FACT_CHARS_MAX: Final = 120
REVISIONS_MAX: Final = 200
REASON_CHARS_MAX: Final = 4_000
NOTE_CHARS_MAX: Final = 4_000
NAME_CHARS_MAX: Final = 80
ABOUT_CHARS_MAX: Final = 600
SLUG_CHARS_MAX: Final = 40
CATEGORIES_MAX: Final = 40
# Terms
STATIONS_MAX: Final = 8
SUPPORTERS_MAX: Final = 10_000_000
STATION_DAYS_MAX: Final = 3_650
WORDED_MAX: Final = 40
WORDED_CHARS_MAX: Final = 300
PREFACE_CHARS_MAX: Final = 6_000
# The clock
TURN_S: Final = 15
EXPIRED_A_TURN_MAX: Final = 500
# Fewer than this many at once never look like a clock that jumped.
JUMP_FLOOR_IDEAS: Final = 20
JUMP_SHARE_PERCENT: Final = 10
TAKEN_UP_A_TURN_MAX: Final = 200
# The adaptive last station moves by this factor at most in one turn.
THRESHOLD_STEP_MAX: Final = 2
DAYS_A_MONTH: Final = 30.44

# Making it together.
UPDATE_EVERY_DAYS = 3
UPDATE_CHARS_MAX = 5_000
UPDATES_A_DAY_MAX = 5
QUESTION_CHARS_MAX = 1_000
QUESTIONS_OPEN_MAX = 10
ANSWER_CHARS_MAX = 5_000
FEEDBACK_WORDS_CHARS_MAX = 1_000
COMMENT_CHARS_MAX = 20_000
PICTURES_PER_IDEA_MAX = 12
MODELS_PER_IDEA_MAX = 3
MODEL_BYTES_MAX = 24 * 1024 * 1024
MATERIALS_PER_DAY_MAX = 60
MAKERS_MAX = 8
ROLE_CHARS_MAX = 80
LEAVE_UNDO_DAYS = 7
HEARERS_A_JOB = 200
BIG_CHANGE_PERCENT = 30
# The makers' share
CLOSING_GRACE_DAYS: Final = 10
AFTER_UNTIED_DAYS: Final = 90  # so long late orders and returns of a product that no longer counts are still looked at
CLOSED_A_TURN_MAX: Final = 50
PAID_A_TURN_MAX: Final = 50
MAKERS_WITH_SHARE_MAX: Final = 20
STATEMENTS_A_PAGE: Final = 24
SHARES_TURN_S: Final = 60

# The board
ANSWER_DAYS: Final = 3
REVIEWERS_MAX: Final = 30
REMIND_DAYS: Final = 7
BATCH_DAYS_MAX: Final = 1_100
SCORE_WORDS_CHARS_MAX: Final = 4_000
CONFLICT_CHARS_MAX: Final = 300
DECISION_CHARS_MAX: Final = 4_000
BOARD_TURN_S: Final = 60
ANNOUNCE_TURN_S: Final = 15
UNDO_PUBLISH_MINUTES: Final = 15
EXPORT_CELL_CHARS_MAX: Final = 32_000
# Supports
REFUNDS_A_TURN_MAX: Final = 500
CARRIED_A_TURN_MAX: Final = 200
NETWORK_KEPT_DAYS: Final = 30
NETWORKS_A_TURN_MAX: Final = 5_000
SUPPORTERS_A_PAGE: Final = 40
SURVEY_CHARS_MAX: Final = 500
PRICE_MINOR_MAX: Final = 10**13
# A distribution of fewer answers would tell single people's.
PRICES_SHOWN_MIN: Final = 20
PRICES_READ_MAX: Final = 50_000
# Signals of supports that may not be people
FRESH_ACCOUNT_DAYS: Final = 7
BURST_TIMES: Final = 5
BURST_SUPPORTS_MIN: Final = 20
CROWD_SUPPORTS_MIN: Final = 3
SIGNALS_READ_MAX: Final = 200_000
# Similar ideas
SIMILAR_MAX: Final = 10
SIMILAR_WORDS_MAX: Final = 8
SIMILAR_READ_MAX: Final = 120
SIMILAR_TEXT_CHARS_MAX: Final = 2_000
MEANING_NEAR_MAX: Final = 400
MEANING_QUERY_S_MAX: Final = 0.3

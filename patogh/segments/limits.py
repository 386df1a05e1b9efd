"""The limits of segments, each named with its unit last."""

from __future__ import annotations

from typing import Final

SEGMENTS_MAX: Final = 200
NAME_CHARS_MAX: Final = 60
ABOUT_CHARS_MAX: Final = 300
REASON_CHARS_MAX: Final = 300

# A rule
RULE_CHARS_MAX: Final = 4_000
RULE_DEPTH_MAX: Final = 6
RULE_CONDITIONS_MAX: Final = 30
FILTERS_MAX: Final = 5
WORD_CHARS_MAX: Final = 120
WINDOW_DAYS_MAX: Final = 3_660
TIMES_MAX: Final = 1_000_000
AMOUNT_MAX: Final = 10**15
BUILDER_ROWS_MAX: Final = 12

# Following the road
LOOKED_AT_S: Final = 2.0
FILL_DELAY_S: Final = 3.0
FOLLOWED_PERSONS_MAX: Final = 200
TURNED_PERSONS_MAX: Final = 200
FILLED_PERSONS_MIN: Final = 25
FILLED_PERSONS_MAX: Final = 250
FILL_STEP_S: Final = 0.1
TASK_SLICE_S: Final = 15.0
SWEEP_EVERY_S: Final = 5
KEYS_A_STATEMENT: Final = 4_000

# Counting in the builder
EXACT_SLOTS_MAX: Final = 5_000
SAMPLE_SLOTS: Final = 20_000
SAMPLE_FIRST_SLOTS: Final = 100
LOOK_S: Final = 0.5
COUNT_FRESH_S: Final = 600
COUNTS_KEPT_DAYS: Final = 2
COUNTED_PERSONS_MAX: Final = 5_000
EXAMPLES_MAX: Final = 10
EXAMPLES_LOOKED_AT_MAX: Final = 2_000

# What is shown
PEOPLE_SEEN_MIN: Final = 10
HISTORY_DAYS: Final = 30
EXPORT_PEOPLE_MAX: Final = 100_000
EXPORT_STEP: Final = 500

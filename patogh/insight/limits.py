"""The limits of insight, each with its unit last."""

WINDOW_DAYS = 28
MEASURE_EVERY_S = 3600
CASES_READ_MAX = 50_000

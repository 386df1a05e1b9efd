"""Every limit of the house, each named with its unit last.

A limit is read once, when this module loads, from the setting `PATOGH_LIMITS` (a dict of name to whole number) and
falls back to the figure written here. Import this module, not its names, so that tests can replace one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.conf import settings


def _limit(name: str, default: int) -> int:
    """Return the configured whole number called `name`, or its default; a limit below 1 is refused."""
    chosen = getattr(settings, "PATOGH_LIMITS", {}) if settings.configured else {}
    value = chosen.get(name, default) if isinstance(chosen, Mapping) else default
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        message = f"PATOGH_LIMITS[{name!r}] must be a whole number of at least 1, not {value!r}"
        raise ValueError(message)
    return value


# Text
POST_TEXT_CHARS_MAX: Final = _limit("POST_TEXT_CHARS_MAX", 50_000)
TITLE_CHARS_MAX: Final = _limit("TITLE_CHARS_MAX", 160)
TITLE_CHARS_MIN: Final = _limit("TITLE_CHARS_MIN", 3)
NAME_CHARS_MAX: Final = _limit("NAME_CHARS_MAX", 60)
HANDLE_CHARS_MIN: Final = _limit("HANDLE_CHARS_MIN", 3)
HANDLE_CHARS_MAX: Final = _limit("HANDLE_CHARS_MAX", 30)
BIO_CHARS_MAX: Final = _limit("BIO_CHARS_MAX", 1_000)
PLACE_CHARS_MAX: Final = _limit("PLACE_CHARS_MAX", 80)
LINK_CHARS_MAX: Final = _limit("LINK_CHARS_MAX", 2_000)
REASON_CHARS_MAX: Final = _limit("REASON_CHARS_MAX", 500)
TAG_CHARS_MAX: Final = _limit("TAG_CHARS_MAX", 40)
ALT_TEXT_CHARS_MAX: Final = _limit("ALT_TEXT_CHARS_MAX", 300)
EXCERPT_CHARS_MAX: Final = _limit("EXCERPT_CHARS_MAX", 240)
SLUG_CHARS_MAX: Final = _limit("SLUG_CHARS_MAX", 80)
SEARCH_QUERY_CHARS_MAX: Final = _limit("SEARCH_QUERY_CHARS_MAX", 200)
NESTING_LEVELS_MAX: Final = _limit("NESTING_LEVELS_MAX", 20)
DIFF_WORDS_MAX: Final = _limit("DIFF_WORDS_MAX", 2_000)

# Counts
TOPIC_TAGS_MAX: Final = _limit("TOPIC_TAGS_MAX", 6)
POST_PICTURES_MAX: Final = _limit("POST_PICTURES_MAX", 12)
POST_MENTIONS_MAX: Final = _limit("POST_MENTIONS_MAX", 20)
POST_LINKS_MAX: Final = _limit("POST_LINKS_MAX", 50)
POLL_CHOICES_MAX: Final = _limit("POLL_CHOICES_MAX", 12)
PAGE_ROWS: Final = _limit("PAGE_ROWS", 30)
PAGE_ROWS_MAX: Final = _limit("PAGE_ROWS_MAX", 100)
CURSOR_CHARS_MAX: Final = _limit("CURSOR_CHARS_MAX", 512)

# Pictures
PICTURE_BYTES_MAX: Final = _limit("PICTURE_BYTES_MAX", 12 * 1024 * 1024)
PICTURE_PIXELS_MAX: Final = _limit("PICTURE_PIXELS_MAX", 24_000_000)
PICTURE_SIDE_PX_MAX: Final = _limit("PICTURE_SIDE_PX_MAX", 2_048)
THUMB_SIDE_PX_MAX: Final = _limit("THUMB_SIDE_PX_MAX", 480)

# Requests that come in and go out
REQUEST_BODY_BYTES_MAX: Final = _limit("REQUEST_BODY_BYTES_MAX", 1024 * 1024)
IDEMPOTENCY_KEY_CHARS_MAX: Final = _limit("IDEMPOTENCY_KEY_CHARS_MAX", 255)
EGRESS_BYTES_MAX: Final = _limit("EGRESS_BYTES_MAX", 512 * 1024)
EGRESS_ANSWER_BYTES_MAX: Final = _limit("EGRESS_ANSWER_BYTES_MAX", 2 * 1024)
EGRESS_REDIRECTS_MAX: Final = _limit("EGRESS_REDIRECTS_MAX", 3)
EGRESS_TIMEOUT_S_MAX: Final = _limit("EGRESS_TIMEOUT_S_MAX", 10)

# The door and the queue
GROUP_ACTIONS_MAX: Final = _limit("GROUP_ACTIONS_MAX", 128)

# The hangout
EDIT_GRACE_S: Final = _limit("EDIT_GRACE_S", 300)
POST_CARDS_MAX: Final = _limit("POST_CARDS_MAX", 3)
PICTURES_PER_DAY_MAX: Final = _limit("PICTURES_PER_DAY_MAX", 60)
DRAFTS_MAX: Final = _limit("DRAFTS_MAX", 60)
MERGE_POSTS_MAX: Final = _limit("MERGE_POSTS_MAX", 1_000)
PREVIEWS_PER_MINUTE_MAX: Final = _limit("PREVIEWS_PER_MINUTE_MAX", 60)
READING_SECONDS_A_POST_MAX: Final = _limit("READING_SECONDS_A_POST_MAX", 120)

"""The house's own settings without the limits that protect it from a load generator on one machine."""

from patogh.conf.settings import *  # noqa: F403

PATOGH_LIMITS = {"POSTS_PER_MINUTE_MAX": 10**9, "TOPICS_PER_HOUR_MAX": 10**9}

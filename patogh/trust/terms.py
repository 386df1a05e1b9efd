"""What an installation may choose, each with its published default, its bounds and its unit.

The defaults are those that large communities published (facts/community.md 1b). A chosen value is a row of
`models.TrustTerms`, changed by `actions.change_terms`; `queries.terms()` gives all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Term:
    """One number or choice: `choices` are its words where it is not a number."""

    default: int | str
    least: int
    most: int
    group: str
    label: _StrPromise
    choices: tuple[str, ...] = ()


def _number(default: int, group: str, label: _StrPromise, least: int = 0, most: int = 1_000_000) -> Term:
    return Term(default, least, most, group, label)


TERMS: Final[dict[str, Term]] = {
    "tl1_topics_entered": _number(5, "tl1", _("topics entered")),
    "tl1_posts_read": _number(30, "tl1", _("posts read")),
    "tl1_minutes_read": _number(10, "tl1", _("minutes of reading")),
    "tl2_topics_entered": _number(20, "tl2", _("topics entered")),
    "tl2_posts_read": _number(100, "tl2", _("posts read")),
    "tl2_minutes_read": _number(60, "tl2", _("minutes of reading")),
    "tl2_days_visited": _number(15, "tl2", _("days visited")),
    "tl2_words_given": _number(1, "tl2", _("words given to posts of others")),
    "tl2_words_received": _number(1, "tl2", _("words received")),
    "tl2_topics_replied": _number(3, "tl2", _("topics replied in")),
    "tl3_days_visited": _number(50, "tl3", _("days visited, of the last 100"), most=100),
    "tl3_topics_replied": _number(10, "tl3", _("topics replied in, within 100 days")),
    "tl3_topics_percent": _number(25, "tl3", _("share of the topics of 100 days, entered (%)"), most=100),
    "tl3_topics_most": _number(500, "tl3", _("… but never more topics than")),
    "tl3_posts_percent": _number(25, "tl3", _("share of the posts of 100 days, read (%)"), most=100),
    "tl3_posts_most": _number(20_000, "tl3", _("… but never more posts than")),
    "tl3_words_given": _number(30, "tl3", _("words given, within 100 days")),
    "tl3_words_received": _number(20, "tl3", _("words received, within 100 days")),
    "tl3_posts_flagged_most": _number(5, "tl3", _("posts found at fault, within 100 days, at most")),
    "tl3_topics_entered": _number(200, "tl3", _("topics entered, ever")),
    "tl3_posts_read": _number(500, "tl3", _("posts read, ever")),
    "tl3_kept_days": _number(14, "tl3", _("days that the level is kept once it is missed")),
    "new_links": _number(2, "new", _("links in a post")),
    "new_pictures": _number(1, "new", _("pictures in a post")),
    "new_mentions": _number(2, "new", _("people named in a post")),
    "new_replies_per_topic": _number(3, "new", _("replies in one topic"), least=1),
    "new_first_day_topics": _number(3, "new", _("topics on the first day"), least=1),
    "new_first_day_replies": _number(10, "new", _("replies on the first day"), least=1),
    "new_topic_gap_s": _number(120, "new", _("seconds between two topics"), most=86_400),
    "new_post_gap_s": _number(30, "new", _("seconds between two posts"), most=86_400),
    "accounts_per_address": _number(3, "new", _("new accounts from one address in a day"), least=1),
    "day_topics": _number(20, "day", _("topics a day"), least=1),
    "day_reactions": _number(50, "day", _("words for posts a day"), least=1),
    "day_flags": _number(20, "day", _("flags a day"), least=1),
    "day_edits": _number(30, "day", _("edits a day"), least=1),
    "day_invites": _number(10, "day", _("invitations a day"), least=1),
    "posts_per_minute": _number(10, "day", _("posts a minute"), least=1),
    "posts_per_minute_address": _number(30, "day", _("posts a minute from one address"), least=1),
    "tl2_times_percent": _number(150, "day", _("level 2 may do so much of it (%)"), least=100, most=10_000),
    "tl3_times_percent": _number(200, "day", _("level 3 may do so much of it (%)"), least=100, most=10_000),
    "tl4_times_percent": _number(300, "day", _("level 4 may do so much of it (%)"), least=100, most=10_000),
    "typed_ms_least": _number(3_000, "signals", _("a first post typed faster than this is held (milliseconds)")),
    "host_repeats": _number(3, "signals", _("a newcomer who links one site so often is held"), least=2),
    "text_repeats": _number(2, "signals", _("a newcomer who says the same so often is held"), least=2),
    "new_account_hours": _number(24, "signals", _("an account is brand-new for so many hours")),
    "hide_score_percent": _number(300, "flags", _("weight of flags that hides a post (one member's flag: 100)"), least=50),
    "silence_flaggers": _number(3, "flags", _("a newcomer flagged by so many members is silenced"), least=2),
    "silence_days": _number(7, "flags", _("… for so many days, or until a moderator decides"), least=1, most=365),
    "second_opinion_percent": _number(10, "flags", _("share of decisions shown to a second moderator (%)"), most=100),
    "hold_first_posts": Term("signal", 0, 0, "review", _("Hold first posts"), ("never", "signal", "all")),
    "hold_sign_ups": Term("never", 0, 0, "review", _("Hold sign-ups"), ("never", "suspicious", "all")),
    "hold_words": Term("everybody", 0, 0, "review", _("Hold texts with listed words"), ("never", "newcomers", "everybody")),
}  # fmt: skip

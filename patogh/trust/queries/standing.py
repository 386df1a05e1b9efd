"""How a member stands: level, allowance, what the next level asks, and whether writing is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db.models import Sum
from django.utils import timezone

from patogh.kit import calendar
from patogh.kit.errors import PatoghError
from patogh.kit.hooks import plugins
from patogh.people.models import Member
from patogh.trust import errors, limits
from patogh.trust.models import Held, MemberDay, Record, RepliedTopic
from patogh.trust.nouns import Allowance, LevelTask, Submission
from patogh.trust.queries.terms import number, terms

FOREVER = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)
_TIMES = {2: "tl2_times_percent", 3: "tl3_times_percent", 4: "tl4_times_percent"}


def level_of(member: Member) -> int:
    """Return a member's trust level; the team stands at 4."""
    return 4 if member.is_team else int(member.trust_level)


def allowance(member: Member) -> Allowance:
    """Return what a member may do; no query beyond the terms, which are in memory."""
    level, chosen = level_of(member), terms()
    is_new, is_team = level == 0, member.is_team
    times = int(chosen[_TIMES[level]]) if level in _TIMES else 100

    def newcomer(name: str) -> int | None:
        return int(chosen[name]) if is_new else None

    def daily(name: str) -> int | None:
        return None if is_team else int(chosen[name]) * times // 100

    return Allowance(
        level=level, links_max=newcomer("new_links"), pictures_max=newcomer("new_pictures"), mentions_max=newcomer("new_mentions"),
        replies_per_topic_max=newcomer("new_replies_per_topic"), first_day_topics_max=newcomer("new_first_day_topics"),
        first_day_replies_max=newcomer("new_first_day_replies"), topic_gap_s=newcomer("new_topic_gap_s") or 0,
        post_gap_s=newcomer("new_post_gap_s") or 0, topics_a_day_max=daily("day_topics"), posts_a_minute_max=daily("posts_per_minute"),
        reactions_a_day_max=daily("day_reactions"), flags_a_day_max=daily("day_flags"), edits_a_day_max=daily("day_edits"),
        invites_a_day_max=daily("day_invites"),
    )  # fmt: skip


def check_allowance(member: Member, submission: Submission, *, topic_id: int | None = None) -> None:
    """Raise the limit that a text of a new account breaks: links, pictures, mentions, replies per topic, the first day.

    Costs nothing from level 1 on; below it at most one query (for a reply, with its `topic_id`).
    """
    if level_of(member) > 0:
        return
    allowed = allowance(member)
    for most, count, refusal in (
        (allowed.links_max, len(submission.links), errors.TooManyLinks),
        (allowed.pictures_max, submission.pictures, errors.TooManyPictures),
        (allowed.mentions_max, submission.mentions, errors.TooManyMentions),
    ):
        _hold_to(most, count, refusal)
    if submission.kind == "reply" and topic_id is not None:
        _hold_to(allowed.replies_per_topic_max, replies_in(member.pk, topic_id) + 1, errors.EnoughInThisTopic)
    if timezone.now() - member.joined_at < dt.timedelta(days=1):
        if submission.kind == "topic":
            _hold_to(allowed.first_day_topics_max, member.topics_count + 1, errors.FirstDayTopics)
        elif submission.kind == "reply":
            _hold_to(allowed.first_day_replies_max, member.posts_count + 1, errors.FirstDayReplies)


def _hold_to(most: int | None, count: int, refusal: Callable[..., PatoghError]) -> None:
    if most is not None and count > most:
        raise refusal(most=most)


def check_may_write(member: Member) -> None:
    """Raise Suspended, Silenced or SignUpWaits where a member may not write now; no query for everybody else."""
    now = timezone.now()
    if member.suspended_until is not None and member.suspended_until > now:
        raise errors.Suspended(until=until_words(member, member.suspended_until))
    if member.silenced_until is not None and member.silenced_until > now:
        if Held.objects.filter(author_id=member.pk, kind="sign_up", state__in=("waiting", "refused")).exists():
            raise errors.SignUpWaits
        raise errors.Silenced(until=until_words(member, member.silenced_until))


def until_words(member: Member, until: dt.datetime) -> str:
    """Return the end of a sanction in the member's own calendar and zone."""
    return calendar.stamp(until, member.viewer)


def replies_in(member_id: int, topic_id: int) -> int:
    """Return how often a member has replied in a topic."""
    row = RepliedTopic.objects.filter(member_id=member_id, topic_id=topic_id).values_list("replies", flat=True).first()
    return row or 0


def next_level(member: Member) -> tuple[int, tuple[LevelTask, ...]]:
    """Return the level after this member's and what it asks, or (level, ()) where nothing is to be earned."""
    level = level_of(member)
    if level >= 3:
        return level, ()
    record = Record.objects.filter(pk=member.pk).first() or Record(member_id=member.pk, level_since=timezone.now())
    return level + 1, asked(level + 1, record)


def asked(level: int, record: Record) -> tuple[LevelTask, ...]:
    """Return everything a level asks, with how far this record is."""
    if level == 1:
        return _ever("tl1", record, ("topics_entered", "posts_read"))
    if level == 2:
        names = ("topics_entered", "posts_read", "days_visited", "words_given", "words_received", "topics_replied")
        return _ever("tl2", record, names)
    return _lately(record)


def earned(record: Record, at_most: int = 3) -> int:
    """Return the level that this record has earned, without what was given by hand or taken along."""
    level = 0
    while level < at_most and all(task.is_done for task in asked(level + 1, record)):
        level += 1
    return level


def _ever(level: str, record: Record, names: tuple[str, ...]) -> tuple[LevelTask, ...]:
    tasks = [LevelTask(name, getattr(record, name), number(f"{level}_{name}")) for name in names]
    tasks.insert(2, LevelTask("minutes_read", record.seconds_read // 60, number(f"{level}_minutes_read")))
    return tuple(tasks)


def _lately(record: Record) -> tuple[LevelTask, ...]:
    """Return what level 3 asks of the last WINDOW_DAYS days, and ever."""
    since = timezone.now() - dt.timedelta(days=limits.WINDOW_DAYS)
    names = ("topics_entered", "posts_read", "words_given", "words_received", "posts_flagged")
    days = MemberDay.objects.filter(member_id=record.pk, day__gt=since.date())
    sums = days.aggregate(**{name: Sum(name) for name in names})
    replied = RepliedTopic.objects.filter(member_id=record.pk, last_at__gt=since).count()
    topics, posts = plugins.hook.talk_since(moment=since) or (0, 0)
    share = {
        "topics_entered_lately": min(topics * number("tl3_topics_percent") // 100, number("tl3_topics_most")),
        "posts_read_lately": min(posts * number("tl3_posts_percent") // 100, number("tl3_posts_most")),
    }
    return (
        LevelTask("days_visited", days.filter(readings__gt=0).count(), number("tl3_days_visited")),
        LevelTask("topics_replied", replied, number("tl3_topics_replied")),
        LevelTask("topics_entered_lately", sums["topics_entered"] or 0, share["topics_entered_lately"]),
        LevelTask("posts_read_lately", sums["posts_read"] or 0, share["posts_read_lately"]),
        LevelTask("words_given", sums["words_given"] or 0, number("tl3_words_given")),
        LevelTask("words_received", sums["words_received"] or 0, number("tl3_words_received")),
        LevelTask("posts_flagged", sums["posts_flagged"] or 0, number("tl3_posts_flagged_most")),
        LevelTask("topics_entered", record.topics_entered, number("tl3_topics_entered")),
        LevelTask("posts_read", record.posts_read, number("tl3_posts_read")),
    )

"""Counting what earns trust, and moving members between the levels."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.activity.models import Activity
from patogh.kit.hooks import plugins
from patogh.people.actions import set_standing
from patogh.people.models import Member
from patogh.trust import limits
from patogh.trust.errors import UnknownTerm
from patogh.trust.models import MemberDay, Record
from patogh.trust.queries.standing import earned
from patogh.trust.queries.terms import number

_ASKED_BY_2 = {"words_given", "words_received", "topics_replied"}
CREDIT_DAYS, CREDIT_POSTS, CREDIT_POSTS_2, CREDIT_THANKS_2 = 30, 5, 50, 10
_DAY = """
INSERT INTO trust_memberday (member_id, day, readings, topics_entered, posts_read, seconds_read, words_given, words_received, posts_flagged)
VALUES (%s, %s, 1, %s, %s, %s, 0, 0, 0) ON CONFLICT (member_id, day) DO UPDATE SET readings = trust_memberday.readings + 1,
  topics_entered = trust_memberday.topics_entered + excluded.topics_entered, posts_read = trust_memberday.posts_read + excluded.posts_read,
  seconds_read = trust_memberday.seconds_read + excluded.seconds_read
RETURNING readings
"""
_RECORD = """
INSERT INTO trust_record (member_id, topics_entered, posts_read, seconds_read, days_visited, words_given, words_received, topics_replied,
  flags_agreed, flags_disagreed, flags_ignored, posts_flagged, floor_level, level_since, weigh_at)
VALUES (%s, %s, %s, %s, %s, 0, 0, 0, 0, 0, 0, 0, 0, %s, %s) ON CONFLICT (member_id) DO UPDATE SET
  topics_entered = trust_record.topics_entered + excluded.topics_entered, posts_read = trust_record.posts_read + excluded.posts_read,
  seconds_read = trust_record.seconds_read + excluded.seconds_read, days_visited = trust_record.days_visited + excluded.days_visited,
  weigh_at = COALESCE(excluded.weigh_at, trust_record.weigh_at)
RETURNING topics_entered, posts_read, seconds_read, days_visited
"""
# One counter of a record, or of a day, in one statement; the row is made where there was none.
_STEP = "UPDATE {table} SET {name} = {name} + %s WHERE {where} AND {name} >= %s RETURNING {name}"
_NEW_RECORD = """
INSERT INTO trust_record (member_id, topics_entered, posts_read, seconds_read, days_visited, words_given, words_received, topics_replied,
  flags_agreed, flags_disagreed, flags_ignored, posts_flagged, floor_level, level_since)
VALUES (%s, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, %s) ON CONFLICT (member_id) DO NOTHING
"""
_NEW_DAY = """
INSERT INTO trust_memberday (member_id, day, readings, topics_entered, posts_read, seconds_read, words_given, words_received, posts_flagged)
VALUES (%s, %s, 0, 0, 0, 0, 0, 0, 0) ON CONFLICT (member_id, day) DO NOTHING
"""
_REPLIED = """
INSERT INTO trust_repliedtopic (member_id, topic_id, replies, last_at)
SELECT id, %s, 1, %s FROM people_member WHERE identity_id = %s
ON CONFLICT (member_id, topic_id) DO UPDATE SET replies = trust_repliedtopic.replies + 1, last_at = excluded.last_at
RETURNING member_id, replies
"""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a record is worth now, worked out before the door."""

    member_id: int
    level: int
    is_wanting: bool


@upkeep
def note_reading(member_id: int, topics: int, posts: int, seconds: int) -> None:
    """Count what somebody read: topics entered for the first time, posts, and seconds (capped a call).

    Two statements; the level is looked at where this crosses what one of the first two levels asks.
    """
    seconds = min(max(seconds, 0), limits.READING_SECONDS_A_CALL_MAX)
    read = [max(topics, 0), max(posts, 0), seconds]
    now = timezone.now()
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(_DAY, [member_id, connection.ops.adapt_datefield_value(now.date()), *read])
        is_first = cursor.fetchone()[0] == 1
        cursor.execute(_RECORD, [member_id, *read, int(is_first), moment, moment if is_first else None])
        after = cursor.fetchone()
    if _crosses(after, (*read, int(is_first))):
        _weigh_now(member_id)


@upkeep
def count_reply(activity: Activity) -> None:
    """Count a reply by who wrote it and in which topic: one statement, two for the first in a topic."""
    if not activity.target_id.isdigit() or activity.channel == "import":
        return
    moment = connection.ops.adapt_datetimefield_value(activity.happened_at)
    with connection.cursor() as cursor:
        cursor.execute(_REPLIED, [int(activity.target_id), moment, activity.identity_id])
        found = cursor.fetchone()
    if found and found[1] == 1:
        _step_record(found[0], topics_replied=1)


@upkeep
def count_word(activity: Activity, step: int = 1) -> None:
    """Count a word for a post, or one taken back, for who gave it and who got it."""
    giver = Member.objects.filter(identity_id=activity.identity_id or 0).values_list("pk", flat=True).first()
    getter = plugins.hook.author_of(kind=activity.subject_kind, id=activity.subject_id)
    for member_id, name in ((giver, "words_given"), (getter, "words_received")):
        if member_id is not None:
            _step_day(member_id, name, step)
            _step_record(member_id, **{name: step})


@action
def set_level(member: Member, level: int | None, *, by: Member) -> Member:
    """Give a member a level by hand (0 to 4), where it stays; None lets it be earned again. Raises UnknownTerm."""
    if level is not None and (isinstance(level, bool) or not 0 <= level <= 4):
        raise UnknownTerm(least=0, most=4, field="level")
    _ensure_records([member.pk])
    row = Record.objects.select_for_update().get(pk=member.pk)
    if row.hand_level == level:
        return unchanged(member)
    row.hand_level, before = level, member.trust_level
    row.save(update_fields=["hand_level"])
    _stand_at(member, weighed(row, before).level)
    record("trust.level_given", by=by, subject=member, data={"level": level, "before": before})
    return member


@action
def reach_level(member: Member, level: int) -> Member:
    """Move a member to the level that the record has earned, or lost."""
    before = member.trust_level
    if before == level:
        return unchanged(member)
    _stand_at(member, level)
    record("trust.level_changed", by=None, subject=member, data={"level": level, "before": before})
    return member


@upkeep
def settle_levels(found: list[Weighed]) -> int:
    """Write down what some records were found to be worth; returns how many levels changed."""
    now, changed = timezone.now(), 0
    members = Member.objects.in_bulk([one.member_id for one in found])
    for one in found:
        member = members[one.member_id]
        changed += member.trust_level != one.level
        reach_level(member, one.level)
        _note_weighed(one, now)
    return changed


@upkeep
def credit_history(limit: int = limits.WEIGHED_A_TURN_MAX) -> int:
    """Give a first level to those who came with a history nobody watched (imports, demos, houses older than this room).

    Five posts and a month of membership are worth level 1; fifty posts and ten words received level 2.
    """
    unknown = Q(trust_record=None) | Q(trust_record__floor_level=0, trust_record__hand_level=None)
    found = list(
        Member.objects.filter(unknown, trust_level=0, posts_count__gte=CREDIT_POSTS, is_active=True)
        .filter(joined_at__lte=timezone.now() - dt.timedelta(days=CREDIT_DAYS))
        .values_list("pk", "posts_count", "thanks_count")[:limit]
    )
    _ensure_records([pk for pk, _, _ in found])
    for pk, posts, thanks in found:
        level = 2 if posts >= CREDIT_POSTS_2 and thanks >= CREDIT_THANKS_2 else 1
        Record.objects.filter(pk=pk).update(floor_level=level)
        set_standing(pk, trust_level=level)
    return len(found)


@upkeep
def forget_old_days() -> int:
    """Drop the days that no window looks at any more; returns how many rows."""
    last = timezone.now().date() - dt.timedelta(days=limits.WINDOW_DAYS + 1)
    gone, _ = MemberDay.objects.filter(day__lt=last).delete()
    return gone


def weighed(row: Record, level: int, now: dt.datetime | None = None) -> Weighed:
    """Return what a record is worth for somebody who stands at `level`: levels 1 and 2 stay, 3 is kept for some days."""
    now = now or timezone.now()
    if row.hand_level is not None:
        return Weighed(row.pk, row.hand_level, False)
    worth = max(earned(row), row.floor_level)
    kept_until = (row.wanting_since or now) + dt.timedelta(days=number("tl3_kept_days"))
    is_wanting = level == 3 and worth < 3
    if is_wanting and now < kept_until:
        return Weighed(row.pk, 3, True)
    return Weighed(row.pk, max(worth, min(level, 2)), False)


def _crosses(after: tuple[int, int, int, int], added: tuple[int, ...]) -> bool:
    """Return whether one of the four counters has just come to what level 1 or 2 asks."""
    names = ("topics_entered", "posts_read", "minutes_read", "days_visited")
    for level in ("tl1", "tl2"):
        for name, now, step in zip(names, after, added, strict=True):
            if level == "tl1" and name == "days_visited":
                continue
            want = number(f"{level}_{name}") * (60 if name == "minutes_read" else 1)
            if now - step < want <= now:
                return True
    return False


def _weigh_now(member_id: int) -> None:
    """Look at once whether a member below level 2 has earned the next one; who stands higher waits for the task."""
    member = Member.objects.filter(pk=member_id, trust_level__lt=2).first()
    row = Record.objects.filter(pk=member_id).first()
    if member is None or row is None or row.hand_level is not None:
        return
    level = max(earned(row, at_most=2), row.floor_level)
    if level > member.trust_level:
        reach_level(member, level)


def _note_weighed(one: Weighed, now: dt.datetime) -> None:
    """Plan the next look: at level 3 in a day, for others when they read again."""
    again = now + dt.timedelta(days=1) if one.level == 3 else None
    rows = Record.objects.filter(pk=one.member_id)
    if one.is_wanting:
        rows.filter(wanting_since=None).update(wanting_since=now)
        rows.update(weigh_at=again)
    else:
        rows.update(weigh_at=again, wanting_since=None)


def _stand_at(member: Member, level: int) -> None:
    """Write a level where everybody reads it."""
    set_standing(member.pk, trust_level=level)
    Record.objects.filter(pk=member.pk).update(level_since=timezone.now(), wanting_since=None)
    member.trust_level = level


def _ensure_records(member_ids: list[int]) -> None:
    """Make the rows that are missing."""
    now = timezone.now()
    rows = [Record(member_id=pk, level_since=now) for pk in sorted(set(member_ids))]
    Record.objects.bulk_create(rows, ignore_conflicts=True)


def _step_record(member_id: int, **steps: int) -> None:
    """Step counters of a record, never below nothing, and look at the level where one comes to what level 2 asks."""
    for name, step in steps.items():
        now = _stepped("trust_record", name, step, {"member_id": member_id})
        if now is None and step > 0:
            with connection.cursor() as cursor:
                cursor.execute(_NEW_RECORD, [member_id, _stored(timezone.now())])
            now = _stepped("trust_record", name, step, {"member_id": member_id})
        if step > 0 and name in _ASKED_BY_2 and now == number(f"tl2_{name}"):
            _weigh_now(member_id)


def _step_day(member_id: int, name: str, step: int) -> None:
    """Step a counter of today's row, never below nothing."""
    place = {"member_id": member_id, "day": connection.ops.adapt_datefield_value(timezone.now().date())}
    if _stepped("trust_memberday", name, step, place) is None and step > 0:
        with connection.cursor() as cursor:
            cursor.execute(_NEW_DAY, list(place.values()))
        _stepped("trust_memberday", name, step, place)


def _stepped(table: str, name: str, step: int, place: dict[str, Any]) -> int | None:
    """Step one counter of one row in one statement; returns what it is now, None where there was no such row to step."""
    where = " AND ".join(f"{column} = %s" for column in place)
    with connection.cursor() as cursor:
        cursor.execute(_STEP.format(table=table, name=name, where=where), [step, *place.values(), -step])
        row = cursor.fetchone()
    return row[0] if row else None


def _stored(moment: dt.datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)

"""How members stand: what they did day by day, what they must have read to do it, and the level that follows."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from patogh.activity import upkeep
from patogh.conf.demo.actions.rows import Table, settle_keys, stamp, update
from patogh.kit.hooks import plugins
from patogh.people.models import Member
from patogh.trust import limits
from patogh.trust.models import MemberDay, Record, RepliedTopic
from patogh.trust.queries.standing import asked
from patogh.trust.queries.terms import number

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk

WRITERS_POSTS: Final = 5
WRITERS_DAYS: Final = 30
STARS_POSTS: Final = 120
_RECORD: Final = (
    "member_id",
    "topics_entered",
    "posts_read",
    "seconds_read",
    "days_visited",
    "words_given",
    "words_received",
    "topics_replied",
    "flags_agreed",
    "flags_disagreed",
    "flags_ignored",
    "posts_flagged",
    "level_since",
    "weigh_at",
)
_DAY: Final = (
    "member_id",
    "day",
    "readings",
    "topics_entered",
    "posts_read",
    "seconds_read",
    "words_given",
    "words_received",
    "posts_flagged",
)


@dataclass(slots=True)
class Deeds:
    """What was done, by the keys of members: ever, and on the days (`date.toordinal`) that the window looks at."""

    since: int
    given: Counter[int] = field(default_factory=Counter)
    received: Counter[int] = field(default_factory=Counter)
    replied: Counter[int] = field(default_factory=Counter)
    replied_lately: Counter[int] = field(default_factory=Counter)
    flagged: Counter[int] = field(default_factory=Counter)
    outcomes: defaultdict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    days: defaultdict[int, dict[int, list[int]]] = field(default_factory=lambda: defaultdict(dict))

    def came(self, member: int, at: dt.datetime) -> list[int]:
        """Note that a member was there on a day; returns the day's words given, received, and posts at fault."""
        day = at.toordinal()
        return self.days[member].setdefault(day, [0, 0, 0]) if day > self.since else [0, 0, 0]

    def word(self, giver: int, getter: int, at: dt.datetime) -> None:
        """Count a word for a post, for who gave it and who got it."""
        self.given[giver] += 1
        self.received[getter] += 1
        self.came(giver, at)[0] += 1
        self.came(getter, at)[1] += 1

    def at_fault(self, member: int, at: dt.datetime) -> None:
        """Count a post that moderators found at fault."""
        self.flagged[member] += 1
        self.came(member, at)[2] += 1


@dataclass(slots=True)
class _Reading:
    """What somebody read, ever and within the window."""

    topics: int
    posts: int
    seconds: int
    days: int
    lately: list[int]


def note_replies(talk: Talk, topic_id: int, said: list[tuple[int, dt.datetime]]) -> None:
    """Note who replied in a topic, how often, and when last; the sparse sizes keep what the window looks at."""
    replies = Counter(author for author, _ in said)
    last = dict(said)
    for author, count in replies.items():
        is_late = last[author].toordinal() > talk.deeds.since
        talk.deeds.replied[author] += 1
        talk.deeds.replied_lately[author] += is_late
        if talk.is_rich or is_late:
            talk.add("replied", author, topic_id, count, stamp(last[author]))


@upkeep
def give_standing(talk: Talk) -> None:
    """Write everybody's record, the days behind it, and the level that both are worth."""
    rng = random.Random("standing")  # noqa: S311 - a seeded demo
    records, days = Table(Record, *_RECORD), Table(MemberDay, *_DAY)
    since = talk.now - dt.timedelta(days=limits.WINDOW_DAYS)
    shares = _shares(*(plugins.hook.talk_since(moment=since) or (0, 0)))
    levels = []
    for member in talk.members:
        read = _reading(talk, member, rng)
        record = _record(talk, member, read)
        level = _level(talk, record, read, shares)
        if level:
            levels.append((level, member.pk))
        known = dt.timedelta(seconds=rng.random() * 0.6 * (talk.now - member.joined_at).total_seconds())
        again = stamp(talk.now + dt.timedelta(days=1)) if level == 3 else None
        values = [getattr(record, name) for name in _RECORD[:-2]]
        records.add(*values, stamp(talk.now - known), again)
        if level >= 2 or member.pk in talk.deeds.days:
            _write_days(talk, days, member.pk, read, rng)
    records.flush()
    days.flush()
    settle_keys(MemberDay, RepliedTopic)
    update("UPDATE people_member SET trust_level = %s WHERE id = %s", levels)


def _reading(talk: Talk, member: Member, rng: random.Random) -> _Reading:
    """Return how much somebody must have read to have said so much: about ten posts for each of their own."""
    deeds, written = talk.deeds, talk.figures.posts[member.pk]
    seen = member.last_seen_at or talk.now
    age = max(1, (seen - member.joined_at).days)
    interest = (
        (1.4 if written >= STARS_POSTS else 0.7) * written + 0.3 * deeds.given[member.pk] + rng.expovariate(1 / 4)
    )
    lately = range(max(deeds.since + 1, member.joined_at.toordinal()), seen.toordinal() + 1)
    visits = int(interest * min(1.0, len(lately) / age) * rng.uniform(0.8, 1.5))
    mine = set(rng.sample(lately, min(visits, len(lately)))) | set(deeds.days.get(member.pk, ()))
    days = max(min(age, int(interest) + 1), len(mine))
    pace = (12, 18) if written >= STARS_POSTS else (4, 15) if written >= WRITERS_POSTS else (1, 5)
    posts = days * rng.randint(*pace)
    if written >= WRITERS_POSTS and (talk.now - member.joined_at).days >= WRITERS_DAYS:
        posts = max(posts, 48)
    return _Reading(1 + posts // rng.randint(3, 6), posts, posts * rng.randint(14, 31), days, sorted(mine))


def _record(talk: Talk, member: Member, read: _Reading) -> Record:
    deeds, outcomes = talk.deeds, talk.deeds.outcomes[member.pk]
    return Record(
        member_id=member.pk,
        topics_entered=read.topics,
        posts_read=read.posts,
        seconds_read=read.seconds,
        days_visited=read.days,
        words_given=deeds.given[member.pk],
        words_received=deeds.received[member.pk],
        topics_replied=deeds.replied[member.pk],
        flags_agreed=outcomes["agreed"],
        flags_disagreed=outcomes["disagreed"],
        flags_ignored=outcomes["ignored"],
        posts_flagged=deeds.flagged[member.pk],
    )


def _shares(topics: int, posts: int) -> tuple[int, int]:
    """Return how many topics and posts of the window level 3 wants to be read."""
    return (
        min(topics * number("tl3_topics_percent") // 100, number("tl3_topics_most")),
        min(posts * number("tl3_posts_percent") // 100, number("tl3_posts_most")),
    )


def _level(talk: Talk, record: Record, read: _Reading, shares: tuple[int, int]) -> int:
    """Return what a record is worth, as `trust.queries.earned` would say it."""
    level = 0
    while level < 2 and all(task.is_done for task in asked(level + 1, record)):
        level += 1
    if level < 2 or len(read.lately) < number("tl3_days_visited"):
        return level
    deeds = list(talk.deeds.days.get(record.pk, {}).values())
    given, received, flagged = (sum(day[place] for day in deeds) for place in range(3))
    topics, posts, _ = _lately(read)
    lately = {
        "topics_replied": talk.deeds.replied_lately[record.pk],
        "words_given": given,
        "words_received": received,
    }
    is_read = topics >= shares[0] and posts >= shares[1] and record.topics_entered >= number("tl3_topics_entered")
    is_liked = all(have >= number(f"tl3_{name}") for name, have in lately.items())
    is_good = flagged <= number("tl3_posts_flagged_most") and record.posts_read >= number("tl3_posts_read")
    return 3 if is_read and is_liked and is_good else level


def _lately(read: _Reading) -> tuple[int, int, int]:
    """Return how many topics, posts and seconds of a member's reading lie within the window, a day's part each."""
    return tuple(len(read.lately) * (whole // read.days) for whole in (read.topics, read.posts, read.seconds))  # type: ignore[return-value]


def _write_days(talk: Talk, days: Table, member: int, read: _Reading, rng: random.Random) -> None:
    """Write the days of the window on which a member was there."""
    done = talk.deeds.days.get(member, {})
    parts = [whole // read.days for whole in (read.topics, read.posts, read.seconds)]
    for day in read.lately:
        given, received, flagged = done.get(day, (0, 0, 0))
        date = dt.date.fromordinal(day)
        days.add(member, date, rng.randint(1, 4), *parts, given, received, flagged)

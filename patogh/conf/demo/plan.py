"""The whole year before it is written: hand-written conversations and grown ones, in the order in which they began."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from patogh.conf.demo.cases import Cases
from patogh.conf.demo.crowd import Crowd, gather
from patogh.conf.demo.echoes import Echoes
from patogh.conf.demo.rhythm import Year
from patogh.conf.demo.sketch import Decided, PostSketch, TopicSketch
from patogh.conf.demo.stories import stories
from patogh.conf.demo.threads import Heading, Turn, entitled, grow, situations

SEED: Final = 1405
TRIES_MAX: Final = 32


@dataclass(frozen=True)
class Size:
    """How much of everything there is, about."""

    members: int
    topics: int
    giant_posts: int = 0
    unique_titles: bool = True
    echo_after: int = 0
    # Ideas that grow besides the written ones, and how many stand behind them.
    ideas: int = 0
    supports: int = 0


SIZES: Final = {
    "small": Size(members=300, topics=1_500),
    "medium": Size(members=3_000, topics=15_000, unique_titles=False, ideas=2_000, supports=60_000),
    "large": Size(
        members=100_000,
        topics=104_000,
        giant_posts=126_000,
        unique_titles=False,
        echo_after=24,
        ideas=30_000,
        supports=3_000_000,
    ),
    # The ideas of the large house with little talk beside them: what `patogh bench ideas` measures.
    "ideas": Size(members=100_000, topics=60, unique_titles=False, ideas=30_000, supports=3_000_000),
}


@dataclass(slots=True)
class Plan:
    """A crowd, a year, and what is talked about in it."""

    size: Size
    crowd: Crowd
    year: Year
    beginnings: list[tuple[dt.datetime, Any]]

    def topics(self) -> Iterator[TopicSketch]:
        """Yield every conversation in the order of beginning; a grown one grows only now."""
        titles = {begun.title for _, begun in self.beginnings if isinstance(begun, TopicSketch)}
        echoes, cases = Echoes(self.size.echo_after), Cases(self.crowd, self.year.now)
        for number, (at, begun) in enumerate(self.beginnings):
            if isinstance(begun, TopicSketch):
                yield begun
            else:
                topic = self._grown((number, at), begun, titles, echoes)
                cases.join(topic)
                yield topic

    def giant(self) -> TopicSketch | None:
        """Return the opening of the endless conversation of the large size; its replies have their own loop."""
        if not self.size.giant_posts:
            return None
        at = self.year.now - dt.timedelta(days=360)
        opening = PostSketch(
            self.crowd.by_handle["jafar"],
            at,
            "هر که از این‌جا رد می‌شود یک جمله بگوید: از راه، از هوا، از نان. همین‌جا تمام نمی‌شود.",
        )
        return TopicSketch(
            "cafe", "discussion", "دفتر یادبود پاتوق: هر روز یک جمله", ["شوخی", "خاطره"], [opening], views=90_210
        )

    def _grown(self, place: tuple[int, dt.datetime], turn: Turn, titles: set[str], echoes: Echoes) -> TopicSketch:
        """Let a conversation grow; where titles must differ, try until one does, in the end with another situation."""
        number, at = place
        heading = self._heading(number, number % 8 if self.size.echo_after else 0, at, turn)
        for attempt in range(1, TRIES_MAX if self.size.unique_titles else 0):
            if heading.title not in titles:
                break
            heading = self._heading(number, attempt, at, turn)
        titles.add(heading.title)
        rng = random.Random(f"{SEED}:topic:{number}")  # noqa: S311 - a seeded demo
        return echoes.again(heading, rng, self.crowd, self.year.now) or echoes.keep(
            heading, grow(heading, rng, self.crowd, self.year)
        )

    def _heading(self, number: int, attempt: int, at: dt.datetime, turn: Turn) -> Heading:
        """Return a beginning: as it comes, then another situation's, in the end with a model or a town behind the title."""
        rng = random.Random(f"{SEED}:title:{number}:{attempt}")  # noqa: S311 - a seeded demo
        qualified = attempt > (TRIES_MAX - 6 if self.size.unique_titles else 3)
        if attempt > TRIES_MAX // 4:
            turn = Turn(
                rng.choice([row for row in situations() if not row.get("seasons") and not row.get("long")]), attempt
            )
        return entitled(turn, at, rng, self.crowd, qualified=qualified)


def made(size: Size, now: dt.datetime) -> Plan:
    """Return the plan of a size, the same each time for the same moment."""
    rng = random.Random(f"{SEED}:{size.members}")  # noqa: S311 - a seeded demo
    year = Year(now)
    crowd = Crowd(gather(size.members, now, rng), rng)
    written = stories(crowd, now)
    beginnings: list[tuple[dt.datetime, Any]] = [(topic.at, topic) for topic in written]
    beginnings += _beginnings(size.topics - len(written), year, rng)
    beginnings.sort(key=lambda pair: pair[0])
    _merge_one(beginnings, crowd)
    return Plan(size, crowd, year, beginnings)


def _beginnings(count: int, year: Year, rng: random.Random) -> list[tuple[dt.datetime, Any]]:
    """Return when situations come up: all equally often, seasonal ones in their months, the last days lively."""
    rows = situations()
    found: list[tuple[dt.datetime, Any]] = []
    waiting: list[dict[str, Any]] = []
    for number in range(count):
        if not waiting:
            waiting = rng.sample(rows, len(rows))
        row = waiting.pop()
        is_now = not row.get("seasons") and number % 110 == 0
        found.append(
            (year.recent(rng, 40) if is_now else year.moment(rng, row.get("seasons")), Turn(row, number // len(rows)))
        )
    return found


def _merge_one(beginnings: list[tuple[dt.datetime, Any]], crowd: Crowd) -> None:
    """Add the question that somebody asked a second time, and that a moderator put into the first."""
    target = next(
        (
            begun
            for _, begun in beginnings
            if isinstance(begun, TopicSketch) and begun.title.startswith("خلاص‌کن در سرما")
        ),
        None,
    )
    if target is None:
        return
    at = target.posts[-1].at + dt.timedelta(hours=3)
    asker = crowd.by_handle["vahid"]
    again = TopicSketch(
        target.space,
        "question",
        "صبح‌های سرد رکاب در هوا می‌چرخد و دوچرخه نمی‌رود",
        ["توپی", "زمستان"],
        [
            PostSketch(
                asker,
                at,
                "چند صبح است که رکاب اول در هوا می‌چرخد و انگار چیزی نمی‌گیرد، بعد از دو سه دقیقه درست می‌شود. "
                "زیر صفر بود. کسی دیده؟",
            )
        ],
        views=18,
        merged_into=(
            target.title,
            Decided(crowd.by_handle["navid"], at + dt.timedelta(minutes=50), "همین پرسش را هفتهٔ پیش هم داشتیم."),
        ),
    )
    beginnings.append((at, again))
    beginnings.sort(key=lambda pair: pair[0])

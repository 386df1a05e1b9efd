"""The hand-written conversations, brought to the clock of the day on which they are loaded."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from patogh.conf.demo.crowd import Crowd
from patogh.conf.demo.phrases import CONTENT, bank
from patogh.conf.demo.rhythm import TEHRAN
from patogh.conf.demo.sketch import Decided, PollSketch, PostSketch, PromiseSketch, TopicSketch

NOT_SPACES: Final = frozenset({"cast_a", "cast_b", "words", "voices", "names", "cases"})
_SPAN: Final = re.compile(r"(\d+)([dhm])")
_CLOCK: Final = re.compile(r"(\d+)d (\d\d):(\d\d)")
_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes"}


def spaces() -> list[dict[str, Any]]:
    """Return the spaces in their order, each as its file has it, with its topics."""
    files = sorted(path.stem for path in CONTENT.glob("*.toml") if path.stem not in NOT_SPACES)
    return sorted((bank(name) for name in files), key=lambda row: row["space"]["order"])


def stories(crowd: Crowd, now: dt.datetime) -> list[TopicSketch]:
    """Return every hand-written conversation."""
    return [_story(row, space["space"]["key"], crowd, now) for space in spaces() for row in space.get("topic", [])]


def span(text: str) -> dt.timedelta:
    """Return "1d3h20m" as a span of time."""
    return sum((dt.timedelta(**{_UNITS[unit]: int(number)}) for number, unit in _SPAN.findall(text)), dt.timedelta())


def before(now: dt.datetime, text: str) -> dt.datetime:
    """Return the moment that "41d 14:42" (that day's clock in Tehran) or "52m" (counted back) names."""
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        return now - span(text)
    days, hour, minute = map(int, clock.groups())
    day = now.astimezone(TEHRAN).date() - dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(hour, minute), TEHRAN).astimezone(dt.UTC)


def _story(row: dict[str, Any], space: str, crowd: Crowd, now: dt.datetime) -> TopicSketch:
    opened = before(now, row["at"])
    posts = [PostSketch(crowd.by_handle[row["by"]], opened, row["text"].strip(), reactions=row.get("reactions", {}))]
    replies = row.get("reply", [])
    posts += [_reply(reply, opened, crowd) for reply in replies]
    posts += [
        PostSketch(crowd.by_handle[more["by"]], before(now, more["at"]), more["text"].strip(), is_followup=True)
        for more in row.get("followups", [])
    ]
    _fit(posts, now)
    topic = TopicSketch(
        space=space,
        kind=row["kind"],
        title=row["title"],
        tags=row["tags"],
        posts=_in_order(posts),
        language=row.get("lang", "fa"),
        views=row["views"],
        picture=row.get("art", ""),
        alt=row.get("alt", ""),
    )
    _decide(topic, row, crowd, now)
    return topic


def _reply(reply: dict[str, Any], opened: dt.datetime, crowd: Crowd) -> PostSketch:
    return PostSketch(
        crowd.by_handle[reply["by"]],
        opened + span(reply["after"]),
        reply["text"].strip(),
        parent=reply["to"] + 1 if "to" in reply else None,
        reactions=reply.get("reactions", {}),
        is_accepted=reply.get("accepted", False),
        is_edited=reply.get("edited", False),
    )


def _fit(posts: list[PostSketch], now: dt.datetime) -> None:
    """Let nothing lie after now: a conversation that would is told that much earlier, whole."""
    late = max(post.at for post in posts) - (now - dt.timedelta(seconds=40))
    for post in posts:
        post.at -= max(late, dt.timedelta())


def _in_order(posts: list[PostSketch]) -> list[PostSketch]:
    """Return posts in the order of time; whom they answer moves with them."""
    order = sorted(range(len(posts)), key=lambda index: (posts[index].at, index))
    place = {old: new for new, old in enumerate(order)}
    for post in posts:
        post.parent = place[post.parent] if post.parent is not None else None
    return [posts[old] for old in order]


def _decide(topic: TopicSketch, row: dict[str, Any], crowd: Crowd, now: dt.datetime) -> None:
    """Pin, close, promise and ask, as the story says."""
    moderator = crowd.by_handle["navid"]
    last = topic.posts[-1].at
    if row.get("pinned"):
        topic.pin = Decided(moderator, min(topic.at + dt.timedelta(minutes=7), now))
    if "closed_by" in row:
        topic.closure = Decided(crowd.by_handle[row["closed_by"]], last, row.get("closed_why", ""))
    if "promised" in row:
        topic.promise = PromiseSketch((now + span(row["promised"])).astimezone(TEHRAN).date())
    if "poll" in row:
        poll = row["poll"]
        topic.poll = PollSketch(
            poll["question"], poll["options"], poll["votes"], poll["multiple"], now + span(poll["until"])
        )

"""What moderators had to look at: written cases that find their conversations, and newcomers who wait at the door."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, Final

from patogh.conf.demo.phrases import bank
from patogh.conf.demo.sketch import PostSketch, SomeBody, TopicSketch

QUIET_DAYS_MAX: Final = 25
NAMED_QUIET_DAYS_MAX: Final = 150
HELD_BEFORE_HOURS: Final = 70


def written() -> dict[str, Any]:
    """Return the file of cases."""
    return bank("cases")


def newcomers(now: dt.datetime) -> list[SomeBody]:
    """Return those who joined last, in the order of joining; they say nothing besides their case."""
    found = [
        SomeBody(
            row["handle"],
            row["name"],
            now - dt.timedelta(hours=row.get("hours", 0), minutes=row.get("minutes", 0)),
            bio=row.get("bio", ""),
            place=row.get("place", ""),
            language=row.get("lang", "fa"),
            is_silent=True,
        )
        for row in written()["newcomer"]
    ]
    return sorted(found, key=lambda person: person.joined_at)


class Cases:
    """The cases that have not found their conversation yet."""

    def __init__(self, crowd: Any, now: dt.datetime) -> None:
        """Read closed and open cases, and the reply that a held change would change."""
        self.crowd, self.now = crowd, now
        self._waiting = [*_rows("closed", now), *_rows("open", now), *_rows("held", now)]

    def join(self, topic: TopicSketch) -> None:
        """Add to a conversation the post of the first case that fits under it."""
        if topic.closure or topic.merged_into or topic.promise or topic.poll or len(topic.posts) < 3:
            return
        for key, row, at in self._waiting:
            quiet = at - topic.posts[-1].at
            is_here = row["space"] in {topic.space, ""} and row.get("lang", "fa") == topic.language
            longest = dt.timedelta(days=NAMED_QUIET_DAYS_MAX if "about" in row else QUIET_DAYS_MAX)
            is_about = any(words in topic.title for words in row.get("about", [""]))
            if is_here and is_about and dt.timedelta(hours=1) < quiet < longest:
                topic.posts.append(self._post(topic, key, row, at))
                self._waiting.remove((key, row, at))
                return

    def _post(self, topic: TopicSketch, key: str, row: dict[str, Any], at: dt.datetime) -> PostSketch:
        rng = random.Random(f"case:{key}")  # noqa: S311 - a seeded demo
        author = self.crowd.by_handle.get(row["by"]) if "before" in row else None
        names = {flag[0] for flag in row.get("flags", [])}
        taken = {post.author for post in topic.posts} | {self.crowd.by_handle[name] for name in names}
        lane = row.get("lane", f"new {topic.language}")
        while author is None:
            drawn = self.crowd.author(rng, at, lane)
            author = None if drawn in taken or self.crowd.people[drawn].is_cast else drawn
        hidden_at = at + dt.timedelta(minutes=row["after"]) if "what" in row else None
        by = self.crowd.by_handle[row["by"]] if hidden_at else None
        return PostSketch(author, at, row.get("before", row["text"]), case=key, hidden_at=hidden_at, hidden_by=by)


def _rows(kind: str, now: dt.datetime) -> list[tuple[str, dict[str, Any], dt.datetime]]:
    """Return the rows whose post stands in a conversation, with their keys and moments."""
    found = []
    for number, row in enumerate(written()[kind]):
        ago = (
            dt.timedelta(hours=row["hours"]) if "hours" in row else dt.timedelta(days=row["days"], minutes=37 * number)
        )
        if kind != "held":
            found.append((f"{kind}:{number}", row, now - ago))
        elif "before" in row:
            found.append((f"{kind}:{number}", row, now - dt.timedelta(hours=HELD_BEFORE_HOURS)))
    return found

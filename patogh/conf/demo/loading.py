"""Loading the demo from first to last: people, spaces, pictures, a year of talk, what belongs to each, and the mark."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from patogh.conf.demo import actions, plan, threads
from patogh.conf.demo.errors import NotADemo, UnknownSize
from patogh.conf.demo.phrases import Filling
from patogh.conf.demo.sketch import TopicSketch
from patogh.insight.tasks import measure
from patogh.people.demo import DEMO_DOORS
from patogh.people.models import Member

MARK: Final = "demo"
BATCH_POSTS: Final = 8_000
FILLINGS: Final = 6
Progress = Callable[[int, int], None]


def load(
    size: str = "small", progress: Progress | None = None, *, now: dt.datetime | None = None, data: Path | None = None
) -> bool:
    """Load the demo and mark the data folder; returns False where it is loaded already.

    `progress(done, whole)` counts members and posts, about. `now` is what all times are counted back from. Raises
    UnknownSize, or NotADemo for a database that holds members who are not of the demo.
    """
    if size not in plan.SIZES:
        raise UnknownSize(size=size)
    folder = data or Path(settings.DATA)
    mark = folder / MARK
    if Member.objects.exists():
        if mark.exists():
            return False
        raise NotADemo(folder=folder)
    moment = (now or timezone.now()).astimezone(dt.UTC).replace(second=0, microsecond=0)
    with _inline_door(), actions.hurried():
        _load(plan.SIZES[size], moment, progress or (lambda _done, _whole: None))
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(_logins(), encoding="utf-8")
    settings.DEMO = True
    return True


def _load(size: plan.Size, now: dt.datetime, progress: Progress) -> None:
    made = plan.made(size, now)
    whole = size.members + size.topics * 8 + size.giant_posts
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done = min(done + count, whole)
        progress(done, whole)

    members, spaces = actions.furnish(made.crowd, now, step)
    photographer = members[made.crowd.by_handle["nasrin"]]
    pictures = actions.hang_pictures(photographer, spaces["cafe"], now)
    talk = actions.Talk(members, spaces, pictures, now, is_rich=not size.giant_posts)
    giant = made.giant()
    topics = threads.sparing(made.topics()) if size.giant_posts else made.topics()
    for batch, is_last in _batches(itertools.chain([giant] if giant else [], topics)):
        step(actions.write_topics(talk, batch, is_last=is_last and giant is None))
    if giant:
        actions.write_giant(talk, giant, _sentences(), size.giant_posts, now)
        step(size.giant_posts)
    actions.merge_repeated(talk)
    actions.settle_in(talk, now)
    actions.write_moderation(talk)
    actions.give_standing(talk)
    actions.write_book(talk, ideas=size.ideas, supports=size.supports)
    actions.reach_out(talk)
    actions.leave_waiting(talk)
    actions.tell(talk)
    actions.hook_up(talk)
    measure()
    progress(whole, whole)


def _batches(topics: Iterator[TopicSketch]) -> Iterator[tuple[list[TopicSketch], bool]]:
    """Yield topics in lists of about BATCH_POSTS posts, and whether the list is the last one."""
    batch: list[TopicSketch] = []
    posts = 0
    for topic in topics:
        if posts >= BATCH_POSTS:
            yield batch, False
            batch, posts = [], 0
        batch.append(topic)
        posts += len(topic.posts)
    yield batch, True


def _sentences() -> list[str]:
    """Return what is said in the endless conversation: short answers of every café talk, filled several ways."""
    rng = random.Random("sentences")  # noqa: S311 - a seeded demo
    found: dict[str, None] = {}
    for row, month in itertools.product(
        [row for row in threads.situations() if row["space"] in {"cafe", "rides", "welcome"}],
        range(1, 13, 12 // FILLINGS),
    ):
        if row.get("lang") != "en":
            filling = Filling(rng, month, {"me": ""})
            found.update(dict.fromkeys(filling.fill(threads.bare(answer)) for answer in row["answers"]))
    return list(found)


def _logins() -> str:
    """Return the lines that `patogh up` prints: who may be signed in as."""
    lines = [f"  {handle:<10} {part}" for handle, part in _parts().items()]
    return "\n".join(["Demo: sign in without a password as", *lines, ""])


def _parts() -> dict[str, str]:
    from django.utils import translation

    with translation.override("en"):
        return {handle: str(part) for handle, part in DEMO_DOORS.items()}


@contextmanager
def _inline_door() -> Iterator[None]:
    """Write on this thread's own connection, which the load has hurried."""
    before: Any = settings.DOOR
    settings.DOOR = "inline"
    try:
        yield
    finally:
        settings.DOOR = before


def digest() -> str:
    """Return a digest of what was loaded: titles, texts, authors and moments, for tests of determinism."""
    from patogh.hangout.models import Post

    state = hashlib.sha256()
    rows = Post.objects.order_by("pk").values_list(
        "topic__title", "number", "author__handle", "text", "created_at", "reactions_count"
    )
    for row in rows.iterator(chunk_size=5_000):
        state.update(repr(row).encode())
    return state.hexdigest()

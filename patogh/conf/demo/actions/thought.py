"""The year of ideas put together: its steps for the book's year, and what is left tidy behind them."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Final

from django.db.models import Count, F, Q
from django.utils import timezone

from patogh.activity import upkeep
from patogh.activity.models import Job
from patogh.conf.demo.actions.grown import grow_ideas
from patogh.conf.demo.actions.judged import Board
from patogh.conf.demo.actions.proposed import Proposed, Steps
from patogh.conf.demo.actions.sold import Shelf
from patogh.people.models import Member, Notice

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk

logger: Final = logging.getLogger(__name__)
# Jobs that a running house still has to do: what an idea means is computed by the worker.
KEPT_JOBS: Final = ("ideas.weigh_meaning",)
READ_AFTER: Final = dt.timedelta(hours=5)


def year_of_ideas(talk: Talk, ideas: int = 0, supports: int = 0) -> tuple[Steps, list[dt.datetime]]:
    """Return every step of the ideas' year, and when the book has to be sealed for them; so many more ideas grow at its end."""
    road = Proposed(talk)
    judged, announced = Board(road).steps()
    sold, paid = Shelf(road).steps()
    steps = [*road.steps(), *judged, *sold]
    if ideas:
        steps.append((talk.now - dt.timedelta(minutes=15), lambda: _say(grow_ideas(talk, ideas, supports))))
    return [(min(at, talk.now), step) for at, step in steps], announced + paid


def _say(took: dict[str, float]) -> None:
    """Tell what the grown ideas took, where the load tells how far it is."""
    logger.info("grown ideas: %s", ", ".join(f"{name} {value:,}" for name, value in took.items()))


@upkeep
def settle_ideas(now: dt.datetime) -> None:
    """Let nobody be told now of news of then, and let notices of the year be read."""
    Job.objects.filter(task__startswith="ideas.").exclude(task__in=KEPT_JOBS).delete()
    Job.objects.filter(task__in=KEPT_JOBS, run_at__lt=timezone.now()).update(run_at=timezone.now())
    old = Notice.objects.filter(Q(kind__startswith="ideas.") | Q(kind__startswith="hangout."), read_at=None)
    old = old.filter(created_at__lt=now - dt.timedelta(hours=20))
    told = list(old.values_list("member").annotate(count=Count("pk")).order_by())
    old.update(read_at=F("created_at") + READ_AFTER)
    for member, count in told:
        Member.objects.filter(pk=member).update(unread_notices_count=F("unread_notices_count") - count)

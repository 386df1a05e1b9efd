"""Programmes and ideas for tests, made by calling actions: `programme`, `idea_of`, `gathering`, `supported`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import F
from django.utils import timezone

from patogh.activity import upkeep
from patogh.conftest import made_member
from patogh.ideas.actions import drafting, moving, programmes, stations
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.machine import STEPS
from patogh.ideas.models import Idea, Programme, Support
from patogh.ideas.queries.rules import stations_of
from patogh.ideas.terms import Station, Terms
from patogh.people.models import Member

SMALL = Terms(stations=(Station(2, 60), Station(4, 365), Station(6, 182)), is_adaptive=False)
WORDS = Draft(
    title="جای بطری روی دوچرخهٔ تاشو",
    lead="جایی برای بطری که با تا شدن دوچرخه بسته نشود.",
    problem="بطری در بدنهٔ تاشو جا نمی‌شود و باید هر بار آن را درآورد.",
    proposal="یک قاب سبک که روی فرمان می‌نشیند و با دوچرخه تا می‌شود.",
)


def programme(by: Member, terms: Terms = SMALL, slug: str = "rekab", state: str = "open") -> Programme:
    """Open a programme with small stations: 2, 4 and 6 supporters."""
    facts = programmes.Facts(slug, "کارگاه رکاب", "Rekab workshop", "ایده‌هایتان برای دوچرخه", "Your ideas for bicycles")
    return programmes.open_programme(facts, terms, by=by, state=state)


def idea_of(author: Member, here: Programme, words: Draft = WORDS) -> Idea:
    """Begin a draft."""
    return drafting.start_idea(Programme.objects.select_related("rules").get(pk=here.pk), words, by=author)


def submitted(author: Member, here: Programme, words: Draft = WORDS) -> Idea:
    """Begin an idea and hand it to the team."""
    return drafting.submit(idea_of(author, here, words), by=author)


def gathering(author: Member, here: Programme, *, by: Member, words: Draft = WORDS) -> Idea:
    """Begin an idea, hand it in and publish it as `by`."""
    return moving.publish(submitted(author, here, words), by=by)


def in_review(author: Member, here: Programme, *, by: Member, words: Draft = WORDS) -> Idea:
    """Bring an idea as far as the board."""
    idea = gathering(author, here, by=by, words=words)
    return count_to(idea, stations_of(idea)[-1].supporters)


@upkeep
def count_to(idea: Idea, count: int, now: dt.datetime | None = None) -> Idea:
    """Set the number of supporters without rows, and pass what it reaches."""
    row = moving.locked(idea.pk)
    Idea.objects.filter(pk=row.pk).update(supporters_count=count, version=F("version") + 1)
    row.supporters_count = count
    stations.pass_stations(row, now or timezone.now())
    return Idea.objects.get(pk=row.pk)


def people(count: int, prefix: str = "fan") -> list[Member]:
    """Return so many members."""
    return [made_member(f"{prefix}{number}", f"هوادار {number}") for number in range(count)]


def supports(idea: Idea, members: Iterable[Member]) -> list[Support]:
    """Insert rows of support as they are kept, without counting them."""
    now = timezone.now()
    return Support.objects.bulk_create([Support(idea=idea, member=one, given_at=now) for one in members])


# The moves that lead to each state, with who makes them: the author, the team (which decides too) or nobody.
WAYS = {
    "draft": "", "submitted": "submit", "returned": "submit return", "gathering": "submit publish",
    "in_review": "submit publish qualify", "approved": "submit publish qualify approve",
    "not_approved": "submit publish qualify decline", "carried_over": "submit publish qualify carry_over",
    "in_development": "submit publish qualify approve develop", "on_sale": "submit publish qualify approve release",
    "expired": "submit publish expire", "archived": "submit publish archive", "withdrawn": "submit publish withdraw",
    "merged": "submit publish merge",
}  # fmt: skip
SAID = {"reason": "چون چنین است", "reason_en": "because it is so", "note": "میان خودمان", "rule": "clear"}


@upkeep
def walked(idea: Idea, state: str, team: Member) -> Idea:
    """Bring a draft to a state by the machine's own moves."""
    row = moving.locked(idea.pk)
    for move in WAYS[state].split():
        step = next(step for step in STEPS if step.move == move)
        by = {"author": row.author, "clock": None}.get(step.who, team)
        moving.make_move(row, move, by=by, **SAID)
    return row

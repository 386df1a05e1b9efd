"""Ideas by the ten thousand as rows: all first moves, one UPDATE, all second moves, as the database's machine wants it; then supports.

One idea in a hundred stands in the open book with everything that it did, its supports among it; the others stand not in it at
all, so that whoever verifies the book finds every number that a line tells. Neither they nor their supports are on the road.
"""

from __future__ import annotations

import bisect
import datetime as dt
import random
import resource
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.models import Count

from patogh.activity import upkeep
from patogh.conf.demo.actions.backed import _line
from patogh.conf.demo.actions.found import Shelf
from patogh.conf.demo.actions.rows import Table, settle_keys, stamp, update
from patogh.conf.demo.ripening import TARGETS, WORDS_OF, Garden, Ripe, words
from patogh.ideas import book, pace
from patogh.ideas.actions import found as finding
from patogh.ideas.actions import programmes
from patogh.ideas.models import Batch, BatchIdea, Category, Creator, Idea, Merging, Move, Programme, Support
from patogh.ideas.queries.rules import missing_to
from patogh.ideas.terms import DEFAULTS, Terms, as_json, parse
from patogh.kit import markup
from patogh.ledger.actions import past
from patogh.people.models import Member

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk

IN_THE_BOOK: Final = 100
SUPPORTS_AT_ONCE: Final = 50_000
# The newest supports say all about the pace: after so many of them the older ones weigh nothing.
PACE_OF: Final = 300
_IDEA: Final = (
    "programme_id", "rules_id", "category_id", "author_id", "title", "lead", "problem", "proposal", "problem_html",
    "proposal_html", "state_since", "created_at", "active_at", "submitted_at", "published_at",
)  # fmt: skip
_MOVE: Final = (
    "idea_id", "number", "move", "source", "target", "by_id", "as_team", "rule", "reason", "reason_en", "milestone",
    "supporters", "made_at",
)  # fmt: skip
_STEP: Final = """
    UPDATE ideas_idea SET state = made.target, moves_count = made.number, state_since = CASE WHEN made.move = 'station'
    THEN ideas_idea.state_since ELSE made.made_at END, active_at = made.made_at,
    milestone = ideas_idea.milestone + CASE WHEN made.move = 'station' THEN 1 ELSE 0 END
    FROM ideas_move made WHERE made.idea_id = ideas_idea.id AND made.number = %s AND ideas_idea.programme_id = %s"""
_FIGURES: Final = """UPDATE ideas_idea SET supporters_count = %s, pace = %s, thresholds = %s, next_threshold = %s, missing = %s,
    window_ends_at = %s, version = moves_count + 1 WHERE id = %s"""


class Field:
    """What is needed to write a garden of ideas: the call, who may propose and support, and the keys of rows."""

    def __init__(self, talk: Talk, garden: Garden) -> None:
        """Open the call; know who joined when."""
        self.talk, self.garden, self.now = talk, garden, talk.now
        self.by = {member.handle: member for member in talk.members if member.handle in ("ardalan", "yasaman", "kaveh")}
        people = sorted(talk.members, key=lambda member: (member.joined_at, member.pk))
        self.people = [member.pk for member in people]
        self.joined = [member.joined_at for member in people]
        self.programme = _open_call(self.by["ardalan"], garden, self.now)
        self.shelves = list(Category.objects.filter(programme=self.programme).order_by("position"))
        self.first = 0
        self.authors: list[int] = []
        self.rng = random.Random("field")  # noqa: S311 - a seeded demo

    def known(self, at: dt.datetime) -> int:
        """Return how many had joined by then."""
        return max(2, bisect.bisect_right(self.joined, at))

    def pk(self, idea: Ripe) -> int:
        """Return the key of an idea's row."""
        return self.first + idea.number


def grow_ideas(talk: Talk, ideas: int, supports: int) -> dict[str, float]:
    """Write so many ideas with about so many supports; returns what there is and what it took."""
    began, cpu = time.monotonic(), time.process_time()
    garden = Garden(talk.now, ideas, supports, len(talk.members))
    field = Field(talk, garden)
    ripe = list(garden.ripe())
    plant(field, ripe)
    walk(field, ripe)
    written = support(field, ripe)
    settle(field, ripe)
    shelve(field)
    _enter_some(field)
    return {
        "ideas": len(ripe), "supports": written, "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1), "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def _open_call(owner: Member, garden: Garden, now: dt.datetime) -> Programme:
    """Open the call with its stations, and its first round."""
    bank = words()
    with past.moment(now - dt.timedelta(days=1_100)):
        facts = programmes.Facts(bank["slug"], bank["name"], bank["name_en"], bank["about"], position=30)
        made = programmes.open_programme(facts, _terms(garden), by=owner)
        for place in range(6):
            programmes.put_category(made, programmes.Shelf(f"shelf-{place}", bank["things"][place]), by=owner)
    return made


def _terms(garden: Garden) -> Terms:
    stations = [{"supporters": number, "days": days} for number, days in garden.stations]
    fields = {"problem": "optional", "proposal": "optional"}
    said: dict[str, Any] = as_json(DEFAULTS) | {"stations": stations, "fields": fields, "is_adaptive": False}
    return parse(said)


@upkeep
def plant(field: Field, ripe: list[Ripe]) -> None:
    """Write every idea as a draft, and who makes it."""
    table = Table(Idea, *_IDEA)
    makers = Table(Creator, "idea_id", "member_id", "share_bps", "state", "invited_at", "answered_at")
    field.first = table.upcoming
    for idea in ripe:
        field.authors.append(field.rng.randrange(field.known(idea.created)))
        author = field.people[field.authors[-1]]
        submitted = next((stamp(at) for move, at in idea.steps if move == "submit"), None)
        created = stamp(idea.created)
        html = [markup.render(text).html for text in (idea.problem, idea.proposal)] if idea.number < 64 else _html(idea)
        table.add(
            field.programme.pk, field.programme.rules_id, field.shelves[idea.category].pk, author, idea.title, idea.lead,
            idea.problem, idea.proposal, *html, created, created, created, submitted,
            stamp(idea.published) if idea.published else None,
        )  # fmt: skip
        makers.add(field.pk(idea), author, 10_000, "agreed", created, created)
    table.flush()
    makers.flush()
    settle_keys(Idea, Creator)


def _html(idea: Ripe) -> list[str]:
    """Return short texts as markup renders them: one paragraph each."""
    return [f'<p dir="auto">{text}</p>' for text in (idea.problem, idea.proposal)]


@upkeep
def walk(field: Field, ripe: list[Ripe]) -> None:
    """Write all moves of a number, let every idea take its step, and go on with the next number."""
    states = ["draft"] * len(ripe)
    targets = _merge_targets(field, ripe)
    update("UPDATE ideas_idea SET merged_into_id = %s WHERE id = %s", [(into, pk) for pk, into in targets.items()])
    most = max(len(idea.steps) for idea in ripe)
    for number in range(1, most + 1):
        table = Table(Move, *_MOVE)
        for idea in ripe:
            if len(idea.steps) >= number:
                states[idea.number] = _move(field, table, idea, (number, states[idea.number]))
        table.flush()
        settle_keys(Move)
        with connection.cursor() as cursor:
            cursor.execute(_STEP, [number, field.programme.pk])
    _write_merges(field, ripe, targets)


def _move(field: Field, table: Table, idea: Ripe, place: tuple[int, str]) -> str:
    """Add one move; returns the state that it leads to."""
    number, source = place
    move, at = idea.steps[number - 1]
    target = TARGETS[move]
    team = {"publish": "yasaman", "return": "yasaman", "archive": "yasaman", "merge": "yasaman"}.get(move)
    team = team or ("kaveh" if move in ("approve", "decline", "carry_over", "develop", "release") else "")
    said = field.rng.choice(words()[WORDS_OF[move]]) if move in WORDS_OF else ("", "")
    passed = sum(1 for done, _ in idea.steps[: number - 1] if done == "station")
    thresholds = field.garden.thresholds
    supporters = 0 if move in ("submit", "publish", "return") else idea.count
    supporters = thresholds[passed] if move == "station" else supporters
    by = field.by[team].pk if team else None
    rule = {"return": "clear", "archive": "not_here_already"}.get(move, "")
    table.add(
        field.pk(idea), number, move, source, target, by, bool(team), rule, *said,
        thresholds[passed] if move == "station" else None, supporters, stamp(at),
    )  # fmt: skip
    return target


def _merge_targets(field: Field, ripe: list[Ripe]) -> dict[int, int]:
    """Return into which idea each merged one went: one that gathers and was there by then."""
    gathering = [idea for idea in ripe if idea.state == "gathering"]
    return {
        field.pk(idea): field.pk(gathering[idea.number % len(gathering)]) for idea in ripe if idea.state == "merged"
    }


def _write_merges(field: Field, ripe: list[Ripe], targets: dict[int, int]) -> None:
    """Write the rows of merges; nobody had to be carried over."""
    Merging.objects.bulk_create(
        Merging(
            source_id=field.pk(idea), into_id=targets[field.pk(idea)], by=field.by["yasaman"],
            merged_at=idea.steps[-1][1], done_at=idea.steps[-1][1],
        )
        for idea in ripe if idea.state == "merged"
    )  # fmt: skip


@upkeep
def support(field: Field, ripe: list[Ripe]) -> int:
    """Write the supports, some ten thousand at a time; returns how many."""
    table = Table(Support, "idea_id", "member_id", "given_at", "account_age_days")
    waiting = 0
    for idea in ripe:
        for member, joined, at in _who(field, idea):
            table.add(field.pk(idea), member, stamp(at), max(0, (at - joined).days))
            waiting += 1
        if waiting >= SUPPORTS_AT_ONCE:
            table.flush()
            waiting = 0
    table.flush()
    settle_keys(Support)
    return table.count


def _who(field: Field, idea: Ripe) -> Iterator[tuple[int, dt.datetime, dt.datetime]]:
    """Yield who supports an idea, since when they are here, and when: those here at publication first, then those who came later."""
    if idea.published is None or idea.ends is None or not idea.count:
        return
    rng = random.Random(f"who:{idea.number}")  # noqa: S311 - a seeded demo
    here, later = field.known(idea.published), field.known(idea.ends)
    first = [
        place for place in rng.sample(range(here), min(idea.count + 1, here)) if place != field.authors[idea.number]
    ]
    first = first[: idea.count]
    rest = sorted(rng.sample(range(here, later), min(idea.count - len(first), later - here)))
    for place, at in zip([*first, *rest], idea.times(field.garden.thresholds), strict=False):
        yield field.people[place], field.joined[place], at


@upkeep
def settle(field: Field, ripe: list[Ripe]) -> None:
    """Write the counters of ideas, of the call and of its round."""
    rows = Support.objects.filter(idea_id__gte=field.first, idea_id__lt=field.first + len(ripe))
    counts = dict(rows.values_list("idea_id").annotate(n=Count("pk")).order_by())
    update(_FIGURES, [_figures(field, idea, counts.get(field.pk(idea), 0)) for idea in ripe])
    ideas = Idea.objects.filter(programme=field.programme)
    moves = Move.objects.filter(idea__programme=field.programme)
    Programme.objects.filter(pk=field.programme.pk).update(
        ideas_count=moves.filter(move="publish").count(), gathering_count=ideas.filter(state="gathering").count(),
        reviewed_count=moves.filter(move__in=["approve", "decline"]).count(), made_count=moves.filter(target="on_sale").count(),
    )  # fmt: skip
    _fill_round(field)


def _figures(field: Field, idea: Ripe, count: int) -> tuple[Any, ...]:
    """Return the counters of an idea, and the station ahead while it gathers."""
    rate = 0.0
    if idea.ends is not None and count:
        step = (idea.ends - (idea.stations[-1] if idea.stations else idea.published or idea.ends)) / max(1, count)
        for place in range(min(count, PACE_OF), 0, -1):
            rate = pace.added(rate, idea.ends - step * (place - 1))
    thresholds = "[]" if idea.published is None else f"[{', '.join(map(str, field.garden.thresholds))}]"
    ahead, missing, window = None, None, None
    if idea.state == "gathering" and idea.published is not None:
        ahead, days = field.garden.stations[len(idea.stations)]
        missing = missing_to(ahead, count)
        window = stamp((idea.stations[-1] if idea.stations else idea.published) + dt.timedelta(days=days))
    return count, rate, thresholds, ahead, missing, window, field.pk(idea)


def _fill_round(field: Field) -> None:
    """Put what is in review into a round that is being judged."""
    waiting = list(Idea.objects.filter(programme=field.programme, state="in_review").values_list("pk", "state_since"))
    closed = field.now - dt.timedelta(days=2)
    batch = Batch.objects.create(
        programme=field.programme, number=1, name="نوبت ۱", name_en="Round 1", state="reviewing", ideas_count=len(waiting),
        criteria=as_json(_terms(field.garden))["criteria"], opens_at=field.now - dt.timedelta(days=120), closes_at=closed,
        answers_by=closed + dt.timedelta(days=60), created_at=field.now - dt.timedelta(days=120),
    )  # fmt: skip
    BatchIdea.objects.bulk_create(BatchIdea(batch=batch, idea_id=pk, added_at=at) for pk, at in waiting)
    Idea.objects.filter(pk__in=[pk for pk, _ in waiting]).update(batch=batch)


@upkeep
def shelve(field: Field) -> None:
    """Let the ideas be found."""
    shelf = Shelf()
    rows = Idea.objects.filter(programme=field.programme).order_by("pk")
    for place, idea in enumerate(rows.iterator(chunk_size=2_000), 1):
        shelf.idea(finding.entry_of(idea))
        if place % 10_000 == 0:
            shelf.flush()
    shelf.flush()
    shelf.settle()


def _enter_some(field: Field) -> None:
    """Enter one idea in a hundred in the book, with every move and every support, at their times."""
    rows = Idea.objects.filter(programme=field.programme, moves_count__gt=0).select_related("author", "merged_into")
    chosen = [idea for idea in rows.order_by("pk").iterator(chunk_size=2_000) if idea.pk % IN_THE_BOOK == 0]
    moves: dict[int, list[Move]] = defaultdict(list)
    for move in Move.objects.filter(idea__in=[idea.pk for idea in chosen]).order_by("idea_id", "number"):
        moves[move.idea_id].append(move)
    for idea in chosen:
        _enter(idea, moves[idea.pk])


@upkeep
def _enter(idea: Idea, moves: list[Move]) -> None:
    """Enter one idea: the supports that a move counts stand before it, the others behind."""
    given = Support.objects.filter(idea=idea, withdrawn_at=None).select_related("member").order_by("given_at", "pk")
    lines = [_line(support) for support in given]
    done = 0
    for move in moves:
        if move.move in book.COUNTED:
            past.enter_past(lines[done : move.supporters])
            done = max(done, move.supporters)
        with past.moment(move.made_at):
            book.enter_move(idea, move)
    past.enter_past(lines[done:])

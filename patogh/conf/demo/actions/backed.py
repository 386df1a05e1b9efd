"""Who stands behind the ideas of the demo: supports with their lines in the book, what they would pay, and who follows."""

from __future__ import annotations

import bisect
import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from django.db.models import F

from patogh.activity import upkeep
from patogh.activity.bulk import insert_objects
from patogh.activity.models import Activity
from patogh.conf.demo.gathering import price
from patogh.ideas import pace
from patogh.ideas.models import Budget, Follow, Idea, Support, SurveyAnswer
from patogh.ideas.queries.rules import missing_to
from patogh.kit import ids
from patogh.ledger.actions.book import Secret
from patogh.ledger.actions.past import PastLine, enter_past
from patogh.ledger.signing.nullifiers import nullifier
from patogh.people.demo import DEMO_CAST
from patogh.people.models import Erasure

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk
    from patogh.conf.demo.proposals import Sketch
    from patogh.people.models import Member

GOLDEN: Final = 0x9E3779B97F4A7C15
TRIES_MAX: Final = 40
ACQUAINTED: Final = dt.timedelta(hours=30)
CHOICES: Final[dict[str, int]] = {"self": 62, "child": 14, "gift": 16, "work": 8}
# Behind which ideas the logins of the demo stand: the others leave them something to support.
LOGINS: Final = {
    "mina": ("khorjin", "rain-cape", "night-lamp", "growing-bike", "brass-bell", "melon-rack", "small-7", "khaju-stairs"),
    "reza": ("khorjin", "village-box", "folding-bus", "oosta-wrench"),
    "hamid": ("oosta-wrench", "small-5"),
    "navid": ("coat-guard", "bike-train-flag"),
    "azadeh": ("manual",),
    "ardalan": ("low-step",),
}  # fmt: skip


class Backers:
    """Everybody who may stand behind an idea, who stands behind which, and who is still to come."""

    def __init__(self, talk: Talk, sketches: Iterable[Sketch]) -> None:
        """Let nobody support who is held at the door, of age unknown to the rules or barred."""
        known = [
            member for member in talk.members
            if member.handle not in DEMO_CAST and member.suspended_until is None and member.silenced_until is None
            and talk.now - member.joined_at > dt.timedelta(days=3)
        ]  # fmt: skip
        self._pool = sorted(known, key=lambda member: (member.joined_at, member.pk))
        self._joined = [member.joined_at for member in self._pool]
        self._by_handle = {member.handle: member for member in talk.members}
        self.sketches = {sketch.key: sketch for sketch in sketches}
        self._came: Counter[str] = Counter()
        self._rngs = {key: random.Random(f"backers:{key}") for key in self.sketches}  # noqa: S311 - a seeded demo
        self.makers: defaultdict[str, set[int]] = defaultdict(set)
        self.standing: defaultdict[str, set[int]] = defaultdict(set)
        self._spent: Counter[tuple[str, int]] = Counter()
        self.ideas: dict[str, int] = {}
        self._told = 0

    def due(self, key: str, until: dt.datetime) -> list[tuple[dt.datetime, Member]]:
        """Return who comes to an idea up to a moment, and when; each is returned once."""
        sketch, gone = self.sketches[key], set(Erasure.objects.values_list("member_number", flat=True))
        found = []
        while self._came[key] < len(sketch.supports) and sketch.supports[self._came[key]] <= until:
            at = sketch.supports[self._came[key]]
            member = self._next(sketch, at, gone)
            self._came[key] += 1
            if member is not None:
                self.standing[key].add(member.pk)
                self._spent[sketch.call.row["slug"], member.pk] += 1
                found.append((at, member))
        return found

    def waiting(self, until: dt.datetime) -> list[str]:
        """Return the ideas to which somebody comes up to a moment."""
        return [
            key for key in self.ideas
            if self._came[key] < len(self.sketches[key].supports) and self.sketches[key].supports[self._came[key]] <= until
        ]  # fmt: skip

    def number(self) -> int:
        """Return the number of the next activity."""
        self._told += 1
        return self._told

    def _next(self, sketch: Sketch, at: dt.datetime, gone: set[int]) -> Member | None:
        """Return who comes next: a login whose turn it is, or anybody who knows the house and does not stand there yet."""
        not_these = gone | self.standing[sketch.key] | self.makers[sketch.key]
        turn = len(sketch.supports) - self._came[sketch.key]
        named = [self._by_handle[handle] for handle, keys in LOGINS.items() if sketch.key in keys]
        if turn <= len(named) + 2:
            for member in named:
                if member.pk not in not_these:
                    return member
        known, rng = bisect.bisect_right(self._joined, at - ACQUAINTED), self._rngs[sketch.key]
        for _ in range(TRIES_MAX if known else 0):
            member = self._pool[rng.randrange(known)]
            if member.pk not in not_these and self._may(sketch, member):
                return member
        rest = [one for one in self._pool[:known] if one.pk not in not_these and self._may(sketch, one)]
        return rng.choice(rest) if rest else None

    def _may(self, sketch: Sketch, member: Member) -> bool:
        budget = sketch.call.row.get("budget", 0)
        return not budget or self._spent[sketch.call.row["slug"], member.pk] < budget


@upkeep
def back(backers: Backers, keys: Iterable[str], until: dt.datetime) -> int:
    """Write everybody who comes to these ideas up to a moment; returns how many."""
    coming = {key: found for key in keys if (found := backers.due(key, until))}
    rows = Idea.objects.select_for_update(of=("self",)).in_bulk([backers.ideas[key] for key in coming])
    lines: list[PastLine] = []
    for key, came in coming.items():
        idea, sketch = rows[backers.ideas[key]], backers.sketches[key]
        supports = _support(idea, sketch, came)
        lines += [_line(support) for support in supports]
        _count(idea, came)
        _ask(sketch, supports, backers)
        _tell(backers, idea, sketch, supports)
    enter_past(lines)
    return sum(map(len, coming.values()))


def _support(idea: Idea, sketch: Sketch, came: list[tuple[dt.datetime, Member]]) -> list[Support]:
    """Write the supports of one idea, and what they cost."""
    cost = int(bool(sketch.call.row.get("budget")))
    supports = [
        Support(idea=idea, member=member, given_at=at, cost=cost, account_age_days=max(0, (at - member.joined_at).days))
        for at, member in came
    ]  # fmt: skip
    insert_objects(supports)
    for support in supports if cost else ():
        Budget.objects.get_or_create(programme_id=idea.programme_id, member=support.member)
        Budget.objects.filter(programme_id=idea.programme_id, member=support.member).update(spent=F("spent") + cost)
    return supports


def _line(support: Support) -> PastLine:
    """Return the line of the book as `ideas.actions.supporting` enters it."""
    member = support.member
    return PastLine(
        "support.v1", {"idea": support.idea_id, "nullifier": nullifier(support.idea_id, member.pk)}, f"support:{support.pk}",
        support.given_at, ("ideas.support", str(support.pk)), {"by": Secret(f"member:{member.pk}", member)}, member,
    )  # fmt: skip


def _count(idea: Idea, came: list[tuple[dt.datetime, Member]]) -> None:
    """Move the counters of an idea."""
    rate = idea.pace
    for at, _ in came:
        rate = pace.added(rate, at)
    count = idea.supporters_count + len(came)
    missing = missing_to(idea.next_threshold, count) if idea.next_threshold is not None else None
    Idea.objects.filter(pk=idea.pk).update(
        supporters_count=count, pace=rate, missing=missing, version=F("version") + len(came)
    )  # fmt: skip


def _ask(sketch: Sketch, supports: list[Support], backers: Backers) -> None:
    """Let two of three say what they would pay and for whom, and one of four follow the idea."""
    rng = backers._rngs[sketch.key]
    asked = [support for support in supports if "prices" in sketch.row and rng.random() < 0.67]
    insert_objects(
        [
            SurveyAnswer(
                idea=support.idea, member=support.member, price_minor=price(rng, sketch.row["prices"]), unit="IRR",
                for_whom=rng.choices(list(CHOICES), list(CHOICES.values()))[0], answered_at=support.given_at + dt.timedelta(minutes=1),
            )
            for support in asked
        ]
    )  # fmt: skip
    follows = [support for support in supports if rng.random() < 0.25 or support.member.handle in DEMO_CAST]
    insert_objects(
        [Follow(idea=support.idea, member=support.member, followed_at=support.given_at) for support in follows]
    )
    if follows:
        Idea.objects.filter(pk=follows[0].idea_id).update(followers_count=F("followers_count") + len(follows))


def _tell(backers: Backers, idea: Idea, sketch: Sketch, supports: list[Support]) -> None:
    """Put the supports on the road; where the rules hide the number, for the team alone."""
    audience = "staff" if sketch.call.row.get("hides_counts") else "public"
    made = []
    for support in supports:
        number = backers.number()
        made.append(
            Activity(
                id=ids.uuid7_at(support.given_at, counter=number, noise=number * GOLDEN), verb="ideas.support_given",
                identity_id=support.member.identity_id, subject_kind="ideas.idea", subject_id=str(idea.pk),
                target_kind="ideas.programme", target_id=str(idea.programme_id), audience=audience, channel="demo",
                happened_at=support.given_at, recorded_at=support.given_at,
            )
        )  # fmt: skip
    insert_objects(made)

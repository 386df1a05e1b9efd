"""Everything that the page of a person shows, in a fixed number of statements however long her road is."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from markupsafe import Markup, escape

from patogh.activity.models import Activity
from patogh.activity.registry import verbs
from patogh.kit.errors import NotFound
from patogh.kit.hooks import plugins
from patogh.kit.pages import Order, Page, paged
from patogh.people.consent.choices import Line, choices, columns
from patogh.people.models import Identity, Member, Person
from patogh.people.queries.identities import laid_beside, own_identities
from patogh.persons import limits, survivors
from patogh.persons.hookspecs import Card, Clause, Group, Told, Way
from patogh.persons.models import Look, PersonNote, Pledge
from patogh.persons.queries import road, team
from patogh.persons.queries.persons import identities

CIRCLE_SHOWN = 8
CLAUSES_SHOWN = 2  # of what somebody did, beside since when and how much
WAYS_SHOWN = 3


@dataclass(frozen=True)
class Step:
    """One activity on the road: how it is told, in which lane; `count` like it on one day that nobody tells more about are one.

    `phrase` is what the verb says, with the names of what it speaks of (`is_whole`: then nothing else has to be said).
    """

    activity: Activity
    told: Told
    lane: Group | None
    phrase: Markup
    is_whole: bool = False
    count: int = 1


@dataclass(frozen=True)
class Near:
    """Somebody of the circle: who, how often, and what they do with each other."""

    face: team.Shown
    count: int
    word: str


@dataclass
class View:
    """What the page shows of one person."""

    person: Person
    anchor: Identity
    keys: list[int]
    chips: dict[str, Any]
    fields: dict[str, survivors.Survived]
    raster: road.Raster
    steps: list[Step]
    more: str | None
    consents: list[Line]
    ways: list[Any]
    cards: list[Card]
    value: dict[str, int]
    circle: list[Near]
    notes: list[PersonNote]
    pledges: list[Pledge]
    looks: list[Look]
    clauses: list[Clause]
    reach: list[Way]
    lane: str = ""
    language: str = "fa"
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def waiting(self) -> list[Pledge]:
        """The promises that are open, the nearest first."""
        rows = [one for one in self.pledges if one.kept_at is None and one.dropped_at is None]
        return sorted(rows, key=lambda one: one.due_at)

    @property
    def did(self) -> list[Clause]:
        """What the sentence at the head says that they did."""
        return [one for one in self.clauses if not one.is_waiting][:CLAUSES_SHOWN]

    @property
    def urgent(self) -> Clause | None:
        """What else waits, the most urgent alone."""
        return next((one for one in self.clauses if one.is_waiting), None)


def view(person: Person, viewer: Member, *, lane: str = "", after: str | None = None) -> View:
    """Return what a person's page shows to somebody of the team; raises BadCursor, LookupError for an unknown lane."""
    mine, language, now = identities(person), viewer.language, timezone.now()
    keys = [one.pk for one in mine]
    steps, more = steps_of(keys, viewer, lane=lane, after=after)
    lines = choices(mine[0], language, is_account=mine[0].kind == "member")
    asked: dict[str, Any] = {"person": person, "identities": mine, "viewer": viewer}
    cards = [card for some in plugins.hook.person_cards(**asked) for card in some]
    clauses = [clause for some in plugins.hook.person_clauses(**asked) for clause in some]
    reach = [way for some in plugins.hook.person_ways(**asked) for way in some][:WAYS_SHOWN]
    return View(
        person, mine[0], keys, team.identity_facts(person, language), survivors.view(mine), road.raster(keys, language, now),
        steps, more, lines, columns(lines), sorted(cards, key=lambda card: card.rank), _value(keys), _circle(keys, language),
        notes_of(keys), pledges_of(keys), list(looks_of(keys)), sorted(clauses, key=lambda one: one.rank), reach, lane, language,
    )  # fmt: skip


def steps_of(
    keys: Sequence[int], viewer: Member, *, lane: str = "", after: str | None = None
) -> tuple[list[Step], str | None]:
    """Return one page of the road as it is told to somebody of the team, and the cursor of what is older."""
    page = road.road(keys, lane=lane, after=after)
    told: dict[Any, Told] = {}
    for some in plugins.hook.activities_told(activities=page.items, viewer=viewer):
        told |= some
    among = road.groups()
    lanes = {one.key: one for one in among}
    names = _names([one for one in page if one.pk not in told or not told[one.pk].words], viewer)
    found: list[Step] = []
    for one in page:
        phrase, whole = _phrase(one, names, viewer.language)
        said = told.get(one.pk, Told(""))
        step = Step(one, said, lanes.get(road.lane_of(one.verb, among)), phrase, whole and not said.words)
        if found and _is_same(found[-1], step):
            bare = found[-1].phrase if found[-1].phrase == phrase else _phrase(one, {}, viewer.language)[0]
            found[-1] = replace(found[-1], phrase=bare, count=found[-1].count + 1)
        else:
            found.append(step)
    return found, page.next


def _names(activities: Sequence[Activity], viewer: Member) -> dict[tuple[str, str], tuple[str, str]]:
    """Return what the road speaks of, by kind and key, with its address, as far as the viewer may see it now."""
    wanted: dict[str, set[str]] = {}
    for one in activities:
        for kind, key in ((one.subject_kind, one.subject_id), (one.target_kind, one.target_id)):
            if kind and key:
                wanted.setdefault(kind, set()).add(key)
    return {
        (kind, key): named
        for kind, keys in wanted.items()
        for answer in plugins.hook.subjects_named(kind=kind, keys=sorted(keys), viewer=viewer)
        for key, named in answer.items()
    }


def _phrase(one: Activity, names: dict[tuple[str, str], tuple[str, str]], language: str) -> tuple[Markup, bool]:
    """Return what a verb says with the names of its subject and target in it, dots for those out of sight; and whether it names any."""
    known = verbs().get(one.verb)
    text, is_named = escape((known.phrase(language) if known else one.verb).replace("{actor}", "").strip()), False
    places = (("{subject}", one.subject_kind, one.subject_id), ("{target}", one.target_kind, one.target_id))
    for word, kind, key in places:
        if word not in text:
            continue
        named = names.get((kind, key))
        is_named = is_named or named is not None
        text = text.replace(word, _link(*named) if named else Markup("…"))
    return text, is_named


def _link(name: str, url: str) -> Markup:
    shown = Markup("<bdi>{}</bdi>").format(name)
    return Markup('<a href="{}">{}</a>').format(url, shown) if url else shown


def _is_same(before: Step, step: Step) -> bool:
    """Whether two neighbours say the same: one verb, over one channel, on one day, and nothing to tell of either."""
    same = (before.activity.verb, before.activity.channel) == (step.activity.verb, step.activity.channel)
    days = before.activity.happened_at.date() == step.activity.happened_at.date()
    return same and days and before.told == step.told == Told("") and step.activity.value is None


def notes_of(keys: Sequence[int]) -> list[PersonNote]:
    """Return the notes that stand, the newest first."""
    rows = PersonNote.objects.filter(identity__in=keys, removed_at=None).select_related("author")
    return list(rows.order_by("-pk")[: limits.NOTES_SHOWN])


def pledges_of(keys: Sequence[int]) -> list[Pledge]:
    """Return the promises, the newest first."""
    rows = Pledge.objects.filter(identity__in=keys).select_related("owner", "author")
    return list(rows.order_by("-pk")[: limits.PLEDGES_SHOWN])


def looks_of(keys: Sequence[int], *, after: str | None = None) -> Page[Look]:
    """Return who looked, the newest first."""
    rows = Look.objects.filter(identity__in=keys).select_related("member", "identity")
    return paged(rows, Order("id"), after=after, size=limits.LOOKS_PAGE_ROWS)


def open_pledges(member: Member, *, after: str | None = None) -> Page[Pledge]:
    """Return the promises that somebody of the team has still to keep, the nearest first."""
    rows = Pledge.objects.filter(owner=member, kept_at=None, dropped_at=None).select_related("identity", "author")
    return paged(rows, Order("due_at", descending=False), after=after, size=limits.LOOKS_PAGE_ROWS)


def unkept(member: Member) -> QuerySet[Pledge]:
    """Return the promises that somebody has still to keep."""
    return Pledge.objects.filter(owner=member, kept_at=None, dropped_at=None)


def note(pk: int) -> PersonNote:
    """Return one note; raises NotFound."""
    found = PersonNote.objects.select_related("identity").filter(pk=pk, identity__person__isnull=False).first()
    if found is None:
        raise NotFound
    return found


def pledge(pk: int) -> Pledge:
    """Return one promise; raises NotFound."""
    found = Pledge.objects.select_related("identity", "owner").filter(pk=pk, identity__person__isnull=False).first()
    if found is None:
        raise NotFound
    return found


def looks_at(member: Member, *, after: str | None = None) -> Page[Look]:
    """Return who looked at a member, the newest first: at what is their own, and at the whole page since a merge made them part of it.

    What somebody looked at of another human, whom the team laid beside them, is not theirs to read.
    """
    mine = set(own_identities(member))
    person = Identity.objects.filter(pk=member.identity_id).values_list("person_id", flat=True).first()
    wanted = Q(identity__in=mine)
    keys = list(Identity.objects.filter(person=person).values_list("pk", flat=True)) if person else []
    beside = laid_beside(keys)
    here = beside.get(member.identity_id)
    for key in set(keys) - mine:
        met = [one.since for one in (here, beside.get(key)) if one and one.since]
        if met:
            wanted |= Q(identity=key, what="page", looked_at__gte=max(met))
    rows = Look.objects.filter(wanted).select_related("member", "identity")
    return paged(rows, Order("id"), after=after, size=limits.LOOKS_PAGE_ROWS)


def late(one: Pledge, now: dt.datetime | None = None) -> bool:
    """Whether a promise is open and its time is over."""
    return one.kept_at is None and one.dropped_at is None and one.due_at < (now or timezone.now())


def _value(keys: list[int]) -> dict[str, int]:
    """Return what was bought less what came back, by currency, over all rooms that sell."""
    found: Counter[str] = Counter()
    for some in plugins.hook.person_value(identities=keys):
        found.update(some)
    return {unit: amount for unit, amount in found.items() if amount}


def _circle(keys: list[int], language: str) -> list[Near]:
    """Return whom these identities deal with most; other identities of one person are one."""
    rows = [row for some in plugins.hook.person_circle(identities=keys, limit=CIRCLE_SHOWN * 2) for row in some]
    of = {one.pk: one for one in Identity.objects.filter(pk__in={row[0] for row in rows}).select_related("person")}
    found: dict[Any, tuple[Person, int, str]] = {}
    for key, count, word in rows:
        person = of[key].person if key in of else None
        if person is None or key in keys:
            continue
        before = found.get(person.pk)
        found[person.pk] = (person, count + (before[1] if before else 0), before[2] if before else word)
    best = sorted(found.values(), key=lambda one: -one[1])[:CIRCLE_SHOWN]
    faces = team.shown([one[0] for one in best], language)
    return [Near(face, count, word) for face, (_person, count, word) in zip(faces, best, strict=True)]

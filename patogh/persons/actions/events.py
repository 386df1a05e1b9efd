"""What other systems tell of a person, by the thousand: events, pages, traits, groups, aliases.

Each event is one activity of the identity it came from; nothing is rendered and nobody is merged here. Which identities
one message names together is handed to a job, so that a stream of events never waits for a decision about persons.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from patogh.activity import enqueue, upkeep
from patogh.activity.batch import record_many
from patogh.activity.door import inner
from patogh.activity.models import Activity
from patogh.kit.hooks import plugins
from patogh.kit.ids import uuid7
from patogh.people.identifying import identities_of_many
from patogh.people.leaving import sources
from patogh.people.models import Identity
from patogh.persons.models import Trait

EVENT_TRACKED: Final = "persons.event_tracked"
TRAITS_SAID: Final = "persons.traits_said"
PAGE_VIEWED: Final = "persons.page_viewed"
GROUP_JOINED: Final = "persons.group_joined"
ALIASED: Final = "persons.alias_said"
TAKEN, KNOWN, KEPT_OUT, TOO_MANY_TRAITS = "accepted", "duplicate", "kept_out", "too_many_traits"
TRAITS_MAX: Final = 6_000  # of a profile, as Segment's guardrail
TRAIT_NAME_CHARS_MAX: Final = 80
PAIRS_A_JOB: Final = 200
_STEP: Final = 400
_ROWS: Final = 1_000

Known = tuple[str, str, bool]  # kind, normal value, whether it is verified


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One thing that another system tells.

    `who` are the identities that the message itself names, the one that acted first; `also` are those that its traits
    name (an address, a number). `is_proved` says that the sender vouches that all of `who` are one person, and those of
    `also` that are verified: an address that anybody may have typed is nobody's proof.
    """

    verb: str
    who: tuple[Known, ...]
    source: str
    key: str
    happened_at: dt.datetime
    data: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    also: tuple[Known, ...] = ()
    is_proved: bool = False
    channel: str = "intake"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event: "accepted", "duplicate", "kept_out" or "too_many_traits"; the first has an activity."""

    code: str
    activity: Activity | None = None


@upkeep
def take_events(batch: Sequence[EventFacts]) -> list[Outcome]:
    """Write a batch to the road: a few statements, however many events. Outcomes come in the order of the batch.

    An event that names somebody who was erased here leaves nothing behind, not even an identity. One whose (source, key)
    was taken before changes nothing, whatever else it says now.
    """
    gone = _erased(batch)
    taken = [one for one in batch if not gone.intersection(_names(one))]
    found = inner(identities_of_many)(sorted({known for one in taken for known in (*one.who, *one.also)}))
    codes = {id(one): KEPT_OUT for one in batch}
    rows: list[tuple[EventFacts, Activity]] = []
    crowded = _crowded(taken, found)
    for one in taken:
        if any(name not in found for name in _names(one)):
            continue
        if id(one) in crowded:
            codes[id(one)] = TOO_MANY_TRAITS
        else:
            rows.append((one, _activity(one, found[one.who[0][:2]])))
    fresh = {made.pk for made in record_many([made for _, made in rows])}
    codes |= {id(one): TAKEN if made.pk in fresh else KNOWN for one, made in rows}
    new = [(one, made) for one, made in rows if made.pk in fresh]
    _say([(made.identity_id or 0, one) for one, made in new if one.traits])
    _tell({made.identity_id or 0 for one, made in new if one.traits})
    _join([one for one, _ in new], found)
    activities = {id(one): made for one, made in new}
    return [Outcome(codes[id(one)], activities.get(id(one))) for one in batch]


@upkeep
def say_traits(identity: Identity, traits: dict[str, Any], *, source: str, said_at: dt.datetime) -> None:
    """Keep what a source says of an identity; a word older than the one kept changes nothing. None takes a trait back."""
    now = timezone.now()
    _upsert([(identity.pk, source[:40], name, value, said_at, now) for name, value in flat(traits).items()])
    _tell({identity.pk})


@upkeep
def forget_events(identities: Iterable[int]) -> None:
    """Forget every trait of identities that are erased; what they did on the road is emptied with the rest of it."""
    every = list(identities)
    for at in range(0, len(every), _STEP):
        Trait.objects.filter(identity_id__in=every[at : at + _STEP]).delete()


def flat(traits: dict[str, Any]) -> dict[str, Any]:
    """Return traits under one level of names: the parts of an address or a company become `address.city`."""
    found: dict[str, Any] = {}
    for name, value in traits.items():
        inner = value if isinstance(value, dict) and name in {"address", "company"} else None
        parts = {name: value} if inner is None else {f"{name}.{part}": one for part, one in inner.items()}
        found |= {part[:TRAIT_NAME_CHARS_MAX]: one for part, one in parts.items() if part}
    return found


def _names(one: EventFacts) -> list[tuple[str, str]]:
    return [known[:2] for known in (*one.who, *one.also)]


def _erased(batch: Sequence[EventFacts]) -> set[tuple[str, str]]:
    """Return whom of these no message brings again: one question a kind.

    Only for messages that name several: of those that name one alone, nobody is made for an erased one anyway.
    """
    named: defaultdict[str, set[str]] = defaultdict(set)
    for one in batch:
        for kind, value in _names(one) if len(one.who) + len(one.also) > 1 else ():
            named[kind].add(value)
    return {(kind, value) for kind, values in named.items() for value in sources.erased(kind, values)}


def _crowded(batch: Sequence[EventFacts], found: dict[tuple[str, str], int]) -> set[int]:
    """Return the events that would give a profile more traits than it may have."""
    said: defaultdict[int, set[str]] = defaultdict(set)
    for one in batch:
        said[found.get(one.who[0][:2], 0)].update(flat(one.traits))
    near = [pk for pk, names in said.items() if names]
    there: dict[int, int] = {}
    for at in range(0, len(near), _STEP):
        some = Trait.objects.filter(identity_id__in=near[at : at + _STEP]).values_list("identity_id")
        there |= dict(some.annotate(Count("pk")).order_by())
    close = [pk for pk in near if there.get(pk, 0) + len(said[pk]) > TRAITS_MAX]
    full = {
        pk
        for pk in close
        if len(said[pk].union(Trait.objects.filter(identity=pk).values_list("name", flat=True))) > TRAITS_MAX
    }
    return {id(one) for one in batch if one.traits and found.get(one.who[0][:2], 0) in full}


def _activity(one: EventFacts, identity: int) -> Activity:
    """Return the unsaved activity of an event; its subject is the identity itself."""
    return Activity(
        id=uuid7(), verb=one.verb, identity_id=identity, subject_kind="people.identity", subject_id=str(identity), audience="staff",
        channel=one.channel, happened_at=one.happened_at, recorded_at=timezone.now(), data=one.data, source=one.source, key=one.key,
    )  # fmt: skip


def _say(said: list[tuple[int, EventFacts]]) -> None:
    """Keep the traits of many events: of each name the newest word of each identity and source."""
    now = timezone.now()
    rows: dict[tuple[int, str, str], tuple[Any, ...]] = {}
    for identity, one in said:
        for name, value in flat(one.traits).items():
            place = (identity, one.source[:40], name)
            if place not in rows or rows[place][4] <= one.happened_at:
                rows[place] = (*place, value, one.happened_at, now)
    _upsert([rows[place] for place in sorted(rows)])


def _tell(identities: set[int]) -> None:
    """Let rooms follow the persons of whom something new was said."""
    every = sorted(identities)
    for at in range(0, len(every), _STEP):
        some = Identity.objects.filter(pk__in=every[at : at + _STEP], person__isnull=False)
        plugins.hook.person_changed(person_ids=list(some.values_list("person_id", flat=True).distinct()))


def _upsert(rows: list[tuple[Any, ...]]) -> None:
    """Write traits, newer over older; rows are (identity, source, name, value, said_at, recorded_at)."""
    at = connection.ops.adapt_datetimefield_value
    mark = "(%s, %s, %s, %s, %s, %s)"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _ROWS):
            some = [(*row[:3], json.dumps(row[3]), at(row[4]), at(row[5])) for row in rows[start : start + _ROWS]]
            cursor.execute(
                "INSERT INTO persons_trait (identity_id, source, name, value, said_at, recorded_at) VALUES "  # noqa: S608 - marks only
                f"{', '.join([mark] * len(some))} ON CONFLICT (identity_id, source, name) DO UPDATE SET "
                "value = excluded.value, said_at = excluded.said_at, recorded_at = excluded.recorded_at "
                "WHERE excluded.said_at >= persons_trait.said_at",
                [value for row in some for value in row],
            )


def _join(batch: Sequence[EventFacts], found: dict[tuple[str, str], int]) -> None:
    """Hand on which identities were named together and do not stand behind one person yet."""
    pairs: dict[tuple[int, int], dict[str, Any]] = {}
    for one in batch:
        first = found[one.who[0][:2]]
        others = [(found[known[:2]], one.is_proved) for known in one.who[1:]]
        others += [(found[known[:2]], one.is_proved and known[2]) for known in one.also]
        for other, is_proved in others:
            if other != first:
                pairs.setdefault(
                    (first, other), {"a": first, "b": other, "source": one.source, "verb": one.verb, "is_proved": False}
                )
                pairs[(first, other)]["is_proved"] |= is_proved
    apart = _apart(pairs)
    for at in range(0, len(apart), PAIRS_A_JOB):
        enqueue("persons.join_claims", pairs=apart[at : at + PAIRS_A_JOB])


def _apart(pairs: dict[tuple[int, int], dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the pairs whose identities are of two persons, or of none."""
    every = sorted({pk for pair in pairs for pk in pair})
    persons: dict[int, Any] = {}
    for at in range(0, len(every), _STEP):
        persons |= dict(Identity.objects.filter(pk__in=every[at : at + _STEP]).values_list("pk", "person_id"))
    return [said for (a, b), said in pairs.items() if persons.get(a) is None or persons.get(a) != persons.get(b)]

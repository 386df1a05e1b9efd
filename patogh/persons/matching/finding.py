"""Who else may a person be: the others under the same keys, scored by the same weights as the batch.

One statement finds the others under all keys, each key with its own limit: a key that more people share than it may says
nothing (a shop's own number, a family's address) and is passed over. One more reads the records of the best of them.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from patogh.people.models import Person
from patogh.persons import limits
from patogh.persons.matching.facts import from_json, known_of
from patogh.persons.models import MatchKey, MatchModel, MatchRecord
from patogh.persons.resolving import keys, scoring
from patogh.persons.resolving.forms import Compared
from patogh.persons.resolving.scoring import Scored, Weights

_NEVER: Final = (0.0, Weights.default())
_kept: dict[str, tuple[float, Weights]] = {}


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody whom a person may be, and what speaks for it."""

    person_id: UUID
    scored: Scored


def match_person(person: Person | UUID) -> list[Match]:
    """Return whom this person may be, the most likely first; only those above SUGGESTED_PROBABILITY_MIN."""
    key = person.pk if isinstance(person, Person) else person
    record = known_of([key]).get(key)
    return match_record(record, key) if record is not None else []


def match_record(
    record: Compared, besides: UUID | None = None, least: float = limits.SUGGESTED_PROBABILITY_MIN
) -> list[Match]:
    """Return whom a record may be; `besides` is whom it stands for already."""
    near = candidates(record, besides)
    if not near:
        return []
    weights = current_weights()
    rows = MatchRecord.objects.filter(pk__in=near).values_list("person_id", "facts")
    scored = [(person, scoring.score(record, from_json(person, facts), weights)) for person, facts in rows]
    good = [Match(person, one) for person, one in scored if not one.veto and one.probability >= least]
    return sorted(good, key=lambda one: -one.scored.weight)


def candidates(record: Compared, besides: UUID | None) -> list[UUID]:
    """Return the persons under this record's keys, those under the rarest keys first, at most MATCH_CANDIDATES_MAX."""
    wanted = {hashed(key): keys.records_max(key) for key in keys.keys_of(record)[: limits.MATCH_KEYS_MAX]}
    if not wanted:
        return []
    table, column = MatchKey._meta.db_table, "person_id"  # noqa: SLF001 - Django's documented API
    one = f"SELECT * FROM (SELECT key, {column} FROM {table} WHERE key = %s LIMIT %s) AS k{{0}}"  # noqa: S608 - our own names
    sql = " UNION ALL ".join(one.format(number) for number in range(len(wanted)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [part for key, most in wanted.items() for part in (key, most + 1)])
        rows = cursor.fetchall()
    under: defaultdict[int, list[UUID]] = defaultdict(list)
    for key, person in rows:
        under[key].append(person if isinstance(person, UUID) else UUID(str(person)))
    worth: defaultdict[UUID, float] = defaultdict(float)
    for key, some in under.items():
        if len(some) <= wanted[key]:
            for person in some:
                worth[person] += 1 / len(some)
    worth.pop(besides, None)  # type: ignore[arg-type]
    return sorted(worth, key=lambda person: (-worth[person], person))[: limits.MATCH_CANDIDATES_MAX]


def keys_for(record: Compared) -> set[int]:
    """Return the hashed keys under which a record is kept."""
    return {hashed(key) for key in keys.keys_of(record)[: limits.MATCH_KEYS_MAX]}


def hashed(key: str) -> int:
    """Return 63 bits of the keyed hash of a key: the index tells nobody an address."""
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8, key=_secret()).digest()
    return int.from_bytes(digest, "big") >> 1


def current_weights() -> Weights:
    """Return the weights in use: the newest trained ones, or careful expectations before any training."""
    at, weights = _kept.get("weights", _NEVER)
    if at and time.monotonic() - at < limits.MATCH_WEIGHTS_KEPT_S:
        return weights
    row = MatchModel.objects.order_by("-pk").values_list("version", "pk").first()
    if row is None:
        weights = Weights.default()
    elif weights.version != row[0]:
        weights = _read(row[1])
    _kept["weights"] = (time.monotonic(), weights)
    return weights


def forget_weights() -> None:
    """Read the weights anew next time."""
    _kept.clear()


def reasons_of(scored: Scored) -> list[list[Any]]:
    """Return the reasons as they are kept: field, level, bits."""
    return [[one.field, one.level, round(one.weight, 3)] for one in scored.reasons]


def live(persons: Iterable[UUID]) -> set[UUID]:
    """Return those of these persons that have identities now."""
    return set(Person.objects.filter(pk__in=list(persons), identities__isnull=False).values_list("pk", flat=True))


def _read(pk: int) -> Weights:
    """Return trained weights; what cannot be read is as if it were not there."""
    import json

    said = MatchModel.objects.values_list("weights", flat=True).get(pk=pk)
    try:
        return Weights.from_json(json.dumps(said))
    except ValueError:
        return Weights.default()


def _secret() -> bytes:
    return hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"patogh-match").digest()

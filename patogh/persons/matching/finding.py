"""Who else may a person be: the others under the same keys, scored by the same weights as the batch.

One statement finds the others under all keys, each key with its own limit: a key that more people share than it may says
nothing (a shop's own number, a family's address) and is passed over. One more reads the records of the best of them.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from patogh.people.models import Person
from patogh.persons import limits
from patogh.persons.matching.asked import Asked
from patogh.persons.matching.facts import Kept, known_of
from patogh.persons.models import MatchModel
from patogh.persons.resolving import keys, scoring
from patogh.persons.resolving.forms import Compared
from patogh.persons.resolving.scoring import Scored, Weights

# Everybody under some keys, a row a key. Of each key at most one row more than any may have is read, and what a crowded key holds is left out
# within the database: a family name of thousands costs what one of sixty does. PostgreSQL would at times make a bitmap of all the thousands for
# `key = wanted.key LIMIT 61`; bounds in the order of the index leave it the index alone.
_MOST: Final = max(keys.records_max(rule.name) for rule in keys.RULES) + 1
_UNDER_SQLITE: Final = (
    "SELECT CAST(wanted.key AS INTEGER), (SELECT CASE WHEN count(*) <= wanted.value THEN group_concat(person_id, ',') END FROM "  # noqa: S608 - a number of ours
    f"(SELECT person_id FROM persons_matchkey WHERE key = CAST(wanted.key AS INTEGER) LIMIT {_MOST}))"
    " FROM json_each(%s) AS wanted"
)
_UNDER_PG: Final = (
    "SELECT wanted.key, (SELECT CASE WHEN count(*) <= wanted.most THEN string_agg(person_id::text, ',') END FROM "  # noqa: S608 - a number of ours
    "(SELECT person_id FROM persons_matchkey WHERE (key, person_id) >= (wanted.key, '00000000-0000-0000-0000-000000000000'::uuid)"
    " AND (key, person_id) <= (wanted.key, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)"
    f" ORDER BY key, person_id LIMIT {_MOST}) AS found)"
    " FROM unnest(%s::bigint[], %s::int[]) AS wanted(key, most)"
)
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
    near = _near(record, besides)
    if not near:
        return []
    weights = current_weights()
    asked = Asked(record, weights, least)
    others = (Kept(person, json.loads(said)) for person, said in _rows(*told(near)))
    likely = [one.compared() for one in others if asked.may_be(one)]
    scored = [Match(UUID(one.id), scoring.score(record, one, weights)) for one in likely]
    good = [one for one in scored if not one.scored.veto and one.scored.probability >= least]
    return sorted(good, key=lambda one: -one.scored.weight)


def candidates(record: Compared, besides: UUID | None) -> list[UUID]:
    """Return the persons under this record's keys, those under the rarest keys first, at most MATCH_CANDIDATES_MAX."""
    return [UUID(person) for person in _near(record, besides)]


def _near(record: Compared, besides: UUID | None) -> list[str]:
    """Return the candidates as the database writes them: most are strangers, of whom nothing more is made."""
    secret = _secret()
    wanted = {hashed(key, secret): keys.records_max(key) for key in _keys(record)}
    if not wanted:
        return []
    worth: defaultdict[str, float] = defaultdict(float)
    for _, said in _rows(*under(wanted)):
        some = said.split(",") if said else []
        for person in some:
            worth[person] += 1 / len(some)
    if besides is not None:
        worth.pop(_written(besides), None)
    return sorted(worth, key=lambda person: (-worth[person], person))[: limits.MATCH_CANDIDATES_MAX]


def _written(person: UUID) -> str:
    """Return an id as the rows hold it."""
    return str(person) if connection.features.has_native_uuid_field else person.hex


def under(wanted: Mapping[int, int]) -> tuple[str, list[Any]]:
    """Return the statement that asks who stands under each of these keys, if no more than the key allows."""
    if connection.vendor == "postgresql":
        return _UNDER_PG, [list(wanted), list(wanted.values())]
    return _UNDER_SQLITE, [json.dumps(wanted)]


def told(persons: list[str]) -> tuple[str, list[Any]]:
    """Return the statement that reads the records of persons; plain rows, for the ORM takes longer than the comparing."""
    marks = ", ".join(["%s"] * len(persons))
    columns = "person_id::text, facts::text" if connection.vendor == "postgresql" else "person_id, facts"
    return f"SELECT {columns} FROM persons_matchrecord WHERE person_id IN ({marks})", persons  # noqa: S608 - marks only


def _rows(statement: str, words: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, words)
        return list(cursor.fetchall())


def keys_for(record: Compared) -> set[int]:
    """Return the hashed keys under which a record is kept."""
    secret = _secret()
    return {hashed(key, secret) for key in _keys(record)}


def hashed(key: str, secret: bytes) -> int:
    """Return 63 bits of the keyed hash of a key: the index tells nobody an address."""
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8, key=secret).digest()
    return int.from_bytes(digest, "big") >> 1


def _keys(record: Compared) -> list[str]:
    return keys.keys_of(record)[: limits.MATCH_KEYS_MAX]


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
    said = MatchModel.objects.values_list("weights", flat=True).get(pk=pk)
    try:
        return Weights.from_json(json.dumps(said))
    except ValueError:
        return Weights.default()


def _secret() -> bytes:
    return hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"patogh-match").digest()

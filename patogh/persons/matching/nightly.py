"""The nightly batch: everybody as one plain table, resolved in a process of its own, so that no worker keeps its memory.

It leaves newly trained weights for the live index and suggests the pairs that keys alone do not find. It links nobody, and
pairs that were refused stay refused unless their reasons changed.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from patogh.people.models import Person
from patogh.persons import limits
from patogh.persons.actions.indexing import add_guesses, keep_model
from patogh.persons.matching import facts, finding
from patogh.persons.models import MatchRecord
from patogh.persons.resolving import scoring
from patogh.persons.resolving.scoring import Weights

HEADER: Final = (
    "id",
    "given_name",
    "family_name",
    "birth_date",
    "phone",
    "email",
    "street",
    "city",
    "region",
    "postcode",
)
_STEP: Final = 400


def resolve() -> int:
    """Resolve everybody; return how many pairs were looked at. With too few persons to learn from nothing is done."""
    enough = MatchRecord.objects.order_by("pk").values_list("pk", flat=True)[: limits.RESOLVE_PERSONS_MIN]
    if len(enough) < limits.RESOLVE_PERSONS_MIN:
        return 0
    with tempfile.TemporaryDirectory(prefix="patogh-resolve-") as folder:
        table, answer = Path(folder) / "persons.csv", Path(folder) / "answer.json"
        write_table(table)
        command = [sys.executable, "-m", "patogh.persons.matching.child", str(table), str(answer)]
        subprocess.run(command, check=True, timeout=limits.RESOLVE_S_MAX, capture_output=True)  # noqa: S603 - our own module
        said = json.loads(answer.read_text(encoding="utf-8"))
    keep_model(said["weights"]["version"], said["weights"], said["facts"])
    finding.forget_weights()
    pairs = [(UUID(left), UUID(right)) for left, right in said["pairs"][: limits.RESOLVE_SUGGESTIONS_MAX]]
    weights = Weights.from_json(json.dumps(said["weights"]))
    for some in _steps(pairs):
        add_guesses(list(_scored(some, weights)), weights.version)
    return len(pairs)


def write_table(path: Path) -> None:
    """Write the record of each person that is in the index as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        keys = MatchRecord.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=_STEP)
        for some in _steps(keys):
            for person, one in facts.records_of(some).items():
                said = (one.given, one.family, one.birth_date, "; ".join(one.phones), "; ".join(one.emails))
                rows.writerow([person, *said, one.street, one.city, one.region, one.postcode])


def _steps(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield rows, a few hundred at a time."""
    left = iter(rows)
    while some := list(islice(left, _STEP)):
        yield some


def _scored(
    pairs: Iterable[tuple[UUID, UUID]], weights: Weights
) -> Iterator[tuple[UUID, UUID, float, float, list[Any]]]:
    """Score pairs as the live index does, so that both say the same; those below the threshold are left out."""
    every = list(pairs)
    known = dict(MatchRecord.objects.filter(pk__in={one for pair in every for one in pair}).values_list("pk", "facts"))
    here = set(Person.objects.filter(pk__in=known).values_list("pk", flat=True))
    for left, right in every:
        if left != right and left in here and right in here:
            found = scoring.score(facts.from_json(left, known[left]), facts.from_json(right, known[right]), weights)
            if not found.veto and found.probability >= limits.SUGGESTED_PROBABILITY_MIN:
                yield left, right, found.weight, found.probability, finding.reasons_of(found)

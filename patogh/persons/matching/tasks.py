"""What the worker does for the index: keys those who changed, looks whom they may be, and trains the weights at night."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from patogh.activity import every, task
from patogh.persons import limits

if TYPE_CHECKING:
    from patogh.persons.resolving.forms import Compared


@task("persons.key_persons")
def key_persons(persons: list[str]) -> None:
    """Put these persons into the index as they are now and suggest whom they may be."""
    from patogh.persons.actions.indexing import keep_guesses
    from patogh.persons.matching import finding

    changed = index_persons([UUID(one) for one in persons])
    for person, record in changed.items():
        found = finding.match_record(record, person)
        said = [
            (one.person_id, one.scored.weight, one.scored.probability, finding.reasons_of(one.scored)) for one in found
        ]
        if said or _has_waiting(person):
            keep_guesses(person, said, finding.current_weights().version)


@task("persons.key_changed")
def key_changed() -> None:
    """Key the persons anew of whom a trait was said since the last turn: events come by the thousand, so they are swept up."""
    from patogh.persons.actions.indexing import note_swept
    from patogh.persons.matching.sweeping import changed_since, swept_until

    began, since = time.monotonic(), swept_until()
    for persons, until in changed_since(since):
        key_persons([str(one) for one in persons])
        note_swept(until)
        if time.monotonic() - began > limits.SWEEP_S_MAX:
            return


@task("persons.resolve_all")
def resolve_all() -> None:
    """Train the weights on everybody and look for pairs that the keys of one record cannot find."""
    from patogh.persons.matching.nightly import resolve

    resolve()


def index_persons(persons: Iterable[UUID]) -> dict[UUID, Compared]:
    """Keep records and keys of persons; return the records of those that say enough to be found."""
    from patogh.persons.actions.indexing import keep_records
    from patogh.persons.matching import facts, finding

    wanted = list(dict.fromkeys(persons))
    known = facts.known_of(wanted)
    keyed = {person: finding.keys_for(record) for person, record in known.items()}
    kept = {person: (facts.as_json(record), keyed[person]) for person, record in known.items() if keyed[person]}
    keep_records(kept, [person for person in wanted if person not in kept])
    return {person: known[person] for person in kept}


def _has_waiting(person: UUID) -> bool:
    from django.db.models import Q

    from patogh.persons.models import Suggestion

    return Suggestion.objects.filter(Q(left_id=person) | Q(right_id=person), state="waiting").exists()


every("persons.key_changed", limits.SWEEP_EVERY_S)
every("persons.resolve_all", limits.RESOLVE_EVERY_S)

"""Keeping the live index: records, keys, and what is found by them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from patogh.activity import upkeep
from patogh.activity.models import Pulse
from patogh.kit.hooks import plugins
from patogh.people.identifying import is_erased
from patogh.people.models import Identity, Person
from patogh.persons.actions.suggesting import Guess, suggest
from patogh.persons.matching.sweeping import PULSE
from patogh.persons.models import MatchKey, MatchModel, MatchRecord, Suggestion, Trait

NAME_SOURCE: Final = "channel"
_STEP: Final = 400


@upkeep
def keep_records(records: Mapping[UUID, tuple[dict[str, Any], set[int]]], gone: Iterable[UUID]) -> None:
    """Keep the records and keys of persons, and drop those of persons of whom nothing is known any more."""
    lost, now = list(gone), timezone.now()
    MatchRecord.objects.filter(pk__in=lost).delete()
    MatchKey.objects.filter(person_id__in=lost).delete()
    alive = set(Person.objects.filter(pk__in=list(records)).values_list("pk", flat=True))
    rows = [MatchRecord(person_id=pk, facts=facts, keyed_at=now) for pk, (facts, _) in records.items() if pk in alive]
    MatchRecord.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person"], update_fields=["facts", "keyed_at"], batch_size=_STEP
    )
    kept = {
        (key, person): pk
        for pk, key, person in MatchKey.objects.filter(person_id__in=alive).values_list("pk", "key", "person_id")
    }
    wanted = {(key, person) for person, (_, keys) in records.items() if person in alive for key in keys}
    old = [pk for said, pk in kept.items() if said not in wanted]
    for start in range(0, len(old), _STEP):
        MatchKey.objects.filter(pk__in=old[start : start + _STEP]).delete()
    MatchKey.objects.bulk_create(
        [MatchKey(key=key, person_id=person) for key, person in sorted(wanted - set(kept))],
        ignore_conflicts=True,
        batch_size=_STEP,
    )


@upkeep
def keep_guesses(person: UUID, guesses: list[tuple[UUID, float, float, list[Any]]], model: str) -> list[Suggestion]:
    """Keep whom a person may be; pairs that waited and say nothing any more leave the queue."""
    rows = Person.objects.in_bulk([person, *(one[0] for one in guesses)])
    if person not in rows:
        return []
    found = [
        suggest(Guess(rows[person], rows[other], weight, probability, reasons, model))
        for other, weight, probability, reasons in guesses
        if other in rows
    ]
    pairs = Suggestion.objects.filter(Q(left_id=person) | Q(right_id=person), state="waiting").exclude(model="rules")
    pairs.exclude(pk__in=[one.pk for one in found]).update(state="gone")
    return found


@upkeep
def add_guesses(guesses: list[tuple[UUID, UUID, float, float, list[Any]]], model: str) -> int:
    """Add pairs to the queue, those that wait already are renewed; returns how many."""
    rows = Person.objects.in_bulk({one for guess in guesses for one in guess[:2]})
    known = [one for one in guesses if one[0] in rows and one[1] in rows]
    for left, right, weight, probability, reasons in known:
        suggest(Guess(rows[left], rows[right], weight, probability, reasons, model))
    return len(known)


@upkeep
def note_swept(until: dt.datetime) -> None:
    """Write down up to when traits were swept into the index; it only goes on."""
    row, is_new = Pulse.objects.get_or_create(name=PULSE, defaults={"beat_at": until})
    if not is_new and row.beat_at < until:
        Pulse.objects.filter(pk=row.pk).update(beat_at=until)


@upkeep
def keep_model(version: str, weights: dict[str, Any], facts: dict[str, Any]) -> MatchModel:
    """Keep newly trained weights; they are in use from now on. The last five stay."""
    row, _ = MatchModel.objects.get_or_create(
        version=version[:40], defaults={"weights": weights, "facts": facts, "trained_at": timezone.now()}
    )
    old = list(MatchModel.objects.order_by("-pk").values_list("pk", flat=True)[5:])
    MatchModel.objects.filter(pk__in=old).delete()
    return row


@upkeep
def name_identity(identity: Identity, name: str, at: dt.datetime) -> None:
    """Keep what a channel calls somebody as a trait of the identity; an older word changes nothing."""
    row, is_new = Trait.objects.select_for_update().get_or_create(
        identity=identity, source=NAME_SOURCE, name="name",
        defaults={"value": name, "said_at": at, "recorded_at": timezone.now()},
    )  # fmt: skip
    if not is_new and (row.value == name or row.said_at > at):
        return
    if not is_new:
        Trait.objects.filter(pk=row.pk).update(value=name, said_at=at, recorded_at=timezone.now())
    if identity.person_id is not None:
        plugins.hook.person_changed(person_ids=[identity.person_id])


@upkeep
def forget_persons(identities: list[int]) -> None:
    """Take what the index and the queue know of erased identities' persons out; those of whom others are left are keyed anew."""
    persons = set(Identity.objects.filter(pk__in=identities).values_list("person_id", flat=True)) - {None}
    left = Identity.objects.filter(person_id__in=persons).exclude(pk__in=identities)
    stay = {one.person_id for one in left if one.person_id is not None and not is_erased(one)}
    MatchRecord.objects.filter(pk__in=persons).delete()
    MatchKey.objects.filter(person_id__in=persons).delete()
    Suggestion.objects.filter(Q(left_id__in=persons) | Q(right_id__in=persons)).delete()
    if stay:
        plugins.hook.person_changed(person_ids=sorted(stay))

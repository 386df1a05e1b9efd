"""Everything that hangs on some identities, as text: what must be the same after a merge and its undo."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.apps import apps
from django.core import serializers

from patogh.activity.models import Activity
from patogh.people.models import Identity, Person
from patogh.persons import survivors
from patogh.persons.models import Merge, MergeLink
from patogh.persons.queries.persons import anchor, identities

# What a merge and its undo append by design.
APPENDED = {"people.IdentityLink", "persons.Merge", "persons.MergeLink"}


def dump(persons: Iterable[Person]) -> str:
    """Return every row that can be reached from these persons, and how each of them is shown."""
    every = list(persons)
    ids = sorted(Identity.objects.filter(links__person__in=every).distinct().values_list("pk", flat=True))
    said = [_rows(model, field.name, ids, every) for model in apps.get_models() for field in _pointing(model)]
    road = (
        Activity.objects.filter(identity_id__in=ids).exclude(verb__startswith="persons.").order_by("happened_at", "pk")
    )
    said.append(serializers.serialize("json", road))
    said += [f"{one.pk}: {_shown(one)}" for one in every]
    return "\n".join(said)


def _pointing(model):
    if model._meta.label in APPENDED or model in (Merge, MergeLink):
        return []
    return [one for one in model._meta.concrete_fields if one.related_model in (Identity, Person)]


def _rows(model, field, ids, persons):
    to = model._meta.get_field(field).related_model
    keys = ids if to is Identity else [one.pk for one in persons]
    return f"{model._meta.label}.{field} " + serializers.serialize(
        "json", model._default_manager.filter(**{f"{field}__in": keys}).order_by("pk")
    )


def _shown(person):
    first = anchor(person)
    views = {name: [one.value, one.identity_id, len(one.others)] for name, one in survivors.view(person).items()}
    return json.dumps(
        [first and first.pk, [one.pk for one in identities(person)], views], default=str, ensure_ascii=False
    )

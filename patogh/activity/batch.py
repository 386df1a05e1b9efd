"""Many activities at once, for streams of events: one INSERT a few hundred, known ones left out by their source and key."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from patogh.activity import live, registry
from patogh.activity.bulk import batched, insert_rows, values_of
from patogh.activity.models import Activity, Outbox


def record_many(activities: Sequence[Activity]) -> list[Activity]:
    """Append activities and return those that are new; one whose (source, key) is known already is left out.

    Called within a running action or upkeep. Watchers hear of each in this transaction, and outbox rows follow as with
    `record`. They are written in the order of source and key, so that two processes that bring the same ones take turns.
    Raises LookupError for an unregistered verb.
    """
    for verb in {one.verb for one in activities}:
        registry.known(verb)
    ordered = sorted(activities, key=lambda one: (one.source, one.key or ""))
    there = _written(ordered)
    fresh = [one for one in activities if one.pk in there]
    tell_watchers(fresh)
    _follow([one for one in fresh if registry.tasks_after(one.verb)])
    return fresh


def _written(activities: Sequence[Activity]) -> set[UUID]:
    """Insert rows and return the keys of those that were not there."""
    columns: list[Any] = list(Activity._meta.concrete_fields)  # noqa: SLF001 - how Django names its columns
    values, found = attrgetter(*(column.attname for column in columns)), set()
    with connection.cursor() as cursor:
        for some in batched(map(values, activities)):
            sql, marks = values_of(Activity, columns, some)
            cursor.execute(f"{sql} ON CONFLICT (source, key) DO NOTHING RETURNING id", marks)
            found |= {one if isinstance(one, UUID) else UUID(one) for (one,) in cursor.fetchall()}
    return found


def tell_watchers(activities: Sequence[Activity]) -> None:
    """Let watchers hear: once of all of them where they can, else of each."""
    heard: dict[registry.Watcher, list[Activity]] = {}
    for one in activities:
        for watcher in registry.watchers(one.verb):
            heard.setdefault(watcher, []).append(one)
    for watcher, some in heard.items():
        if together := registry.many_of(watcher):
            together(some)
        else:
            for one in some:
                watcher(one)


def _follow(activities: Sequence[Activity]) -> None:
    """Leave outbox rows for what tasks follow."""
    if activities:
        now = timezone.now()
        insert_rows(
            Outbox, ("activity", "state", "seq", "created_at"), [(one.pk, "waiting", None, now) for one in activities]
        )
        transaction.on_commit(live.wake_worker)

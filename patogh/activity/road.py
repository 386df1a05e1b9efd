"""Appending to the road."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Final, Protocol

from django.db import connection, models, transaction
from django.utils import timezone

from patogh.activity import door, live, registry
from patogh.activity.models import Activity, ErasureDoor
from patogh.kit.money import Money
from patogh.kit.together import together

# Over which channel the running request came; the writer's thread runs an action in the context of its caller.
CHANNEL: Final[ContextVar[str]] = ContextVar("channel", default="web")

_OUTBOX: Final = (
    "INSERT INTO activity_outbox (activity_id, state, created_at) SELECT %s, 'waiting', %s "
    "WHERE EXISTS (SELECT 1 FROM activity_activity WHERE id = %s)"
)


class Actor(Protocol):
    """Whoever does something: a member, or an identity of another channel."""

    @property
    def identity_id(self) -> int | None:
        """The key of the identity that the road names."""


def reference(thing: models.Model | None) -> tuple[str, str]:
    """Return the kind ("hangout.topic") and the key of a row as the road writes them; two empty strings for none."""
    return (thing._meta.label_lower, str(thing.pk)) if thing is not None else ("", "")  # noqa: SLF001 - Django's own public-in-practice API


def record(
    verb: str,
    *,
    by: Actor | None,
    subject: models.Model,
    target: models.Model | None = None,
    channel: str = "",
    audience: str = "",
    happened_at: dt.datetime | None = None,
    value: Money | None = None,
    data: dict[str, Any] | None = None,
    key: str | None = None,
    source: str = "",
) -> Activity:
    """Append one activity to the road, tell its watchers in this transaction and leave an outbox row for the rest.

    `channel` is over which one it came, that of the request (`over`) unless it is said. `audience` narrows the verb's own
    visibility: "public", "members", "staff" or "space:7". A second call with the same
    (source, key) returns the first activity and changes nothing. Raises LookupError for an unregistered verb and
    RuntimeError outside an action.
    """
    known = registry.known(verb)
    door.note_recorded(verb)
    now = timezone.now()
    subject_kind, subject_id = reference(subject)
    target_kind, target_id = reference(target)
    activity = Activity(
        verb=verb, identity_id=by.identity_id if by else None, subject_kind=subject_kind, subject_id=subject_id,
        target_kind=target_kind, target_id=target_id, audience=audience or known.visible, channel=channel or CHANNEL.get(),
        happened_at=happened_at or now, recorded_at=now, value=value.amount if value else None,
        currency=value.currency if value else "", data=data or {}, source=source, key=key,
    )  # fmt: skip
    has_tasks = bool(registry.tasks_after(verb))
    if not _append(activity, has_tasks=has_tasks):
        return Activity.objects.get(source=source, key=key)
    for watcher in registry.watchers(verb):
        watcher(activity)
    if has_tasks:
        transaction.on_commit(live.wake_worker)
    return activity


def _append(activity: Activity, *, has_tasks: bool) -> bool:
    """Insert an activity, with its row of the outbox; returns False, and inserts neither, where its source and key were there before."""
    sql, fields = _statement()
    statements = [(sql, [field.get_db_prep_save(field.pre_save(activity, add=True), connection) for field in fields])]
    if has_tasks:
        pk, moment = statements[0][1][0], connection.ops.adapt_datetimefield_value(activity.recorded_at)
        statements.append((_OUTBOX, [pk, moment, pk]))
    done = together(*statements)
    activity._state.adding = False  # noqa: SLF001 - Django's documented state of an instance
    return bool(done[0].touched)


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """Return what inserts an activity unless its source and key are known, and the fields whose values it takes."""
    fields = Activity._meta.concrete_fields  # noqa: SLF001 - Django's documented API
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(Activity._meta.db_table)  # noqa: SLF001
    return f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", tuple(fields)  # noqa: S608 - our own names


@contextmanager
def over(channel: str) -> Iterator[None]:
    """Let whatever is recorded until this block ends have come over a channel."""
    token = CHANNEL.set(channel)
    try:
        yield
    finally:
        CHANNEL.reset(token)


@contextmanager
def erasing() -> Iterator[None]:
    """Let the running transaction change or delete activities, until this block ends.

    Only an erasure that the law or a person asks for goes through here. Raises RuntimeError outside a transaction:
    a door that were committed open would stay open for everybody.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the erasure door opens inside a transaction only")
    door = ErasureDoor.objects.create()
    try:
        yield
    finally:
        if not connection.needs_rollback:
            door.delete()

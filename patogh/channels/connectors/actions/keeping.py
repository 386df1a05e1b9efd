"""Keeping what came: once, with its identity, as one activity each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import DataError, IntegrityError
from django.db.models import F
from django.utils import timezone

from patogh.activity import action, enqueue, record, unchanged, upkeep
from patogh.activity.models import Job
from patogh.channels.connectors import letters, limits
from patogh.channels.connectors.actions.dead import lay_aside
from patogh.channels.connectors.actions.leaving import SENDABLE, note_sent
from patogh.channels.connectors.actions.turns import key_of_errand
from patogh.channels.connectors.contract import Arrival, Known, Unreadable
from patogh.channels.connectors.errors import LettersFull, SetupOff
from patogh.channels.models import Attachment, Halt, Message, Setup, Silenced
from patogh.kit.errors import Busy, PatoghError
from patogh.kit.hooks import plugins
from patogh.people.identifying import identity_of
from patogh.people.models import Identity

VERBS: Final = {"message": "channels.message_received", "mention": "channels.mention_found"}
FETCH: Final = "channels.fetch_files"
ERRAND: Final = "channels.do_errand"
_ODD: Final = (
    PatoghError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, DataError, IntegrityError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it lies in the storage: its name there ("" for one that is only named)."""

    name: str
    media_type: str
    size_bytes: int
    path: str
    url: str
    why_left_out: str


@dataclass(frozen=True, slots=True)
class Ready:
    """An arrival that was cleaned, with its files in the storage; or what is wrong with it."""

    arrival: Arrival
    files: tuple[Stored, ...] = ()
    fault: str = ""


@dataclass
class Taken:
    """How many arrivals were new, known before, dropped (of somebody erased, or for nothing of ours), or dead letters.

    `unused` are the files in the storage that no row names.
    """

    new: int = 0
    known: int = 0
    dropped: int = 0
    dead: int = 0
    unused: list[str] = field(default_factory=list)

    def __add__(self, other: Taken) -> Taken:
        """Return both together."""
        return Taken(
            self.new + other.new, self.known + other.known, self.dropped + other.dropped, self.dead + other.dead,
            self.unused + other.unused,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Onward:
    """How a poll goes on: its new cursor, when it asks again, and what of it could not be read, as (body, why)."""

    cursor: Mapping[str, Any]
    wait_s: float
    letters: tuple[tuple[bytes, str], ...] = ()


@upkeep
def keep(
    setup_id: int,
    ready: list[Ready],
    onward: Onward | None = None,
    later: Sequence[Mapping[str, Any]] = (),
    noted: Mapping[str, Any] | None = None,
) -> Taken:
    """Keep a batch of arrivals in one transaction, with the cursor and the errands that follow; raises SetupOff when it is off.

    What cannot be taken is laid aside as a dead letter and stops nothing else. A busy database is an error of all.
    """
    setup = Setup.objects.select_for_update().get(pk=setup_id)
    if setup.state == "off" or Halt.objects.filter(ended_at=None).exists():
        raise SetupOff(retry_after_s=limits.HALTED_RETRY_S)
    taken = Taken()
    for one in ready:
        outcome = _kept_or_laid_aside(setup, one)
        setattr(taken, outcome, getattr(taken, outcome) + 1)
        if outcome != "new":
            taken.unused += [file.path for file in one.files if file.path]
    for body, why in onward.letters if onward is not None else ():
        lay_aside(setup, body[: limits.ATTACHMENT_BYTES_MAX], {"form": "polled"}, why)
        taken.dead += 1
    _leave_errands(setup, later)
    _note(setup, taken, onward, noted or {})
    return taken


def _leave_errands(setup: Setup, later: Sequence[Mapping[str, Any]]) -> None:
    """Queue errands, the same one once; raises LettersFull while too many wait, since strangers may ask for them."""
    if not later:
        return
    waiting = Job.objects.filter(task=ERRAND, state="waiting")[: limits.ERRANDS_WAITING_MAX].count()
    if waiting + len(later) > limits.ERRANDS_WAITING_MAX:
        raise LettersFull(retry_after_s=limits.HALTED_RETRY_S)
    for errand in later:
        enqueue(ERRAND, key=key_of_errand(setup.pk, errand), setup=setup.pk, errand=dict(errand))


def _kept_or_laid_aside(setup: Setup, one: Ready) -> str:
    """Keep one arrival; returns "new", "known", "dropped" or "dead"."""
    fault = one.fault
    if not fault:
        try:
            return _kept(setup, one)
        except Busy:
            raise
        except _ODD as error:
            fault = str(error) or type(error).__name__
    lay_aside(setup, letters.written(one.arrival), {"form": "arrival"}, fault)
    return "dead"


@upkeep
def _kept(setup: Setup, one: Ready) -> str:
    """Keep one arrival under a savepoint of its own."""
    arrival = one.arrival
    if arrival.kind == "receipt":
        return _receipt(setup, arrival)
    is_message = arrival.kind in VERBS
    if is_message and Message.objects.filter(setup=setup, way="in", key=arrival.key).exists():
        return "known"
    identity = _whose(setup, arrival.who, arrival.happened_at) if arrival.who is not None else None
    if arrival.who is not None and (identity is None or _is_silenced(setup, identity)):
        return "dropped"
    if is_message:
        return _keep_message(setup, one, identity)
    taken = plugins.hook.arrived(setup_id=setup.pk, connector=setup.connector, arrival=arrival, identity=identity)
    if not taken and arrival.kind == "event" and arrival.who is not None:
        return _event(setup, arrival)
    if not taken:
        raise Unreadable(f"nothing here takes {arrival.kind}")
    return taken if isinstance(taken, str) else "new"


def _is_silenced(setup: Setup, identity: Identity) -> bool:
    return Silenced.objects.filter(setup=setup, identity=identity).exists()


@action
def _keep_message(setup: Setup, one: Ready, identity: Identity | None) -> str:
    """Write a message with its attachments; the one activity is what it is on the road."""
    arrival, now = one.arrival, timezone.now()
    message, is_new = Message.objects.get_or_create(
        setup=setup, way="in", key=arrival.key,
        defaults={
            "connector": setup.connector, "kind": arrival.kind, "thread": arrival.thread, "reply_to": arrival.reply_to,
            "identity": identity, "subject": arrival.subject, "text": arrival.text, "url": arrival.url,
            "data": dict(arrival.data), "state": "came", "happened_at": arrival.happened_at, "recorded_at": now,
        },
    )  # fmt: skip
    if not is_new:
        return unchanged("known")
    Attachment.objects.bulk_create(
        Attachment(
            message=message, name=file.name, media_type=file.media_type, size_bytes=file.size_bytes, file=file.path,
            url=file.url, why_left_out=file.why_left_out,
        )
        for file in one.files
    )  # fmt: skip
    if any(file.url and not file.path for file in one.files):
        enqueue(FETCH, key=f"files:{message.pk}", message=message.pk)
    record(
        VERBS[arrival.kind], by=identity, subject=message, channel=setup.connector[:24], happened_at=arrival.happened_at,
        source=source_of(setup), key=arrival.key,
    )  # fmt: skip
    return "new"


def source_of(setup: Setup) -> str:
    """Return the source that activities of a setup name."""
    return f"channel:{setup.pk}"


def _whose(setup: Setup, who: Known, at: dt.datetime) -> Identity | None:
    """Find or make the identity that the channel names, with what else it says; None where it is somebody erased."""
    identity = identity_of(who.kind, who.value, verified=who.is_verified, name=who.name)
    if identity is None:
        return None
    for kind, value, is_proved in who.also:
        _claimed(setup, identity, Known(kind, value, is_proved))
    traits = dict(who.traits) | ({"name": who.name} if who.name else {})
    if traits:
        from patogh.persons.actions.events import say_traits

        say_traits(identity, traits, source=source_of(setup), said_at=at)
    return identity


def _claimed(setup: Setup, identity: Identity, claim: Known) -> None:
    """Take down that a message names a second identity; one that cannot be read is no claim."""
    from patogh.persons.merging import say_together

    try:
        other = identity_of(claim.kind, claim.value, verified=claim.is_verified)
    except Busy:
        raise
    except (PatoghError, LookupError, ValueError):
        return
    if other is not None and other.pk != identity.pk:
        say_together(
            identity, other, by=None, why=f"said by {setup.connector}"[:40], evidence={"setup": setup.pk},
            is_proved=claim.is_verified,
        )  # fmt: skip


def _event(setup: Setup, arrival: Arrival) -> str:
    """Hand an event to the persons, as if it had come by the intake."""
    from patogh.persons.actions.events import EVENT_TRACKED, EventFacts, take_events

    who, data = arrival.who, dict(arrival.data)
    if who is None:
        return "dropped"
    facts = EventFacts(
        EVENT_TRACKED, ((who.kind, who.value, who.is_verified),), source_of(setup), arrival.key, arrival.happened_at,
        {"event": str(data.get("event", ""))[:200], "properties": data.get("properties", {}), "source": source_of(setup)},
        channel=setup.connector[:24],
    )  # fmt: skip
    code = take_events([facts])[0].code
    return {"accepted": "new", "duplicate": "known", "kept_out": "dropped"}.get(code, "dead")


def _receipt(setup: Setup, arrival: Arrival) -> str:
    """Note what became of a message of ours; a refusal stands whatever comes before or after it."""
    state = str(arrival.data.get("state", ""))
    ours = Message.objects.filter(setup=setup, way="out")
    row = ours.filter(channel_key=arrival.reply_to).first() if arrival.reply_to else None
    row = row or ours.filter(key=arrival.reply_to).first()
    named = str(arrival.data.get("ours") or "")
    row = row or (ours.filter(key=named).first() if named else None)
    if row is None or state not in {"sent", "refused"}:
        return "dropped"
    if row.state in {state, "refused"}:
        return "known"
    if state == "sent" and row.state in SENDABLE:
        note_sent(row, arrival.reply_to)
        return "new"
    Message.objects.filter(pk=row.pk).update(state=state, why=str(arrival.data.get("why", ""))[:300])
    return "new"


def _note(setup: Setup, taken: Taken, onward: Onward | None, noted: Mapping[str, Any]) -> None:
    """Write the health down, and how a poll goes on."""
    now = timezone.now()
    changes: dict[str, Any] = {}
    if taken.new:
        changes |= {"came_at": now, "came_count": F("came_count") + taken.new}
    if onward is not None:
        next_at = now + dt.timedelta(seconds=onward.wait_s)
        changes |= {"cursor": dict(onward.cursor), "next_at": next_at, "faults_count": 0}
        if setup.faults_count and not setup.send_faults_count:
            changes["fault"] = ""
    before = setup.cursor.get("noted")
    if noted or (onward is not None and before):
        changes["cursor"] = {**changes.get("cursor", setup.cursor), "noted": {**(before or {}), **noted}}
    if changes:
        Setup.objects.filter(pk=setup.pk).update(**changes)

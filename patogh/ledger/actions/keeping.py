"""The keys of the log and what becomes of it when one is lost: rotation with two signatures, and a new origin."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from patogh.activity import action, record
from patogh.kit.tlog.checkpoint import Checkpoint
from patogh.kit.tlog.note import Ed25519Signer
from patogh.kit.tlog.tree import EMPTY_ROOT
from patogh.ledger import limits
from patogh.ledger.actions.book import enter
from patogh.ledger.actions.forwarding import brought_forward
from patogh.ledger.actions.sealing import signers
from patogh.ledger.actions.sequencing import append, is_origin, lock_sequencer, open_log
from patogh.ledger.errors import BadOrigin, RotationRunning, SignerBusy
from patogh.ledger.models import LogHead, LogKey, Submission, Witness
from patogh.ledger.queries.book import latest_checkpoint
from patogh.ledger.queries.tiles import entry_at
from patogh.ledger.signing import files, publishing
from patogh.people.models import Member


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a log ends: what its successor carries on, and from which leaf on entries are entered again."""

    checkpoint: Checkpoint
    note: str
    kept: int


def init_log(*, now: dt.datetime | None = None) -> LogKey:
    """Open the log and make its key if there is none yet; returns the key that signs. Raises LogStopped."""
    with files.turn() as alone:
        if not alone:
            raise SignerBusy
        log = _opened()
        signers(log, now or timezone.now())
        return LogKey.objects.filter(log=log, state="active").latest("pk")


def rotate_key(*, by: Member | None = None) -> LogKey:
    """Replace the key: the new one signs from now on, the old one beside it for 30 days more.

    Raises RotationRunning while an older key is still leaving, and SignerBusy while a seal is made.
    """
    with files.turn() as alone:
        if not alone:
            raise SignerBusy
        log, now = _opened(), timezone.now()
        held = signers(log, now)
        if len(held) > 1 or LogKey.objects.filter(log=log, state="leaving").exists():
            raise RotationRunning
        new = Ed25519Signer.generate(log.origin)
        files.keep_signer(new, files.NEXT)
        row = _rotate(log.pk, held[0].vkey, new.vkey, by=by)
        files.take_next()
        return row


def replace_log(*, origin: str = "", by: Member | None = None) -> LogHead:
    """Stop a log whose key is compromised, or whose state was lost, and go on under a new origin.

    What no quorum has seen is entered again there, and entry 0 carries the checkpoint at which the old log stopped.
    Raises BadOrigin and SignerBusy.
    """
    with files.turn() as alone:
        if not alone:
            raise SignerBusy
        log, signed = _opened(), files.head()
        origin = origin or _next_origin(log.origin)
        if not is_origin(origin) or LogHead.objects.filter(origin=origin).exists():
            raise BadOrigin
        new = _replace(log.pk, origin, signed, by=by)
        suffix = f"of-log-{log.pk}"
        for name in (files.KEY, files.LEAVING, files.HEAD):
            files.set_aside(name, suffix)
        files.keep_stop("")
        publishing.set_aside(log.pk)
        return new


@action
def _rotate(log_id: int, old: str, new: str, *, by: Member | None) -> LogKey:
    """Write the change of keys and its entry."""
    now = timezone.now()
    until = now + dt.timedelta(days=limits.KEY_OVERLAP_DAYS)
    LogKey.objects.filter(vkey=old).update(state="leaving", valid_until=until)
    row = LogKey.objects.create(log_id=log_id, name=new.partition("+")[0], vkey=new, valid_from=now)
    fields = {"old": old, "new": new, "until": int(until.timestamp()), "why": "planned"}
    enter("key.rotated.v1", fields, key=f"key:{row.pk}")
    record("ledger.key_rotated", by=by, subject=row)
    return row


@action
def _replace(log_id: int, origin: str, signed: Checkpoint | None, *, by: Member | None) -> LogHead:
    """Close the log, open its successor with entry 0, and let what nobody has witnessed wait again."""
    lock_sequencer()
    now, log = timezone.now(), LogHead.objects.select_for_update().get(pk=log_id)
    ending = _ending(log, signed)
    LogHead.objects.filter(pk=log_id).update(state="closed", closed_at=now, closed_why=f"went on as {origin}")
    LogKey.objects.filter(log=log_id, state__in=("active", "leaving")).update(state="compromised", valid_until=now)
    Witness.objects.update(last_size=0)  # none of them knows the next log yet
    _let_wait(log, ending.kept)
    new = LogHead.objects.create(origin=origin, opened_at=now)
    fields = {
        "origin": log.origin, "size": ending.checkpoint.size, "root": ending.checkpoint.root.hex(),
        "note": hashlib.sha256(ending.note.encode()).hexdigest(), "balances": brought_forward(),
    }  # fmt: skip
    first = enter("log.opened.v1", fields, key=f"log:{new.pk}")
    append(new, [(_raw(first), bytes(first.body))])
    record("ledger.log_replaced", by=by, subject=new, data={"origin": origin})
    return new


def _ending(log: LogHead, signed: Checkpoint | None) -> _Ending:
    """Return where a log stops: what was signed beyond the database (a restored backup), else the last witnessed seal."""
    if signed is not None and signed.origin == log.origin and signed.size > log.size:
        return _Ending(signed, signed.text(), log.size)
    seal = latest_checkpoint(log, witnessed=True) or latest_checkpoint(log)
    if seal is None:
        return _Ending(Checkpoint(log.origin, 0, EMPTY_ROOT), "", 0)
    return _Ending(Checkpoint(log.origin, seal.size, bytes(seal.root)), seal.note, seal.size)


def _let_wait(log: LogHead, since: int) -> None:
    """Take the leaves of entries from `since` on back, so that they are entered in the next log with the same bytes."""
    for submission in Submission.objects.filter(log=log, leaf__gte=since).order_by("leaf").iterator(chunk_size=500):
        submission.body = entry_at(log.pk, submission.leaf or 0)
        submission.state, submission.log, submission.leaf = "waiting", None, None
        submission.save(update_fields=["body", "state", "log", "leaf"])


def _raw(submission: Submission) -> object:
    """Return the key of a submission as the database holds it."""
    field = Submission._meta.pk
    return field.get_db_prep_value(submission.pk, connection, prepared=False)


def _next_origin(origin: str) -> str:
    """Return the origin after this one: example.org/book, example.org/book/2, /3 …"""
    found = re.fullmatch(r"(.*)/([0-9]{1,4})", origin)
    return f"{found[1]}/{int(found[2]) + 1}" if found else f"{origin}/2"


def _opened() -> LogHead:
    """Return the open log, opened now if there is none."""
    return LogHead.objects.filter(state="open").first() or open_log()

"""The signer's turn: compare, sign, publish, ask the witnesses. Never within a transaction, and never two at once.

Before it signs it compares what it has with what it signed before (the head file), and, first in each process and
whenever the head file is gone, with what the witnesses saw: a restored backup must stop the log, never fork it.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from patogh.activity import upkeep
from patogh.kit.tlog import note as notes
from patogh.kit.tlog import tiles
from patogh.kit.tlog.checkpoint import Checkpoint
from patogh.kit.tlog.note import Ed25519Signer
from patogh.ledger import limits
from patogh.ledger.actions.sights import keep_answers
from patogh.ledger.errors import LogStopped
from patogh.ledger.models import LogHead, LogKey, SealedCheckpoint, Witness
from patogh.ledger.queries import policy as policies
from patogh.ledger.queries.book import whole_note
from patogh.ledger.queries.tiles import TileReader, frontier_of, root_at
from patogh.ledger.signing import files, publishing, witnesses

ADVICE: Final = "see «restored backup» in docs/open-book.md; `patogh book compromise` goes on under a new origin."
logger = logging.getLogger(__name__)


@dataclass
class _Compared:
    """What this process has compared with the witnesses: the log and the size from which it has signed on."""

    origin: str = ""


_compared = _Compared()


def seal(now: dt.datetime | None = None) -> SealedCheckpoint | None:
    """Sign, publish and have witnessed what the log has grown to; returns its seal, or None when nothing was due.

    Raises LogStopped, with a sentence that says what to do, when signing could fork the log.
    """
    now = now or timezone.now()
    with files.turn() as alone:
        log = LogHead.objects.filter(state="open").first()
        if not alone or log is None or not log.size or not _is_due(log, now):
            return None
        try:
            row = _sealed(log, now)
        except LogStopped as stopped:
            files.keep_stop(str(stopped.facts.get("why", "")))
            raise
        files.keep_stop("")
        return row


def _is_due(log: LogHead, now: dt.datetime) -> bool:
    """Whether the log has grown, some witness is to be asked again, or the newest seal has got old."""
    if log.size > log.signed_size:
        return True
    newest = SealedCheckpoint.objects.filter(log=log).order_by("-size").first()
    if newest is None:
        return True
    return bool(_to_ask(policies.reachable(), newest.size, now))


def _to_ask(witnesses: list[Witness], size: int, now: dt.datetime) -> list[Witness]:
    """Return whom to ask about a seal that is not new: who has not signed it, after seconds; who has, after an hour.

    A silent witness is no reason to ask the others again: each answer is one more line to keep under the seal.
    """
    again = now - dt.timedelta(seconds=limits.WITNESS_RETRY_S)
    idle = now - dt.timedelta(seconds=limits.RESEAL_IDLE_S)
    return [
        one
        for one in witnesses
        if one.asked_at is None or one.asked_at <= (idle if one.last_size == size and not one.last_error else again)
    ]


def _sealed(log: LogHead, now: dt.datetime) -> SealedCheckpoint:
    """Do the whole turn for a log that is due."""
    keys = signers(log, now)
    frontier = frontier_of(log)
    checkpoint = Checkpoint(log.origin, frontier.size, frontier.root())
    _check_head(log, checkpoint)
    asked = policies.reachable()
    _check_witnesses(log, asked, policies.vkeys(log))
    files.keep_head(checkpoint)
    note = notes.sign_note(checkpoint.text(), *keys).serialised()
    row = _keep_seal(log.pk, checkpoint, note, now)
    publishing.publish_tiles(log, row.size)
    _publish(log, row)
    read = TileReader(log.pk)
    asked = asked if row.size > log.signed_size else _to_ask(asked, row.size, now)
    answers = witnesses.ask_all(asked, row.note, row.size, lambda old: tiles.consistency(old, row.size, read))
    row = keep_answers(row.pk, answers, now)
    _publish(log, row)
    _stop_if_behind(log, answers)
    return row


def _publish(log: LogHead, row: SealedCheckpoint) -> None:
    """Put the seal and the small files beside it into the published folder."""
    texts = {"policy": policies.policy_text(log), "vkey": "".join(f"{one}\n" for one in policies.vkeys(log))}
    publishing.publish_checkpoint(whole_note(row).serialised(), texts)


def signers(log: LogHead, now: dt.datetime) -> list[Ed25519Signer]:
    """Return who signs now: the active key, made at the very first seal, and a key that is leaving until its end."""
    active = LogKey.objects.filter(log=log, state="active").order_by("-pk").first()
    signer = _signer(active)
    if signer is None:
        if active is not None:
            raise LogStopped(why=f"the key of the log is gone: put {files.folder() / files.KEY} back; {ADVICE}")
        signer = Ed25519Signer.generate(log.origin)
        files.keep_signer(signer)
    if active is None:
        _keep_key(log.pk, signer.vkey, now)
    elif active.vkey != signer.vkey:
        raise LogStopped(why=f"the key file belongs to {signer.name}, not to the key that signs this log; {ADVICE}")
    leaving = _leaving(log, now)
    return [signer, leaving] if leaving else [signer]


def _signer(active: LogKey | None) -> Ed25519Signer | None:
    """Return the signer of the key file; a rotation that was cut off after its commit is finished first."""
    following = files.signer(files.NEXT) if active is not None else None
    if following is not None and active is not None and following.vkey == active.vkey:
        files.take_next()
    return files.signer()


def _leaving(log: LogHead, now: dt.datetime) -> Ed25519Signer | None:
    """Return the signer of the key that is leaving; one whose time is over is retired and its file removed."""
    row = LogKey.objects.filter(log=log, state="leaving").order_by("-pk").first()
    if row is None:
        return None
    if row.valid_until is not None and row.valid_until <= now:
        _retire_key(row.pk)
        files.drop_signer(files.LEAVING)
        return None
    signer = files.signer(files.LEAVING)
    return signer if signer is not None and signer.vkey == row.vkey else None


def _check_head(log: LogHead, checkpoint: Checkpoint) -> None:
    """Compare with what this machine signed before; raises LogStopped where the log does not continue it."""
    known = files.head()
    if known is None or known.origin != log.origin:
        _compared.origin = ""
        return
    if known.size > checkpoint.size:
        raise LogStopped(
            why=f"{known.size} entries were signed before, and the database holds {checkpoint.size}: {ADVICE}"
        )
    if known.size and root_at(log.pk, known.size) != known.root:
        raise LogStopped(why=f"the first {known.size} entries are not those that were signed before: {ADVICE}")


def _check_witnesses(log: LogHead, asked: list[Witness], vkeys: list[str]) -> None:
    """Compare, once in a process, with what witnesses saw of this log; raises LogStopped.

    Of n witnesses of which k make a quorum, n-k+1 must answer: one of them has seen whatever a quorum has.
    """
    if not asked or (_compared.origin == log.origin and files.head() is not None):
        _compared.origin = log.origin
        return
    seen = witnesses.latest_of_all(asked, log.origin, vkeys)
    for one in asked:
        _check_sight(log, one, seen.get(one.pk))
    counting = [one for one in asked if not one.is_ours]
    answered = sum(one.pk in seen for one in counting)
    enough = min(len(counting), len(counting) - policies.needed(len(counting)) + 1)
    if answered < enough and (log.signed_size or any(one.last_size for one in asked)):
        raise LogStopped(why="too few witnesses answer to compare with what they saw; nothing is signed until then.")
    _compared.origin = log.origin


def _check_sight(log: LogHead, witness: Witness, sight: Checkpoint | None) -> None:
    """Compare with one checkpoint of ours that a witness keeps; raises LogStopped."""
    if sight is None or not sight.size:
        return
    if sight.size > log.size:
        raise LogStopped(
            why=f"{witness.name} has seen {sight.size} entries, and the database holds {log.size}: {ADVICE}"
        )
    if root_at(log.pk, sight.size) != sight.root:
        raise LogStopped(why=f"{witness.name} saw other entries among the first {sight.size}: {ADVICE}")


def _stop_if_behind(log: LogHead, answers: list[witnesses.Answer]) -> None:
    """Stop when a witness proves, by our own signature, that it has seen more of this log than there is."""
    for answer in answers:
        if answer.signature is None and (answer.known_size or 0) > log.size:
            found = witnesses.latest_of_all([answer.witness], log.origin, policies.vkeys(log))
            _check_sight(LogHead.objects.get(pk=log.pk), answer.witness, found.get(answer.witness.pk))


@upkeep
def _keep_seal(log_id: int, checkpoint: Checkpoint, note: str, now: dt.datetime) -> SealedCheckpoint:
    """Write down a signed checkpoint once; a signer that died after signing finds the same text again."""
    row, _ = SealedCheckpoint.objects.get_or_create(
        log_id=log_id, size=checkpoint.size, defaults={"root": checkpoint.root, "note": note, "sealed_at": now}
    )
    if bytes(row.root) != checkpoint.root:
        raise LogStopped(why=f"{checkpoint.size} entries were signed before with another root: {ADVICE}")
    LogHead.objects.filter(pk=log_id, signed_size__lt=checkpoint.size).update(signed_size=checkpoint.size)
    return row


@upkeep
def _keep_key(log_id: int, vkey: str, now: dt.datetime) -> LogKey:
    """Write down the public half of the first key of a log."""
    name = vkey.partition("+")[0]
    return LogKey.objects.get_or_create(vkey=vkey, defaults={"log_id": log_id, "name": name, "valid_from": now})[0]


@upkeep
def _retire_key(key_id: int) -> None:
    """Let a key that was leaving be gone."""
    LogKey.objects.filter(pk=key_id).update(state="retired")


def forget_comparison() -> None:
    """Have the next seal compare with the witnesses again, as after a start."""
    _compared.origin = ""

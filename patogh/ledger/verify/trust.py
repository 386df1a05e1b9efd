"""Whom the reader trusts: the log's key, and a policy of witnesses; and what a checkpoint says under that trust."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from patogh.kit.tlog import note as notes
from patogh.kit.tlog.checkpoint import Checkpoint, parse_checkpoint
from patogh.kit.tlog.cosignature import CosignatureVerifier
from patogh.kit.tlog.errors import BadKey, BadPolicy, TlogError
from patogh.kit.tlog.note import ED25519, Ed25519Verifier, Note, NoteVerifier, Vkey
from patogh.kit.tlog.policy import NONE, Policy, PolicyLog, Verdict
from patogh.ledger.verify.errors import CannotRead
from patogh.ledger.verify.report import Report


@dataclass(frozen=True)
class Trust:
    """A log's verifier keys (several while one of them leaves), a policy, or both."""

    keys: tuple[Vkey, ...]
    policy: Policy | None

    @classmethod
    def of(cls, vkey: str = "", policy: bytes | None = None) -> Trust:
        """Read what was given on the command line, keys one a line; raises CannotRead."""
        try:
            keys = tuple(notes.parse_vkey(line.strip()) for line in vkey.splitlines() if line.strip())
        except BadKey as error:
            raise CannotRead("vkey.bad", why=error) from error
        try:
            rules = Policy.parse(policy) if policy is not None else None
        except BadPolicy as error:
            raise CannotRead("policy.bad", why=error) from error
        if not keys and (rules is None or not rules.logs):
            raise CannotRead("trust.needed")
        if rules is not None and not rules.logs and _sign_logs(keys):
            rules = replace(rules, logs=tuple(map(PolicyLog, keys)))
        return cls(keys, rules)

    @property
    def origin(self) -> str:
        """Return the name of the log, as far as the trust says it."""
        if self.keys:
            return self.keys[0].name
        return self.policy.logs[0].key.name if self.policy else ""

    def open(self, raw: bytes, report: Report, now: int | None = None) -> tuple[Checkpoint, Note] | None:
        """Return a checkpoint whose signature holds, or None with what is wrong in the report.

        The policy's answer goes into the report too; cosignatures from the future of `now` (seconds) do not count.
        """
        try:
            checkpoint, note = parse_checkpoint(raw)
        except TlogError as error:
            report.object("checkpoint.damaged", why=error)
            return None
        if not self._is_signed(checkpoint, note, report):
            return None
        if self.policy is not None and (not self.keys or _sign_logs(self.keys)):
            self._ask_policy(self.policy, note, report, now)
        else:
            report.leave("limit.view")
        return checkpoint, note

    def _is_signed(self, checkpoint: Checkpoint, note: Note, report: Report) -> bool:
        """Tell whether one of our keys signed; what is wrong goes into the report."""
        keys = self.keys or tuple(log.key for log in (self.policy.logs if self.policy else ()))
        verifiers: list[NoteVerifier] = [
            Ed25519Verifier(key) if key.kind == ED25519 else CosignatureVerifier(key) for key in keys
        ]
        logs = {key.name for key in keys if key.kind == ED25519}
        if logs and checkpoint.origin not in logs:
            report.object("checkpoint.origin", found=checkpoint.origin, name=", ".join(sorted(logs)))
            return False
        try:
            signed = notes.open_note(note, verifiers)
        except TlogError as error:
            report.object("checkpoint.unsigned", name=", ".join(key.name for key in keys), why=error)
            return False
        report.prove("ok.signature", name=signed.signatures[0].name)
        if not logs:
            report.leave("limit.cosigner")
        return True

    def _ask_policy(self, policy: Policy, note: Note, report: Report, now: int | None) -> None:
        """Put into the report what the policy says of the witnesses."""
        try:
            verdict = policy.check(note, now=now)
        except TlogError as error:
            report.object("cosignature.forged", name=self.origin, why=error)
            return
        report.quorum_met = verdict.quorum_met
        report.facts["witnesses"] = dict(verdict.witnesses)
        say_quorum(policy, verdict, report)


def _sign_logs(keys: tuple[Vkey, ...]) -> bool:
    """Tell whether these are keys of logs; those of witnesses sign in another form."""
    return bool(keys) and all(key.kind == ED25519 for key in keys)


def say_quorum(policy: Policy, verdict: Verdict, report: Report) -> None:
    """Put k of n into words."""
    told = {"seen": verdict.witnessed, "listed": verdict.n, "needed": verdict.k}
    if policy.quorum == NONE:
        report.prove("ok.no_quorum_asked")
        report.leave("limit.view")
    elif verdict.quorum_met:
        report.prove("ok.quorum", **told, when=clock(max(verdict.witnesses.values(), default=0)))
        report.leave("limit.witnesses")
    else:
        report.leave("limit.quorum", **told)


def clock(seconds: int) -> str:
    """Return a time as it is printed; a time that no calendar has is given as its number."""
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return str(seconds)

"""Single proofs and the receipts that members take home, verified without asking anybody."""

from __future__ import annotations

import base64
import binascii
import json
import time
from dataclasses import replace
from typing import Any, Final

from patogh.kit.tlog.errors import TlogError
from patogh.kit.tlog.note import ED25519
from patogh.kit.tlog.policy import Policy, PolicyLog
from patogh.kit.tlog.proof import TlogProof
from patogh.kit.tlog.proof import verify as verify_inclusion
from patogh.ledger import schemas
from patogh.ledger.verify.errors import CannotRead
from patogh.ledger.verify.report import Report
from patogh.ledger.verify.trust import Trust, say_quorum

FORMAT: Final = "patogh-receipt/v1"
RECEIPT_BYTES_MAX: Final = 256 * 1024
OPENINGS_MAX: Final = 100
SALT_BYTES: Final = 32
_HEX_64: Final = 64


def verify_proof(name: str, proof: bytes, trust: Trust, entry: bytes | None = None, now: int = 0) -> Report:
    """Verify a .tlog-proof. The entry is what was given, or what the proof carries along in its extra line."""
    report = Report(name)
    try:
        told = TlogProof.parse(proof)
    except TlogError as error:
        report.object("proof.damaged", why=error)
        return report
    if entry is None and not told.extra:
        raise CannotRead("entry.needed")
    _prove(told, entry if entry is not None else told.extra, trust, report, now)
    return report


def verify_receipt(name: str, receipt: bytes, trust: Trust, now: int = 0) -> Report:
    """Verify a receipt: its entry is in the log, keeps its schema, and its sealed fields open to what is told."""
    report = Report(name)
    entry, proof, openings = _parts(receipt)
    try:
        told = TlogProof.parse(proof)
    except TlogError as error:
        report.object("proof.damaged", why=error)
        return report
    _prove(told, entry, trust, report, now)
    try:
        fields = schemas.check(entry)
    except TlogError as error:
        report.object("entry.bad", index=told.index, why=error)
        return report
    report.prove("ok.entry", kind=fields["t"])
    _open(fields, openings, report)
    return report


def _prove(proof: TlogProof, entry: bytes, trust: Trust, report: Report, now: int) -> None:
    """Hold an entry and its proof against the trust."""
    policy = trust.policy or _lone(trust)
    try:
        verdict = verify_inclusion(proof, entry, policy, now=now or int(time.time()))
    except TlogError as error:
        report.object("proof.wrong", why=error)
        return
    if trust.keys and verdict.log not in map(str, trust.keys):
        report.object("proof.log")
        return
    checkpoint = verdict.checkpoint
    report.size, report.root = checkpoint.size, checkpoint.root.hex()
    report.quorum_met = verdict.quorum_met
    report.facts |= {"index": proof.index, "witnesses": dict(verdict.witnesses)}
    report.prove("ok.inclusion", index=proof.index, size=checkpoint.size, origin=checkpoint.origin)
    say_quorum(policy, verdict, report)
    report.leave("limit.truth")


def _lone(trust: Trust) -> Policy:
    """Return the policy of a reader who knows the log's key and no witness."""
    if not trust.keys or any(key.kind != ED25519 for key in trust.keys):
        raise CannotRead("trust.needed")
    return replace(Policy.parse("quorum none\n"), logs=tuple(map(PolicyLog, trust.keys)))


def _parts(receipt: bytes) -> tuple[bytes, str, list[tuple[str, str, bytes]]]:
    """Return entry, proof and openings of a receipt; raises CannotRead with what is wrong in its form."""
    if len(receipt) > RECEIPT_BYTES_MAX:
        raise CannotRead("receipt.bad", why=f"it is larger than {RECEIPT_BYTES_MAX} bytes")
    try:
        told = json.loads(receipt)
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise CannotRead("receipt.bad", why=f'its "format" is not {FORMAT}')
        entry = base64.b64decode(_text(told, "entry"), validate=True)
        openings = told.get("openings", [])
        if not isinstance(openings, list) or len(openings) > OPENINGS_MAX:
            raise CannotRead("receipt.bad", why='"openings" is no list, or too long')
        return entry, _text(told, "proof"), [_opening(one) for one in openings]
    except RecursionError as error:
        raise CannotRead("receipt.bad", why="it is nested too deep") from error
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise CannotRead("receipt.bad", why=error) from error


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise CannotRead("receipt.bad", why=f'"{name}" is missing or no text')
    return value


def _opening(one: object) -> tuple[str, str, bytes]:
    """Return field, value and salt of one opening; the salt is 32 bytes in hex, or in base64."""
    if not isinstance(one, dict):
        raise CannotRead("receipt.bad", why="an opening is no object")
    written = _text(one, "salt")
    salt = bytes.fromhex(written) if len(written) == _HEX_64 else base64.b64decode(written, validate=True)
    if len(salt) != SALT_BYTES:
        raise CannotRead("receipt.bad", why="a salt has not 32 bytes")
    return _text(one, "field"), _text(one, "value"), salt


def _open(fields: dict[str, Any], openings: list[tuple[str, str, bytes]], report: Report) -> None:
    """Hold each opening against the commitment in the entry."""
    for path, value, salt in openings:
        found = _at(fields, path)
        if found is None:
            report.object("opening.stray", field=path[:60])
        elif found != schemas.commit(fields["t"], path, value, salt):
            report.object("opening.differs", field=path)
        else:
            report.prove("ok.opening", field=path)


def _at(entry: Any, path: str) -> str | None:
    """Return what stands in an entry at a path like "lines.1.c", if it is a hash in hex."""
    for name in path.split("."):
        if isinstance(entry, dict):
            entry = entry.get(name)
        elif isinstance(entry, list) and name.isascii() and name.isdigit() and int(name) < len(entry):
            entry = entry[int(name)]
        else:
            return None
    return entry if isinstance(entry, str) and len(entry) == _HEX_64 else None

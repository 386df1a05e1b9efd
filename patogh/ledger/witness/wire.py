"""The add-checkpoint request of c2sp.org/tlog-witness, strictly read."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from patogh.ledger.witness import limits
from patogh.ledger.witness.errors import Refused

SIZE_TYPE: Final = "text/x.tlog.size"
_SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Request:
    """An old size, the hashes of a consistency proof from it, and the bytes of a signed checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes


def parse_request(body: bytes) -> Request:
    """Read an add-checkpoint body; raises Refused (400) with what is wrong and in which line."""
    head, gap, note = body.partition(b"\n\n")
    if not gap:
        raise Refused(400, "the empty line between the proof and the checkpoint is missing")
    first, *lines = head.split(b"\n")
    if not first.startswith(b"old "):
        raise Refused(400, "line 1 must be `old`, one space and the old size")
    if len(lines) > limits.PROOF_LINES_MAX:
        raise Refused(400, f"a consistency proof has at most {limits.PROOF_LINES_MAX} lines")
    proof = tuple(_hash(line, number) for number, line in enumerate(lines, 2))
    return Request(_size(first[4:]), proof, note)


def request_body(old_size: int, proof: Sequence[bytes], note: str) -> bytes:
    """Write an add-checkpoint body, as a log sends it."""
    lines = [f"old {old_size}", *(base64.b64encode(digest).decode() for digest in proof)]
    return ("\n".join(lines) + "\n\n" + note).encode()


def origin_hash(origin: str) -> str:
    """Return the name of a log in the witness's own addresses."""
    return hashlib.sha256(origin.encode()).hexdigest()


def _size(digits: bytes) -> int:
    if not _SIZE.fullmatch(digits) or int(digits) > limits.TREE_SIZE_MAX:
        raise Refused(400, "the old size in line 1 must be a decimal number without leading zeroes, below 2^63")
    return int(digits)


def _hash(line: bytes, number: int) -> bytes:
    try:
        digest = base64.b64decode(line, validate=True)
    except binascii.Error:
        digest = b""
    if len(digest) != hashlib.sha256().digest_size or base64.b64encode(digest) != line:
        raise Refused(400, f"line {number} must be one SHA-256 hash in base64")
    return digest

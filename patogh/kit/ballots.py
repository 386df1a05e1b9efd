"""Polls that can be recounted: the bytes that are sealed and signed, and the recount from the book's entries.

No Django, no database: the browser does the same steps (hangout/static/hangout/js/ballot*.js), and whoever holds the entries
recounts with `Recount`. A sealed poll stands in the book as these entries, in this order:

    poll.opened.v1    poll, sealed, options, multiple, level, closes, roll_size, roll_root, question and choices as commitments
    poll.roll.v1      poll, part, keys: the enrolled public keys, sorted, ROLL_KEYS_A_LINE in each
    ballot.v1         poll, voter (public key), seal, sig
    poll.closed.v1    poll, ballots
    ballot.opened.v1  poll, voter, choice, r
    poll.result.v1    poll, counts, ballots, opened, unopened

seal = SHA-256 over "patogh/seal/v1", poll, choice in decimal digits and r (32 bytes), each behind its length in four bytes.
sig  = Ed25519 over `ballot_text`, which is the canonical JSON (RFC 8785) of poll, seal, t and voter.
root = the Merkle root (RFC 6962) whose leaves are the enrolled keys (32 bytes each), sorted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from patogh.kit.tlog.tree import leaf_hash, root_of

SEAL_LABEL: Final = b"patogh/seal/v1"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
ROLL_KEYS_A_LINE: Final = 50
FAULTS_MAX: Final = 100
_HEX: Final = re.compile(r"[0-9a-f]*")


def bytes_of(text: str, length: int) -> bytes:
    """Return `length` bytes written as lower-case hex; raises ValueError for anything else."""
    if len(text) != 2 * length or not _HEX.fullmatch(text):
        raise ValueError("not lower-case hex of this length")
    return bytes.fromhex(text)


def seal_of(poll: str, choice: int, nonce: bytes) -> str:
    """Return the seal of a choice as hex; raises ValueError for a nonce of another length."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError("a nonce has 32 bytes")
    parts = (SEAL_LABEL, poll.encode(), str(choice).encode(), nonce)
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).hexdigest()


def ballot_text(poll: str, voter: str, seal: str) -> bytes:
    """Return the bytes that a voter signs: canonical JSON of what makes the ballot."""
    return f'{{"poll":"{poll}","seal":"{seal}","t":"ballot.v1","voter":"{voter}"}}'.encode()


def is_signed(poll: str, voter: str, seal: str, signature: str) -> bool:
    """Return whether the voter's key signed this ballot; False for anything malformed."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes_of(voter, KEY_BYTES))
        key.verify(bytes_of(signature, SIGNATURE_BYTES), ballot_text(poll, voter, seal))
    except (ValueError, InvalidSignature):
        return False
    return True


def roll_root(keys: Iterable[str]) -> str:
    """Return the Merkle root of the roll as hex: RFC 6962 over the sorted keys."""
    return root_of([leaf_hash(bytes_of(key, KEY_BYTES)) for key in sorted(keys)]).hex()


def roll_lines(keys: Iterable[str]) -> Iterator[list[str]]:
    """Yield the sorted roll in the pieces that go into one entry each."""
    every = sorted(keys)
    yield from (every[start : start + ROLL_KEYS_A_LINE] for start in range(0, len(every), ROLL_KEYS_A_LINE))


@dataclass(slots=True)
class Recount:
    """The recount of one poll: give it the poll's entries in the order of their leaves, then ask `finished()`.

    `faults` are plain sentences; none means that everything fits. A simple poll has no ballots in the book: of its
    entries only the order and the sums are checked, and `is_recountable` is False.
    """

    poll: str
    facts: dict[str, Any] = field(default_factory=dict)
    roll: list[str] = field(default_factory=list)
    seals: dict[str, str] = field(default_factory=dict)
    choices: dict[str, int] = field(default_factory=dict)
    closed: dict[str, Any] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _on_roll: set[str] = field(default_factory=set)

    @property
    def is_recountable(self) -> bool:
        """Whether ballots are in the book, so that anybody can count them."""
        return bool(self.facts.get("sealed"))

    @property
    def counts(self) -> list[int]:
        """The votes of each option as the openings say."""
        counted = [0] * int(self.facts.get("options", 0))
        for choice in self.choices.values():
            counted[choice] += 1
        return counted

    @property
    def unopened(self) -> int:
        """How many seals nobody opened."""
        return len(self.seals) - len(self.choices)

    def take(self, entry: dict[str, Any]) -> None:
        """Take the next entry of the poll; entries of other polls and types are no matter."""
        if entry.get("poll") != self.poll:
            return
        step = {
            "poll.opened.v1": self._opened, "poll.roll.v1": self._enrolled, "ballot.v1": self._cast, "poll.closed.v1": self._closed,
            "ballot.opened.v1": self._revealed, "poll.result.v1": self._counted,
        }.get(entry["t"])  # fmt: skip
        if step is not None:
            step(entry)

    def finished(self) -> Recount:
        """Check what can be said at the end only: the roll against what opening the poll committed to."""
        if self.facts and self.is_recountable:
            if len(self._on_roll) != self.facts["roll_size"]:
                self._fault(f"the roll has {len(self._on_roll)} keys, the opening says {self.facts['roll_size']}")
            if roll_root(self._on_roll) != self.facts["roll_root"]:
                self._fault("the roll is not the one that the opening committed to")
            for voter in self.seals.keys() - self._on_roll:
                self._fault(f"the ballot of {voter[:12]} is of nobody on the roll")
        return self

    def _fault(self, sentence: str) -> None:
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(sentence)

    def _opened(self, entry: dict[str, Any]) -> None:
        if self.facts:
            self._fault("the poll was opened twice")
        self.facts = self.facts or entry

    def _enrolled(self, entry: dict[str, Any]) -> None:
        if not self.facts or self.seals or self.closed:
            self._fault("a part of the roll came before the opening or after the first ballot")
        self.roll += entry["keys"]
        twice = len(self.roll) - len(self._on_roll.union(entry["keys"]))
        self._on_roll.update(entry["keys"])
        if twice:
            self._fault("a key stands twice on the roll")

    def _cast(self, entry: dict[str, Any]) -> None:
        voter = entry["voter"]
        if not self.facts or self.closed:
            self._fault(f"the ballot of {voter[:12]} came before the opening or after the close")
        elif voter in self.seals:
            self._fault(f"{voter[:12]} voted twice")
        elif not is_signed(self.poll, voter, entry["seal"], entry["sig"]):
            self._fault(f"the ballot of {voter[:12]} is not signed by its key")
        else:
            self.seals[voter] = entry["seal"]

    def _closed(self, entry: dict[str, Any]) -> None:
        if self.closed or not self.facts:
            self._fault("the poll was closed twice, or never opened")
        self.closed = self.closed or entry
        if self.is_recountable and entry["ballots"] != len(self.seals):
            self._fault(f"the close speaks of {entry['ballots']} ballots, the book has {len(self.seals)}")

    def _revealed(self, entry: dict[str, Any]) -> None:
        voter, choice = entry["voter"], entry["choice"]
        if not self.closed or self.result:
            self._fault(f"the seal of {voter[:12]} was opened before the close or after the result")
        elif voter not in self.seals or voter in self.choices:
            self._fault(f"the opening of {voter[:12]} opens no seal, or one that is open")
        elif not 0 <= choice < self.facts["options"] or self.seals[voter] != _seal_said(self.poll, choice, entry["r"]):
            self._fault(f"the opening of {voter[:12]} does not fit its seal")
        else:
            self.choices[voter] = choice

    def _counted(self, entry: dict[str, Any]) -> None:
        if self.result or not self.closed:
            self._fault("the result came twice, or before the close")
        self.result = self.result or entry
        if not self.is_recountable:
            return
        said = (entry["counts"], entry["ballots"], entry["opened"], entry["unopened"])
        if said != (self.counts, len(self.seals), len(self.choices), self.unopened):
            self._fault("the result is not what the openings add up to")


def _seal_said(poll: str, choice: int, nonce: str) -> str:
    """Return the seal that an opening speaks of, or nothing for a malformed one."""
    try:
        return seal_of(poll, choice, bytes_of(nonce, NONCE_BYTES))
    except ValueError:
        return ""

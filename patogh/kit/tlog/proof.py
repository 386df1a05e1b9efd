"""Proofs to take home (C2SP tlog-proof): one entry's place in the log, with the checkpoint and its cosignatures."""

from __future__ import annotations

from dataclasses import dataclass

from patogh.kit.tlog import note as notes
from patogh.kit.tlog.encoding import base64_of, from_base64, from_decimal, from_utf8, hash_from_base64
from patogh.kit.tlog.errors import BadProof
from patogh.kit.tlog.limits import EXTRA_BYTES_MAX, PROOF_BYTES_MAX, PROOF_HASHES_MAX
from patogh.kit.tlog.policy import Policy, Verdict
from patogh.kit.tlog.tree import leaf_hash, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"


@dataclass(frozen=True)
class TlogProof:
    """A proof as it is stored. `extra` is not authenticated by anything: never trust it by itself."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    """The signed checkpoint, verbatim."""
    extra: bytes = b""

    @classmethod
    def parse(cls, raw: bytes | str) -> TlogProof:
        """Return the proof; raise BadProof, or BadNote for its checkpoint's form."""
        whole = from_utf8(raw, "the proof", BadProof, PROOF_BYTES_MAX)
        head, gap, checkpoint = whole.partition("\n\n")
        lines = head.split("\n")
        if not gap or lines.pop(0) != HEADER:
            raise BadProof(f"the proof does not begin with the line {HEADER}, or has no checkpoint")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = from_base64(lines.pop(0).removeprefix("extra "), "the extra line", BadProof)
            if not 0 < len(extra) <= EXTRA_BYTES_MAX:
                raise BadProof("the extra line is empty or too long")
        if not lines or not lines[0].startswith("index "):
            raise BadProof("the proof has no index line where one must be")
        index = from_decimal(lines.pop(0).removeprefix("index "), "the index", BadProof)
        if len(lines) > PROOF_HASHES_MAX:
            raise BadProof(f"the proof has more than {PROOF_HASHES_MAX} hashes")
        hashes = tuple(hash_from_base64(line, f"hash {at} of the proof", BadProof) for at, line in enumerate(lines, 1))
        notes.parse(checkpoint)
        return cls(index, hashes, checkpoint, extra)

    def serialised(self) -> str:
        """Return the proof as a file."""
        lines = [HEADER, *([f"extra {base64_of(self.extra)}"] if self.extra else []), f"index {self.index}"]
        return "\n".join([*lines, *map(base64_of, self.hashes), "", self.checkpoint])


def verify(proof: TlogProof, entry: bytes, policy: Policy, *, now: int | None = None) -> Verdict:
    """Check that the log holds exactly these bytes; see `verify_leaf`."""
    return verify_leaf(proof, leaf_hash(entry), policy, now=now)


def verify_leaf(proof: TlogProof, leaf: bytes, policy: Policy, *, now: int | None = None) -> Verdict:
    """Check a leaf hash's place under the checkpoint and the checkpoint by the policy; raise BadProof or BadNote.

    The verdict may say that the quorum is not met: then the log has signed, and too few witnesses have seen it.
    """
    verdict = policy.check(proof.checkpoint, now=now)
    verify_inclusion(leaf, proof.index, verdict.checkpoint.size, proof.hashes, verdict.checkpoint.root)
    return verdict

"""Proofs and receipts that members took home, changed on the way: each part of them, and each part of another one."""

import base64
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from patogh.kit.tlog.proof import TlogProof
from patogh.ledger.tests.making import NEEDED, SALT
from patogh.ledger.verify.receipts import FORMAT
from tests.drills.tampers.bench import Bench, Tampering, flipped


def tamperings(bench: Bench) -> Iterator[Tampering]:
    """Yield every tampering with proofs and receipts."""
    yield from proofs(bench)
    yield from receipts(bench)


def proofs(bench: Bench) -> Iterator[Tampering]:
    """Index, hashes, checkpoint and entry of a proof."""
    for index in (0, 255, 256, bench.log.size - 1):
        text, entry = bench.log.proof(index), bench.log.entries[index]
        proof = TlogProof.parse(text)
        other = TlogProof.parse(bench.log.proof((index + 7) % bench.log.size))
        hashes = proof.hashes
        changed: dict[str, TlogProof | str] = {
            "proof.index": _with(proof, index=(index + 1) % bench.log.size),
            "proof.index_beyond_size": _with(proof, index=index + bench.log.size),
            "proof.hash_gone": _with(proof, hashes=hashes[:-1]),
            "proof.hash_more": _with(proof, hashes=(*hashes, hashes[0])),
            "proof.hashes_swapped": _with(proof, hashes=(hashes[1], hashes[0], *hashes[2:])),
            "proof.hashes_of_another": _with(proof, hashes=other.hashes, index=proof.index),
            "proof.checkpoint": _with(proof, checkpoint=bench.house.sealed(bench.log.size, bytes(32), 0)),
            "proof.cut": text[: len(text) // 2],
            "proof.leading_zero": text.replace(f"index {index}", f"index 0{index}", 1),
            "proof.few_witnesses": _with(proof, checkpoint=_seen_by(bench, proof, NEEDED - 1)),
        }
        for number in range(len(hashes)):
            worse = (*hashes[:number], flipped(hashes[number], 5), *hashes[number + 1 :])
            told = _with(proof, hashes=worse).serialised()
            yield Tampering("proof.hash", f"entry {index}, hash {number}", partial(bench.proof, told, entry))
        for kind, one in changed.items():
            told = one if isinstance(one, str) else one.serialised()
            yield Tampering(kind, f"entry {index}", partial(bench.proof, told, entry))
        for place in (0, len(entry) // 2, len(entry) - 1):
            forged = flipped(entry, place)
            yield Tampering("proof.entry", f"entry {index} byte {place}", partial(bench.proof, text, forged))


def receipts(bench: Bench) -> Iterator[Tampering]:
    """Value, salt, field, entry and proof of a receipt; and files that are none."""
    honest = receipt_of(bench)
    opening = honest["openings"][0]
    other = bench.log.entries[0]
    changed: dict[str, dict[str, Any]] = {
        "opening.value": {"openings": [opening | {"value": "spam"}]},
        "opening.salt": {"openings": [opening | {"salt": "00" * 32}]},
        "opening.short_salt": {"openings": [opening | {"salt": "00" * 16}]},
        "opening.field": {"openings": [opening | {"field": "by"}]},
        "opening.field_deep": {"openings": [opening | {"field": "lines.99.c.d"}]},
        "opening.of_plain_field": {"openings": [opening | {"field": "what"}]},
        "receipt.entry": {"entry": base64.b64encode(other).decode()},
        "receipt.entry_no_base64": {"entry": "*"},
        "receipt.proof": {"proof": bench.log.proof(0)},
        "receipt.format": {"format": "patogh-receipt/v2"},
        "receipt.no_proof": {"proof": None},
        "receipt.openings": {"openings": {"field": 1}},
    }
    for kind, changes in changed.items():
        data = json.dumps(honest | changes).encode()
        yield Tampering(kind, "moderation", partial(bench.receipt, data))
    for name, data in (("list", b"[]"), ("deep", b"[" * 100_000), ("binary", b"\xff\x00"), ("large", b" " * 300_000)):
        yield Tampering("receipt.no_receipt", name, partial(bench.receipt, data))


def receipt_of(bench: Bench) -> dict[str, Any]:
    """Return the receipt of the moderation in the book."""
    index = next(n for n, entry in enumerate(bench.log.entries) if b'"moderation.action.v1"' in entry)
    opening = {"field": "words", "value": "off topic here", "salt": SALT.hex()}
    entry = base64.b64encode(bench.log.entries[index]).decode()
    return {"format": FORMAT, "entry": entry, "openings": [opening], "proof": bench.log.proof(index)}


def _with(proof: TlogProof, **changes: Any) -> TlogProof:
    return TlogProof(**{**vars(proof), **changes})


def _seen_by(bench: Bench, proof: TlogProof, count: int) -> str:
    """Return the proof's checkpoint with fewer cosignatures."""
    lines = proof.checkpoint.splitlines(keepends=True)
    start = lines.index("\n") + 1
    return "".join(lines[: start + 1 + count])

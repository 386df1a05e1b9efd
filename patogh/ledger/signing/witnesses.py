"""The talk with witnesses (C2SP tlog-witness): all at once, two seconds each, through the one door to the world."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings

from patogh.kit import egress
from patogh.kit.errors import PatoghError
from patogh.kit.tlog import note as notes
from patogh.kit.tlog.checkpoint import Checkpoint, parse_checkpoint
from patogh.kit.tlog.cosignature import CosignatureVerifier, timestamp_of
from patogh.kit.tlog.encoding import base64_of
from patogh.kit.tlog.errors import BadNote, TlogError
from patogh.kit.tlog.limits import CLOCK_AHEAD_S_MAX
from patogh.kit.tlog.note import Ed25519Verifier, Signature
from patogh.ledger import limits
from patogh.ledger.models import Witness

OK, CONFLICT = 200, 409
Prover = Callable[[int], Sequence[bytes]]  # the consistency proof from an older size to what is asked


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness said: its cosignature, or the size it knows instead, or why there is neither."""

    witness: Witness
    signature: Signature | None = None
    known_size: int | None = None
    error: str = ""

    @property
    def timestamp(self) -> int:
        """The witness's own time in seconds."""
        return timestamp_of(self.signature.raw) if self.signature else 0


def ask_all(witnesses: Sequence[Witness], note: str, size: int, prove: Prover) -> list[Answer]:
    """Ask each witness for its cosignature under a signed checkpoint; who knows another size is asked once more."""
    answers = _each(witnesses, note, prove, {one.pk: one.last_size for one in witnesses}, size)
    behind = {
        one.witness.pk: one.known_size for one in answers if one.known_size is not None and one.known_size <= size
    }
    if not behind:
        return answers
    again = [one for one in witnesses if one.pk in behind]
    second = {one.witness.pk: one for one in _each(again, note, prove, behind, size)}
    return [second.get(one.witness.pk, one) for one in answers]


def latest_of_all(witnesses: Sequence[Witness], origin: str, vkeys: Sequence[str]) -> dict[int, Checkpoint | None]:
    """Return the newest checkpoint of ours that each answering witness has, signed by us; None where it has none."""

    def ask(witness: Witness) -> tuple[int, Checkpoint | Exception | None]:
        try:
            return witness.pk, latest_of(witness, origin, vkeys)
        except (PatoghError, TlogError) as error:
            return witness.pk, error

    with _pool(witnesses) as pool:
        found = list(pool.map(ask, witnesses))
    return {pk: seen for pk, seen in found if not isinstance(seen, Exception)}


def latest_of(witness: Witness, origin: str, vkeys: Sequence[str]) -> Checkpoint | None:
    """Return the checkpoint of ours that a witness has; None for 404. Raises EgressFailed, or TlogError for no proof."""
    url = f"{witness.url.rstrip('/')}/{sha256(origin.encode()).hexdigest()}/checkpoint"
    found = egress.fetch(
        url,
        limit_bytes=limits.WITNESS_ANSWER_BYTES_MAX,
        timeout_s=limits.WITNESS_TIMEOUT_S,
        policy=policy_for(witness.url),
    )
    if found.status == 404:
        return None
    if found.status != OK:
        raise egress.EgressFailed(f"HTTP {found.status}")
    checkpoint, note = parse_checkpoint(found.body)
    notes.open_note(note, [Ed25519Verifier(vkey) for vkey in vkeys])
    if checkpoint.origin != origin:
        raise TlogError("the witness shows a checkpoint of another log")
    return checkpoint


def policy_for(url: str) -> egress.Policy:
    """Return the rules for a witness's address; one of PATOGH_WITNESSES_INSIDE may be inside and at any port."""
    named = _named(url)
    if named is None or named not in set(settings.WITNESSES_INSIDE.split()):
        return egress.Policy()
    return egress.Policy(allows=lambda _address: True, ports=frozenset({int(named.rpartition(":")[2])}))


def _each(
    witnesses: Sequence[Witness], note: str, prove: Prover, known: Mapping[int, int | None], size: int
) -> list[Answer]:
    """Ask several witnesses at once. The proofs are read before, in the thread that owns the database."""
    old = {one.pk: min(known.get(one.pk) or 0, size) for one in witnesses}
    proofs = {start: list(prove(start)) if start else [] for start in set(old.values())}
    bodies = {pk: request_body(start, proofs[start], note) for pk, start in old.items()}
    with _pool(witnesses) as pool:
        return list(pool.map(lambda one: _asked(one, bodies[one.pk], note), witnesses))


def _pool(witnesses: Sequence[Witness]) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, min(len(witnesses), limits.WITNESSES_MAX)), thread_name_prefix="patogh-witness")


def request_body(old: int, proof: Sequence[bytes], note: str) -> bytes:
    """Return the body of an add-checkpoint request."""
    lines = [f"old {old}", *map(base64_of, proof), "", note]
    return "\n".join(lines).encode()


def _asked(witness: Witness, body: bytes, note: str) -> Answer:
    """Ask one witness; whatever goes wrong is told in the answer."""
    try:
        found = egress.send(
            f"{witness.url.rstrip('/')}/add-checkpoint",
            body,
            {"Content-Type": "text/plain; charset=utf-8"},
            timeout_s=limits.WITNESS_TIMEOUT_S,
            answer_bytes=limits.WITNESS_ANSWER_BYTES_MAX,
            policy=policy_for(witness.url),
        )
        if found.status == CONFLICT:
            return Answer(witness, known_size=_size(found.body), error="it knows another size of our log (409)")
        if found.status != OK:
            return Answer(witness, error=REFUSALS.get(found.status, f"it answered HTTP {found.status}"))
        return Answer(witness, signature=_cosignature(witness, note, found.body))
    except egress.EgressRefused:
        return Answer(witness, error="its address is not public; see PATOGH_WITNESSES_INSIDE")
    except (egress.EgressFailed, TlogError) as error:
        words = " ".join(map(str, error.args)) or "it did not answer"
        return Answer(witness, error=words[: limits.WITNESS_ERROR_CHARS_MAX])


REFUSALS = {
    400: "it could not read our request (400)",
    403: "it does not trust the key of our log (403); give it the output of `patogh book key show`",
    404: "it does not know our log (404); give it the output of `patogh book key show`",
    422: "it says that our log does not continue what it saw before (422)",
}


def _cosignature(witness: Witness, note: str, answer: bytes) -> Signature:
    """Return the right cosignature of this witness in its answer; raises BadNote, a clock far ahead included."""
    verifier = CosignatureVerifier(witness.vkey)
    text = notes.parse(note).text
    for line in notes.parse_signatures(answer.decode("utf-8", "replace")):
        if (line.name, line.key_id) != (verifier.name, verifier.key_id):
            continue
        if not verifier.check(text, line.raw):
            raise BadNote("its cosignature is wrong")
        if timestamp_of(line.raw) > time.time() + CLOCK_AHEAD_S_MAX:
            raise BadNote("its clock is more than five minutes ahead")
        return line
    raise BadNote("its answer holds no cosignature by the key that we know")


def _size(body: bytes) -> int | None:
    """Return the size in a 409, if it is one."""
    digits = body.strip()
    return int(digits) if digits.isdigit() and len(digits) < 20 else None


def _named(url: str) -> str | None:
    """Return host:port of an address as the setting writes it."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return f"{parts.hostname}:{port}" if parts.hostname and port and "@" not in parts.netloc else None

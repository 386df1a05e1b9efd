"""Cosignatures of witnesses (C2SP tlog-cosignature): Ed25519 (type 0x04) and ML-DSA-44 (type 0x06), told by the type byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from patogh.kit.tlog import note as notes
from patogh.kit.tlog.checkpoint import parse_text
from patogh.kit.tlog.errors import BadKey, BadNote
from patogh.kit.tlog.limits import TIMESTAMP_S_MAX
from patogh.kit.tlog.note import COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44, Note, Signature, Vkey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

_TIME_BYTES = 8
_SIGNATURE_BYTES = {COSIGNATURE_ED25519: 64, COSIGNATURE_ML_DSA_44: 2420}
_LABEL = b"subtree/v1\n\x00"


class _Public(Protocol):
    def verify(self, signature: bytes, data: bytes, /) -> None: ...


def message_of(key: Vkey, text: str, timestamp: int) -> bytes:
    """Return the bytes that a cosigner of this kind signs for a checkpoint's text at a time in seconds."""
    if key.kind == COSIGNATURE_ED25519:
        return f"cosignature/v1\ntime {timestamp}\n{text}".encode()
    checkpoint = parse_text(text)
    name, origin, time = key.name.encode(), checkpoint.origin.encode(), timestamp.to_bytes(8, "big")
    head = _LABEL + bytes([len(name)]) + name + time + bytes([len(origin)]) + origin
    return head + (0).to_bytes(8, "big") + checkpoint.size.to_bytes(8, "big") + checkpoint.root


class CosignatureSigner:
    """A witness's key: signs checkpoints together with the time."""

    def __init__(self, name: str, private: Ed25519PrivateKey | MLDSA44PrivateKey) -> None:
        """Take an Ed25519 or an ML-DSA-44 key; the kind of cosignature follows from it."""
        kind = COSIGNATURE_ED25519 if isinstance(private, Ed25519PrivateKey) else COSIGNATURE_ML_DSA_44
        self._private = private
        self.key = Vkey.of(name, kind, private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str, kind: int = COSIGNATURE_ED25519) -> CosignatureSigner:
        """Return a signer with a new key of the kind; raise BadKey for another kind."""
        if kind == COSIGNATURE_ED25519:
            return cls(name, Ed25519PrivateKey.generate())
        return cls(name, _ml_dsa(kind).generate())

    @classmethod
    def from_text(cls, skey: str) -> CosignatureSigner:
        """Return the signer of a text that `skey` gave; raise BadKey."""
        name, id_hex, kind, seed = notes.parse_skey(skey)
        ed25519 = kind == COSIGNATURE_ED25519
        signer = cls(
            name, Ed25519PrivateKey.from_private_bytes(seed) if ed25519 else _ml_dsa(kind).from_seed_bytes(seed)
        )
        if signer.key.key_id.hex() != id_hex:
            raise BadKey("the id of the signing key is not its own")
        return signer

    @property
    def name(self) -> str:
        """The witness's name."""
        return self.key.name

    @property
    def vkey(self) -> str:
        """The verifier key, to be published."""
        return str(self.key)

    @property
    def skey(self) -> str:
        """The signing key as text: secret."""
        return notes.skey_of(self.key, self._private.private_bytes_raw())

    def cosign(self, text: str, timestamp: int) -> Signature:
        """Return the cosignature line of a checkpoint's text at `timestamp` (seconds, from 1); raise BadCheckpoint or BadNote."""
        if not 0 < timestamp <= TIMESTAMP_S_MAX:
            raise BadNote("the time of a cosignature is out of bounds")
        parse_text(text)
        raw = self._private.sign(message_of(self.key, text, timestamp))
        return Signature(self.key.name, self.key.key_id, timestamp.to_bytes(_TIME_BYTES, "big") + raw)


class CosignatureVerifier:
    """Checks the cosignatures of one witness. It can stand among the verifiers of `open_note`."""

    def __init__(self, vkey: str | Vkey) -> None:
        """Read the key; raise BadKey when it is of another kind."""
        self.key = vkey if isinstance(vkey, Vkey) else notes.parse_vkey(vkey)
        self._public = _public_of(self.key)

    @property
    def name(self) -> str:
        """The witness's name."""
        return self.key.name

    @property
    def key_id(self) -> bytes:
        """The key's four bytes."""
        return self.key.key_id

    def check(self, text: str, raw: bytes) -> bool:
        """Tell whether `raw` (time and signature) is this witness's cosignature of the text; its time must not be 0."""
        timestamp = timestamp_of(raw)
        if len(raw) != _TIME_BYTES + _SIGNATURE_BYTES[self.key.kind] or not 0 < timestamp <= TIMESTAMP_S_MAX:
            return False
        parse_text(text)
        try:
            self._public.verify(raw[_TIME_BYTES:], message_of(self.key, text, timestamp))
        except InvalidSignature:
            return False
        return True

    def verify(self, note: Note) -> int:
        """Return the time (seconds) at which this witness cosigned the note; raise BadNote if it did not, or wrongly.

        Of several right cosignatures the latest counts; one wrong one makes the note wrong.
        """
        lines = note.signed_by(self.name, self.key_id)
        if not lines:
            raise BadNote(f"{self.name} has not cosigned this checkpoint")
        if not all(self.check(note.text, line.raw) for line in lines):
            raise BadNote(f"the cosignature of {self.name} is wrong")
        return max(timestamp_of(line.raw) for line in lines)


def timestamp_of(raw: bytes) -> int:
    """Return the time (seconds) that a cosignature claims; it is proven only by checking it."""
    return int.from_bytes(raw[:_TIME_BYTES], "big")


def _public_of(key: Vkey) -> _Public:
    if key.kind == COSIGNATURE_ED25519:
        return Ed25519PublicKey.from_public_bytes(key.material)
    if key.kind != COSIGNATURE_ML_DSA_44:
        raise BadKey("this is not a witness's key (type 0x04 or 0x06)")
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

    return MLDSA44PublicKey.from_public_bytes(key.material)


def _ml_dsa(kind: int) -> type[MLDSA44PrivateKey]:
    if kind != COSIGNATURE_ML_DSA_44:
        raise BadKey("this is not a witness's key (type 0x04 or 0x06)")
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

    return MLDSA44PrivateKey

"""Signed notes (C2SP signed-note): text, an empty line, and signature lines; verifier keys and Ed25519 signatures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from patogh.kit.tlog.encoding import base64_of, from_base64, from_utf8
from patogh.kit.tlog.errors import BadKey, BadNote
from patogh.kit.tlog.limits import KEY_NAME_BYTES_MAX, NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX

ED25519 = 0x01
COSIGNATURE_ED25519 = 0x04
COSIGNATURE_ML_DSA_44 = 0x06
_MATERIAL_BYTES = {ED25519: 32, COSIGNATURE_ED25519: 32, COSIGNATURE_ML_DSA_44: 1312}
_KEY_ID_BYTES = 4
_DASH = "\N{EM DASH} "


@dataclass(frozen=True)
class Signature:
    """One signature line: whose, under which key, and the bytes after the key id."""

    name: str
    key_id: bytes
    raw: bytes

    def line(self) -> str:
        """Return the line as it stands in a note, newline included."""
        return f"{_DASH}{self.name} {base64_of(self.key_id + self.raw)}\n"


@dataclass(frozen=True)
class Note:
    """A text and its signature lines. Parsed is not verified: trust only what `open_note` returns."""

    text: str
    signatures: tuple[Signature, ...]

    def serialised(self) -> str:
        """Return the note as it is published."""
        return self.text + "\n" + "".join(signature.line() for signature in self.signatures)

    def signed_by(self, name: str, key_id: bytes) -> list[Signature]:
        """Return the lines of this key: one, if it has signed and nobody has doubled it."""
        return [line for line in self.signatures if line.name == name and line.key_id == key_id]

    def with_signatures(self, added: Iterable[Signature]) -> Note:
        """Return the note with more lines; a key that has signed already keeps its place with the newer signature."""
        lines = {(line.name, line.key_id): line for line in self.signatures}
        lines |= {(line.name, line.key_id): line for line in added}
        return Note(self.text, tuple(lines.values()))


def parse(raw: bytes | str) -> Note:
    """Return the note; raise BadNote with the reason when the form is wrong. Verifies nothing."""
    whole = from_utf8(raw, "the note", BadNote, NOTE_BYTES_MAX)
    if any(letter < " " and letter != "\n" for letter in whole):
        raise BadNote("the note holds a control character")
    text, gap, tail = whole.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise BadNote("the note lacks its empty line and signature lines, or its last newline")
    return Note(text + "\n", tuple(parse_signatures(tail)))


def parse_signatures(lines: str) -> list[Signature]:
    """Return the signatures of lines that each end in a newline (a witness's answer); raise BadNote."""
    rows = lines.split("\n")
    if rows.pop():
        raise BadNote("the last signature line does not end in a newline")
    if len(rows) > NOTE_SIGNATURES_MAX:
        raise BadNote(f"the note carries more than {NOTE_SIGNATURES_MAX} signatures")
    return [_signature(row, number) for number, row in enumerate(rows, 1)]


def _signature(row: str, number: int) -> Signature:
    where = f"signature line {number}"
    if not row.startswith(_DASH):
        raise BadNote(f"{where} does not begin with a dash and a space")
    name, space, code = row.removeprefix(_DASH).partition(" ")
    if not space or not is_key_name(name):
        raise BadNote(f"{where} has no proper key name")
    raw = from_base64(code, where, BadNote)
    if len(raw) <= _KEY_ID_BYTES:
        raise BadNote(f"{where} is too short to hold a signature")
    return Signature(name, raw[:_KEY_ID_BYTES], raw[_KEY_ID_BYTES:])


def is_key_name(name: str) -> bool:
    """Tell whether a name may stand in a note: not empty, no Unicode space, no control letter, no plus."""
    plain = not any(letter.isspace() or letter < " " or letter == "+" for letter in name)
    return plain and 0 < len(name.encode("utf-8", "replace")) <= KEY_NAME_BYTES_MAX


def key_id_of(name: str, kind: int, material: bytes) -> bytes:
    """Return the first four bytes of SHA-256(name || newline || type || public key)."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + material).digest()[:_KEY_ID_BYTES]


@dataclass(frozen=True)
class Vkey:
    """A verifier key: `<name>+<key id>+<base64 of type and public key>`."""

    name: str
    key_id: bytes
    kind: int
    material: bytes

    def __str__(self) -> str:
        """Return the key as it is published."""
        return f"{self.name}+{self.key_id.hex()}+{base64_of(bytes([self.kind]) + self.material)}"

    @classmethod
    def of(cls, name: str, kind: int, material: bytes) -> Vkey:
        """Return the key with the id that belongs to it; raise BadKey for a name that no note can carry."""
        if not is_key_name(name):
            raise BadKey("a key name is not empty and has no space, no plus and no control character")
        return cls(name, key_id_of(name, kind, material), kind, material)


def parse_vkey(text: str) -> Vkey:
    """Return the verifier key; raise BadKey when its form, its length or its id is wrong, or its kind is unknown here."""
    name, id_hex, raw = _key_parts(from_utf8(text, "the verifier key", BadKey, 8192), "the verifier key")
    kind, material = raw[0], raw[1:]
    if kind not in _MATERIAL_BYTES:
        raise BadKey(f"the verifier key has signature type {kind:#04x}, which is not known here")
    if len(material) != _MATERIAL_BYTES[kind]:
        raise BadKey(f"the verifier key holds {len(material)} bytes instead of {_MATERIAL_BYTES[kind]}")
    if len(material) == 32 and is_weak(material):
        raise BadKey("the verifier key is one under which anybody can sign")
    key = Vkey.of(name, kind, material)
    if key.key_id.hex() != id_hex:
        raise BadKey(f"the verifier key says id {id_hex}, but its key has id {key.key_id.hex()}")
    return key


_P = 2**255 - 19
_SMALL_ORDER_Y = {
    0,
    1,
    _P - 1,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
}


def is_weak(public: bytes) -> bool:
    """Tell whether an Ed25519 key is of small order or not in its one spelling: such a key accepts forged signatures."""
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    return y in _SMALL_ORDER_Y or y >= _P


def _key_parts(text: str, what: str) -> tuple[str, str, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_key_name(parts[0]):
        raise BadKey(f"{what} is not of the form name+id+key")
    if len(parts[1]) != 2 * _KEY_ID_BYTES or set(parts[1]) - set("0123456789abcdef"):
        raise BadKey(f"{what} has an id that is not eight hex digits in lower case")
    raw = from_base64(parts[2], what, BadKey)
    if not raw:
        raise BadKey(f"{what} holds no key")
    return parts[0], parts[1], raw


_SECRET = "PRIVATE+KEY+"  # noqa: S105 - the fixed beginning of the text form, not a secret


def parse_skey(text: str) -> tuple[str, str, int, bytes]:
    """Return (name, id in hex, kind, 32-byte seed) of a signing key's text; raise BadKey. The text is Go's form."""
    line = from_utf8(text, "the signing key", BadKey, 8192).strip("\n")
    if not line.startswith(_SECRET):
        raise BadKey(f"the signing key does not begin with {_SECRET}")
    name, id_hex, raw = _key_parts(line.removeprefix(_SECRET), "the signing key")
    if len(raw) != 33:
        raise BadKey("the signing key does not hold one type and 32 bytes")
    return name, id_hex, raw[0], raw[1:]


def skey_of(vkey: Vkey, seed: bytes) -> str:
    """Return the text form of a signing key: to be kept in a file that only its owner reads."""
    return f"{_SECRET}{vkey.name}+{vkey.key_id.hex()}+{base64_of(bytes([vkey.kind]) + seed)}"


class NoteVerifier(Protocol):
    """Whoever can tell a right signature of one key from a wrong one."""

    @property
    def name(self) -> str:
        """The key's name."""

    @property
    def key_id(self) -> bytes:
        """The key's four bytes."""

    def check(self, text: str, raw: bytes) -> bool:
        """Tell whether `raw` (without the key id) signs `text`."""


class NoteSigner(Protocol):
    """Whoever can sign a note's text under one key."""

    @property
    def vkey(self) -> str:
        """The verifier key, to be published."""

    def sign(self, text: str) -> Signature:
        """Return the signature line of the text."""


class Ed25519Verifier:
    """Checks plain Ed25519 signatures (type 0x01) of one key."""

    def __init__(self, vkey: str | Vkey) -> None:
        """Read the key; raise BadKey when it is of another kind."""
        self.key = vkey if isinstance(vkey, Vkey) else parse_vkey(vkey)
        if self.key.kind != ED25519:
            raise BadKey("this is not an Ed25519 key for notes (type 0x01)")
        self._public = Ed25519PublicKey.from_public_bytes(self.key.material)

    @property
    def name(self) -> str:
        """The key's name."""
        return self.key.name

    @property
    def key_id(self) -> bytes:
        """The key's four bytes."""
        return self.key.key_id

    def check(self, text: str, raw: bytes) -> bool:
        """Tell whether `raw` signs `text`."""
        try:
            self._public.verify(raw, text.encode())
        except InvalidSignature:
            return False
        return True


class Ed25519Signer:
    """Signs notes with Ed25519 (type 0x01)."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        """Take the key; raise BadKey for a name that no note can carry."""
        self._private = private
        self.key = Vkey.of(name, ED25519, private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str) -> Ed25519Signer:
        """Return a signer with a new key."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def from_text(cls, skey: str) -> Ed25519Signer:
        """Return the signer of a text that `skey` gave; raise BadKey."""
        name, id_hex, kind, seed = parse_skey(skey)
        signer = cls(name, Ed25519PrivateKey.from_private_bytes(seed))
        if kind != ED25519 or signer.key.key_id.hex() != id_hex:
            raise BadKey("the signing key is of another kind, or its id is not its own")
        return signer

    @property
    def name(self) -> str:
        """The key's name."""
        return self.key.name

    @property
    def vkey(self) -> str:
        """The verifier key, to be published."""
        return str(self.key)

    @property
    def skey(self) -> str:
        """The signing key as text: secret."""
        return skey_of(self.key, self._private.private_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Return the signature line of the text; raise BadNote for a text that no note can carry."""
        check_text(text)
        return Signature(self.key.name, self.key.key_id, self._private.sign(text.encode()))


def check_text(text: str) -> None:
    """Raise BadNote for a text that no note can carry."""
    from_utf8(text, "the note's text", BadNote, NOTE_BYTES_MAX)
    if not text.endswith("\n") or any(letter < " " and letter != "\n" for letter in text):
        raise BadNote("the note's text must end in a newline and hold no control character")


def sign_note(text: str, *signers: NoteSigner) -> Note:
    """Return the note with a signature of each signer."""
    return Note(text, tuple(signer.sign(text) for signer in signers))


def open_note(raw: bytes | str | Note, verifiers: Iterable[NoteVerifier]) -> Note:
    """Return the note with its verified signatures only, one a key.

    Unknown keys are ignored. A wrong signature of a known key, or no right one at all, raises BadNote.
    """
    note = raw if isinstance(raw, Note) else parse(raw)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    right: dict[tuple[str, bytes], Signature] = {}
    for line in note.signatures:
        key = (line.name, line.key_id)
        if key not in known:
            continue
        if not known[key].check(note.text, line.raw):
            raise BadNote(f"the signature of {line.name} is wrong")
        right.setdefault(key, line)
    if not right:
        raise BadNote("no signature of a known key is on the note")
    return Note(note.text, tuple(right.values()))

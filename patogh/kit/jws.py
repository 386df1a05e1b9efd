"""Signatures that anybody can check: JWS (RFC 7515) with Ed25519 (EdDSA, RFC 8037), detached, over JSON as RFC 8785 writes it.

The keys are derived from the house's own secret, one for each use, so that nothing more has to be kept or copied; a former
secret (PATOGH_SECRET_KEY_OLD) still shows its public key, so that what it signed can be checked on.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from patogh.kit.tlog.canonical import canonical

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALGORITHM: Final = "EdDSA"
SIGNATURE_BYTES: Final = 64
KEY_BYTES: Final = 32
TEXT_CHARS_MAX: Final = 2_000


class Forged(ValueError):
    """A signature that does not hold; `args[0]` says why in plain English."""


def sign(said: Mapping[str, Any], about: str) -> tuple[str, str]:
    """Return the detached signature of a JSON object (`header..signature`) and the id of its key; `about` names the use."""
    key = _key(settings.SECRET_KEY, about)
    number = thumbprint(_public(key))
    header = _text(canonical({"alg": ALGORITHM, "kid": number, "typ": about}))
    return f"{header}..{_text(key.sign(_signed(header, said)))}", number


def check(said: Mapping[str, Any], signature: str, about: str, keys: Mapping[str, Any]) -> str:
    """Return the id of the key of a key set (RFC 7517) that signed an object for a use; raises Forged."""
    from cryptography.exceptions import InvalidSignature

    if len(signature) > TEXT_CHARS_MAX or signature.count(".") != 2:
        raise Forged("this is no detached JWS")
    header, payload, written = signature.split(".")
    if payload:
        raise Forged("this is no detached JWS")
    number = _named(header, about)
    public, signature_bytes, signed = _of_set(keys, number), _raw(written, SIGNATURE_BYTES), _signed(header, said)
    try:
        public.verify(signature_bytes, signed)
    except InvalidSignature as error:
        raise Forged("the signature does not fit what is written") from error
    return number


def key_set(about: str) -> dict[str, Any]:
    """Return the public keys of a use as a JSON Web Key Set: the one that signs first, then those of former secrets."""
    every = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return {"keys": [_shown(_public(_key(secret, about)), about) for secret in dict.fromkeys(every)]}


def thumbprint(public: bytes) -> str:
    """Return the id of a public key: its JWK thumbprint (RFC 7638, RFC 8037 appendix A.3)."""
    named = f'{{"crv":"Ed25519","kty":"OKP","x":"{_text(public)}"}}'
    return _text(hashlib.sha256(named.encode()).digest())


def _shown(public: bytes, about: str) -> dict[str, str]:
    return {
        "kty": "OKP", "crv": "Ed25519", "alg": ALGORITHM, "use": "sig", "kid": thumbprint(public), "x": _text(public),
        "patogh_about": about,
    }  # fmt: skip


def _named(header: str, about: str) -> str:
    """Return the key that a header names; raises Forged for another algorithm, another use, or anything beside."""
    try:
        found = json.loads(_raw(header))
    except (ValueError, RecursionError) as error:
        raise Forged("the header is unreadable") from error
    if not isinstance(found, dict) or found.keys() != {"alg", "kid", "typ"}:
        raise Forged("the header says too little or too much")
    if found["alg"] != ALGORITHM or found["typ"] != about or not isinstance(found["kid"], str):
        raise Forged("it was signed for something else")
    return found["kid"]


def _of_set(keys: Mapping[str, Any], number: str) -> Any:
    """Return the public key of a set whose own thumbprint is `number`: what a set calls its keys is not believed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    rows = keys.get("keys")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and row.get("kty") == "OKP" and row.get("crv") == "Ed25519":
            public = _raw(str(row.get("x", "")), KEY_BYTES)
            if thumbprint(public) == number:
                return Ed25519PublicKey.from_public_bytes(public)
    raise Forged("the key that signed it is not in the key set")


def _signed(header: str, said: Mapping[str, Any]) -> bytes:
    try:
        return f"{header}.{_text(canonical(dict(said)))}".encode("ascii")
    except ValueError as error:
        raise Forged("what is written is no plain JSON") from error


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _raw(text: str, length: int = 0) -> bytes:
    """Return what base64url without padding says, in its one right form; raises Forged."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Forged("a part of it is unreadable") from error
    if _text(raw) != text or (length and len(raw) != length):
        raise Forged("a part of it is unreadable")
    return raw


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


@lru_cache(maxsize=16)
def _key(secret: str, about: str) -> Ed25519PrivateKey:
    """Return the private key of one use under one secret of the house."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    seed = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"patogh.jws.{about}".encode()).derive(
        secret.encode()
    )
    return Ed25519PrivateKey.from_private_bytes(seed)

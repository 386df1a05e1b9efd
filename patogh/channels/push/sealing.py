"""A message that only one browser can open (RFC 8291 over RFC 8188), and our word to its push service (RFC 8292).

The primitives are those of `cryptography`; the dozen lines here put them together as the RFC's section 3.4 says, and the
tests hold them to the RFC's own example and to an independent library.
"""

from __future__ import annotations

import base64
import os
import struct
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from patogh.channels.push import keys, limits

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_RECORD_BYTES: Final = 4096
_POINT_BYTES: Final = 65
_AUTH_BYTES: Final = 16


def sealed(message: bytes, p256dh: str, auth: str) -> bytes:
    """Return a message as one aes128gcm record for the browser with these keys; raises ValueError for bad keys."""
    from cryptography.hazmat.primitives.asymmetric import ec

    return _sealed(message, unpacked(p256dh), unpacked(auth), ec.generate_private_key(ec.SECP256R1()), os.urandom(16))


def check_keys(p256dh: str, auth: str) -> None:
    """Raise ValueError unless these are a point of P-256 and sixteen bytes."""
    from cryptography.hazmat.primitives.asymmetric import ec

    point = unpacked(p256dh)
    if len(point) != _POINT_BYTES or len(unpacked(auth)) != _AUTH_BYTES:
        raise ValueError("keys of another length")
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def unpacked(text: str) -> bytes:
    """Return what URL-safe Base64 (either alphabet, padded or not) says; raises ValueError."""
    plain = text.strip().replace("+", "-").replace("/", "_").rstrip("=")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)


def vapid(endpoint: str, subject: str) -> str:
    """Return the Authorization header for a push service: who we are, for twelve hours."""
    import jwt

    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(time.time()) + limits.VAPID_S, "sub": subject}
    return f"vapid t={jwt.encode(claims, keys.private_key(), algorithm='ES256')}, k={keys.public_key()}"


def _sealed(message: bytes, point: bytes, auth: bytes, ours: EllipticCurvePrivateKey, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    our_point = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = _derived(ours.exchange(ec.ECDH(), theirs), auth, b"WebPush: info\0" + point + our_point, 32)
    key = _derived(shared, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(shared, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + struct.pack(">IB", _RECORD_BYTES, len(our_point)) + our_point
    return header + AESGCM(key).encrypt(nonce, message + b"\x02", None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)

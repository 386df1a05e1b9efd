"""The two spellings that all the formats share: strict base64 and strict decimals, each with exactly one way to write a value."""

from __future__ import annotations

import base64
import binascii
import re

from patogh.kit.tlog.errors import TlogError
from patogh.kit.tlog.limits import HASH_BYTES, TREE_SIZE_MAX

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}", re.ASCII)


def base64_of(raw: bytes) -> str:
    """Return the standard base64 (RFC 4648 section 4) of `raw`."""
    return base64.b64encode(raw).decode("ascii")


def from_base64(text: str, what: str, error: type[TlogError]) -> bytes:
    """Return the bytes of canonical base64; raise `error` for any other spelling, stray bits included."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise error(f"{what} is not base64") from None
    if base64_of(raw) != text:
        raise error(f"{what} is base64 in a non-canonical spelling")
    return raw


def hash_from_base64(text: str, what: str, error: type[TlogError]) -> bytes:
    """Return a hash of 32 bytes from its base64; raise `error` for anything else."""
    raw = from_base64(text, what, error)
    if len(raw) != HASH_BYTES:
        raise error(f"{what} is {len(raw)} bytes long; a hash has {HASH_BYTES}")
    return raw


def from_decimal(text: str, what: str, error: type[TlogError], most: int = TREE_SIZE_MAX) -> int:
    """Return a whole number written in ASCII digits without leading zeros, at most `most`; raise `error` otherwise."""
    if not _DECIMAL.fullmatch(text):
        raise error(f"{what} is not a decimal number without leading zeros")
    value = int(text)
    if value > most:
        raise error(f"{what} is larger than {most}")
    return value


def from_utf8(raw: bytes | str, what: str, error: type[TlogError], most_bytes: int) -> str:
    """Return `raw` as text; raise `error` when it is too long or is not UTF-8."""
    if isinstance(raw, str):
        try:
            raw = raw.encode("utf-8")
        except UnicodeEncodeError:
            raise error(f"{what} holds half a surrogate pair, which is no text") from None
    if len(raw) > most_bytes:
        raise error(f"{what} is larger than {most_bytes} bytes")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise error(f"{what} is not UTF-8 (byte {fault.start})") from None

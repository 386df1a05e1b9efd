"""Addresses that carry who answers what: `reply+TOKEN@…`, signed, for ninety days, without a row for each mail sent.

A token is 25 bytes in Base32 (40 characters, so that the local part stays below the 64 of RFC 5321, and mail servers may
change its case): kind, day, member, target, and ten bytes of an HMAC-SHA256 over those with the secret key. It is a
secret between us and one mailbox; a mail is accepted only when, besides, its sender is a verified address of that
member. Turning the secret key over (PATOGH_SECRET_KEY_OLD) keeps addresses alive for as long as the old key is named.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac
import re
import struct
import zlib
from dataclasses import dataclass
from typing import Final, Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from patogh.channels.incoming import limits

SALT: Final = "patogh.channels.incoming"
KINDS: Final = {"topic": 1, "post": 2, "space": 3, "unsubscribe": 8, "bounce": 9}
_NAMES: Final = {code: name for name, code in KINDS.items()}
_FORM: Final = struct.Struct(">BHIQ")
_MAC_BYTES: Final = 10
_CHARS: Final = 40
_EPOCH: Final = dt.date(2020, 1, 1)


class Addressee(Protocol):
    """Whoever gets a mail: a member."""

    @property
    def pk(self) -> int:
        """The key of the member."""


@dataclass(frozen=True, slots=True)
class Token:
    """What an address says: which member answers what; `is_old` after ninety days."""

    kind: str
    member_id: int
    target: int
    is_old: bool


def is_configured() -> bool:
    """Whether mail is fetched and there is an address to answer to."""
    return bool(settings.IMAP_HOST) and template() is not None


def template() -> tuple[str, str] | None:
    """Return what stands before and after the token, or None for a setting of another form."""
    before, found, after = settings.REPLY_ADDRESS.strip().partition("{token}")
    is_address = found and re.fullmatch(r"[^\s<>@,;:\"]*", before) and re.fullmatch(r"[^\s<>@,;:\"]*@[\w.-]+", after)
    return (before, after) if is_address and len(before) + after.index("@") + _CHARS <= 64 else None


def reply_address(member: Addressee, kind: str, target: int | str) -> str | None:
    """Return where `member` answers about a "topic", "post" or "space" (or "hangout.topic") with this id.

    None when no mail is fetched here, or when nothing can be answered to.
    """
    name, number = kind.rpartition(".")[2], str(target)
    if not is_configured() or KINDS.get(name, 9) > KINDS["space"] or not number.isdecimal():
        return None
    return _address(name, member.pk, int(number))


def unsubscribe_address(member: Addressee, kind: str) -> str | None:
    """Return the address at which an empty mail ends one kind of notice (or "digest") by mail."""
    return _address("unsubscribe", member.pk, mark_of(kind)) if is_configured() else None


def bounce_address(member: Addressee) -> str | None:
    """Return the envelope sender under which a mail that cannot be delivered comes back (VERP)."""
    return _address("bounce", member.pk, 0) if is_configured() else None


def mark_of(kind: str) -> int:
    """Return the number that stands for a kind of notice in a token."""
    return zlib.crc32(kind.encode())


def read(address: str) -> Token | None:
    """Return what an address says, or None for one that we did not make. Raises nothing."""
    parts = template()
    said = address.strip().lower()
    if parts is None or not said.startswith(parts[0].lower()) or not said.endswith(parts[1].lower()):
        return None
    token = said[len(parts[0]) : len(said) - len(parts[1])]
    try:
        data = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    body, mac = data[: _FORM.size], data[_FORM.size :]
    if len(mac) != _MAC_BYTES or not any(hmac.compare_digest(mac, _mac(body, key)) for key in _keys()):
        return None
    kind, day, member_id, target = _FORM.unpack(body)
    age = timezone.now().date() - (_EPOCH + dt.timedelta(days=day))
    return Token(_NAMES.get(kind, ""), member_id, target, age.days > limits.ADDRESS_KEPT_DAYS)


def is_ours(address: str) -> bool:
    """Whether an address has the form of ours, whatever its token says."""
    parts = template()
    said = address.strip().lower()
    return parts is not None and said.startswith(parts[0].lower()) and said.endswith(parts[1].lower())


def _address(kind: str, member_id: int, target: int) -> str | None:
    parts = template()
    if parts is None or member_id >= 2**32 or target >= 2**63:
        return None
    body = _FORM.pack(KINDS[kind], (timezone.now().date() - _EPOCH).days, member_id, target)
    token = base64.b32encode(body + _mac(body, settings.SECRET_KEY)).decode().rstrip("=").lower()
    return f"{parts[0]}{token}{parts[1]}"


def _mac(body: bytes, key: str) -> bytes:
    return salted_hmac(SALT, body, secret=key, algorithm="sha256").digest()[:_MAC_BYTES]


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]

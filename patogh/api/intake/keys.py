"""Write keys: what they look like, and which source a key belongs to."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import re
import secrets
import string
import threading
import time
import zlib
from dataclasses import dataclass
from typing import Final

from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from patogh.api.intake import limits
from patogh.api.intake.errors import KeyMissing, KeyUnknown
from patogh.api.models import IntakeKey

PREFIX: Final = "patogh_wk_"
_LETTERS: Final = string.ascii_letters + string.digits
_FORM: Final = re.compile(rf"{PREFIX}([A-Za-z0-9]{{32}})([0-9a-f]{{8}})")
_KEPT_MAX: Final = 1_000
_lock = threading.Lock()
_held: dict[str, _Held] = {}


@dataclass(frozen=True, slots=True)
class Holder:
    """A key that works, and what its source may say."""

    key_id: int
    source_id: int
    name: str
    users: str
    is_browser: bool
    is_trusted: bool
    proves_contact: bool
    takes_orders: bool
    origins: frozenset[str]
    last_used_at: dt.datetime | None = None

    @property
    def label(self) -> str:
        """The source as the road writes it."""
        return f"intake:{self.source_id}"


@dataclass(slots=True)
class _Held:
    """A holder as it was looked up, and whether anybody came with the key since."""

    at: float
    holder: Holder
    is_used: bool = False


def new() -> str:
    """Return a new key; 32 characters of 62 are 190 bits, and eight hexadecimal ones check them."""
    body = "".join(secrets.choice(_LETTERS) for _ in range(32))
    return f"{PREFIX}{body}{zlib.crc32(body.encode()):08x}"


def digest(key: str) -> str:
    """Return what is stored of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def hint(key: str) -> str:
    """Return the characters by which people tell it from others."""
    return key[: len(PREFIX) + 4]


def said_in(header: str) -> str:
    """Return the user of Basic authentication, or ""; also of a bearer token, which some clients send."""
    kind, _, rest = header.partition(" ")
    if kind.lower() == "bearer":
        return rest.strip()
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest.strip(), validate=True).decode("ascii").partition(":")[0]
    except (binascii.Error, ValueError):
        return ""


def holder(key: str) -> Holder:
    """Return who holds a key; raises KeyMissing or KeyUnknown. A process remembers a key for KEYS_LOOKED_AT_S."""
    if not key:
        raise KeyMissing
    match = _FORM.fullmatch(key)
    if match is None or f"{zlib.crc32(match[1].encode()):08x}" != match[2]:
        raise KeyUnknown
    name = digest(key)
    with _lock:
        kept = _held.get(name)
    if kept is not None and time.monotonic() - kept.at < limits.KEYS_LOOKED_AT_S:
        kept.is_used = True
        return kept.holder
    return _kept(name)


def renew() -> None:
    """Look up anew, ahead of their time, the keys that are in use, so that no request waits for it; those that ended are dropped."""
    half = time.monotonic() - limits.KEYS_LOOKED_AT_S / 2
    with _lock:
        due = [name for name, kept in _held.items() if kept.is_used and kept.at <= half]
    for name in due:
        try:
            _kept(name)
        except (KeyUnknown, DatabaseError):
            with _lock:
                _held.pop(name, None)


def _kept(name: str) -> Holder:
    """Look a key up and remember it, from the moment before it was asked for; raises KeyUnknown."""
    at = time.monotonic()
    found = _looked_up(name)
    with _lock:
        if len(_held) > _KEPT_MAX:
            _held.clear()
        _held[name] = _Held(at, found)
    return found


def forget() -> None:
    """Look every key up anew, after one was made, changed or revoked."""
    with _lock:
        _held.clear()


def _looked_up(name: str) -> Holder:
    now = timezone.now()
    alive = Q(ends_at=None) | Q(ends_at__gt=now)
    row = IntakeKey.objects.select_related("source").filter(alive, digest=name, source__closed_at=None).first()
    if row is None:
        raise KeyUnknown
    of = row.source
    return Holder(
        row.pk, of.pk, of.name, of.users, of.kind == "browser", of.is_trusted, of.proves_contact, of.takes_orders,
        frozenset(of.origins.split()), row.last_used_at,
    )  # fmt: skip

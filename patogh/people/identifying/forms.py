"""The one normal form of each kind of identity: what is stored and compared.

Each takes what somebody or some system wrote and returns the form, or raises a refusal whose sentence says what is wrong.
A normal form loses nothing that tells two people apart: no dots or +tags are taken out of e-mail addresses here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from patogh.kit import persian
from patogh.people import phones
from patogh.people.errors import (
    CardUnreadable,
    EmailUnreadable,
    HandleUnreadable,
    KeyUnreadable,
    UrlUnreadable,
)

VALUE_CHARS_MAX: Final = 254
SOURCE_CHARS_MAX: Final = 40
KEY_CHARS_MAX: Final = 200
_LOCAL: Final = re.compile(r"[^@\s,;<>\"()\[\]\\:]{1,64}")
_HOST: Final = re.compile(r"(?=.{1,190}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_SOURCE: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")
_TELEGRAM: Final = re.compile(r"[a-z][a-z0-9_]{3,31}")
_INSTAGRAM: Final = re.compile(r"[a-z0-9_](?:[a-z0-9._]{0,28}[a-z0-9_])?")
_ACCT: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,58}[a-z0-9_])?")
_DID: Final = re.compile(r"did:(?:plc:[a-z2-7]{24}|web:[a-z0-9.%:-]{1,200})")
_MEMBER: Final = re.compile(r"[a-z0-9_]{3,30}")
_BROKEN: Final = re.compile("[\0\ud800-\udfff]")
_HEX64: Final = re.compile(r"[0-9a-f]{64}")
_LINKS: Final = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|ble\.ir|instagram\.com)/(@?[\w.]+)/?(?:\?.*)?"
)
_ACCT_LINK: Final = re.compile(r"https?://([^/\s]+)/(?:@|users/)([^/@\s]+)/?")
_BLUESKY_LINK: Final = re.compile(r"(?:https?://)?bsky\.app/profile/([^/\s]+)/?")


def member(text: str) -> str:
    """Return a handle of this house."""
    return _held(_MEMBER, _plain(text).lower().lstrip("@"))


def email(text: str) -> str:
    """Return an address in lower case with its domain in ASCII (IDNA 2008); dots and +tags stay."""
    plain = _plain(text).strip("<>").removeprefix("mailto:").strip().lower()
    local, _, domain = plain.rpartition("@")
    found = f"{local}@{host(domain)}" if _LOCAL.fullmatch(local) and host(domain) else ""
    if not found or len(found) > VALUE_CHARS_MAX or ".." in local or local.startswith(".") or local.endswith("."):
        raise EmailUnreadable
    return found


def phone(text: str, region: str = "") -> str:
    """Return a number as E.164, from any digits; without a country code it is of `region`, or of the brand's country."""
    return _phone(text[:80], region)


def telegram(text: str) -> str:
    """Return the number of an account (of Telegram or Bale), or its name as `@name`."""
    plain = _linked(_plain(text)).lower()
    digits = plain.lstrip("-")
    if digits.isascii() and digits.isdigit():
        if not 0 < len(digits.lstrip("0")) <= 20 or plain.count("-") > 1:
            raise HandleUnreadable
        return ("-" if plain.startswith("-") else "") + digits.lstrip("0")
    return "@" + _held(_TELEGRAM, plain.lstrip("@"))


def instagram(text: str) -> str:
    """Return an account's name in lower case, without @."""
    return _held(_INSTAGRAM, _linked(_plain(text)).lower().lstrip("@").rstrip("/"))


def mastodon(text: str) -> str:
    """Return `name@host` from that, from `@name@host` or from the address of a profile."""
    plain = _plain(text).lower()
    if found := _ACCT_LINK.fullmatch(plain):
        plain = f"{found[2]}@{found[1]}"
    name, _, server = plain.removeprefix("acct:").lstrip("@").partition("@")
    where = host(server)
    if not where:
        raise HandleUnreadable
    return f"{_held(_ACCT, name)}@{where}"


def bluesky(text: str) -> str:
    """Return a DID, or a handle in lower case."""
    plain = _plain(text)
    if found := _BLUESKY_LINK.fullmatch(plain):
        plain = found[1]
    plain = plain.lstrip("@").lower()
    if plain.startswith("did:"):
        return _held(_DID, plain)
    where = host(plain.removeprefix("at://").rstrip("/"))
    if not where:
        raise HandleUnreadable
    return where


def opaque(text: str) -> str:
    """Return a key that means nothing to us (a cookie, a chat): as it came, no blanks, eight to 200 letters."""
    plain = _nfc(text).strip()
    if not 8 <= len(plain) <= KEY_CHARS_MAX or any(not letter.isprintable() or letter.isspace() for letter in plain):
        raise KeyUnreadable
    return plain


@lru_cache(2_000)  # a stream of events asks twice for each, and for the same ones again
def sourced(text: str) -> str:
    """Return `source:key`: the source in lower case, the key as that source writes it."""
    source, mark, key = _nfc(text).strip().partition(":")
    source, key = source.strip().lower(), key.strip()
    if not mark or not _SOURCE.fullmatch(source) or not 0 < len(key) <= KEY_CHARS_MAX or not key.isprintable():
        raise KeyUnreadable
    return f"{source}:{key}"


def imported(text: str) -> str:
    """Return the key of somebody in an older house, `source:key`, as it came."""
    plain = _nfc(text).strip()
    if ":" not in plain or not plain.isprintable() or len(plain) > VALUE_CHARS_MAX:
        raise KeyUnreadable
    return plain


def card(text: str) -> str:
    """Return the keyed hash of a payment card as 64 hex letters; the number of a card itself is refused."""
    plain = _plain(text).lower().removeprefix("sha256:").removeprefix("sha256")
    if not _HEX64.fullmatch(plain):
        raise CardUnreadable
    return plain


def url(text: str) -> str:
    """Return a web address: scheme and host in lower case (ASCII), no fragment, no usual port, no user in it."""
    plain = _nfc(text).strip()
    try:
        parts = urlsplit(plain)
        port = parts.port
    except ValueError as error:
        raise UrlUnreadable from error
    where = host((parts.hostname or "").lower())
    if parts.scheme.lower() not in {"http", "https"} or not where or any(letter.isspace() for letter in plain):
        raise UrlUnreadable
    usual = {"http": 80, "https": 443}[parts.scheme.lower()]
    place = where if port in {None, usual} else f"{where}:{port}"
    found = urlunsplit((parts.scheme.lower(), place, parts.path or "/", parts.query, ""))
    if len(found) > VALUE_CHARS_MAX or not found.isprintable():
        raise UrlUnreadable
    return found


@lru_cache(maxsize=4096)
def host(name: str) -> str:
    """Return the name of a host in ASCII, or "" where it cannot be one."""
    name = name.strip().rstrip(".").lower()
    if not name.isascii():
        import idna

        try:
            name = idna.encode(name, uts46=True).decode()
        except (idna.IDNAError, UnicodeError):
            return ""
    return name if _HOST.fullmatch(name) else ""


@lru_cache(maxsize=4096)
def _phone(text: str, region: str) -> str:
    return phones.normalised(text, region)


def _linked(plain: str) -> str:
    """Return the account that a web address names, or the words as they are."""
    found = _LINKS.fullmatch(plain)
    return found[1] if found else plain


def _plain(text: str) -> str:
    """Return text without marks nobody sees, in Latin digits."""
    return persian.digits_en(persian.chars(_nfc(text[:1000]))).replace(persian.ZWNJ, "").strip()


def _nfc(text: str) -> str:
    """Return text that a database takes: NFC, no half characters, no NUL."""
    if _BROKEN.search(text):
        raise KeyUnreadable
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _held(form: re.Pattern[str], plain: str) -> str:
    if not form.fullmatch(plain):
        raise HandleUnreadable
    return plain

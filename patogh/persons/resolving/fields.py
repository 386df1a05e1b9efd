"""The fields of a record as they came, and their normal forms.

A normal form that may stand for an identity (`phone`, `email`) is strict: what cannot be read is "". A form that is
only compared (`email_compared`, `phone_compared`, `birth`) may be looser and must never be stored as an identity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from patogh.kit import persian
from patogh.kit.calendar import BadDate, gregorian

PHONE_CHARS_MAX: Final = 40
EMAIL_CHARS_MAX: Final = 254
_CACHE: Final = 1 << 16
_IRAN_MOBILE = re.compile(r"(?:\+?98|0098|0)?(9\d{9})")
_BETWEEN = re.compile(r"[\s().\-–/]+")
_WITH_COUNTRY = re.compile(r"\+[1-9]\d{7,14}")
_AMERICAN = re.compile(r"1?([2-9]\d{2}[2-9]\d{6})")
_MANY = re.compile(r"[;,،؛|/\n\r]+|\s{2,}")
_NOT_DIGITS = re.compile(r"\D+")
_EXTENSION = re.compile(r"\s*(?:ext\.?|x|داخلی)\s*\d{1,6}$", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,190}")
# What `email` would give back as it is: nearly every address of a table.
_USUAL_EMAIL = re.compile(r"[a-z0-9._-]{1,64}@[a-z0-9]+(?:[.-][a-z0-9]+)*")
_USUAL_CHARS_MAX: Final = 120
_GMAIL: Final = frozenset({"gmail.com", "googlemail.com"})
_DATE = re.compile(r"(\d{1,4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,4})(?:[T\s].*)?")
_WORDS = re.compile(r"[\W_]+")
_JALALI_YEARS = range(1250, 1500)
_GREGORIAN_YEARS = range(1850, 2101)
_STREET_WORDS: Final = {
    "خ": "خیابان", "خیابان": "خیابان", "ک": "کوچه", "کوچه": "کوچه", "بلوار": "بلوار", "بل": "بلوار", "پ": "پلاک", "پلاک": "پلاک",
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "blvd": "boulevard", "pl": "place", "cr": "crescent",
    "cres": "crescent", "crt": "court", "ct": "court", "dr": "drive", "ln": "lane", "cct": "circuit", "tce": "terrace",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """One row as somebody wrote it. `external` maps the name of another system to the person's key there."""

    id: str
    given: str = ""
    family: str = ""
    birth_date: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    street: str = ""
    house_number: str = ""
    unit: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    external: Mapping[str, str] = field(default_factory=dict)


class Birth(NamedTuple):
    """A birth date as eight digits (YYYYMMDD, possibly no real day) and how it was read.

    `calendar` is "gregorian", "jalali" or "" where nothing could be read; `is_ambiguous` where day and month could be
    the other way round.
    """

    digits: str
    is_ambiguous: bool = False
    calendar: str = ""

    @property
    def iso(self) -> str:
        """The day as YYYY-MM-DD, or "" where the digits name no day."""
        try:
            return date(int(self.digits[:4]), int(self.digits[4:6]), int(self.digits[6:8])).isoformat()
        except ValueError:
            return ""


@lru_cache(maxsize=_CACHE)
def phone(text: str, region: str = "IR") -> str:
    """Return the number as E.164, or "" where it is none. Digits of any script; `region` where no country is said."""
    plain = persian.digits_en(persian.chars(text[: PHONE_CHARS_MAX * 2])).replace(persian.ZWNJ, "").strip()
    plain = _EXTENSION.sub("", plain)[:PHONE_CHARS_MAX]
    bare = _BETWEEN.sub("", plain)
    if (region == "IR" or bare.startswith(("+98", "0098"))) and (mobile := _IRAN_MOBILE.fullmatch(bare)):
        return f"+98{mobile[1]}"
    if not bare or len(_NOT_DIGITS.sub("", bare)) < 5 or any(letter.isalpha() for letter in bare):
        return ""
    import phonenumbers

    for tried in (f"+{bare[2:]}" if bare.startswith("00") else bare, f"+{bare}"):
        try:
            number = phonenumbers.parse(tried, None if tried.startswith("+") else region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return ""


def phone_compared(text: str, region: str = "IR") -> str:
    """Return a number as it is compared, never as an identity.

    A number with its country stands as it is written (nobody's numbering plan is asked, which takes long); another is
    read as E.164; where that fails, the last nine of at least seven digits stand behind "~".
    """
    if text.isascii() and _WITH_COUNTRY.fullmatch(text):
        return text
    plain = text if text.isascii() else persian.digits_en(persian.chars(text)).replace(persian.ZWNJ, "")
    bare = _BETWEEN.sub("", plain.replace("(0)", "")[:PHONE_CHARS_MAX])
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if mobile := (_IRAN_MOBILE.fullmatch(bare) if region == "IR" or bare.startswith("+98") else None):
        return f"+98{mobile[1]}"
    if _WITH_COUNTRY.fullmatch(bare):
        return bare
    if region in {"US", "CA"} and (local := _AMERICAN.fullmatch(bare)):
        return f"+1{local[1]}"
    if found := phone(text, region):
        return found
    digits = _NOT_DIGITS.sub("", bare)
    return f"~{digits[-9:]}" if len(digits) >= 7 and len(set(digits)) > 1 else ""


def email(text: str) -> str:
    """Return the address in lower case with its domain in ASCII, or "" where it is none."""
    plain = persian.chars(text).strip().strip("<>").removeprefix("mailto:").strip().casefold()
    if len(plain) > EMAIL_CHARS_MAX or not _EMAIL.fullmatch(plain):
        return ""
    local, _, domain = plain.rpartition("@")
    return f"{local}@{_domain(domain)}" if _domain(domain) else ""


def email_compared(text: str) -> str:
    """Return the address as it is compared, never as an identity: no +tag, and no dots at Gmail."""
    plain = text if len(text) <= _USUAL_CHARS_MAX and _USUAL_EMAIL.fullmatch(text) else email(text)
    local, _, domain = plain.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        local, domain = local.replace(".", "") or local, "gmail.com"
    return f"{local}@{domain}" if plain else ""


def several(text: str) -> tuple[str, ...]:
    """Return the values of a cell that holds several phones or addresses: parted by ; , | / or a line break."""
    return tuple(dict.fromkeys(part.strip() for part in _MANY.split(text) if part.strip()))


def birth(text: str, order: str = "dmy") -> Birth:
    """Return a birth date read from ISO, 19560409, d/m/y or m/d/y (`order`), Jalali 13xx and 14xx, in any digits."""
    return _birth(text.strip()[:40], order)


@lru_cache(maxsize=_CACHE)
def postcode(text: str) -> str:
    """Return a postcode without blanks and dashes, in capitals and Latin digits (an Iranian one has ten)."""
    return re.sub(r"[\W_]+", "", persian.digits_en(persian.chars(text[:40]))).upper()


def plain(text: str) -> str:
    """Return part of an address in one spelling: folded words with single spaces, usual short words written out."""
    return _plain(text[:200])


@lru_cache(maxsize=_CACHE)
def number(text: str) -> str:
    """Return a house number or unit: Latin digits and letters, no leading noughts, no word for "number"."""
    words = _WORDS.sub(" ", persian.folded(text[:60])).split()
    kept = [
        word.lstrip("0") or "0"
        for word in words
        if word not in {"no", "nr", "پلاک", "پ", "شماره", "واحد", "unit", "apt"}
    ]
    return " ".join(kept)


@lru_cache(maxsize=_CACHE)
def _plain(text: str) -> str:
    return " ".join(_STREET_WORDS.get(word, word) for word in _WORDS.sub(" ", persian.folded(text)).split())


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    """Return a domain in ASCII, or "" where it cannot be one."""
    domain = domain.rstrip(".")
    if not domain.isascii():
        try:
            import idna

            domain = idna.encode(domain, uts46=True).decode()
        except (ImportError, UnicodeError):
            return ""
    return domain if re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", domain) and ".." not in domain else ""


@lru_cache(maxsize=_CACHE)
def _birth(text: str, order: str) -> Birth:
    typed = persian.digits_en(persian.chars(text))
    if len(typed) == 8 and typed.isdigit():
        return _from_parts(int(typed[:4]), int(typed[4:6]), int(typed[6:8]))
    found = _DATE.fullmatch(typed)
    if not found:
        return Birth("")
    first, second, third = (int(part) for part in found.groups())
    if len(found[1]) == 4:
        return _from_parts(first, second, third)
    if len(found[3]) != 4:
        return Birth("")
    if first > 12 or second > 12:
        day, month = (first, second) if first > 12 else (second, first)
        return _from_parts(third, month, day)
    day, month = (first, second) if order == "dmy" else (second, first)
    return _from_parts(third, month, day)._replace(is_ambiguous=first != second)


def _from_parts(year: int, month: int, day: int) -> Birth:
    """Return the date; a Jalali day becomes a Gregorian one, an impossible Gregorian day keeps its digits."""
    if year in _JALALI_YEARS:
        try:
            return Birth(gregorian(year, month, day).strftime("%Y%m%d"), calendar="jalali")
        except BadDate:
            return Birth("")
    if year not in _GREGORIAN_YEARS:
        return Birth("")
    return Birth(f"{year:04}{month:02}{day:02}", calendar="gregorian")

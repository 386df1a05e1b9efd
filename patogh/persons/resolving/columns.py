"""Which column of a plain table is what: by its name in English or Persian, else by what stands in it.

A column that stays unknown is not used, and the sentence about it says so. Two columns of one meaning are both kept
where a person can have several (phones, e-mails); elsewhere the first one counts and the second gets a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from patogh.kit import persian
from patogh.persons.resolving import fields

SAMPLE_ROWS: Final = 500
SEVERAL: Final = frozenset({"phone", "email", "external"})
_SHARE_MIN: Final = 0.7
_SPACES = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# Meaning: the words of its column names, folded; the longest match counts. CRM and CDP exports of 2024-2026 were read.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "rec id", "record id", "row id", "شناسه", "ردیف", "کد", "uuid", "key"),
    "given": (
        "given name", "given", "first name", "firstname", "fname", "first", "forename", "givenname", "vorname", "نام", "نام کوچک", "اسم",
        "اسم کوچک", "billing first name", "shipping first name", "contact first name",
    ),
    "family": (
        "family name", "family", "surname", "last name", "lastname", "lname", "last", "familyname", "nachname", "نام خانوادگی", "فامیل",
        "فامیلی", "نام فامیل", "نام خانوادگي", "billing last name", "shipping last name", "شهرت",
    ),
    "full": ("name", "full name", "fullname", "display name", "customer name", "contact name", "نام و نام خانوادگی", "نام کامل", "نام مشتری"),
    "birth": (
        "birth date", "date of birth", "dob", "birthdate", "birthday", "born", "date birth", "تاریخ تولد", "تولد", "متولد", "زادروز",
    ),
    "phone": (
        "phone", "phone number", "mobile", "mobile phone", "mobile number", "cell", "cell phone", "cellphone", "telephone", "tel", "msisdn",
        "phone1", "phone2", "phone 1", "phone 2", "home phone", "work phone", "billing phone", "shipping phone", "تلفن", "موبایل", "همراه",
        "تلفن همراه", "شماره تلفن", "شماره همراه", "شماره موبایل", "شماره تماس", "تلفن ثابت", "تلفن منزل",
    ),
    "email": (
        "email", "e mail", "email address", "mail", "email1", "email2", "email 1", "email 2", "billing email", "customer email", "ایمیل",
        "رایانامه", "پست الکترونیک", "پست الکترونیکی", "آدرس ایمیل", "نشانی ایمیل",
    ),
    "street": (
        "street", "street name", "address", "address 1", "address1", "address line 1", "addr1", "billing address 1", "shipping address 1",
        "آدرس", "نشانی", "خیابان", "کوچه",
    ),
    "house": ("house number", "street number", "house no", "number", "houseno", "building", "پلاک", "شماره پلاک"),
    "unit": ("unit", "apartment", "apt", "flat", "address 2", "address2", "address line 2", "addr2", "suite", "واحد", "طبقه"),
    "city": ("city", "town", "suburb", "locality", "billing city", "shipping city", "شهر", "شهرستان"),
    "region": ("region", "state", "province", "county", "استان", "منطقه"),
    "postcode": ("postcode", "post code", "postal code", "zip", "zip code", "zipcode", "plz", "کد پستی", "کدپستی", "billing postcode"),
    "external": (
        "customer id", "user id", "userid", "member id", "client id", "crm id", "shop id", "loyalty id", "card number", "external id", "ssn",
        "soc sec id", "social security number", "national id", "national code", "telegram id", "telegram", "bale id", "instagram", "mastodon",
        "کد ملی", "کدملی", "شماره ملی", "کد مشتری", "شماره مشتری", "شناسه مشتری", "کد اشتراک", "شماره عضویت", "تلگرام", "اینستاگرام", "بله",
        "username", "handle", "passport number", "tax id",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of the table is. `meaning` is a key of NAMES or "" where it is not used; `why` says how we know."""

    name: str
    meaning: str
    why: str
    sentence_en: str = ""
    sentence_fa: str = ""


def recognised(header: Sequence[str], sample: Sequence[Sequence[str]], id_name: str = "id") -> tuple[Column, ...]:
    """Return what each column is; `sample` holds the first rows. `id_name` names the column of the identifier."""
    found: list[Column] = []
    taken: set[str] = set()
    for place, name in enumerate(header):
        values = [row[place].strip() for row in sample[:SAMPLE_ROWS] if place < len(row) and row[place].strip()]
        column = _column(name, values, is_id=plain(name) == plain(id_name))
        if column.meaning and column.meaning in taken and column.meaning not in SEVERAL:
            column = _second(column)
        taken.add(column.meaning)
        found.append(column)
    return tuple(_without_doubles(found))


def plain(name: str) -> str:
    """Return a column's name in one spelling: "firstName", "FIRST_NAME" and "first name" are one."""
    return " ".join(_SPACES.sub(" ", persian.folded(_CAMEL.sub(" ", name))).split())


def by_name(name: str) -> str:
    """Return the meaning that a column's name says, or ""."""
    return _BY_NAME.get(plain(name), "")


def by_content(values: Sequence[str]) -> str:
    """Return the meaning that the values of a column show by themselves (e-mails, phones, birth dates), or ""."""
    if len(values) < 3:
        return ""
    for meaning, is_one in _SHOWS:
        if sum(map(is_one, values)) >= _SHARE_MIN * len(values):
            return meaning
    return ""


_BY_NAME: Final = {plain(name): meaning for meaning, names in NAMES.items() for name in names}


def _is_phone(value: str) -> bool:
    digits = persian.digits_en(value)
    return bool(re.fullmatch(r"[+(]?[\d\s().\-]{9,20}", digits)) and bool(fields.phone(digits))


def _is_birth(value: str) -> bool:
    return len(value) >= 8 and bool(fields.birth(value).iso)


_SHOWS: Final = (("email", lambda value: bool(fields.email(value))), ("phone", _is_phone), ("birth", _is_birth))


def _column(name: str, values: Sequence[str], *, is_id: bool) -> Column:
    if is_id:
        return Column(name, "id", "name")
    meaning = by_name(name)
    if meaning and meaning != "id":
        return Column(name, meaning, "name")
    shown = by_content(values)
    if shown:
        return Column(
            name, shown, "content",
            f"The name “{name}” says nothing to us; its values look like {_WHAT_EN[shown]} and are compared as such.",
            f"نام ستون «{name}» را نمی‌شناسیم؛ مقدارهایش به {_WHAT_FA[shown]} می‌ماند و همان‌گونه سنجیده می‌شود.",
        )  # fmt: skip
    if not values:
        return Column(
            name, "", "", f"The column “{name}” is empty and is not used.", f"ستون «{name}» خالی است و به کار نمی‌رود."
        )
    return Column(
        name, "", "",
        f"We do not know what “{name}” means (for example “{values[0][:40]}”); it is not used for the decision. "
        f"Rename it to one of the names in docs/resolving.md if it should be.",
        f"معنای ستون «{name}» را نمی‌دانیم (نمونه: «{values[0][:40]}»)؛ در تصمیم به کار نمی‌رود. "
        "اگر باید به کار رود، نامش را یکی از نام‌های docs/resolving.md بگذارید.",
    )  # fmt: skip


def _second(column: Column) -> Column:
    return Column(
        column.name, "", "",
        f"Another column before it already tells the {_WHAT_EN[column.meaning]}; “{column.name}” is not used.",
        f"ستونی پیش از این {_WHAT_FA[column.meaning]} را گفته است؛ «{column.name}» به کار نمی‌رود.",
    )  # fmt: skip


def _without_doubles(found: list[Column]) -> list[Column]:
    """Let a whole name count only where given and family names have no column of their own."""
    has = {column.meaning for column in found}
    if "full" not in has or not {"given", "family"} <= has:
        return found
    return [_second(column) if column.meaning == "full" else column for column in found]


_WHAT_EN: Final = {
    "id": "identifier", "given": "given name", "family": "family name", "full": "name", "birth": "birth dates", "phone": "phone numbers",
    "email": "e-mail addresses", "street": "street", "house": "house number", "unit": "unit", "city": "town", "region": "region",
    "postcode": "postcode", "external": "customer number",
}  # fmt: skip
_WHAT_FA: Final = {
    "id": "شناسه", "given": "نام", "family": "نام خانوادگی", "full": "نام", "birth": "تاریخ تولد", "phone": "شمارهٔ تلفن",
    "email": "نشانی ایمیل", "street": "خیابان", "house": "پلاک", "unit": "واحد", "city": "شهر", "region": "استان",
    "postcode": "کد پستی", "external": "شمارهٔ مشتری",
}  # fmt: skip
WHAT: Final = {meaning: (said, _WHAT_EN[meaning]) for meaning, said in _WHAT_FA.items()}

"""The reasons of a score in words, Persian and English: one short sentence for each field and level."""

from __future__ import annotations

from typing import Final

from patogh.persons.resolving.scoring import Reason

Words = tuple[str, str]  # Persian, English

FIELDS: Final[dict[str, Words]] = {
    "given": ("نام", "given name"), "family": ("نام خانوادگی", "family name"), "birth": ("تاریخ تولد", "birth date"),
    "phone": ("تلفن", "phone"), "email": ("ایمیل", "e-mail"), "address": ("نشانی", "address"), "unit": ("واحد", "unit"),
    "area": ("شهر و کد پستی", "town and postcode"), "external": ("شمارهٔ مشتری", "customer number"),
}  # fmt: skip
LEVELS: Final[dict[tuple[str, str], Words]] = {
    ("", "same"): ("یکی است", "is the same"), ("", "different"): ("فرق دارد", "differs"), ("", "close"): ("بسیار نزدیک است", "is very close"),
    ("", "similar"): ("شبیه است", "is similar"), ("", "near"): ("یک نویسه فرق دارد", "differs by one character"),
    ("given", "swapped"): ("با نام خانوادگی جابه‌جا شده است", "changed places with the family name"),
    ("", "sound"): ("همان نام است با نوشتنی دیگر", "is the same name in another spelling or script"),
    ("", "initial"): ("در یکی فقط حرف اول آمده است", "is only an initial in one"),
    ("", "begins"): ("در یکی آغازِ دیگری است", "is the beginning of the other"),
    ("birth", "one"): ("یک رقم فرق دارد", "differs by one digit"), ("birth", "two"): ("دو رقم فرق دارد", "differs by two digits"),
    ("email", "mailbox"): ("همان صندوق در سرویسی دیگر است", "is the same mailbox at another provider"),
    ("address", "turned"): ("همان دو سطر است، جابه‌جا", "has its two lines interchanged"),
    ("address", "street"): ("همان خیابان است، با پلاکی دیگر", "is the same street, not the same house"),
    ("area", "postcode"): ("همان کد پستی است", "has the same postcode"),
    ("area", "near"): ("کد پستی‌اش یک رقم فرق دارد", "has a postcode one digit away"),
    ("area", "city"): ("همان شهر است", "is the same town"),
}  # fmt: skip
VETOES: Final[dict[str, Words]] = {
    "given": ("نام‌ها از دو نفر است (شاید خویشاوند)", "the given names are of two people (relatives perhaps)"),
    "birth": ("تاریخ‌های تولد از دو نفر است", "the birth dates are of two people"),
}


def sentence(reason: Reason, language: str) -> str:
    """Return a reason as a short sentence without its number: «نام یکی است», "given name is the same"."""
    place = 0 if language == "fa" else 1
    name = reason.field.partition(":")[0]
    said = LEVELS.get((name, reason.level)) or LEVELS.get(("", reason.level)) or (reason.level, reason.level)
    other = reason.field.partition(":")[2]
    return f"{FIELDS[name][place]}{f' «{other}»' if other else ''} {said[place]}"

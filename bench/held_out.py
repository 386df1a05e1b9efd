"""The same invented lives as bench/people.py, spoilt in other ways: what no rule of the resolver was tuned on.

The tuned corpora know typing mistakes of one letter, nicknames, initials, swapped names and wrong digits. Here people change their family name,
tell two first names, are read by a scanner or heard on the phone; days and months change places, phones lose a digit, domains are mistyped,
streets are cut short, and a whole name stands in one cell. Persian letters of one sound are mixed up and Latin letters follow no list of spellings.
"""

import random
from datetime import date

from bench.people import ARABIC, DIGITS, Customers, Family, Persians

SEED = 90_210
SCANNED = (
    ("rn", "m"),
    ("m", "rn"),
    ("l", "1"),
    ("o", "0"),
    ("cl", "d"),
    ("vv", "w"),
    ("h", "b"),
    ("i", "l"),
    ("e", "c"),
)
HEARD = (
    ("ph", "f"),
    ("ck", "k"),
    ("y", "ie"),
    ("ie", "y"),
    ("c", "k"),
    ("ee", "ea"),
    ("s", "z"),
    ("tt", "t"),
    ("ll", "l"),
    ("j", "g"),
    ("er", "or"),
)
SHORT = (
    ("street", "st"),
    ("road", "rd"),
    ("avenue", "ave"),
    ("crescent", "cres"),
    ("drive", "dr"),
    ("lane", "ln"),
    ("خیابان", "خ"),
    ("کوچه", "ک"),
)
MISTYPED = (
    ("gmail", "gmial"),
    ("gmail", "gmai"),
    ("hotmail", "hotmial"),
    (".com", ".con"),
    (".com", ".co"),
    ("yahoo", "yaho"),
)
ALIKE = ("زذضظ", "سصث", "تط", "حه", "قغ", "اع")
SPELT = dict(
    zip(
        "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
        [
            "a",
            "b",
            "p",
            "t",
            "s",
            "j",
            "ch",
            "h",
            "kh",
            "d",
            "z",
            "r",
            "z",
            "zh",
            "s",
            "sh",
            "s",
            "z",
            "t",
            "z",
            "a",
            "gh",
            "f",
            "gh",
            "k",
            "g",
            "l",
            "m",
            "n",
            "oo",
            "h",
            "i",
        ],
        strict=True,
    )
)
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def one_of(chance: random.Random, pairs: tuple[tuple[str, str], ...], text: str) -> str:
    """Change the text once by a pair that applies to it, if there is one."""
    apply = [pair for pair in pairs if pair[0] in text]
    return text.replace(*chance.choice(apply), 1) if apply else text


def misdated(chance: random.Random, day: date) -> str:
    """Write a birth date; in one of ten day and month change places, the year is one off or the day is a guess."""
    roll = chance.random()
    if roll < 0.04 and day.day <= 12:
        return f"{day.year}-{day.day:02}-{day.month:02}"
    if roll < 0.07:
        return day.replace(day=min(day.day, 28), year=day.year + chance.choice((-1, 1))).isoformat()
    return day.replace(month=1, day=1).isoformat() if roll < 0.09 else day.isoformat()


def misdialled(chance: random.Random, phone: str) -> str:
    """Write a phone; in one of seventeen two digits are crossed or the last one is missing."""
    roll = chance.random()
    if roll < 0.04:
        at = chance.randrange(5, len(phone) - 1)
        return phone[:at] + phone[at + 1] + phone[at] + phone[at + 2 :]
    return phone[:-1] if roll < 0.06 else phone


class HeldOut(Customers):
    """English-speaking customers, spoilt in other ways."""

    def person(self, chance: random.Random, home: Family | None) -> dict[str, object]:
        one = super().person(chance, home)
        one["second"] = self.first(chance) if chance.random() < 0.12 else ""
        one["later"] = self.surname(chance) if chance.random() < 0.05 else ""
        one["moved"] = self.place(chance) if chance.random() < 0.2 else None
        one["new_phone"] = self.phone(chance) if chance.random() < 0.08 else ""
        return one

    def record(self, chance: random.Random, one: dict[str, object], source: str) -> list[str]:
        given, family = self.named(chance, one)
        birth = (
            misdated(chance, one["birth"])
            if source == "crm" or (source == "community" and chance.random() < 0.2)
            else ""
        )
        street, house, city, postcode = self.placed(chance, one, source)
        phone = one["new_phone"] if one["new_phone"] and chance.random() < 0.5 else one["phones"][0]
        phone = misdialled(chance, phone) if source in {"crm", "care"} or chance.random() < 0.35 else ""
        email = (
            self.typo(chance, chance.choice(one["emails"]), 0.015) if source != "care" or chance.random() < 0.3 else ""
        )
        email = one_of(chance, MISTYPED, email) if chance.random() < 0.02 else email
        if source == "community" and chance.random() < 0.25:
            family = ""
        elif chance.random() < 0.03:
            given, family = f"{given} {family}".strip(), ""
        return [given, family, birth, phone, email, street, house, city, postcode]

    def named(self, chance: random.Random, one: dict[str, object]) -> tuple[str, str]:
        """Return what somebody is called in one silo: a second first name, a newer family name, misread or misheard."""
        given, family = (
            str(one["given"]),
            str(one["later"] if one["later"] and chance.random() < 0.5 else one["family"]),
        )
        if one["second"] and chance.random() < 0.5:
            given = f"{given} {one['second']}"
        given, family = (self.misread(chance, text) for text in (given, family))
        if chance.random() < 0.05:
            given, family = given.upper(), family.upper()
        return given, family

    def misread(self, chance: random.Random, text: str) -> str:
        roll = chance.random()
        if roll < 0.06:
            return one_of(chance, HEARD, text)
        return one_of(chance, SCANNED, text) if roll < 0.09 else self.typo(chance, self.typo(chance, text, 0.04), 0.04)

    def placed(self, chance: random.Random, one: dict[str, object], source: str) -> tuple[str, str, str, str]:
        place = one["moved"] if one["moved"] and chance.random() < 0.5 else one["place"]
        if source == "community" or (source == "care" and chance.random() < 0.5):
            return "", "", place[2] if chance.random() < 0.3 else "", ""
        street, house, city, postcode = place
        street = one_of(chance, SHORT, street) if chance.random() < 0.3 else self.typo(chance, street, 0.06)
        return (
            street,
            "" if chance.random() < 0.05 else house,
            city,
            postcode[:-1] if chance.random() < 0.1 else postcode,
        )


class HeldOutPersians(HeldOut, Persians):
    """Persian customers, spoilt in other ways; two records in five are in Latin letters that follow no list."""

    def misread(self, chance: random.Random, text: str) -> str:
        roll = chance.random()
        if roll < 0.08:
            pairs = tuple((a, b) for sound in ALIKE for a in sound for b in sound if a != b)
            return one_of(chance, pairs, text)
        return (
            text.replace("\u200c", "")
            if roll < 0.4
            else self.typo(chance, text, 0.04, ["یهوا", "دذرز", "حخجچ", "سشصض"])
        )

    def record(self, chance: random.Random, one: dict[str, object], source: str) -> list[str]:
        given, family, birth, phone, email, street, house, city, postcode = super().record(chance, one, source)
        if chance.random() < 0.4:
            given, family = self.spelt(chance, given), self.spelt(chance, family)
        elif chance.random() < 0.2:
            given, family, street = (text.translate(ARABIC) for text in (given, family, street))
        if birth and chance.random() < 0.7:
            birth = self.jalali(birth)
        phone = phone.replace("+98", chance.choice(("0", "0", "+98 ", "(0098) ")), 1)
        phone = phone.translate(chance.choice((EASTERN, DIGITS, {})))
        return [given, family, birth, phone, email, street, house, city, postcode]

    def spelt(self, chance: random.Random, text: str) -> str:
        """Write a name as it is usually spelt, or letter by letter with a vowel where somebody hears one."""
        if chance.random() < 0.6:
            return " ".join(
                chance.choice(self.latin.get(word, [self.by_letter(chance, word)])) for word in text.split()
            ).title()
        return " ".join(self.by_letter(chance, word) for word in text.split()).title()

    def by_letter(self, chance: random.Random, word: str) -> str:
        said = ""
        for letter in word.replace("\u200c", ""):
            sound = SPELT.get(letter, "")
            if said and sound and said[-1] not in "aio" and sound[0] not in "aio" and chance.random() < 0.5:
                said += chance.choice("ae")
            said += sound
        return said


KINDS: dict[str, type[Customers]] = {"held-out-customers": HeldOut, "held-out-persian": HeldOutPersians}

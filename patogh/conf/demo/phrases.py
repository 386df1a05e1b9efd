"""Turning a phrase with {slots} and {this|that} into a sentence, and a sentence into somebody's way of writing."""

from __future__ import annotations

import random
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from patogh.kit.persian import ZWNJ

CONTENT: Final = Path(__file__).parent / "content"
MONTHS: Final = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)
MONTHS_EN: Final = (
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "January",
    "February",
    "March",
)
SEASONS: Final = ("spring", "summer", "autumn", "winter")
_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_SLOT: Final = re.compile(r"[a-z_]+[23]?")
_LETTER: Final = f"آ-ی{ZWNJ}ءٔ"
_IS: Final = re.compile(
    f"(?<![{_LETTER}])(خوب|بهتر|درست|لازم|سخت|سفت|مهم|کم|زیاد|ساده|همین|عالی|کافی) است(?![{_LETTER}])"
)

# «می‌تراشد» is said «می‌تراشه»; past forms («می‌کرد», «می‌زد», «می‌داد») and plurals end differently and stay.
_ENDS: Final = re.compile(f"(?<![{_LETTER}])(ن?می{ZWNJ}[آ-ی]+[^یراوزنهم\\W])د(?![{_LETTER}])")


@cache
def bank(name: str) -> dict[str, Any]:
    """Return a file of phrases."""
    return tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))


class Filling:
    """The slots of one conversation: a slot keeps its word, and a second slot of the same list gets another."""

    def __init__(self, rng: random.Random, month: int, known: dict[str, str] | None = None) -> None:
        """`month` is the Jalali month (1 to 12) in which the conversation begins; `known` are slots that are given."""
        self.rng = rng
        self.month = month
        self.words: dict[str, str] = dict(known or {})

    def fill(self, phrase: str) -> str:
        """Return a phrase with every brace resolved, innermost first."""
        while "{" in phrase:
            phrase = _BRACES.sub(self._resolve, phrase)
        return phrase

    def _resolve(self, match: re.Match[str]) -> str:
        inner = match.group(1)
        if "|" in inner:
            return str(self.rng.choice(inner.split("|")))
        if not _SLOT.fullmatch(inner):
            return inner
        if inner not in self.words:
            self.words[inner] = self._pick(inner)
        return self.words[inner]

    def _pick(self, slot: str) -> str:
        """Choose a word; raises KeyError for a slot that has no list."""
        season = bank("words")["season"][SEASONS[(self.month - 1) // 3]]
        calendar = {"month": MONTHS[self.month - 1], "month_en": MONTHS_EN[self.month - 1], "season": season["called"]}
        if slot in calendar:
            return str(calendar[slot])
        if slot == "leg":
            return _digits_fa(round(int(self.fill("{cm}")) * 0.45))
        name = slot.rstrip("23")
        choices: list[str] = season.get(name) or bank("words")["slots"][name]
        free = [word for word in choices if word not in self.words.values()]
        return str(self.rng.choice(free or choices))


def _digits_fa(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))


def spoken(text: str) -> str:
    """Return a text as people say it: «می‌شود» becomes «می‌شه», «خوب است» «خوبه»."""
    text = _ENDS.sub(r"\1ه", text)
    return _IS.sub(r"\1ه", _spoken_words().sub(lambda match: bank("voices")["spoken"][match.group(0)], text))


@cache
def _spoken_words() -> re.Pattern[str]:
    words = sorted(bank("voices")["spoken"], key=len, reverse=True)
    return re.compile(f"(?<![{_LETTER}])(?:{'|'.join(words)})(?![{_LETTER}])")


def voiced(text: str, voice: str, rng: random.Random, *, is_plain: bool) -> str:
    """Return an answer in somebody's voice; unless `is_plain`, with an opening or closing word now and then."""
    manner = bank("voices")["voice"][voice]
    if manner["spoken"]:
        text = spoken(text)
    if is_plain or len(text) < 60:
        return text
    if rng.random() < 0.16:
        text = f"{rng.choice(manner['open'])} {text}"
    if rng.random() < 0.14:
        text = f"{text} {rng.choice(manner['close'])}"
    return text


def as_typed(text: str, habit: str) -> str:
    """Return a text as somebody's keyboard writes it: Arabic letters, no half-space, or a plain space in its place."""
    if habit == "arabic":
        return text.replace("ی", "ي").replace("ک", "ك")
    if habit == "joined":
        return text.replace(ZWNJ, "")
    return text.replace(ZWNJ, " ") if habit == "spaced" else text

"""Cutting a long text into pieces that a channel takes, where a reader would breathe."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

_JOINER: Final = "\u200d"
_BREAKS: Final = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?؟؛…])\s"), re.compile(r"\s"))


def graphemes(text: str) -> list[str]:
    """Return the characters as people count them: with their marks, half-spaces, skin tones, flags and joined emoji.

    A simplification of UAX #29: Hangul syllables that are written as single letters count one each.
    """
    found: list[str] = []
    flags = 0
    for ch in text:
        is_flag = "\U0001f1e6" <= ch <= "\U0001f1ff"
        joins = bool(found) and (_extends(ch) or (found[-1].endswith(_JOINER) and ord(ch) > 0x2000))
        if joins or (bool(found) and ((is_flag and flags % 2 == 1) or (found[-1] == "\r" and ch == "\n"))):
            found[-1] += ch
        else:
            found.append(ch)
        flags = flags + 1 if is_flag else 0
    return found


def _extends(ch: str) -> bool:
    return (
        unicodedata.category(ch) in {"Mn", "Me", "Mc"}
        or ch in "\u200c\u200d"
        or "\U0001f3fb" <= ch <= "\U0001f3ff"
        or "\U000e0020" <= ch <= "\U000e007f"
    )


def utf16_units(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(text: str, limit: int, measure: Callable[[str], int] = len) -> list[str]:
    """Cut a text into pieces of at most `limit` by `measure`: at paragraphs, else lines, sentences, words, characters."""
    left, found = text.strip(), []
    while left and measure(left) > limit:
        cut = _cut(left, _fitting(left, limit, measure))
        found.append(left[:cut].rstrip())
        left = left[cut:].lstrip()
    return [*found, left] if left else found


def _fitting(text: str, limit: int, measure: Callable[[str], int]) -> int:
    """Return how many characters of a text fit, never cutting through one as people count them; at least one."""
    low, high = 0, min(len(text), limit * 8)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= limit else (low, middle - 1)
    return max(_whole_characters(text, low), 1)


def _whole_characters(text: str, chars: int) -> int:
    start = max(0, chars - 60)
    edge = start
    for character in graphemes(text[start : chars + 60]):
        if edge + len(character) > chars:
            break
        edge += len(character)
    return edge or chars


def _cut(text: str, chars: int) -> int:
    """Return where to cut within the first `chars` characters; a break in the first half is worth nothing."""
    for pattern in _BREAKS:
        ends = [found.end() for found in pattern.finditer(text, 0, chars + 1) if found.start() <= chars]
        if ends and ends[-1] > chars // 2:
            return ends[-1]
    return chars

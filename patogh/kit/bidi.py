"""Which way each letter of a line runs: the bidirectional algorithm (Unicode Standard Annex 9) for one line without embeddings.

For pictures, where no browser does it. Marks of embedding and isolation are taken out first (`plain`), so the rules X1 to
X8 have nothing to do; the rest is there: W1-W7, N0-N2, I1-I2 and the order of runs, L2.
"""

from __future__ import annotations

import unicodedata
from typing import Final, NamedTuple

_MARKS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}  # the usual ones of rule N0; quotation marks are none
_OPENS: Final = frozenset(_PAIRS.values())
_NUMBERS: Final = frozenset({"EN", "AN"})
_STRONG: Final = frozenset({"L", "R", "AL"})


class Run(NamedTuple):
    """A piece of a line whose letters run one way."""

    text: str
    is_rtl: bool


def plain(text: str) -> str:
    """Return a text without control characters and marks of embedding."""
    return "".join(letter for letter in text if letter not in _MARKS and unicodedata.category(letter) != "Cc")


def is_rtl(text: str) -> bool:
    """Return whether the first strong letter belongs to a script that runs from right to left (rules P2, P3)."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in _STRONG:
            return kind != "L"
    return False


def runs(text: str) -> list[Run]:
    """Return the pieces of a line from left to right, the letters of each in the order in which they are read."""
    found = levels(text, base=int(is_rtl(text)))
    pieces: list[tuple[int, str]] = []
    for letter, level in zip(text, found, strict=True):
        if pieces and pieces[-1][0] == level:
            pieces[-1] = (level, pieces[-1][1] + letter)
        else:
            pieces.append((level, letter))
    for level in range(max(found, default=0), 0, -1):
        pieces = _turned(pieces, level)
    return [Run(words, bool(level % 2)) for level, words in pieces]


def levels(text: str, *, base: int) -> list[int]:
    """Return the level of each letter; even ones run from left to right."""
    kinds = [unicodedata.bidirectional(letter) or "L" for letter in text]
    way = "R" if base else "L"
    _weak_letters(kinds, way)
    _weak_signs(kinds)
    _european(kinds, way)
    _brackets(text, kinds, way)
    _neutral(kinds, way)
    return [_level(kind, base) for kind in kinds]


def _turned(pieces: list[tuple[int, str]], level: int) -> list[tuple[int, str]]:
    """Turn each row of neighbours at `level` or above around (L2)."""
    out: list[tuple[int, str]] = []
    row: list[tuple[int, str]] = []
    for piece in pieces:
        if piece[0] >= level:
            row.append(piece)
        else:
            out += [*reversed(row), piece]
            row = []
    return out + row[::-1]


def _weak_letters(kinds: list[str], way: str) -> None:
    """Let marks and joiners follow their letter (W1, X9), numbers after Arabic letters be Arabic (W2), and these be R (W3)."""
    strong = before = way
    for at, kind in enumerate(kinds):
        if kind in {"NSM", "BN"}:
            kinds[at] = before
        elif kind == "EN" and strong == "AL":
            kinds[at] = "AN"
        before = kinds[at]
        strong = before if before in _STRONG else strong
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]


def _weak_signs(kinds: list[str]) -> None:
    """Let separators and signs beside numbers go with them (W4, W5); the rest are neutral (W6)."""
    for at in range(1, len(kinds) - 1):
        before, after = kinds[at - 1], kinds[at + 1]
        joins = (kinds[at] == "ES" and before == "EN") or (kinds[at] == "CS" and before in _NUMBERS)
        if joins and before == after:
            kinds[at] = before
    for order in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):
        before = ""
        for at in order:
            if kinds[at] == "ET" and before == "EN":
                kinds[at] = "EN"
            before = kinds[at]
    kinds[:] = ["ON" if kind in {"ES", "ET", "CS", "B", "S", "WS"} else kind for kind in kinds]


def _european(kinds: list[str], way: str) -> None:
    """Let numbers after Latin letters run with them (W7)."""
    strong = way
    for at, kind in enumerate(kinds):
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"


def _brackets(text: str, kinds: list[str], way: str) -> None:
    """Let both brackets of a pair run the way of what they hold, or of what stands before them (N0)."""
    for first, last in _paired(text):
        held = {_way(kind) for kind in kinds[first + 1 : last]} - {""}
        if way in held:
            kinds[first] = kinds[last] = way
        elif held:
            before = next((_way(kind) for kind in reversed(kinds[:first]) if _way(kind)), way)
            kinds[first] = kinds[last] = before


def _paired(text: str) -> list[tuple[int, int]]:
    found, opened = [], []
    for at, letter in enumerate(text):
        if letter in _OPENS:
            opened.append(at)
        if letter not in _PAIRS:
            continue
        for depth in range(len(opened) - 1, -1, -1):
            if text[opened[depth]] == _PAIRS[letter]:
                found.append((opened[depth], at))
                del opened[depth:]
                break
    return sorted(found)


def _way(kind: str) -> str:
    return "R" if kind in {"R", "EN", "AN"} else "L" if kind == "L" else ""


def _neutral(kinds: list[str], way: str) -> None:
    """Let what has no way of its own take that of both sides, or the line's (N1, N2)."""
    at = 0
    while at < len(kinds):
        end = at
        while end < len(kinds) and kinds[end] == "ON":
            end += 1
        if end > at:
            before = _way(kinds[at - 1]) if at else way
            after = _way(kinds[end]) if end < len(kinds) else way
            kinds[at:end] = [before if before == after else way] * (end - at)
        at = end + 1


def _level(kind: str, base: int) -> int:
    if base:
        return 1 if kind == "R" else 2
    return {"L": 0, "R": 1}.get(kind, 2)

"""Finding a query's words in the text as it was written: where to cut the snippet, and what to mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

from patogh.search.tokens import keys, words

SNIPPET_CHARS: Final = 190
READ_CHARS_MAX: Final = 12_000
_CHUNK: Final = re.compile("[\\w\u200c\u200d\u0640\u064b-\u065f\u0670]+")
_SPACE: Final = re.compile(r"\s+")
_PREFIXES: Final = frozenset({"می", "نمی"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the original text that answers word number `group` of the query."""

    start: int
    end: int
    group: int
    place: int  # how many words stand before it


@lru_cache(maxsize=131_072)
def forms(chunk: str) -> tuple[str, frozenset[str]]:
    """Return one written word folded, and all its forms that a query may meet: folded parts, them as one, keys."""
    parts = words(chunk)
    bare = "".join(parts)
    return bare, frozenset((*parts, bare, *keys(chunk)))


def hits_in(text: str, groups: Sequence[set[str]], chars_max: int = READ_CHARS_MAX) -> list[Hit]:
    """Return the words of `text` that answer a group, in order; two neighbours that answer as one are both hits."""
    wanted = {form: number for number, group in reversed(list(enumerate(groups))) for form in group}
    known = wanted.keys()
    found: list[Hit] = []
    before: tuple[int, int, str] | None = None
    for place, match in enumerate(_CHUNK.finditer(text, 0, chars_max)):
        bare, said = forms(match[0])
        start, end = match.span()
        if not known.isdisjoint(said):
            found.append(Hit(start, end, min(wanted[form] for form in said & known), place))
        elif before and (number := _together(before[2], bare, wanted)) is not None:
            found += [Hit(before[0], before[1], number, place - 1), Hit(start, end, number, place)]
        before = (start, end, bare)
    return found


def best_window(found: Sequence[Hit], words_wide: int = 14) -> tuple[int, int]:
    """Return (how many different query words stand close together, index of the first of them)."""
    best, at, counts, start = 0, 0, dict[int, int](), 0
    for hit in found:
        counts[hit.group] = counts.get(hit.group, 0) + 1
        while hit.place - found[start].place > words_wide:
            gone = found[start].group
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
            start += 1
        if len(counts) > best:
            best, at = len(counts), start
    return best, at


def marked(text: str, groups: Sequence[set[str]]) -> Markup:
    """Return the whole text, escaped, with every hit in <mark>."""
    return _marked(text, hits_in(text, groups), 0, len(text))


def snippet(text: str, groups: Sequence[set[str]]) -> Markup:
    """Return the part of `text` where most of the query stands, escaped, marked, cut between words."""
    found = hits_in(text, groups)
    first = found[best_window(found)[1]].start if found else 0
    start = _word_edge(text, max(0, first - SNIPPET_CHARS // 4)) if first > SNIPPET_CHARS // 2 else 0
    end = len(text) if len(text) <= start + SNIPPET_CHARS + 20 else _word_edge(text, start + SNIPPET_CHARS)
    body = _marked(text, found, start, end)
    return Markup("{}{}{}").format("… " if start else "", body, " …" if end < len(text) else "")


def _together(left: str, right: str, wanted: dict[str, int]) -> int | None:
    """Return which group two neighbours answer when read as one word."""
    one = left + right
    if one in wanted:
        return wanted[one]
    return next((wanted[form] for form in forms(one)[1] if form in wanted), None) if left in _PREFIXES else None


def _word_edge(text: str, at: int) -> int:
    """Return the first place from `at` on where a word ends, at most thirty characters further."""
    space = _SPACE.search(text, at, at + 30)
    return space.end() if space else at


def _marked(text: str, found: Sequence[Hit], start: int, end: int) -> Markup:
    """Escape text[start:end] and wrap its hits; neighbours share one mark, white space becomes one space."""
    pieces: list[str] = []
    at = start
    for first, last in _runs(text, [hit for hit in found if start <= hit.start and hit.end <= end]):
        pieces += [_flat(text[at:first]), "<mark>", _flat(text[first:last]), "</mark>"]
        at = last
    pieces.append(_flat(text[at:end]))
    return Markup("".join(pieces))  # noqa: S704 - every piece is escaped by _flat or is our own tag


def _runs(text: str, found: Sequence[Hit]) -> list[tuple[int, int]]:
    """Join hits with nothing but a space between them."""
    runs: list[tuple[int, int]] = []
    for hit in found:
        if runs and text[runs[-1][1] : hit.start].strip(" \u200c") == "":
            runs[-1] = (runs[-1][0], max(runs[-1][1], hit.end))
        else:
            runs.append((hit.start, hit.end))
    return runs


def _flat(piece: str) -> str:
    return str(escape(_SPACE.sub(" ", piece)))

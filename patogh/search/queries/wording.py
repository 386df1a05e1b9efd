"""From what somebody typed to what to look for, in steps from the surest reading to the loosest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from patogh.kit import limits, persian
from patogh.search.queries import spelling
from patogh.search.queries.expressions import All, Any, Expression, Token, every, some
from patogh.search.tokens import KEY, LIGHT, TITLE, WORD_CHARS_MAX, keys, words

WORDS_MAX: Final = 10
_NOT_TEXT: Final = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(slots=True)
class Wording:
    """A query as words: `plain` folded, `stems` as keys, each without light words if anything else is left.

    `meant` collects, for each plain word, the other forms that later steps accept; marking and ranking use it.
    """

    text: str
    every_word: list[str]
    plain: list[str]
    stems: list[str]
    meant: dict[str, set[str]] = field(default_factory=dict)
    near: dict[str, list[str]] = field(default_factory=dict)

    def groups(self) -> list[set[str]]:
        """Return, for each plain word, every form that counts as a hit of it."""
        return [{word, *keys(word), *self.meant.get(word, ())} for word in self.plain]


def read(typed: str) -> Wording:
    """Return the wording of a query; control and direction characters and what is past the limit are left out."""
    text = _NOT_TEXT.sub(" ", typed[: limits.SEARCH_QUERY_CHARS_MAX]).strip()
    every_word = words(text)[: WORDS_MAX * 2]
    stems = list(dict.fromkeys(persian.query(text)))[:WORDS_MAX]
    return Wording(
        text, every_word, _heavy(dict.fromkeys(every_word))[:WORDS_MAX], _heavy(stem[:WORD_CHARS_MAX] for stem in stems)
    )


def exact(wording: Wording, *, title: bool = False, typing: bool = False) -> Expression:
    """Return the first step: every folded word; with `typing` the last word may be unfinished."""
    sign = TITLE if title else ""
    return every(Token(sign + word, typing and word == wording.plain[-1] and len(word) > 1) for word in wording.plain)


def stemmed(wording: Wording, *, title: bool = False) -> Expression:
    """Return the second step: every key, so that «کتاب‌ها» finds «کتابها» and «می روم» finds «میروم»."""
    if title:
        return every(Token(TITLE + stem) for stem in wording.stems)
    return every(some(_both([stem])) for stem in wording.stems)


def loose(wording: Wording, *, typos: bool = False) -> Expression:
    """Return the third step: neighbours as one word, a word in its parts; with `typos` one slip in each word."""
    parts: dict[str, list[Expression]] = {word: list(_both([word, *keys(word)])) for word in wording.plain}
    _join_neighbours(wording, parts)
    _write_apart(wording, parts)
    if typos:
        _mend(wording, parts)
    return every(some(options) for options in parts.values())


def partly(expression: Expression) -> Expression | None:
    """Return the fourth step: all parts of the expression but any one; None when there is only one part."""
    if not isinstance(expression, All):
        return None
    parts = expression.parts
    return some(every(parts[:i] + parts[i + 1 :]) for i in range(len(parts)))


def _heavy(found: Iterable[str]) -> list[str]:
    """Return the words that carry meaning, or all of them when none does."""
    found = list(found)
    return [word for word in found if word not in LIGHT] or found


def _both(forms: Iterable[str]) -> Iterator[Token]:
    """Yield each form as a plain word and as a key."""
    for form in dict.fromkeys(forms):
        yield Token(form)
        yield Token(KEY + form)


def _join_neighbours(wording: Wording, parts: dict[str, list[Expression]]) -> None:
    """Let a word also be found as one with its neighbour: «نرم افزار» finds «نرمافزار»."""
    for left, right in zip(wording.every_word, wording.every_word[1:], strict=False):
        _as_one(wording, parts, (left, right))
    for chunk in wording.text.split():
        if len(pieces := words(chunk)) > 2:
            _as_one(wording, parts, tuple(pieces))


def _as_one(wording: Wording, parts: dict[str, list[Expression]], pieces: tuple[str, ...]) -> None:
    """Let each of these neighbours also be found as all of them in one word."""
    one = "".join(pieces)[:WORD_CHARS_MAX]
    forms = {one, *keys(one)}
    for word in set(pieces) & parts.keys():
        parts[word] += _both(forms)
        wording.meant.setdefault(word, set()).update(forms)


def _write_apart(wording: Wording, parts: dict[str, list[Expression]]) -> None:
    """Let a word also be found as two or three that are known: «دستدوم» finds «دست دوم»."""
    for word, ways in spelling.parts(wording.plain).items():
        for way in ways:
            parts[word].append(every(Token(piece) for piece in way if piece not in LIGHT))
            wording.meant.setdefault(word, set()).update(set(way) - LIGHT)


def _mend(wording: Wording, parts: dict[str, list[Expression]]) -> None:
    """Let a word also be found as known words one slip away, the commonest first."""
    for word, near in spelling.near(wording.plain).items():
        parts[word] += _both(near)
        wording.meant.setdefault(word, set()).update(near)
        wording.near[word] = near


__all__ = ["All", "Any", "Wording", "exact", "loose", "partly", "read", "stemmed"]

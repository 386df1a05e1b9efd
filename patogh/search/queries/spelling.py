"""Words that a misspelt word may have meant, from the words that documents hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from django.db import connection

from patogh.search.tokens import LIGHT

NEAR_MAX: Final = 10
PART_LETTERS_MIN: Final = 2
_PERSIAN: Final = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
_EVERYWHERE: Final = 1_000_000


def near(words: Iterable[str]) -> dict[str, list[str]]:
    """Return for each word the known words within one edit, the commonest first, at most NEAR_MAX: one query.

    Every string that one insertion, deletion, substitution or swap of neighbours makes is looked up, some five hundred
    a word: that costs the same however many words are known.
    """
    asked = {word: _edits(word) for word in words if 3 <= len(word) <= 24 and word.isalpha()}
    known = documents(edit for edits in asked.values() for edit in edits)
    found = {}
    for word, edits in asked.items():
        close = sorted(((known[edit], edit) for edit in edits if edit in known and edit != word), reverse=True)
        found[word] = [edit for _, edit in close[:NEAR_MAX]]
    return found


def parts(words: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    """Return for each word the best two ways to cut it into two or three known words: few parts, common words."""
    cuts = {word: list(_cuts(word)) for word in words if 4 <= len(word) <= 24}
    pieces = {piece for ways in cuts.values() for way in ways for piece in way}
    known = documents(pieces) | dict.fromkeys(LIGHT & pieces, _EVERYWHERE)
    found: dict[str, list[tuple[str, ...]]] = {}
    for word, ways in cuts.items():
        able = [
            (-len(way), min(map(known.__getitem__, way)), way)
            for way in ways
            if all(piece in known for piece in way) and not LIGHT.issuperset(way)
        ]
        found[word] = [way for _, _, way in sorted(able, reverse=True)[:2]]
    return found


def documents(words: Iterable[str]) -> dict[str, int]:
    """Return in how many documents each known word stands, roughly; unknown words are left out."""
    asked = list(dict.fromkeys(words))
    if not asked:
        return {}
    sqlite = connection.vendor == "sqlite"
    among = "IN (SELECT value FROM json_each(%s))" if sqlite else "= ANY(%s)"
    sql = f"SELECT word, documents FROM search_word WHERE word {among}"  # noqa: S608 - one of two fixed texts
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(asked) if sqlite else asked])
        return dict(cursor.fetchall())


def _edits(word: str) -> set[str]:
    """Return every string one edit away from a word, in its own script."""
    letters = _LATIN if word.isascii() else _PERSIAN
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = {left + right[1:] for left, right in cuts if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    found |= {left + letter + right[1:] for left, right in cuts if right for letter in letters}
    return found | {left + letter + right for left, right in cuts for letter in letters}


def _cuts(word: str) -> Iterator[tuple[str, ...]]:
    """Yield every way to cut a word into two or three pieces of two letters or more."""
    for i in range(PART_LETTERS_MIN, len(word) - 1):
        yield word[:i], word[i:]
        for j in range(i + PART_LETTERS_MIN, len(word) - 1):
            yield word[:i], word[i:j], word[j:]

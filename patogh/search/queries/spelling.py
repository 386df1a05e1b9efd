"""Words that a misspelt word may have meant, from the words that documents hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection

from patogh.kit import persian
from patogh.search.models import Word
from patogh.search.tokens import LIGHT

NEAR_MAX: Final = 6
READ_ROWS_MAX: Final = 4_000
HALF_LETTERS_MIN: Final = 2
_LAST: Final = "\U0010ffff"


def near(words: Iterable[str]) -> dict[str, list[str]]:
    """Return for each word the known words within one edit, the commonest first, at most NEAR_MAX.

    One edit leaves one half of a word as it was, so the words that begin or end like it hold every answer; a swap of the
    two letters in the middle touches both halves and is looked up by itself.
    """
    return {word: _near(word) for word in words if 3 <= len(word) <= 24 and word.isalpha()}


def halves(words: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Return for each word the ways to cut it into two known words, the best two."""
    cuts = {word: [(word[:i], word[i:]) for i in range(HALF_LETTERS_MIN, len(word) - 1)] for word in words if 5 <= len(word) <= 24}
    parts = {part for pairs in cuts.values() for pair in pairs for part in pair}
    known = dict(Word.objects.filter(word__in=parts).values_list("word", "documents")) if parts else {}
    known.update(dict.fromkeys(LIGHT & parts, 1_000_000))
    found: dict[str, list[tuple[str, str]]] = {}
    for word, pairs in cuts.items():
        able = [(min(known[left], known[right]), (left, right)) for left, right in pairs if left in known and right in known and not {left, right} <= LIGHT]
        found[word] = [pair for _, pair in sorted(able, reverse=True)[:2]]
    return found


def rarity(words: Sequence[str]) -> dict[str, int]:
    """Return in how many documents each known word stands, roughly."""
    return dict(Word.objects.filter(word__in=words).values_list("word", "documents"))


def _near(word: str) -> list[str]:
    """Return the known words within one edit of a word."""
    half = len(word) // 2
    sizes = (len(word) - 1, len(word) + 1)
    swaps = [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)]
    found = dict(Word.objects.filter(word__in=swaps).values_list("word", "documents"))
    found |= dict(_beginning("word", word[:half], sizes))
    found |= dict(_beginning("mirror", word[half:][::-1], sizes))
    close = [(documents, other) for other, documents in found.items() if other != word and persian.within_one_edit(word, other)]
    return [other for _, other in sorted(close, reverse=True)[:NEAR_MAX]]


def _beginning(column: str, beginning: str, sizes: tuple[int, int]) -> list[tuple[str, int]]:
    """Return (word, documents) of known words of those sizes whose column starts so, by a range of the index."""
    exact = "" if connection.vendor == "sqlite" else ' COLLATE "C"'
    sql = (
        f"SELECT word, documents FROM search_word WHERE {column}{exact} >= %s AND {column}{exact} < %s "  # noqa: S608 - two fixed names
        "AND letters BETWEEN %s AND %s LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [beginning, beginning + _LAST, *sizes, READ_ROWS_MAX])
        return cursor.fetchall()

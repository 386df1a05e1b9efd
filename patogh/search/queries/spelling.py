"""Words that a misspelt word may have meant, from the words that documents hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.db import connection

from patogh.kit import persian
from patogh.search.models import Word
from patogh.search.tokens import LIGHT

NEAR_MAX: Final = 10
READ_ROWS_MAX: Final = 4_000
HALF_LETTERS_MIN: Final = 2
_LAST: Final = "\U0010ffff"


def near(words: Iterable[str]) -> dict[str, list[str]]:
    """Return for each word the known words within one edit, the commonest first, at most NEAR_MAX: two queries.

    One edit leaves one half of a word as it was, so the words that begin or end like it hold every answer; a swap of the
    two letters in the middle touches both halves and is looked up by itself.
    """
    asked = [word for word in words if 3 <= len(word) <= 24 and word.isalpha()]
    if not asked:
        return {}
    known = rarity([word[:i] + word[i + 1] + word[i] + word[i + 2 :] for word in asked for i in range(len(word) - 1)])
    known |= _with_halves(asked)
    found = {}
    for word in asked:
        close = [(documents, other) for other, documents in known.items() if other != word and persian.within_one_edit(word, other)]
        found[word] = [other for _, other in sorted(close, reverse=True)[:NEAR_MAX]]
    return found


def parts(words: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    """Return for each word the ways to cut it into two or three known words, the best two: fewest parts, commonest words."""
    cuts = {word: list(_cuts(word)) for word in words if 4 <= len(word) <= 24}
    pieces = {piece for ways in cuts.values() for way in ways for piece in way}
    known = dict(Word.objects.filter(word__in=pieces).values_list("word", "documents")) if pieces else {}
    known.update(dict.fromkeys(LIGHT & pieces, 1_000_000))
    found: dict[str, list[tuple[str, ...]]] = {}
    for word, ways in cuts.items():
        able = [(-len(way), min(map(known.__getitem__, way)), way) for way in ways if all(piece in known for piece in way) and not LIGHT.issuperset(way)]
        found[word] = [way for _, _, way in sorted(able, reverse=True)[:2]]
    return found


def rarity(words: Sequence[str]) -> dict[str, int]:
    """Return in how many documents each known word stands, roughly."""
    return dict(Word.objects.filter(word__in=words).values_list("word", "documents"))


def _cuts(word: str) -> Iterator[tuple[str, ...]]:
    """Yield every way to cut a word into two or three pieces of two letters or more."""
    for i in range(HALF_LETTERS_MIN, len(word) - 1):
        yield word[:i], word[i:]
        for j in range(i + HALF_LETTERS_MIN, len(word) - 1):
            yield word[:i], word[i:j], word[j:]


def _with_halves(words: Sequence[str]) -> dict[str, int]:
    """Return {word: documents} of the known words that begin or end with half of one of these, by ranges of both indexes."""
    exact = "" if connection.vendor == "sqlite" else ' COLLATE "C"'
    one = (
        "SELECT * FROM (SELECT word, documents FROM search_word WHERE {column}{exact} >= %s AND {column}{exact} < %s "
        "AND letters BETWEEN %s AND %s LIMIT {rows}) AS part"
    )
    parts, given = [], list[object]()
    for word in words:
        half = len(word) // 2
        for column, beginning in (("word", word[:half]), ("mirror", word[half:][::-1])):
            parts.append(one.format(column=column, exact=exact, rows=READ_ROWS_MAX))
            given += [beginning, beginning + _LAST, len(word) - 1, len(word) + 1]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), given)
        return dict(cursor.fetchall())

"""The words that were ever put in, for queries with a typing mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import connection, transaction

from patogh.search.tokens import vocabulary

KNOWN_WORDS_MAX = 400_000
MANY_DOCUMENTS = 50
_known: set[str] = set()


def learn(found: Sequence[set[str]]) -> None:
    """Add the words of some documents' tokens; large batches also count in how many documents each stands.

    A single document never touches the row of a known word, so that writers do not wait for each other.
    """
    if len(found) >= MANY_DOCUMENTS:
        _write(Counter(word for tokens in found for word in vocabulary(tokens)), counting=True)
    elif new := set().union(*(vocabulary(tokens) for tokens in found)) - _known:
        _write(Counter(new), counting=False)
        transaction.on_commit(lambda: _remember(new))


def forget_known() -> None:
    """Start again, after the table was emptied."""
    _known.clear()


def _remember(words: set[str]) -> None:
    """Keep committed words in this process, so that most documents need no look at the table."""
    if len(_known) > KNOWN_WORDS_MAX:
        _known.clear()
    _known.update(words)


def _write(counts: Counter[str], *, counting: bool) -> None:
    """Write words in their order (so that two transactions cannot wait for each other crosswise)."""
    on_known = "DO UPDATE SET documents = search_word.documents + EXCLUDED.documents" if counting else "DO NOTHING"
    sql = f"INSERT INTO search_word (word, documents) VALUES (%s, %s) ON CONFLICT (word) {on_known}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(word, counts[word]) for word in sorted(counts)])

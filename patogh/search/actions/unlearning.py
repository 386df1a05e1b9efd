"""Taking words out for good: what an erased person alone had written stands in no list of words any more."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from patogh.activity import upkeep
from patogh.search.actions.index import index
from patogh.search.actions.vocabulary import forget_known
from patogh.search.models import Word
from patogh.search.tokens import keys, vocabulary, words

_STEP = 400


@upkeep
def unlearn(texts: Iterable[str]) -> int:
    """Forget the words of these texts that no document holds; returns how many. Call it once their documents are gone."""
    found = set().union(*({*words(text), *keys(text)} for text in texts)) if texts else set()
    known = sorted(vocabulary(found) | found)
    gone = [word for word in known if not _stands(word)]
    for start in range(0, len(gone), _STEP):
        Word.objects.filter(word__in=gone[start : start + _STEP]).delete()
    forget_known()
    return len(gone)


@upkeep
def settle() -> None:
    """Merge the index, so that nothing of what was taken out is left in its older pieces."""
    index().settle()


def _stands(word: str) -> bool:
    """Whether a document holds a word."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            quoted = word.replace('"', '""')
            cursor.execute("SELECT 1 FROM search_index WHERE search_index MATCH %s LIMIT 1", [f'"{quoted}"'])
        else:
            cursor.execute(
                "SELECT 1 FROM search_index WHERE words @@ %s::tsquery LIMIT 1",
                ["'" + word.replace("'", "''").replace("\\", "\\\\") + "'"],
            )
        return cursor.fetchone() is not None

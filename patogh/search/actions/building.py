"""Building the index anew from the stored documents, when the text rules have changed or the index was lost."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from patogh.activity import upkeep
from patogh.kit.persian import KEY_VERSION
from patogh.search.actions.index import index
from patogh.search.actions.vocabulary import forget_known, learn
from patogh.search.entries import entry_of
from patogh.search.models import Document, IndexState, Word
from patogh.search.tokens import tokens

BATCH_ROWS = 2_000
Progress = Callable[[int, int], None]
_fresh: set[int] = set()


def is_stale() -> bool:
    """Tell whether the index was built with other text rules; until `reindex` runs, only documents are kept then."""
    if KEY_VERSION in _fresh:
        return False
    built_with = IndexState.objects.filter(pk=1).values_list("key_version", flat=True).first()
    if built_with in {None, KEY_VERSION}:
        _fresh.add(KEY_VERSION)
        return False
    return True


@upkeep
def reindex(progress: Progress | None = None) -> int:
    """Build the index anew, in one transaction; calls `progress(done, last id)` after each batch; returns how many."""
    index().clear()
    Word.objects.all().delete()
    forget_known()
    last = Document.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    done = at = 0
    while rows := list(Document.objects.filter(pk__gt=at).order_by("pk")[:BATCH_ROWS]):
        found = [tokens(entry_of(row)) for row in rows]
        index().add(list(zip([row.pk for row in rows], found, strict=True)))
        learn(found)
        done, at = done + len(rows), rows[-1].pk
        if progress:
            progress(at, last)
    index().settle()
    IndexState.objects.update_or_create(pk=1, defaults={"key_version": KEY_VERSION, "built_at": timezone.now()})
    return done

"""The word lists of this house, beside those that come with it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.kit import persian
from patogh.people.models import Member
from patogh.trust import limits
from patogh.trust.errors import BadWord, UnknownReason
from patogh.trust.folding import word_key
from patogh.trust.models import ListedWord
from patogh.trust.queries.wordlists import forget_words


@action
def list_word(word: str, category: str, *, by: Member, is_allowed: bool = False) -> ListedWord:
    """Put a word or a few on a list (texts with it wait for review), or `is_allowed`: never mind it, even if it is listed.

    A word that stands there already moves. Raises BadWord or UnknownReason.
    """
    kept = persian.name_clean(word)
    key = word_key(kept)
    letters = sum(character.isalpha() for character in kept)
    if not limits.LISTED_WORD_CHARS_MIN <= len(kept) <= limits.LISTED_WORD_CHARS_MAX or letters < 2 or len(key) < 2:
        raise BadWord(least=limits.LISTED_WORD_CHARS_MIN, most=limits.LISTED_WORD_CHARS_MAX)
    if category not in dict(ListedWord.CATEGORIES):
        raise UnknownReason(field="category")
    if ListedWord.objects.filter(lifted_at=None).count() >= limits.LISTED_WORDS_MAX:
        raise BadWord(least=limits.LISTED_WORD_CHARS_MIN, most=limits.LISTED_WORD_CHARS_MAX)
    row, created = ListedWord.objects.select_for_update(of=("self",)).get_or_create(
        key=key[:60],
        lifted_at=None,
        defaults={"word": kept, "category": category, "is_allowed": is_allowed, "added_by": by},
    )
    if not created:
        if (row.word, row.category, row.is_allowed) == (kept, category, is_allowed):
            return unchanged(row)
        row.word, row.category, row.is_allowed, row.added_by = kept, category, is_allowed, by
        row.save()
    record("trust.word_listed", by=by, subject=row, data={"category": category, "is_allowed": is_allowed})
    transaction.on_commit(forget_words)
    return row


@action
def unlist_word(row: ListedWord, *, by: Member) -> ListedWord:
    """Take a word off its list again."""
    kept = ListedWord.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if kept.lifted_at is not None:
        return unchanged(kept)
    kept.lifted_at, kept.lifted_by = timezone.now(), by
    kept.save(update_fields=["lifted_at", "lifted_by"])
    record("trust.word_unlisted", by=by, subject=kept)
    transaction.on_commit(forget_words)
    return kept

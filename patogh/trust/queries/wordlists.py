"""The listed words that hold here: those that come with the house and those of its moderators."""

from __future__ import annotations

import time
import tomllib
from functools import cache
from pathlib import Path

from django.conf import settings

from patogh.kit.pages import Order, Page, paged
from patogh.trust.folding import Entry, Hit, Matcher, word_key
from patogh.trust.models import ListedWord

_HOME = Path(__file__).resolve().parent.parent / "words"
_kept: tuple[float, tuple[tuple[str, str, bool], ...]] | None = None


def hits(text: str) -> tuple[Hit, ...]:
    """Return the listed words in a text, each with its category; linear in its length."""
    return _matcher(_rows()).hits(text)


def words_page(*, after: str | None = None, before: str | None = None) -> Page[ListedWord]:
    """Return what moderators listed or allowed, newest first."""
    rows = ListedWord.objects.filter(lifted_at=None).select_related("added_by")
    return paged(rows, Order("added_at"), after=after, before=before)


def words_of_the_house() -> dict[str, list[str]]:
    """Return the words that come with the house by category, for the page on which moderators look at them."""
    found: dict[str, list[str]] = {}
    for entry in shipped():
        found.setdefault(entry.category, []).append(entry.word)
    return found


def forget_words() -> None:
    """Drop what this process keeps of the moderators' rows."""
    global _kept  # noqa: PLW0603 - one list per process is the point
    _kept = None


@cache
def shipped() -> tuple[Entry, ...]:
    """Return the entries of the files beside this room."""
    return tuple(entry for path in sorted(_HOME.glob("*.toml")) for entry in _of_file(path))


def _of_file(path: Path) -> list[Entry]:
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Entry.of(word, category, has_endings=kind == "words")
        for category, lists in said.items()
        for kind in ("words", "exact")
        for word in lists.get(kind, [])
    ]


def _rows() -> tuple[tuple[str, str, bool], ...]:
    """Return the moderators' rows, kept for BRAND_CACHE_S seconds."""
    global _kept  # noqa: PLW0603
    now = time.monotonic()
    if _kept is None or now - _kept[0] >= settings.BRAND_CACHE_S:
        rows = ListedWord.objects.filter(lifted_at=None).values_list("word", "category", "is_allowed")
        _kept = (now, tuple(sorted(rows)))
    return _kept[1]


@cache
def _base() -> Matcher:
    return Matcher.of(shipped())


_built: dict[tuple[tuple[str, str, bool], ...], Matcher] = {}


def _matcher(rows: tuple[tuple[str, str, bool], ...]) -> Matcher:
    """Return the matcher for these rows; one is kept beside that of the files."""
    if not rows:
        return _base()
    if rows not in _built:
        _built.clear()
        allowed = {word_key(word) for word, _, is_allowed in rows if is_allowed}
        own = [Entry.of(word, category) for word, category, is_allowed in rows if not is_allowed]
        _built[rows] = Matcher.of([entry for entry in (*shipped(), *own) if entry.letters not in allowed])
    return _built[rows]

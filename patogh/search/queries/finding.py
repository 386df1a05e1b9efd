"""The search itself: the steps, until enough is found; then the order; then the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from patogh.kit import pages, persian
from patogh.search.models import Document
from patogh.search.queries import wording as wordings
from patogh.search.queries.candidates import Candidate, Filters, candidates
from patogh.search.queries.expressions import Expression
from patogh.search.queries.hits import Hit, dressed
from patogh.search.queries.ranking import ranked
from patogh.search.queries.wording import Wording
from patogh.search.tokens import words

TITLES_MAX: Final = 80
MATCHES_MAX: Final = 200
READ_MAX: Final = 8
READ_CHARS_MAX: Final = 3_000
FEW: Final = 20
MENDED: Final = 3  # the first step that takes words for others


@dataclass(slots=True)
class Results:
    """What a search page shows.

    `count` is how many topics, members and others were found; `capped` says that there may be more. `meant` is what the
    words probably were meant to be (a slip, or the other keyboard layout), empty when they were found as typed.
    """

    hits: list[Hit] = field(default_factory=list)
    next: str | None = None
    count: int = 0
    capped: bool = False
    meant: str = ""
    words: str = ""


def search(
    typed: str,
    *,
    audiences: Sequence[str],
    filters: Filters | None = None,
    limit: int = 20,
    cursor: str | None = None,
    typing: bool = False,
) -> Results:
    """Return one page of what `typed` finds among what `audiences` may see; raises BadCursor.

    `typing` takes the last word as unfinished. Never counts, never scans more than a fixed number of rows.
    """
    wording, found, capped = _steps(typed, _Scope(tuple(audiences), filters or Filters(), typing))
    mended = bool(found) and min(one.step for one in found) >= MENDED
    meant = ""
    if not found and wording.text:
        other = persian.wrong_layout(wording.text)
        again, found, capped = _steps(other, _Scope(tuple(audiences), filters or Filters(), False), thorough=False)
        wording, meant = (again, other) if found else (wording, "")
    order = _one_a_topic(ranked(found, wording.groups()))
    meant = _corrected(wording, order) if mended else meant
    page = _page(order, limit, cursor)
    hits = dressed(page.items, wording.groups())
    return Results(hits, page.next, len(order), capped, meant, wording.text)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Who looks, and how narrowly."""

    audiences: tuple[str, ...]
    filters: Filters
    typing: bool

    def matches(self, expression: Expression, limit: int) -> list[Candidate]:
        """Return the newest matches."""
        return candidates(expression, self.audiences, self.filters, limit)


class _Pool:
    """The candidates found so far, each by its surest step."""

    def __init__(self, scope: _Scope) -> None:
        self.scope = scope
        self.found: dict[int, Candidate] = {}
        self.capped = False

    def add(self, expression: Expression, step: int, in_titles: Expression | None = None) -> None:
        """Look for an expression and keep what is new; of too much of it, also look at the titles by themselves."""
        new = self.scope.matches(expression, MATCHES_MAX)
        for one in new:
            one.step = step
            self.found.setdefault(one.id, one)
        if len(new) == MATCHES_MAX:
            self.capped = True
            for one in self.scope.matches(in_titles, TITLES_MAX) if in_titles else ():
                one.step = step
                self.found.setdefault(one.id, one).in_title = True

    def has(self, enough: int) -> bool:
        """Tell whether so many are found."""
        return len(self.found) >= enough


def _steps(typed: str, scope: _Scope, *, thorough: bool = True) -> tuple[Wording, list[Candidate], bool]:
    """Read the query ever more loosely until enough is found."""
    wording = wordings.read(typed)
    pool = _Pool(scope)
    if wording.plain:
        pool.add(
            wordings.exact(wording, typing=scope.typing), 0, wordings.exact(wording, title=True, typing=scope.typing)
        )
    if wording.stems and not pool.capped:
        pool.add(wordings.stemmed(wording), 1, wordings.stemmed(wording, title=True))
    if wording.plain and thorough and not pool.capped:
        _loosely(wording, pool)
    return wording, list(pool.found.values()), pool.capped


def _loosely(wording: Wording, pool: _Pool) -> None:
    """Take the steps that cost more: words joined and cut, then one slip a word, then all words but one."""
    pool.add(wordings.loose(wording), 2)
    if not pool.has(FEW):
        expression = wordings.loose(wording, typos=True)
        pool.add(expression, MENDED)
        fewer = wordings.partly(expression)
        if fewer is not None and not pool.has(1):
            pool.add(fewer, MENDED + 1)


def _corrected(wording: Wording, order: Sequence[Candidate]) -> str:
    """Return the query with its slips mended by words of the best hits (so of nothing hidden), "" when none was."""
    shown = Document.objects.filter(pk__in=[one.id for one in order[:READ_MAX]]).values_list("title", "text")
    said = {word for title, text in shown for word in (*words(title), *words(text[:READ_CHARS_MAX]))}
    mended = {
        word: next((other for other in near if other in said), word)
        for word, near in wording.near.items()
        if word not in said
    }
    if all(word == other for word, other in mended.items()):
        return ""
    return " ".join(mended.get(word, word) for word in wording.every_word)


def _one_a_topic(order: Sequence[Candidate]) -> list[Candidate]:
    """Keep the best document of each topic."""
    seen: set[int] = set()
    kept = []
    for one in order:
        if one.topic_id is None or one.topic_id not in seen:
            kept.append(one)
            seen.add(one.topic_id or 0)
    return kept


def _page(order: list[Candidate], limit: int, cursor: str | None) -> pages.Page[Candidate]:
    """Return the part of the order behind the cursor."""
    if cursor:
        after = pages.Cursor.decode(cursor)
        if not isinstance(after.value, int | float) or not isinstance(after.id, int):
            raise pages.BadCursor
        order = [one for one in order if (-one.score, -one.id) > (-after.value, -after.id)]
    return pages.cut(order[: limit + 1], limit, lambda one: pages.Cursor(one.score, one.id), came_from=cursor)

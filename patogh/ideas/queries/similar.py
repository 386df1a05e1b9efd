"""Ideas like some words: by their words in the search index, and by what they mean where the optional model is installed.

The words alone are a complete answer. Each lookup reads a bounded number of candidates from an index, however many ideas there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db.models.functions import Substr

from patogh.ideas import limits, meaning
from patogh.ideas.machine import MERGED
from patogh.ideas.models import Idea
from patogh.ideas.queries import near
from patogh.ideas.queries.access import public
from patogh.search import tokens
from patogh.search.marking import hits_in
from patogh.search.models import Document
from patogh.search.queries import spelling
from patogh.search.queries.candidates import Filters, candidates
from patogh.search.queries.expressions import Expression, Token, every, some
from patogh.search.tokens import KEY, LIGHT, TITLE

LEAST: Final = 0.3
MEANT: Final = 0.15
_WORDS_BESIDE: Final = 0.5
_TITLE_WORDS: Final = 6
_IN_TEXT: Final = 0.5
_AUDIENCES: Final = ("public",)


@dataclass(frozen=True, slots=True)
class Similar:
    """An idea like the words: how like (0 to 1), and why: "title", "words" or "meaning"."""

    idea: Idea
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class _Found:
    idea_id: int
    score: float
    why: str


def similar(
    title: str, text: str = "", *, programme_id: int | None = None, besides: int | None = None, limit: int = 5
) -> list[Similar]:
    """Return public ideas like a title and a text, the likest first; at most six queries, however many ideas there are."""
    limit = max(0, min(limit, limits.SIMILAR_MAX))
    title, text = (
        title.replace("\0", "")[: limits.TITLE_CHARS_MAX],
        text.replace("\0", "")[: limits.SIMILAR_TEXT_CHARS_MAX],
    )
    found = _both(by_words(title, text), by_meaning(title, text, besides))
    found.pop(besides or 0, None)
    order = sorted(found.values(), key=lambda one: (-one.score, -one.idea_id))[: limit * 4]
    rows = public().exclude(state=MERGED).filter(pk__in=[one.idea_id for one in order])
    if programme_id is not None:
        rows = rows.filter(programme_id=programme_id)
    ideas = {row.pk: row for row in rows} if order else {}
    return [Similar(ideas[one.idea_id], one.score, one.why) for one in order if one.idea_id in ideas][:limit]


def _both(said: list[_Found], meant: list[_Found]) -> dict[int, _Found]:
    """Return both by idea. Where meaning has a say, words alone count less than words that mean the same."""
    found = {one.idea_id: one for one in meant}
    for one in said:
        known = found.get(one.idea_id)
        score = one.score if not meant else one.score * _WORDS_BESIDE + (known.score if known else 0)
        found[one.idea_id] = replace(one, score=round(min(1.0, score), 4))
    return found


def by_words(title: str, text: str) -> list[_Found]:
    """Return ideas that share the rarer words, with how much of their worth they share; a word of the title counts whole."""
    rare = _rare(title, text)
    if not rare:
        return []
    expression = _two_of(list(rare)) if len(rare) > 1 else Token(TITLE + next(iter(rare)))
    found = candidates(expression, _AUDIENCES, Filters(kinds=("idea",)), limits.SIMILAR_READ_MAX)
    texts = Document.objects.filter(pk__in=[one.id for one in found]).annotate(
        start=Substr("text", 1, limits.SIMILAR_TEXT_CHARS_MAX)
    )
    said = {pk: (head, start) for pk, head, start in texts.values_list("pk", "title", "start")}
    scored = [_scored(one.thing_id, *said[one.id], rare) for one in found if one.id in said]
    return [one for one in scored if one.score >= LEAST]


def by_meaning(title: str, text: str, besides: int | None = None) -> list[_Found]:
    """Return ideas that mean something near, where that is known already or quickly told; nothing otherwise."""
    close = near.near_idea(besides) if besides else None
    if close is None:
        vector = meaning.of_query(f"{title}\n{text}".strip())
        close = near.near(vector) if vector is not None else []
    return [_Found(idea_id, round(score, 4), "meaning") for idea_id, score in close if score >= MEANT]


def _rare(title: str, text: str) -> dict[str, float]:
    """Return the rarest known words with what each is worth: those of the title first."""
    heads = [word for word in dict.fromkeys((*tokens.keys(title), *tokens.words(title))) if word not in LIGHT]
    rest = [word for word in dict.fromkeys(tokens.keys(text)) if word not in LIGHT and word not in heads]
    known = spelling.documents([*heads[:40], *rest[:160]])
    rare = sorted((word for word in heads if word in known), key=known.__getitem__)[:_TITLE_WORDS]
    rare += sorted((word for word in rest if word in known), key=known.__getitem__)[
        : limits.SIMILAR_WORDS_MAX - len(rare)
    ]
    return {word: 1 / (1 + known[word]) ** 0.25 for word in rare}


def _two_of(words: Sequence[str]) -> Expression:
    """Return any two of the words, anywhere in the idea."""
    parts = [some((Token(word), Token(KEY + word), Token(TITLE + word))) for word in words]
    return some(every((left, right)) for place, left in enumerate(parts) for right in parts[place + 1 :])


def _scored(idea_id: int, title: str, text: str, rare: dict[str, float]) -> _Found:
    """Return how much of the words' worth an idea shares."""
    groups, worth = [{word} for word in rare], list(rare.values())
    in_title = {hit.group for hit in hits_in(title, groups)}
    in_text = {hit.group for hit in hits_in(text, groups)} - in_title
    shared = sum(worth[group] for group in in_title) + _IN_TEXT * sum(worth[group] for group in in_text)
    return _Found(idea_id, round(shared / sum(worth), 4), "title" if in_title else "words")

"""While somebody types: what the words may become, and which topics are like a new title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from patogh.search import tokens
from patogh.search.marking import hits_in
from patogh.search.models import Document
from patogh.search.queries import spelling, wording
from patogh.search.queries.candidates import Candidate, Filters, candidates
from patogh.search.queries.expressions import Expression, Token, every, some
from patogh.search.queries.hits import Hit, dressed
from patogh.search.queries.ranking import ranked
from patogh.search.tokens import LIGHT, TITLE

GROUPS: Final = (("topic", 5), ("idea", 3), ("member", 3), ("tag", 3), ("space", 2))
READ_MAX: Final = 60
SIMILAR_WORDS_MAX: Final = 7
SIMILAR_LEAST: Final = 0.34


def suggest(typed: str, *, audiences: Sequence[str]) -> list[Hit]:
    """Return a few topics, ideas, members, tags and spaces whose names hold the words, the last one perhaps unfinished."""
    said = wording.read(typed)
    if not said.plain or len(said.text) < 2:
        return []
    found: list[Hit] = []
    for kind, most in GROUPS:
        order = ranked(_beginning(said, audiences, kind), _unfinished(said))[:most]
        found += dressed(order, said.groups())
    return found


def similar(
    title: str, *, tags: Sequence[str] = (), audiences: Sequence[str], limit: int = 5, without: int | None = None
) -> list[Hit]:
    """Return topics with the rarer words of a title or its tags, the likest first, but not the topic `without`."""
    known = spelling.documents(
        [word for word in dict.fromkeys(tokens.keys(title) + tokens.words(title)) if word not in LIGHT]
    )
    rare = sorted(known, key=known.__getitem__)[:SIMILAR_WORDS_MAX]
    parts: list[Expression] = [
        Token(word) for word in (*(TITLE + word for word in rare), *map(tokens.tag_mark, tags[:3]))
    ]
    if not parts:
        return []
    found = candidates(_at_least_two(parts), audiences, Filters(kinds=("topic",)), READ_MAX * 2)
    groups = [{word} for word in rare]
    texts = dict(Document.objects.filter(pk__in=[one.id for one in found]).values_list("pk", "title"))
    worth = {word: 1 / (1 + known[word]) ** 0.25 for word in rare}
    total = sum(worth.values()) or 1
    for one in found:
        shared = {hit.group for hit in hits_in(texts[one.id], groups)} if one.id in texts else set()
        one.score = round(sum(worth[rare[group]] for group in shared) / total + min(one.weight, 40) / 400, 4)
    order = sorted(
        (one for one in found if one.topic_id != without and one.score >= SIMILAR_LEAST),
        key=lambda one: (-one.score, -one.id),
    )
    return dressed(order[:limit], groups)


def _beginning(said: wording.Wording, audiences: Sequence[str], kind: str) -> list[Candidate]:
    """Return the newest things of a kind with these words in their names."""
    expression = wording.exact(said, title=True, typing=True)
    found = candidates(expression, audiences, Filters(kinds=(kind,)), READ_MAX)
    for one in found:
        one.in_title = True
    return found


def _unfinished(said: wording.Wording) -> list[set[str]]:
    """Return the groups for ranking: the finished words only, for the last one matches in another way."""
    return said.groups()[:-1] or said.groups()


def _at_least_two(parts: list[Expression]) -> Expression:
    """Return any two of the parts, or the only one."""
    if len(parts) == 1:
        return parts[0]
    return some(every((left, right)) for i, left in enumerate(parts) for right in parts[i + 1 :])

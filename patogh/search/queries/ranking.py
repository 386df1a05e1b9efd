"""One order for both databases: how sure the match is, where it stands, how good and how recent the document is.

Only some of the candidates have their texts read. Nothing depends on the moment of asking, so that a second page
continues the first: being younger by a year is worth YEAR points, whenever one asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from math import log1p
from typing import Final

from patogh.search.marking import best_window, hits_in
from patogh.search.models import Document
from patogh.search.queries.candidates import Candidate

READ_TEXTS_MAX: Final = 48
READ_CHARS_MAX: Final = 2_500
STEP: Final = 1.6
YEAR: Final = 0.35
TITLE: Final = 2.2
WEIGHT: Final = 0.55
CLOSE: Final = 1.8
COVERED: Final = 2.5
OPENING: Final = {"topic": 0.7, "member": 0.4, "space": 1.2, "tag": 0.5, "post": 0.0}
_EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
_YEAR_S: Final = 365.25 * 24 * 3600


def ranked(found: Sequence[Candidate], groups: Sequence[set[str]]) -> list[Candidate]:
    """Return the candidates, best first, with their scores; reads the texts of the READ_TEXTS_MAX most promising."""
    for one in found:
        one.score = _promise(one)
    order = sorted(found, key=lambda one: (-one.score, -one.id))
    near = order[:READ_TEXTS_MAX]
    texts = {
        pk: (title, text)
        for pk, title, text in Document.objects.filter(pk__in=[one.id for one in near]).values_list(
            "pk", "title", "text"
        )
    }
    for one in near:
        one.score += 3 + _said(*texts.get(one.id, ("", "")), groups)
    for one in found:
        one.score = round(one.score, 4)
    return sorted(found, key=lambda one: (-one.score, -one.id))


def _promise(one: Candidate) -> float:
    """Return what a candidate is worth by its narrow row alone."""
    years = (one.happened_at - _EPOCH).total_seconds() / _YEAR_S
    good = log1p(max(0, one.weight)) * WEIGHT
    return OPENING.get(one.kind, 0) + TITLE * one.in_title + good + YEAR * years - STEP * one.step


def _said(title: str, text: str, groups: Sequence[set[str]]) -> float:
    """Return what its words are worth: how much of the query they say, how close together, how much in the title."""
    in_title = {hit.group for hit in hits_in(title, groups)}
    in_text = hits_in(text, groups, READ_CHARS_MAX)
    said = in_title | {hit.group for hit in in_text}
    count = max(1, len(groups))
    close = max(best_window(in_text)[0], len(in_title)) / count if count > 1 else 1
    often = log1p(len(in_text)) * 0.25
    return COVERED * len(said) / count + CLOSE * close + TITLE * len(in_title) / count + often

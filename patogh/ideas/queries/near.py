"""Which ideas mean something near a vector.

A process keeps the signs of every kept vector (384 bits each, 100 bytes in memory) and reads what was added since; the ideas whose
signs differ least are then compared by their whole vectors. Two queries and a bounded number of vectors, however many ideas.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

from patogh.ideas import limits, meaning
from patogh.ideas.meaning import MODEL, Vector
from patogh.ideas.models import Meaning


class _Known:
    """The signs of what is kept, as far as this process has read."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Read everything anew at the next question."""
        self.signs: dict[int, int] = {}
        self.until: dt.datetime | None = None

    def read(self) -> dict[int, int]:
        """Return the signs of each idea; a row may have been written a little before another one and be seen after it."""
        with self.lock:
            rows = Meaning.objects.filter(model=MODEL)
            if self.until is not None:
                rows = rows.filter(made_at__gte=self.until - dt.timedelta(seconds=limits.MEANING_OVERLAP_S))
            found = dict(self.signs)
            for idea_id, vector, made_at in rows.values_list("idea", "vector", "made_at").iterator():
                found[idea_id] = meaning.sides(bytes(vector))
                self.until = max(made_at, self.until or made_at)
            if found != self.signs:
                self.signs = found
            return self.signs


known = _Known()


def near_idea(idea_id: int) -> list[tuple[int, float]] | None:
    """Return what is near an idea by what the worker has kept of it, without the model; None where it kept nothing."""
    kept = Meaning.objects.filter(idea=idea_id, model=MODEL).values_list("vector", flat=True).first()
    return None if kept is None else near(meaning.unpacked(bytes(kept)), besides=idea_id)


def near(vector: Vector, *, besides: int = 0) -> list[tuple[int, float]]:
    """Return (idea, likeness from 0 to 1) of the nearest ideas, the likest first."""
    rows = Meaning.objects.filter(idea__in=_likest(meaning.sides(meaning.packed(vector)), besides), model=MODEL)
    kept = rows.values_list("idea", "vector")
    found = [(idea_id, meaning.likeness(vector, meaning.unpacked(bytes(one)))) for idea_id, one in kept]
    return sorted(found, key=lambda one: (-one[1], -one[0]))[: limits.SIMILAR_MAX * 2]


def _likest(own: int, besides: int) -> list[int]:
    """Return the ideas whose signs differ least, at most `limits.MEANING_NEAR_MAX`."""
    signs = known.read()
    differing = [(own ^ one).bit_count() for one in signs.values()]
    left, most = limits.MEANING_NEAR_MAX, meaning.SIZE
    for bits, count in sorted(Counter(differing).items()):
        left -= count
        if left <= 0:
            most = bits
            break
    chosen = sorted((bits, pk) for pk, bits in zip(signs, differing, strict=True) if bits <= most)
    return [pk for _bits, pk in chosen if pk != besides][: limits.MEANING_NEAR_MAX]

"""Reading sources, keys, counts and samples."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

from django.db.models import Max, Sum
from django.utils import timezone

from patogh.api.intake import limits
from patogh.api.intake.errors import SourceClosed
from patogh.api.intake.keys import Holder
from patogh.api.models import IntakeKey, IntakeSample, IntakeSource, IntakeTally
from patogh.kit.errors import NotFound

_welcome: dict[str, tuple[float, frozenset[str]]] = {}
TAKEN = ("accepted", "duplicate")


@dataclass(frozen=True)
class Health:
    """How a source does: when it last sent, and its counts by outcome over some days."""

    source: IntakeSource
    last_at: dt.datetime | None
    accepted: int
    duplicates: int
    refused: dict[str, int]

    @property
    def refused_count(self) -> int:
        """How many events were not taken."""
        return sum(self.refused.values())


def sources() -> list[Health]:
    """Return every source with its health, open ones first, then the newest."""
    rows = list(IntakeSource.objects.order_by("-pk")[: limits.SOURCES_MAX * 2])
    rows.sort(key=lambda one: one.closed_at is not None)
    return _healths(rows)


def source(source_id: int) -> IntakeSource:
    """Return one source; raises NotFound."""
    found = IntakeSource.objects.filter(pk=source_id).first()
    if found is None:
        raise NotFound
    return found


def health(of: IntakeSource) -> Health:
    """Return how one source does."""
    return _healths([of])[0]


def keys_of(of: IntakeSource) -> list[IntakeKey]:
    """Return the keys of a source, the newest first."""
    return list(IntakeKey.objects.filter(source=of).order_by("-pk")[: limits.KEYS_MAX * 2])


def key_of(of: IntakeSource, key_id: int) -> IntakeKey:
    """Return a key of this source; raises NotFound."""
    found = IntakeKey.objects.select_related("source").filter(source=of, pk=key_id).first()
    if found is None:
        raise NotFound
    return found


def holder_of(of: IntakeSource) -> Holder:
    """Return what a source may say, for events that come from a file; raises SourceClosed."""
    if of.closed_at is not None:
        raise SourceClosed
    flags = (of.kind == "browser", of.is_trusted, of.proves_contact, of.takes_orders)
    return Holder(0, of.pk, of.name, of.users, *flags, frozenset(of.origins.split()), timezone.now())


def samples(of: IntakeSource, outcome: str = "") -> list[IntakeSample]:
    """Return the last events of a source, the newest first: all, only those taken ("taken") or only those refused ("refused")."""
    rows = IntakeSample.objects.filter(source=of).order_by("-pk")
    if outcome == "taken":
        rows = rows.filter(outcome__in=TAKEN)
    elif outcome == "refused":
        rows = rows.exclude(outcome__in=TAKEN)
    return list(rows[: limits.SAMPLES_SHOWN])


def is_welcome(origin: str) -> bool:
    """Whether any open source takes events from pages of this origin; remembered for a few seconds."""
    kept = _welcome.get("")
    if kept is None or time.monotonic() - kept[0] > limits.KEYS_LOOKED_AT_S:
        said = IntakeSource.objects.filter(closed_at=None).exclude(origins="").values_list("origins", flat=True)
        kept = _welcome[""] = (time.monotonic(), frozenset(one for words in said for one in words.split()))
    return origin in kept[1]


def forget() -> None:
    """Look origins up anew."""
    _welcome.clear()


def _healths(rows: list[IntakeSource]) -> list[Health]:
    """Return the health of sources by two queries."""
    since = (timezone.now() - dt.timedelta(days=limits.TALLIES_SHOWN_DAYS)).date()
    ids = [one.pk for one in rows]
    counts: dict[int, dict[str, int]] = {pk: {} for pk in ids}
    tallies = IntakeTally.objects.filter(source__in=ids, day__gte=since).order_by()
    for pk, outcome, many in tallies.values_list("source_id", "outcome").annotate(many=Sum("count")):
        counts[pk][outcome] = many
    last = dict(IntakeSample.objects.filter(source__in=ids).order_by().values_list("source_id").annotate(Max("at")))
    return [
        Health(
            one, last.get(one.pk), counts[one.pk].pop("accepted", 0), counts[one.pk].pop("duplicate", 0),
            dict(sorted(counts[one.pk].items(), key=lambda said: -said[1])),
        ) for one in rows
    ]  # fmt: skip

"""Writing what sources send: events to the road, counts by outcome, a few samples for the page, orders to a job."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection
from django.utils import timezone

from patogh.activity import enqueue, upkeep
from patogh.activity.bulk import insert_rows
from patogh.activity.door import inner
from patogh.api.intake import limits
from patogh.api.intake.events import Read, label, shape
from patogh.api.intake.keys import Holder
from patogh.api.models import IntakeKey, IntakeSample, IntakeTally
from patogh.persons.actions import events as road

ORDERS = "api.take_intake_orders"
ORDER_EVENTS = frozenset({"Order Completed", "Order Updated", "Order Cancelled", "Order Refunded"})
Fault = tuple[str, str]  # code, field


@dataclass(frozen=True)
class Batch:
    """What one request brought: events that can be kept and those that cannot, by their place in it."""

    holder: Holder
    received: dt.datetime
    raws: list[Any]
    reads: dict[int, Read]
    faults: dict[int, Fault]

    def halves(self) -> tuple[Batch, Batch]:
        """Return two batches with half of the events each; what cannot be kept anyway goes with the first."""
        places = sorted(self.reads)
        middle = len(places) // 2
        first = {place: self.reads[place] for place in places[:middle]}
        second = {place: self.reads[place] for place in places[middle:]}
        return replace(self, reads=first), replace(self, reads=second, faults={})


@dataclass
class Result:
    """What became of a batch: the code of each event by its place, "accepted", "duplicate" or that of a fault."""

    codes: dict[int, str] = field(default_factory=dict)
    fields: dict[int, str] = field(default_factory=dict)

    def __or__(self, other: Result) -> Result:
        return Result(self.codes | other.codes, self.fields | other.fields)


@upkeep
def take(batches: list[Batch]) -> list[Result]:
    """Write what several requests brought, all or nothing; results come in their order."""
    outcomes = iter(inner(road.take_events)([read.facts for batch in batches for read in batch.reads.values()]))
    results, orders = [], []
    for batch in batches:
        result = Result(
            {at: code for at, (code, _) in batch.faults.items()}, {at: name for at, (_, name) in batch.faults.items()}
        )
        for at, read in batch.reads.items():
            outcome = next(outcomes)
            result.codes[at] = outcome.code
            if outcome.activity is not None and batch.holder.takes_orders and read.name in ORDER_EVENTS:
                orders.append((batch.holder.source_id, str(outcome.activity.pk)))
        results.append(result)
    for source in {one for one, _ in orders}:
        enqueue(ORDERS, source=source, activities=[pk for one, pk in orders if one == source])
    _note(batches, results)
    return results


@upkeep
def count_refused(batch: Batch) -> None:
    """Count a batch of which nothing can be written to the road."""
    _note(
        [batch],
        [
            Result(
                {at: code for at, (code, _) in batch.faults.items()},
                {at: name for at, (_, name) in batch.faults.items()},
            )
        ],
    )


def refused(batch: Batch) -> Result:
    """Refuse whatever is left of a batch that the database does not take."""
    faults = {**batch.faults, **dict.fromkeys(batch.reads, ("not_storable", ""))}
    whole = replace(batch, reads={}, faults=faults)
    count_refused(whole)
    return Result({at: code for at, (code, _) in faults.items()}, {at: name for at, (_, name) in faults.items()})


@upkeep
def count_orders(source: int, many: int) -> None:
    """Count order events that the shop could not take."""
    _tally(Counter({(source, timezone.now().date(), "order_refused"): many}))


@upkeep
def tidy() -> int:
    """Forget old samples and counts, and all but the last samples of each source; returns how many samples."""
    now = timezone.now()
    IntakeTally.objects.filter(day__lt=(now - dt.timedelta(days=limits.TALLIES_KEPT_DAYS)).date()).delete()
    gone, _ = IntakeSample.objects.filter(at__lt=now - dt.timedelta(days=limits.SAMPLES_KEPT_DAYS)).delete()
    for source in IntakeSample.objects.order_by().values_list("source_id", flat=True).distinct():
        mine = IntakeSample.objects.filter(source=source).order_by("-pk")
        last = mine.values_list("pk", flat=True)[limits.SAMPLES_KEPT_MAX : limits.SAMPLES_KEPT_MAX + 1].first()
        gone += mine.filter(pk__lte=last).delete()[0] if last is not None else 0
    return gone


def _note(batches: list[Batch], results: list[Result]) -> None:
    """Count outcomes, keep a few samples, and note that the keys are in use."""
    counts: Counter[tuple[int, dt.date, str]] = Counter()
    samples: list[tuple[Any, ...]] = []
    for batch, result in zip(batches, results, strict=True):
        for code, many in Counter(result.codes.values()).items():
            counts[(batch.holder.source_id, batch.received.date(), code)] += many
        samples += _samples(batch, result)
    names = ("source", "at", "call", "name", "message_id", "outcome", "field", "shape")
    insert_rows(IntakeSample, names, _few(samples))
    _use({batch.holder.key_id: batch.holder for batch in batches})
    _tally(counts)


def _few(samples: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return a few of each source and kind of outcome, so that a stream of events does not become a stream of samples."""
    seen: Counter[tuple[int, bool]] = Counter()
    found = []
    for row in samples:
        place = (row[0], row[5] == road.TAKEN)
        seen[place] += 1
        if seen[place] <= (1 if place[1] else limits.SAMPLES_A_WRITE_MAX):
            found.append(row)
    return found


def _samples(batch: Batch, result: Result) -> list[tuple[Any, ...]]:
    """Return rows of a batch for the page: the first accepted one and the first few that were not."""
    rows: list[tuple[Any, ...]] = []
    taken = next((at for at, code in result.codes.items() if code == road.TAKEN), None)
    others = [at for at, code in result.codes.items() if code != road.TAKEN][: limits.SAMPLES_A_WRITE_MAX]
    for at in [*([taken] if taken is not None else []), *others]:
        raw, read = batch.raws[at], batch.reads.get(at)
        call = read.call if read else label(raw, "type", 12)
        name = read.name[:80] if read else label(raw, "event", 80)
        place = result.fields.get(at, "")
        rows.append(
            (
                batch.holder.source_id,
                batch.received,
                call,
                name,
                label(raw, "messageId", 80),
                result.codes[at],
                place,
                shape(raw),
            )
        )
    return rows


def _use(holders: dict[int, Holder]) -> None:
    """Note when a key was used, to ten minutes."""
    now = timezone.now()
    old = now - dt.timedelta(seconds=limits.KEY_USED_EVERY_S)
    stale = [pk for pk, one in holders.items() if one.last_used_at is None or one.last_used_at < old]
    if stale:
        IntakeKey.objects.filter(pk__in=stale).exclude(last_used_at__gte=old).update(last_used_at=now)


def _tally(counts: Counter[tuple[int, dt.date, str]]) -> None:
    """Add to the counts, last of all, because others wait for these rows until the commit."""
    rows = sorted((*place, many) for place, many in counts.items())
    if not rows:
        return
    day = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_intaketally (source_id, day, outcome, count) VALUES "  # noqa: S608 - marks only
            f"{', '.join(['(%s, %s, %s, %s)'] * len(rows))} ON CONFLICT (source_id, day, outcome) "
            "DO UPDATE SET count = api_intaketally.count + excluded.count",
            [value for row in rows for value in (row[0], day(row[1]), row[2], row[3])],
        )

"""Raw events as a batch that can be written, from the network or from a file."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from patogh.api.intake import events, gathering, pace
from patogh.api.intake.actions.taking import Batch, Fault
from patogh.api.intake.errors import Fault as Faulty
from patogh.api.intake.keys import Holder


def read_batch(
    raws: list[Any], holder: Holder, sent: object = None, context: object = None
) -> tuple[Batch, list[tuple[int, str]]]:
    """Return events that can be kept and those that cannot, with (place, code) of every warning."""
    now = timezone.now()
    reads: dict[int, events.Read] = {}
    faults: dict[int, Fault] = {}
    for at, raw in enumerate(raws):
        try:
            reads[at] = events.read(raw, holder, now, sent, context)
        except Faulty as fault:
            faults[at] = (fault.code, fault.field)
    warnings = [(at, code) for at, read in reads.items() for code in read.warnings]
    fast = pace.fast([(read.facts.who[0][:2], read.facts.happened_at) for read in reads.values()])
    warnings += [(at, "profile_fast") for at, is_fast in zip(reads, fast, strict=True) if is_fast]
    return Batch(holder, now, raws, reads, faults), warnings


def replayed(lines: list[tuple[int, Any]], holder: Holder) -> dict[int, Fault]:
    """Take events of a file by their lines; returns the code and field of each, "accepted" and "duplicate" among them."""
    batch, _ = read_batch([raw for _, raw in lines], holder)
    result = gathering.taken(batch)
    return {lines[at][0]: (code, result.fields.get(at, "")) for at, code in sorted(result.codes.items())}

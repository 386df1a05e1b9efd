"""Taking what arrived: cleaned, its files stored, and kept once in one transaction a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from patogh.activity.errors import StorageBusy
from patogh.channels.connectors import limits, storing
from patogh.channels.connectors.actions.keeping import VERBS, Onward, Ready, Taken, keep
from patogh.channels.connectors.cleaning import cleaned
from patogh.channels.connectors.contract import Arrival, Unreadable
from patogh.channels.models import Message

__all__ = ["Onward", "Taken", "take"]
Beside = tuple[Onward | None, Sequence[Mapping[str, Any]], Mapping[str, Any]]


def take(
    setup_id: int,
    arrivals: Sequence[Arrival],
    onward: Onward | None = None,
    later: Sequence[Mapping[str, Any]] = (),
    noted: Mapping[str, Any] | None = None,
) -> Taken:
    """Keep what arrived; a second time it changes nothing. Called outside of any action. `later` are errands of the connector,
    `noted` what it remembers.

    Returns after the commit. Raises SetupOff when the setup was switched off meanwhile, LettersFull and StorageBusy:
    then nothing of the last batch is kept and the cursor stays.
    """
    taken = Taken()
    batches = [
        arrivals[at : at + limits.ARRIVALS_A_TAKE_MAX] for at in range(0, len(arrivals), limits.ARRIVALS_A_TAKE_MAX)
    ] or [[]]
    for place, batch in enumerate(batches, start=1):
        is_last = place == len(batches)
        beside = (onward, later, noted or {}) if is_last else (None, (), {})
        taken = taken + _take(setup_id, batch, beside)
    return taken


def _take(setup_id: int, arrivals: Sequence[Arrival], beside: Beside) -> Taken:
    """Keep one batch; files that nothing names in the end are removed again."""
    ready = [_ready(*found) for found in _new_first(setup_id, arrivals)]
    try:
        taken = _kept(setup_id, ready, beside)
    except BaseException:
        _remove([file.path for one in ready for file in one.files])
        raise
    _remove(taken.unused)
    return taken


def _kept(setup_id: int, ready: list[Ready], beside: Beside) -> Taken:
    """Keep a batch; once more where two channels named the same people in another order and stood in each other's way."""
    for _attempt in range(limits.DEADLOCKS_MAX):
        try:
            return keep(setup_id, ready, *beside)
        except StorageBusy as error:
            if "deadlock" not in str(error.__cause__).lower():
                raise
    return keep(setup_id, ready, *beside)


def _new_first(setup_id: int, arrivals: Sequence[Arrival]) -> list[tuple[Arrival, bool]]:
    """Return the arrivals with whether their message is there already, so that its files are not stored twice."""
    keys = [arrival.key for arrival in arrivals if arrival.files and arrival.kind in VERBS]
    known = set(
        Message.objects.filter(setup_id=setup_id, way="in", key__in=keys).values_list("key", flat=True) if keys else ()
    )
    return [(arrival, arrival.key in known) for arrival in arrivals]


def _ready(arrival: Arrival, is_known: bool) -> Ready:
    try:
        clean = cleaned(arrival, timezone.now())
    except (Unreadable, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        return Ready(arrival, (), str(error) or type(error).__name__)
    return Ready(clean, () if is_known else tuple(storing.stored(file) for file in clean.files))


def _remove(paths: Sequence[str]) -> None:
    for path in paths:
        if path:
            default_storage.delete(path)

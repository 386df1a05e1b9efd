"""Requests that wait at the same time share one commit: whoever comes while one writes is written with the next.

No request waits for a clock: where nobody writes, writing begins at once, with whatever has gathered by then. One thread of
the process writes, over one connection that stays warm: a request's own thread may be new, and a new connection to PostgreSQL
costs more than a batch. When a group cannot be written, its parts are tried, so that one event that breaks the database costs
nobody else's.
"""

from __future__ import annotations

import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import close_old_connections, connection

from patogh.activity.errors import StorageBusy, StorageFull
from patogh.api.intake import keys, limits
from patogh.api.intake.actions.taking import Batch, Result, refused, take
from patogh.api.intake.errors import IntakeBusy

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class _Ticket:
    """One waiting request."""

    batch: Batch
    woken: threading.Event = field(default_factory=threading.Event)
    result: Result | None = None
    error: Exception | None = None


class Gatherer:
    """The waiting requests of one process, and the thread that writes for them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: list[_Ticket] = []
        self.is_writing = False
        self.pen = ThreadPoolExecutor(1, "patogh-intake")

    def take(self, batch: Batch) -> Result:
        """Write a batch and return what became of it, after the commit; raises IntakeBusy, StorageBusy or StorageFull."""
        ticket = _Ticket(batch)
        with self.lock:
            if len(self.waiting) >= limits.WAITING_REQUESTS_MAX:
                raise IntakeBusy
            self.waiting.append(ticket)
            begins, self.is_writing = not self.is_writing, True
        if begins:
            self._begin()
        ticket.woken.wait()
        if ticket.result is None:
            raise ticket.error or IntakeBusy()
        return ticket.result

    def _begin(self) -> None:
        """Have the pen write; within a caller's own transaction, and when the process is ending, this thread does."""
        if connection.in_atomic_block:
            self._write_all()
            return
        try:
            self.pen.submit(self._write_warm)
        except RuntimeError:  # no thread begins anything any more
            self._write_all()

    def _write_warm(self) -> None:
        """Write in the pen's own thread; when nobody waits any more, look after what the next requests need."""
        try:
            close_old_connections()  # one that broke meanwhile is made anew
        finally:
            self._write_all()
        keys.renew()

    def _write_all(self) -> None:
        """Write group after group until nobody waits."""
        goes_on = True
        while goes_on:
            with self.lock:
                group = self._cut()
            try:
                _write(group)
            finally:
                with self.lock:
                    goes_on = self.is_writing = bool(self.waiting)
                for ticket in group:
                    ticket.woken.set()

    def _cut(self) -> list[_Ticket]:
        """Take from the queue as many as are written at once, one at least."""
        size, count = 0, 0
        for ticket in self.waiting:
            size += len(ticket.batch.reads)
            if count and size > limits.EVENTS_AT_ONCE_MAX:
                break
            count += 1
        group, self.waiting = self.waiting[:count], self.waiting[count:]
        return group


def _write(group: list[_Ticket]) -> None:
    """Write a group; each ticket gets a result or an error, whatever happens."""
    try:
        results = take([ticket.batch for ticket in group])
    except (StorageBusy, StorageFull) as error:
        for ticket in group:
            ticket.error = error
    except Exception as error:
        logger.warning("%s requests could not be written together", len(group), exc_info=error)
        for ticket in group:
            _write_alone(ticket)
    else:
        for ticket, result in zip(group, results, strict=True):
            ticket.result = result


def _write_alone(ticket: _Ticket) -> None:
    try:
        ticket.result = _in_parts(ticket.batch)
    except Exception as error:  # noqa: BLE001 - whoever waits must hear of it
        ticket.error = error


def _in_parts(batch: Batch) -> Result:
    """Write a batch by halves until what breaks stands alone, and refuse that."""
    try:
        return take([batch])[0]
    except (StorageBusy, StorageFull):
        raise
    except Exception:
        if len(batch.reads) <= 1:
            logger.exception("an event of source %s could not be kept", batch.holder.source_id)
            return refused(batch)
    first, second = batch.halves()
    return _in_parts(first) | _in_parts(second)


_made = Gatherer()


def taken(batch: Batch) -> Result:
    """Write a batch together with whoever else waits in this process."""
    return _made.take(batch)


def _forget() -> None:
    """Let a forked child gather anew."""
    global _made  # noqa: PLW0603 - one a process is the point
    _made = Gatherer()


os.register_at_fork(after_in_child=_forget)

"""The one door for writes.

On PostgreSQL an action runs in the caller's own transaction. On SQLite one writer thread per process runs the waiting
actions under savepoints and commits them as a group, answering each caller after the commit: an acknowledged write is
on disk (`synchronous=FULL`), and one flush serves the whole group. A file lock lets the writers of several processes
take turns in the order of the kernel instead of polling SQLite's own lock. Measurements: facts/web.md section 2.
"""

import contextvars
import fcntl
import functools
import os
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone, translation

from patogh.activity.errors import StorageBusy, file_error, storage_error
from patogh.kit import limits

P = ParamSpec("P")
R = TypeVar("R")


class _Inside(threading.local):
    """What this thread's running action has recorded so far; None outside an action."""

    recorded: list[str] | None = None
    depth = 0


_inside = _Inside()


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Mark an act of a person: it must record exactly one activity, or return `unchanged(...)`."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return through(lambda: _exactly_one(function, args, kwargs))

    run.is_action = True  # type: ignore[attr-defined]
    return run


def upkeep(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a write that is not an act of a person (a draft, a read marker, a job): same door, no activity."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return through(lambda: function(*args, **kwargs))

    run.is_upkeep = True  # type: ignore[attr-defined]
    return run


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """Return an upkeep as a part of the running action, without a savepoint of its own, which costs two round trips.

    For callers that let every error through: whatever goes wrong undoes the whole action. Outside an action it is the upkeep.
    """
    body: Callable[P, R] = function.__wrapped__  # type: ignore[attr-defined]

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return body(*args, **kwargs) if _inside.depth else function(*args, **kwargs)

    return run


def unchanged(value: R) -> R:
    """Say that an action found its work already done, so that it recorded nothing; returns `value`."""
    if _inside.recorded is not None:
        _inside.recorded.append("")
    return value


def note_recorded(verb: str) -> None:
    """Count an activity of the running action; raises RuntimeError outside an action."""
    if _inside.recorded is None:
        raise RuntimeError(f"{verb} was recorded outside an action")
    _inside.recorded.append(verb)


def through(call: Callable[[], R]) -> R:
    """Run `call` in a transaction behind the door; return its result after the commit. Its errors come through."""
    if _inside.depth:
        with transaction.atomic():
            return call()
    if connection.vendor == "sqlite" and settings.DOOR == "group" and not connection.in_atomic_block:
        return _writer().submit(call)
    with _entered(), _clear_storage_errors(), transaction.atomic():
        result = call()
        _calm_hooks()
        return result


def _exactly_one(function: Callable[..., R], args: Any, kwargs: Any) -> R:
    """Run an action's body and hold it to its one activity."""
    outer, _inside.recorded = _inside.recorded, []
    try:
        result = function(*args, **kwargs)
        if len(_inside.recorded) != 1:
            name = getattr(function, "__qualname__", "action")
            raise RuntimeError(
                f"{name} must record exactly one activity, not {len(_inside.recorded)}: {_inside.recorded}"
            )
        return result
    finally:
        _inside.recorded = outer


@contextmanager
def _entered() -> Iterator[None]:
    """Count one level of being inside the door."""
    _inside.depth += 1
    try:
        yield
    finally:
        _inside.depth -= 1


@contextmanager
def _clear_storage_errors() -> Iterator[None]:
    """Turn a full disk, a locked or a vanished database into an error that a page can tell (503 or 507, never 500)."""
    try:
        yield
    except DatabaseError as error:
        clear = storage_error(error)
        if clear is error:
            raise
        raise clear from error


def _calm_hooks() -> None:
    """Let no hook after commit turn a committed write into an error for its caller: a failing one is only logged."""
    hooks: list[Any] = connection.run_on_commit  # (savepoints, hook, robust), as Django keeps them
    connection.run_on_commit = [(savepoints, hook, True) for savepoints, hook, _ in hooks]  # type: ignore[misc]


class Writer:
    """One thread that owns this process's writing connection."""

    def __init__(self) -> None:
        """Start the thread; it is a daemon because whatever it has not committed it has not acknowledged."""
        self.waiting: queue.SimpleQueue[tuple[contextvars.Context, Callable[[], Any], Future[Any]]] = (
            queue.SimpleQueue()
        )
        self.thread = threading.Thread(target=self._work, name="patogh-writer", daemon=True)
        self.thread.start()

    def submit(self, call: Callable[[], R]) -> R:
        """Hand `call` to the writer and wait for its commit."""
        answer: Future[R] = Future()
        self.waiting.put((contextvars.copy_context(), _carrying_locale(call), answer))
        return answer.result()

    def _work(self) -> None:
        """Serve groups for ever."""
        while True:
            group = [self.waiting.get()]
            while len(group) < limits.GROUP_ACTIONS_MAX and not self.waiting.empty():
                group.append(self.waiting.get())
            self._commit(group)

    def _commit(self, group: list[tuple[contextvars.Context, Callable[[], Any], "Future[Any]"]]) -> None:
        """Run a group under savepoints, commit it once, then answer everybody."""
        answers: list[Callable[[], None]] = []
        try:
            with _entered(), _clear_storage_errors(), _turn(), transaction.atomic():
                for context, call, future in group:
                    answers.append(_attempt(context, call, future))
                _calm_hooks()
        except BaseException as error:  # noqa: BLE001 - every waiting caller must hear of it
            for _, _, future in group:
                future.set_exception(error)
            close_old_connections()
        else:
            for answer in answers:
                answer()


def _carrying_locale(call: Callable[[], R]) -> Callable[[], R]:
    """Return `call` in this thread's language and zone, which asgiref keeps from threads with a copied context."""
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def carried() -> R:
        translation.activate(language) if language else translation.deactivate_all()
        timezone.activate(zone)
        return call()

    return carried


def _attempt(context: contextvars.Context, call: Callable[[], Any], future: "Future[Any]") -> Callable[[], None]:
    """Run one call under its own savepoint; return how to answer its caller once the group is committed."""
    try:
        with transaction.atomic():
            result = context.run(call)
    except DatabaseError as error:
        if connection.needs_rollback:  # The whole transaction is gone, not only this savepoint.
            raise
        return functools.partial(future.set_exception, storage_error(error))
    except Exception as error:
        if connection.needs_rollback:
            raise StorageBusy from error
        return functools.partial(future.set_exception, error)
    return functools.partial(future.set_result, result)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for this process's turn to write: a file lock queues fairly where SQLite's own lock polls.

    The file is opened anew for each turn, so that a forked child never shares the lock of its parent.
    """
    name = str(connection.settings_dict["NAME"])
    if name.startswith(("file:", ":memory:")):
        yield
        return
    try:
        door = open(f"{name}.door", "a")  # noqa: SIM115, PTH123 - closed below; a plain descriptor is all that flock needs
    except OSError as error:
        raise file_error(error) from error
    with door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield


_made: Writer | None = None
_making = threading.Lock()


def _writer() -> Writer:
    """Return this process's writer."""
    global _made  # noqa: PLW0603 - one writer per process is the point
    if _made is None:
        with _making:
            if _made is None:
                _made = Writer()
    return _made


def _forget_writer() -> None:
    """Let a forked child make a writer of its own: threads do not survive a fork, and the lock may have been held."""
    global _made, _making
    _made, _making = None, threading.Lock()
    _inside.recorded, _inside.depth = None, 0


os.register_at_fork(after_in_child=_forget_writer)

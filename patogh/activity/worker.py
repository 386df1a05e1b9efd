"""The worker process: hands the outbox on, runs the jobs and shows that it is alive."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

logger = logging.getLogger(__name__)


class Worker:
    """One loop that claims and a few threads that run; it ends after the jobs in hand when it is told to stop."""

    def __init__(self) -> None:
        """Open the ear that pages knock at; without one (a second worker) the loop polls."""
        from patogh.activity import limits, live

        self.stopping = threading.Event()
        self.ear = live.worker_ear()
        self.pool = ThreadPoolExecutor(limits.WORKER_THREADS, thread_name_prefix="patogh-job")
        self.in_hand = 0
        self.counting = threading.Lock()
        self.last_done: dict[str, float] = {}

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Ask the loop to end; safe to call from a signal handler."""
        self.stopping.set()

    def work(self) -> None:
        """Loop until told to stop. A database that is full, busy or gone is waited out."""
        while not self.stopping.is_set():
            try:
                busy = self.turn()
            except Exception:  # the loop outlives whatever goes wrong in one turn
                logger.exception("the worker's turn failed")
                busy = False
            if not busy:
                self.listen()
        self.pool.shutdown(wait=True)

    def turn(self) -> bool:
        """Do what is due once; return whether there may be more at once."""
        from patogh.activity import jobs, limits, relay

        self.now_and_then("pulse", limits.WORKER_PULSE_S, _beat)
        self.now_and_then("recurring", limits.WORKER_RECURRING_S, jobs.enqueue_recurring)
        self.now_and_then("sweep", limits.WORKER_SWEEP_S, relay.sweep)
        handed_on = relay.relay() if relay.oldest_waiting_s() else 0
        free = limits.JOBS_CLAIMED_MAX - self.in_hand
        claimed = jobs.claim(free) if free > 0 and jobs.is_due() else []
        for job in claimed:
            with self.counting:
                self.in_hand += 1
            self.pool.submit(self.run, job)
        return bool(handed_on or claimed)

    def run(self, job: "object") -> None:
        """Run one job in a thread of the pool."""
        from django.db import close_old_connections

        from patogh.activity import jobs, live

        try:
            jobs.run(job)  # type: ignore[arg-type]
        except Exception:  # its lease ends, and it is run again
            logger.exception("a job could not be put away")
        finally:
            close_old_connections()
            with self.counting:
                self.in_hand -= 1
            live.wake_worker()

    def now_and_then(self, name: str, every_s: float, call: Callable[[], object]) -> None:
        """Call `call` when it was not called for `every_s` seconds."""
        now = time.monotonic()
        if now - self.last_done.get(name, -every_s) >= every_s:
            self.last_done[name] = now
            call()

    def listen(self) -> None:
        """Wait for a knock, at most one poll long, and take all knocks that are there as one."""
        from patogh.activity import limits

        if self.ear is None:
            self.stopping.wait(limits.WORKER_POLL_S)
            return
        try:
            self.ear.recv(16)
            self.ear.setblocking(False)
            while self.ear.recv(16):
                pass
        except OSError:
            pass
        finally:
            self.ear.settimeout(limits.WORKER_POLL_S)


def _beat() -> None:
    """Show that the worker is alive."""
    from patogh.activity.actions import beat

    beat("worker")


def main() -> None:
    """Load Django and work until SIGTERM or SIGINT."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patogh.conf.settings")
    import django

    django.setup()
    worker = Worker()
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.work()


if __name__ == "__main__":
    main()

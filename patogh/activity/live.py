"""Telling open pages what just happened, over the hub (docs/decisions/0005-live-hub.md); and waking the worker.

The one who writes is never held up: a thread per process posts what was committed to the hub, in batches. When the hub
is gone or slow, events are dropped and counted; pages that come back to the hub are told to refresh themselves.
"""

import contextlib
import hashlib
import hmac
import json
import logging
import os
import queue
import socket
import threading
import time
from collections.abc import Iterable
from functools import cache, partial
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import transaction

from patogh.activity import limits
from patogh.activity.tokens import hub_key, sign

logger = logging.getLogger(__name__)
REDIS_CHANNEL = "patogh:live"


def publish(channel: str, event: str, data: dict[str, Any]) -> None:
    """Send one event to everybody who listens on `channel`, after the running transaction commits.

    `data` is small and the same for every listener. Raises ValueError for a name with a line break or for more than
    LIVE_EVENT_BYTES_MAX bytes.
    """
    message = {"channel": channel, "event": event, "data": json.dumps(data, ensure_ascii=False, separators=(",", ":"))}
    if "\n" in channel + event or "\r" in channel + event or "," in channel:
        raise ValueError(f"no line break or comma in the name of a channel or event: {channel!r} {event!r}")
    if len(message["data"].encode()) > limits.LIVE_EVENT_BYTES_MAX:
        raise ValueError(f"the event {event} is larger than {limits.LIVE_EVENT_BYTES_MAX} bytes; send an id instead")
    if settings.HUB_PUBLISH_URL or settings.REDIS_URL:
        transaction.on_commit(partial(_sender().put, message), robust=True)


def token(channels: Iterable[str], expires: int | None = None) -> str:
    """Return the token that lets a browser listen on exactly these channels until `expires` (seconds since 1970)."""
    until = expires or int(time.time()) + limits.LIVE_TOKEN_S
    return sign(_key(), ",".join(channels), until)


def address(channels: Iterable[str]) -> str:
    """Return the query of the hub's address for these channels, for example `channels=topic%3A7&token=…`."""
    names = list(channels)
    return urlencode({"channels": ",".join(names), "token": token(names)})


def dropped() -> int:
    """Return how many events this process could not hand to the hub."""
    return _sender().dropped


def worker_ear() -> socket.socket | None:
    """Open the socket that the worker listens at, or return None when another worker has it or the system has none."""
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        ear.bind(_ear_name())
    except OSError:
        ear.close()
        return None
    ear.settimeout(limits.WORKER_POLL_S)
    return ear


def wake_worker() -> None:
    """Tell the worker process that there is something to do, so that it need not poll fast; nobody there is fine."""
    with contextlib.suppress(OSError):
        _knocker().sendto(b"!", _ear_name())


@cache
def _knocker() -> socket.socket:
    """Return the socket to knock with, which never waits."""
    knocker = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    knocker.setblocking(False)
    return knocker


@cache
def _ear_name() -> str:
    """Return the abstract name (no file, gone with its process) that belongs to this data folder."""
    return "\0patogh-worker-" + hashlib.sha256(str(settings.DATA).encode()).hexdigest()[:24]


@cache
def _key() -> bytes:
    return hub_key(settings.SECRET_KEY)


class Sender:
    """A bounded queue and the one thread that empties it towards the hub."""

    def __init__(self) -> None:
        """Start the thread; what it has not sent when the process ends is lost, and pages refresh."""
        self.waiting: queue.Queue[dict[str, str]] = queue.Queue(limits.LIVE_WAITING_MAX)
        self.dropped = 0
        self.pid = os.getpid()
        self.connection: HTTPConnection | None = None
        threading.Thread(target=self._work, name="patogh-live", daemon=True).start()

    def put(self, message: dict[str, str]) -> None:
        """Queue an event, or drop it when the hub is that far behind."""
        try:
            self.waiting.put_nowait(message)
        except queue.Full:
            self.dropped += 1

    def _work(self) -> None:
        """Send batch after batch for ever."""
        while True:
            batch = [self.waiting.get()]
            while len(batch) < limits.LIVE_BATCH_MAX and not self.waiting.empty():
                batch.append(self.waiting.get())
            try:
                self._send(json.dumps(batch, ensure_ascii=False).encode())
            except Exception as error:  # noqa: BLE001 - live is a comfort; whatever fails here must not stop it for good
                self.dropped += len(batch)
                self.connection = None
                logger.warning("%s live events were dropped: %s", len(batch), error)

    def _send(self, body: bytes) -> None:
        """Hand one batch to Redis or to the hub; a kept connection that has gone stale is tried anew once."""
        if settings.REDIS_URL:
            _redis().publish(REDIS_CHANNEL, body)
            return
        if self.connection is not None:
            try:
                self._post(body)
            except (HTTPException, OSError):
                self.connection = None
            else:
                return
        self._post(body)

    def _post(self, body: bytes) -> None:
        """Post to the hub on this machine; raises OSError or HTTPException when it does not take the batch."""
        url = urlsplit(settings.HUB_PUBLISH_URL)
        if self.connection is None:
            self.connection = HTTPConnection(
                url.hostname or "127.0.0.1", url.port or 80, timeout=limits.LIVE_POST_TIMEOUT_S
            )
        secret = hmac.new(_key(), b"publish", "sha256").hexdigest()
        self.connection.request(
            "POST", url.path or "/publish", body, {"X-Patogh-Secret": secret, "Content-Type": "application/json"}
        )
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 204:
            raise HTTPException(f"the hub answered {answer.status}")


@cache
def _redis() -> Any:
    import redis

    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=limits.LIVE_POST_TIMEOUT_S)


_made: Sender | None = None
_making = threading.Lock()


def _sender() -> Sender:
    """Return this process's sender; a forked child makes its own."""
    global _made  # noqa: PLW0603 - one sender per process
    with _making:
        if _made is None or _made.pid != os.getpid():
            _made = Sender()
        return _made

"""Reading Jetstream for a while: a WebSocket over a connection that `kit.egress` has checked."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Running, TryLater, Unreadable

EVENT_BYTES_MAX: Final = 256 * 1024
RUN_S: Final = 15.0
SILENCE_S: Final = 4.0
EVENTS_MAX: Final = 50_000
REWIND_US: Final = 2_000_000
COLLECTION: Final = "app.bsky.feed.post"


class Stream:
    """One bounded run over the stream: `cursor` is the time of the last event, `is_live` whether we have caught up."""

    def __init__(self, setup: Running, cursor: int) -> None:
        self.setup, self.cursor = setup, cursor
        self.is_live = False
        self.ends = time.monotonic() + setup.http.left_s(RUN_S)

    def events(self) -> Iterator[Mapping[str, Any]]:
        """Yield events until the newest one is read, nothing comes for a while, or the run is over.

        An event that is no JSON is passed by: the stream is everybody's, and the next ones do not wait for it.
        """
        from websockets.exceptions import ConnectionClosed, WebSocketException

        until_us = int(self.setup.now().timestamp() * 1_000_000)
        try:
            with self._opened() as socket:
                for _number in range(EVENTS_MAX):
                    event = self._next(socket)
                    if event is None:
                        return
                    yield event
                    if self.cursor >= until_us:
                        self.is_live = True
                        return
        except ConnectionClosed:
            return
        except (WebSocketException, OSError, EOFError) as error:
            raise TryLater(_("The stream of posts did not answer.")) from error

    def _next(self, socket: Any) -> Mapping[str, Any] | None:
        """Return the next event; None when it is enough."""
        left = self.ends - time.monotonic()
        if left <= 0:
            return None
        try:
            said = socket.recv(timeout=min(left, SILENCE_S))
        except TimeoutError:
            self.is_live = True
            return None
        body = said.encode() if isinstance(said, str) else bytes(said)
        try:
            event = facts.obj(facts.loads(body))
        except Unreadable:
            return {}
        self.cursor = max(self.cursor, facts.whole(event.get("time_us")) or 0)
        return event

    def _opened(self) -> Any:
        """Open the WebSocket; its connection was checked before the first byte."""
        from websockets.sync.client import connect

        said: dict[str, Any] = {"wantedCollections": COLLECTION, "maxMessageSizeBytes": EVENT_BYTES_MAX}
        if self.cursor:
            said["cursor"] = max(self.cursor - REWIND_US, 0)
        url = f"{self.setup.settings['stream']}?{urlencode(said)}"
        plain, tls = self.setup.http.dial(url)
        try:
            return connect(
                url, sock=plain, ssl=tls, proxy=None, max_size=EVENT_BYTES_MAX, open_timeout=10, close_timeout=1,
                ping_interval=None, user_agent_header="Patogh/1.0",
            )  # fmt: skip
        except BaseException:
            plain.close()
            raise

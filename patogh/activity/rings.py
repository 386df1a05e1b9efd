"""The last events of each channel, for pages that lost their connection for a moment."""

import secrets
from collections import OrderedDict, deque

from patogh.activity import limits

REFRESH = b"event: refresh\ndata: {}\n\n"


class Ring:
    """The last events of one channel, and the number of the newest one that is no longer here."""

    __slots__ = ("events", "forgotten")

    def __init__(self, forgotten: int) -> None:
        self.events: deque[tuple[int, bytes]] = deque()
        self.forgotten = forgotten


class Rings:
    """The rings of all channels. An id is `boot-number`: numbers grow over all channels; another boot counts anew."""

    def __init__(self) -> None:
        """Begin at number nought under a boot of our own."""
        self.boot = secrets.token_hex(4)
        self.last = 0
        self.forgotten = 0  # the newest event of any ring that was thrown away whole
        self.rings: OrderedDict[str, Ring] = OrderedDict()

    def keep(self, channel: str, event: str, data: str) -> bytes:
        """Number an event, keep it and return it as it goes over the wire."""
        self.last += 1
        lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
        body = f"id: {self.boot}-{self.last}\nevent: {event}\n{lines}\n".encode()
        ring = self.rings.get(channel)
        if ring is None:
            ring = self.rings[channel] = Ring(self.forgotten)
        ring.events.append((self.last, body))
        if len(ring.events) > limits.HUB_RING_EVENTS_MAX:
            ring.forgotten = ring.events.popleft()[0]
        self.rings.move_to_end(channel)
        while len(self.rings) > limits.HUB_RINGS_MAX:
            _, oldest = self.rings.popitem(last=False)
            self.forgotten = max(self.forgotten, oldest.events[-1][0])
        return body

    def since(self, last_id: str, channels: tuple[str, ...]) -> bytes:
        """Return what a page missed after `last_id`; the event `refresh` where that is not known any more.

        A page without an id is new: it gets an empty event that tells it where the count stands.
        """
        start = f"id: {self.boot}-{self.last}\nevent: ready\ndata: {{}}\n\n".encode()
        boot, _, number = last_id.partition("-")
        if not last_id:
            return start
        if boot != self.boot or not number.isascii() or not number.isdigit() or len(number) > 18:
            return start + REFRESH
        seen = int(number)
        if any(seen < self._forgotten(channel) for channel in channels):
            return start + REFRESH
        missed = sorted(
            each
            for channel in channels
            if channel in self.rings
            for each in self.rings[channel].events
            if each[0] > seen
        )
        return b"".join(body for _, body in missed)

    def _forgotten(self, channel: str) -> int:
        """Return the number of the newest event of this channel that may be gone."""
        ring = self.rings.get(channel)
        return ring.forgotten if ring else self.forgotten

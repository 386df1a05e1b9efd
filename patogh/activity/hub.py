"""The live hub: server-sent events to everybody who listens, as one small ASGI application without Django.

Pages hand events in at POST /publish (this machine only, with the secret); browsers listen at GET /live with a token
that pages signed. An event is written once and sent to each listener directly: no task and no queue per client, so a
listener costs about 10 KB. Whoever reads too slowly is cut off, comes back, and catches up from the ring.
https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import hmac
import json
import os
import random
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import parse_qs, urlsplit

from patogh.activity import limits
from patogh.activity.rings import Rings
from patogh.activity.tokens import is_valid

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Coroutine[Any, Any, None]]
Scope = dict[str, Any]

OPEN = "open:"
LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
CORS = [(b"vary", b"origin"), (b"access-control-allow-credentials", b"true")]
STREAM = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class Client:
    """One open page: how to send to it, and what it listens on."""

    __slots__ = ("address", "channels", "send")

    def __init__(self, send: Send, channels: tuple[str, ...], address: str) -> None:
        self.send = send
        self.channels = channels
        self.address = address

    def write(self, body: bytes) -> bool:
        """Send without waiting; False when this client's buffer is full.

        The coroutine of `send` is driven by hand: it ends at once, or stops at the point where it would wait.
        """
        sending = self.send({"type": "http.response.body", "body": body, "more_body": True})
        try:
            sending.send(None)
        except StopIteration:
            return True
        except OSError:
            return False
        sending.close()
        return False

    def cut(self) -> None:
        """Close the connection now, throwing away what was not read (uvicorn's transport, where there is one)."""
        transport = getattr(getattr(self.send, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()


class Hub:
    """Everybody who listens, by channel, and the ring of what was said."""

    def __init__(self, key: bytes, hosts: set[str], *, redis_url: str = "", trust_proxy: bool = False) -> None:
        """Make an empty hub; its timers start with the first request (or the server's lifespan)."""
        self.key = key
        self.secret = hmac.new(key, b"publish", "sha256").hexdigest().encode()
        self.hosts = hosts
        self.redis_url = redis_url
        self.trust_proxy = trust_proxy
        self.rings = Rings()
        self.listening: dict[str, dict[Client, None]] = {}
        self.addresses: dict[str, int] = {}
        self.clients: dict[Client, None] = {}
        self.changed: set[str] = set()
        self.timers: list[asyncio.Task[None]] = []
        self.cut_off = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        self._start_timers()
        place = (scope["method"], scope["path"].removesuffix("/").rpartition("/")[2])
        if place == ("GET", "live"):
            await self._listen(scope, receive, send)
        elif place == ("POST", "publish") and self._is_ours(scope):
            await self._take(receive, send)
        elif place == ("GET", "stats") and _from_here(scope):
            await _answer(send, 200, json.dumps(self.stats()).encode())
        else:
            await _answer(send, 404, b"not found\n")

    def stats(self) -> dict[str, Any]:
        """Return how many listen in all and on each channel, and how many events and cuts there were."""
        presence = {channel: len(clients) for channel, clients in self.listening.items()}
        return {"clients": len(self.clients), "events": self.rings.last, "cut_off": self.cut_off, "presence": presence}

    def fan_out(self, channel: str, event: str, data: str) -> None:
        """Send one event to everybody on `channel` and keep it for those who come back."""
        body = self.rings.keep(channel, event, data)
        for client in [client for client in self.listening.get(channel, ()) if not client.write(body)]:
            self._cut(client)

    async def _listen(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep one page informed until it goes."""
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"")
        query = parse_qs(scope["query_string"].decode("latin-1"))
        names, token = query.get("channels", [""])[0], query.get("token", [""])[0]
        address = self._address(scope, headers)
        refusal = self._refusal(origin, names, token, address)
        if refusal:
            await _answer(send, *refusal)
            return
        extra = [(b"access-control-allow-origin", origin), *CORS] if origin else []
        await send({"type": "http.response.start", "status": 200, "headers": STREAM + extra})
        _lower_buffer(send)
        last_id = headers.get(b"last-event-id", b"").decode("latin-1") or query.get("last", [""])[0]
        client = Client(send, tuple(names.split(",")), address)
        self._add(client)
        try:
            retry_ms = limits.HUB_RETRY_MS + random.randrange(limits.HUB_RETRY_SPREAD_MS)  # noqa: S311 - it spreads a storm of returns
            if client.write(f"retry: {retry_ms}\n\n".encode() + self.rings.since(last_id, client.channels)):
                while (await receive())["type"] != "http.disconnect":
                    pass
        finally:
            self._remove(client)

    def _refusal(self, origin: bytes, names: str, token: str, address: str) -> tuple[int, bytes] | None:
        """Return the status and sentence of why this page may not listen, or None."""
        channels = names.split(",")
        is_open = all(name.startswith(OPEN) for name in channels)  # made for other sites; the token still has to fit
        if (
            origin
            and not is_open
            and (urlsplit(origin.decode("latin-1")).hostname or "") not in self.hosts
            and "*" not in self.hosts
        ):
            return 403, b"this origin may not listen\n"
        if not is_valid(self.key, names, token):
            return 403, b"the token does not fit these channels, or has run out\n"
        if len(channels) > limits.HUB_CHANNELS_PER_CLIENT_MAX or any(
            len(name) > limits.HUB_CHANNEL_CHARS_MAX for name in channels
        ):
            return 400, b"too many channels\n"
        if len(self.clients) >= limits.HUB_CLIENTS_MAX:
            return 503, b"the hub is full\n"
        if address not in LOOPBACK and self.addresses.get(address, 0) >= limits.HUB_CLIENTS_PER_ADDRESS_MAX:
            return 429, b"too many pages listen from this address\n"
        return None

    def _address(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        """Return the address of the browser: the peer, or what a trusted proxy says about it."""
        forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1").rpartition(",")[2].strip()
        return forwarded if self.trust_proxy and forwarded else (scope.get("client") or ("",))[0]

    def _add(self, client: Client) -> None:
        """Count a client in."""
        self.clients[client] = None
        self.addresses[client.address] = self.addresses.get(client.address, 0) + 1
        for channel in client.channels:
            self.listening.setdefault(channel, {})[client] = None
            self.changed.add(channel)

    def _remove(self, client: Client) -> None:
        """Count a client out; a second time changes nothing."""
        if client not in self.clients:
            return
        del self.clients[client]
        left = self.addresses[client.address] - 1
        if left:
            self.addresses[client.address] = left
        else:
            del self.addresses[client.address]
        for channel in client.channels:
            here = self.listening.get(channel, {})
            here.pop(client, None)
            if not here:
                self.listening.pop(channel, None)
            self.changed.add(channel)

    def _cut(self, client: Client) -> None:
        """Let go of a client that reads too slowly."""
        self.cut_off += 1
        self._remove(client)
        client.cut()

    def _is_ours(self, scope: Scope) -> bool:
        """Return whether a request comes from this machine's own pages."""
        given = dict(scope["headers"]).get(b"x-patogh-secret", b"")
        return _from_here(scope) and hmac.compare_digest(given, self.secret)

    async def _take(self, receive: Receive, send: Send) -> None:
        """Take a batch of events from the pages."""
        body, more = b"", True
        while more and len(body) <= limits.HUB_PUBLISH_BYTES_MAX:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if more:
            await _answer(send, 413, b"too much at once\n")
        elif self.take(body):
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})
        else:
            await _answer(send, 400, b"a list of {channel, event, data} is wanted\n")

    def take(self, body: bytes) -> bool:
        """Fan a batch out; False when it is not a list of events."""
        try:
            events = [(each["channel"], each["event"], each["data"]) for each in json.loads(body)]
        except (ValueError, TypeError, KeyError):
            return False
        for channel, event, data in events:
            self.fan_out(channel, event, data)
        return True

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """Start and stop with the server."""
        while (await receive())["type"] == "lifespan.startup":
            self._start_timers()
            await send({"type": "lifespan.startup.complete"})
        for timer in self.timers:
            timer.cancel()
        for client in list(self.clients):
            client.cut()
        await send({"type": "lifespan.shutdown.complete"})

    def _start_timers(self) -> None:
        """Start the one heartbeat, the one presence clock and, with several machines, the ear at Redis."""
        if not self.timers:
            self.timers = [asyncio.create_task(self._heartbeat()), asyncio.create_task(self._presence())]
            if self.redis_url:
                self.timers.append(asyncio.create_task(self._redis()))

    async def _heartbeat(self) -> None:
        """Keep every connection warm, so that no proxy between closes it."""
        while True:
            await asyncio.sleep(limits.HUB_HEARTBEAT_S)
            for client in [client for client in self.clients if not client.write(b":\n\n")]:
                self._cut(client)

    async def _presence(self) -> None:
        """Tell each channel whose count has changed how many listen now."""
        while True:
            await asyncio.sleep(limits.HUB_PRESENCE_S)
            self.tell_presence()

    def tell_presence(self) -> None:
        """Send the event `presence` where the count has changed; it is not kept for those who come back."""
        changed, self.changed = self.changed, set()
        for channel in changed & self.listening.keys():
            here = self.listening[channel]
            data = json.dumps({"channel": channel, "count": len(here)})
            body = f"event: presence\ndata: {data}\n\n".encode()
            for client in [client for client in here if not client.write(body)]:
                self._cut(client)

    async def _redis(self) -> None:
        """Take the events of all machines from Redis; when it goes away, wait and come back."""
        import redis.asyncio as redis

        while True:
            try:
                async with redis.from_url(self.redis_url).pubsub() as ear:
                    await ear.subscribe("patogh:live")
                    async for message in ear.listen():
                        if message["type"] == "message":
                            self.take(message["data"])
            except (OSError, redis.RedisError) as error:
                print(f"patogh hub: Redis does not answer ({error}); trying again", file=sys.stderr)  # noqa: T201 - the hub's only log
            await asyncio.sleep(1)


def _from_here(scope: Scope) -> bool:
    """Return whether the peer is this machine itself and speaks for nobody else."""
    return (scope.get("client") or ("",))[0] in LOOPBACK and not any(
        name == b"x-forwarded-for" for name, _ in scope["headers"]
    )


def _lower_buffer(send: Send) -> None:
    """Let uvicorn hold back little for a client that does not read."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.set_write_buffer_limits(high=limits.HUB_CLIENT_BUFFER_BYTES_MAX)


async def _answer(send: Send, status: int, body: bytes) -> None:
    """Send a short whole answer."""
    kind = b"application/json" if body.startswith(b"{") else b"text/plain; charset=utf-8"
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def from_environment() -> Hub:
    """Make the hub as `patogh up` describes it in the environment."""
    key = bytes.fromhex(os.environ.get("PATOGH_HUB_KEY", ""))
    if not key:
        raise SystemExit("patogh hub: PATOGH_HUB_KEY is not set; start the hub with `patogh up`.")
    hosts = set(os.environ.get("PATOGH_HUB_HOSTS", "").split())
    trust = os.environ.get("PATOGH_BEHIND_PROXY", "") in {"1", "true", "yes", "on"}
    return Hub(key, hosts, redis_url=os.environ.get("PATOGH_REDIS_URL", ""), trust_proxy=trust)


def main() -> None:
    """Serve the hub at the host and port of the environment until told to stop."""
    import resource

    import uvicorn

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    host, port = os.environ.get("PATOGH_HUB_HOST", "127.0.0.1"), int(os.environ.get("PATOGH_HUB_PORT", "8001"))
    uvicorn.run(
        from_environment(),
        host=host,
        port=port,
        backlog=16_384,
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=5,
        loop="uvloop",
        http="httptools",
        ws="none",
    )


if __name__ == "__main__":
    main()

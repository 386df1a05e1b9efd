"""The hub as browsers and pages meet it: a real server on a free port."""

import hmac
import json
import socket
import threading
import time
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
import uvicorn

from patogh.activity import limits
from patogh.activity.hub import Hub
from patogh.activity.rings import Rings
from patogh.activity.tokens import hub_key, is_valid, sign

KEY = hub_key("a secret of the tests")
SECRET = {"X-Patogh-Secret": hmac.new(KEY, b"publish", "sha256").hexdigest()}


class Running:
    """A hub behind a real server in a thread."""

    def __init__(self) -> None:
        self.hub = Hub(KEY, {"patogh.test"})
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.server = uvicorn.Server(uvicorn.Config(self.hub, log_level="error", timeout_graceful_shutdown=1))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self.thread.start()
        wait_until(lambda: self.server.started)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()
        self.socket.close()

    def ask(self, method: str, path: str, body: bytes | None = None, headers=None) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        given = answer.status, answer.read()
        connection.close()
        return given

    def publish(self, *events: tuple[str, str, str]) -> int:
        batch = [{"channel": channel, "event": event, "data": data} for channel, event, data in events]
        return self.ask("POST", "/publish", json.dumps(batch).encode(), SECRET)[0]

    def listen(self, channels: str, **headers: str) -> "Page":
        return Page(self.port, channels, headers)


class Page:
    """An open page that listens."""

    def __init__(self, port: int, channels: str, headers: dict[str, str], token: str | None = None) -> None:
        query = urlencode({"channels": channels, "token": token or sign(KEY, channels, int(time.time()) + 60)})
        self.connection = HTTPConnection("127.0.0.1", port, timeout=10)
        self.connection.request(
            "GET", f"/live?{query}", headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        self.answer = self.connection.getresponse()
        self.last_id = ""

    def next(self) -> tuple[str, str]:
        """Return the next event and its data."""
        event, data = "", []
        while line := self.answer.readline().decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            if name == "id":
                self.last_id = value
            elif name == "event":
                event = value
            elif name == "data":
                data.append(value)
        return (event, "\n".join(data)) if event else self.next()

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


def wait_until(true) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.fixture
def running():
    hub = Running()
    yield hub
    hub.stop()


def test_a_page_hears_what_is_published_on_its_channel_and_nothing_else(running):
    page = running.listen("topic:7")
    assert page.next() == ("ready", "{}")
    assert running.publish(("topic:8", "post", "other"), ("topic:7", "post", '{"id":1}')) == 204
    assert page.next() == ("post", '{"id":1}')
    page.close()


def test_one_page_may_listen_on_several_channels(running):
    page = running.listen("topic:7,member:1")
    page.next()
    running.publish(("member:1", "notice", "a"), ("topic:7", "post", "سلام\nدو خط"))
    assert [page.next(), page.next()] == [("notice", "a"), ("post", "سلام\nدو خط")]
    page.close()


def test_a_page_that_comes_back_catches_up(running):
    page = running.listen("topic:7")
    page.next()
    running.publish(("topic:7", "post", "1"))
    page.next()
    page.close()
    running.publish(("topic:7", "post", "2"), ("topic:8", "post", "x"), ("topic:7", "post", "3"))
    again = running.listen("topic:7", Last_Event_ID=page.last_id)
    assert [again.next(), again.next()] == [("post", "2"), ("post", "3")]
    again.close()


def test_a_page_that_comes_back_to_another_hub_is_told_to_refresh(running):
    page = running.listen("topic:7", Last_Event_ID="feedbeef-17")
    assert [page.next()[0], page.next()[0]] == ["ready", "refresh"]
    page.close()


@pytest.mark.parametrize("last_id", ["17", "-", "٣-٣", "x" * 500, "abc-" + "9" * 400])
def test_a_broken_last_event_id_is_a_refresh(running, last_id):
    page = running.listen("topic:7", Last_Event_ID=last_id.encode().decode("latin-1"))
    assert [page.next()[0], page.next()[0]] == ["ready", "refresh"]
    page.close()


def test_a_token_is_for_its_channels_only(running):
    token = sign(KEY, "topic:7", int(time.time()) + 60)
    assert Page(running.port, "topic:8", {}, token).answer.status == 403
    assert Page(running.port, "topic:7,member:1", {}, token).answer.status == 403
    assert Page(running.port, "topic:7", {}, token).answer.status == 200


@pytest.mark.parametrize("token", ["", ".", "9999999999.", "x.y", "٩.x", "1.aa"])
def test_a_made_up_or_old_token_is_refused(running, token):
    assert not is_valid(KEY, "topic:7", token)
    assert Page(running.port, "topic:7", {}, token or "-").answer.status == 403


def test_a_token_runs_out():
    assert not is_valid(KEY, "a", sign(KEY, "a", int(time.time()) - 1))
    assert is_valid(KEY, "a", sign(KEY, "a", int(time.time()) + 10))


def test_pages_of_other_origins_are_refused(running):
    assert running.listen("a", Origin="https://evil.test").answer.status == 403
    assert running.listen("a", Origin="null").answer.status == 403
    page = running.listen("a", Origin="https://patogh.test")
    assert page.answer.status == 200
    assert page.answer.getheader("Access-Control-Allow-Origin") == "https://patogh.test"
    page.close()


def test_publishing_needs_the_secret(running):
    body = json.dumps([{"channel": "a", "event": "b", "data": "c"}]).encode()
    assert running.ask("POST", "/publish", body)[0] == 404
    assert running.ask("POST", "/publish", body, {"X-Patogh-Secret": "x"})[0] == 404
    assert running.ask("POST", "/publish", body, {**SECRET, "X-Forwarded-For": "203.0.113.9"})[0] == 404


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'[{"channel":"a"}]', b"\xff\xfe", b"7"])
def test_a_broken_batch_is_refused_and_the_hub_lives_on(running, body):
    assert running.ask("POST", "/publish", body, SECRET)[0] == 400
    assert running.publish(("a", "b", "c")) == 204


def test_other_addresses_are_not_found(running):
    assert running.ask("GET", "/")[0] == 404
    assert running.ask("POST", "/live")[0] == 404
    assert running.ask("GET", "/stats", headers={"X-Forwarded-For": "203.0.113.9"})[0] == 404


def test_presence_is_counted_and_told(running):
    pages = [running.listen("topic:7") for _ in range(3)]
    for page in pages:
        page.next()
    assert json.loads(running.ask("GET", "/stats")[1])["presence"] == {"topic:7": 3}
    pages[2].close()
    wait_until(lambda: len(running.hub.clients) == 2)
    running.hub.timers[0].get_loop().call_soon_threadsafe(running.hub.tell_presence)
    event, data = pages[0].next()
    assert (event, json.loads(data)["count"]) == ("presence", 2)
    for page in pages:
        page.close()
    wait_until(lambda: not running.hub.clients)
    assert running.hub.listening == {}
    assert running.hub.addresses == {}


def test_too_many_channels_are_refused(running):
    names = ",".join(f"topic:{number}" for number in range(limits.HUB_CHANNELS_PER_CLIENT_MAX + 1))
    assert running.listen(names).answer.status == 400


def test_an_address_may_open_so_many_pages_only(running, monkeypatch):
    monkeypatch.setattr(limits, "HUB_CLIENTS_PER_ADDRESS_MAX", 2)
    running.hub.trust_proxy = True
    pages = [running.listen("a", X_Forwarded_For="203.0.113.9") for _ in range(3)]
    assert [page.answer.status for page in pages] == [200, 200, 429]
    assert running.listen("a", X_Forwarded_For="203.0.113.10").answer.status == 200


def test_a_page_that_does_not_read_is_cut_off_and_holds_up_nobody(running):
    sluggish, quick = running.listen("a"), running.listen("a")
    sluggish.connection.sock and sluggish.connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    quick.next()
    for number in range(2_000):
        assert running.publish(("a", "post", f"{number} " + "x" * 8_000)) == 204
        assert quick.next()[1].startswith(f"{number} ")
        if running.hub.cut_off:
            break
    assert running.hub.cut_off == 1
    assert len(running.hub.clients) == 1
    quick.close()
    sluggish.close()


def test_a_ring_that_forgot_says_refresh(monkeypatch):
    monkeypatch.setattr(limits, "HUB_RING_EVENTS_MAX", 3)
    rings = Rings()
    for number in range(5):
        rings.keep("a", "e", str(number))
    assert b"refresh" in rings.since(f"{rings.boot}-1", ("a",))
    assert rings.since(f"{rings.boot}-2", ("a",)).count(b"data:") == 3
    assert rings.since(f"{rings.boot}-5", ("a",)) == b""


def test_rings_of_quiet_channels_are_thrown_away_and_known_to_be(monkeypatch):
    monkeypatch.setattr(limits, "HUB_RINGS_MAX", 2)
    rings = Rings()
    for channel in "abc":
        rings.keep(channel, "e", "1")
    assert len(rings.rings) == 2
    assert b"refresh" in rings.since(f"{rings.boot}-0", ("a",))
    assert rings.since(f"{rings.boot}-1", ("a",)) == b""


def test_pages_of_other_origins_hear_only_what_was_made_for_them(running):
    page = running.listen("open:chat:7", Origin="https://shop.test")
    page.next()
    running.publish(("open:chat:7", "said", "{}"))
    assert page.next() == ("said", "{}")
    page.close()
    assert running.listen("open:chat:7,topic:7", Origin="https://shop.test").answer.status == 403
    token = sign(KEY, "open:chat:8", int(time.time()) + 60)
    assert Page(running.port, "open:chat:7", {"Origin": "https://shop.test"}, token).answer.status == 403

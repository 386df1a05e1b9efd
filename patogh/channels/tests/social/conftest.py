"""A server on the loopback that answers as it is told, and setups that ask it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings as house
from django.utils import timezone

from patogh.channels.connectors.client import Http
from patogh.channels.connectors.contract import Call, Running


class Turns(list):
    """Answers that are used up one after the other; the last one stays."""


class Server:
    """Answers by path: `answers[path]` is one answer or Turns of them; an answer is (status, headers, body) or a body."""

    def __init__(self) -> None:
        self.answers: dict = {}
        self.asked: list = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_args) -> None:
                """Say nothing."""

        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.httpd.server_port}"
        self.url = f"http://{self.place}"
        threading.Thread(target=self.httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def answer(self, handler) -> None:
        """Give the answer that stands for this path, 404 where none does."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        path, _mark, query = handler.path.partition("?")
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.asked.append((handler.command, path, query, headers, body))
        found = self.answers.get(path, (404, {}, b"nothing here"))
        if isinstance(found, Turns):
            found = found.pop(0) if len(found) > 1 else found[0]
        status, told, said = found if isinstance(found, tuple) else (200, {}, found)
        said = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
        handler.send_response(status)
        for name, value in told.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(said)))
        handler.end_headers()
        handler.wfile.write(said)

    def bodies(self, path: str) -> list:
        """Return what was sent to a path, as JSON."""
        return [json.loads(body) for _method, asked, _query, _headers, body in self.asked if asked == path]


@pytest.fixture
def server(settings):
    """Return a server that connectors may ask although it is inside."""
    made = Server()
    settings.CHANNELS_INSIDE = made.place
    yield made
    made.httpd.shutdown()
    made.httpd.server_close()


def at_work(**settings) -> Running:
    """Return a setup at work."""
    own = frozenset(house.CHANNELS_INSIDE.split())  # as if the server stood in its settings
    return Running(1, "a" * 32, "https://patogh.example/channels/aaaa/", settings, Http(None, own), timezone.now)


def called(body, *, method="POST", tail="", **headers) -> Call:
    """Return a call to our address."""
    said = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Call(method, tail, {}, named, said, timezone.now())

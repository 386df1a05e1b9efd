"""A server that behaves badly in every way that a service outside can, for the connectors' tests.

`server.mode` says how it answers everything; "fine" answers from `server.answers`: (part of the path, status, headers, body).
`server.asked` are the requests that came: (method, path, headers, body). A hanging answer ends with `server.stop()`.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

# Each way to fail, with what a client may make of it at most.
MODES: Final = (
    "rate", "rate_bare", "rate_garbage", "rate_forever", "error", "unavailable", "hang", "reset", "huge", "drip", "private",
    "metadata", "loop", "half_letters", "empty", "html", "cut_json", "wrong_shape", "no_http",
    "takes_and_cuts",
)  # fmt: skip
BUSY: Final = frozenset({"rate", "rate_bare", "rate_garbage", "rate_forever", "error", "unavailable"})
RETRY_AFTER_S: Final = 7
_GARBAGE: Final = {
    "rate_garbage": "tomorrow, perhaps",
    "rate": str(RETRY_AFTER_S),
    "rate_forever": "99999999999999999999",
}


class FaultServer:
    """The server; `host` is its host:port."""

    def __init__(self) -> None:
        self.mode = "fine"
        self.answers: list[tuple[str, int, dict[str, str], bytes]] = []
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.ended = threading.Event()
        outer = self

        class Handler(_Handler):
            faults = outer

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        return int(self.http.server_address[1])

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.ended.set()
        self.http.shutdown()
        self.http.server_close()


class _Handler(BaseHTTPRequestHandler):
    faults: FaultServer

    def log_message(self, *_said) -> None:
        """Be quiet."""

    def handle_one_request(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().handle_one_request()

    def _any(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size) if size else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.faults.asked.append((self.command, self.path, headers, body))
        mode = self.faults.mode
        getattr(self, f"_{mode}", lambda: self._status(mode))()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _any  # noqa: N815 - the library's names

    def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _fine(self) -> None:
        for part, status, headers, body in self.faults.answers:
            if part in self.path:
                return self._say(status, body, headers)
        return self._say(404, b"{}")

    def _status(self, mode: str) -> None:
        status = {"error": 500, "unavailable": 503}.get(mode, 429)
        self._say(status, b'{"ok":false}', {"Retry-After": _GARBAGE[mode]} if mode in _GARBAGE else {})

    def _hang(self) -> None:
        self.faults.ended.wait(10)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _takes_and_cuts(self) -> None:
        """Take what was asked for, and go before a word of the answer."""
        self.close_connection = True

    def _huge(self) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.faults.ended.is_set():
            self.wfile.write(b" " * 65_536)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        while not self.faults.ended.wait(0.05):
            self.wfile.write(b" ")
            self.wfile.flush()

    def _private(self) -> None:
        self._say(302, b"", {"Location": "http://10.0.0.7/inside"})

    def _metadata(self) -> None:
        self._say(301, b"", {"Location": "http://169.254.169.254/latest/meta-data/"})

    def _loop(self) -> None:
        self._say(302, b"", {"Location": self.path})

    def _half_letters(self) -> None:
        self._say(200, '{"ok":true,"result":[{"text":"سلام'.encode()[:-1])

    def _empty(self) -> None:
        self._say(200, b"")

    def _html(self) -> None:
        self._say(200, b"<!doctype html><title>Login</title>", {"Content-Type": "text/html"})

    def _cut_json(self) -> None:
        self._say(200, b'{"ok": true, "result": [')

    def _wrong_shape(self) -> None:
        self._say(200, b'{"ok": true, "result": {"items": 7, "statuses": "none"}, "entries": null}')

    def _no_http(self) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n")
        self.close_connection = True

"""The witness over HTTP, with the standard library alone.

A request arrives whole within REQUEST_S_MAX of its first byte, or the connection is closed: a client that drips bytes holds
nothing for long. No address of a client is written down.
"""

from __future__ import annotations

import io
import re
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, cast

from patogh.ledger.witness import limits, page
from patogh.ledger.witness.errors import Refused, Trouble
from patogh.ledger.witness.pace import Pace
from patogh.ledger.witness.protocol import Witness
from patogh.ledger.witness.wire import SIZE_TYPE

_PLAIN: Final = "text/plain; charset=utf-8"
_CHECKPOINT: Final = re.compile(r"/([0-9a-f]{64})/checkpoint")
_LENGTH: Final = re.compile(r"[0-9]{1,12}")


class Server(ThreadingHTTPServer):
    """One witness at one address, with a bounded number of connections."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], witness: Witness, pace: Pace | None = None) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.witness = witness
        self.pace = pace or Pace(limits.LOG_REQUESTS_PER_S * limits.ALL_TIMES)
        self._seats = threading.BoundedSemaphore(limits.CONNECTIONS_MAX)
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        """Return where this server listens."""
        host, port = self.server_address[:2]
        return f"http://[{host!s}]:{port}" if ":" in str(host) else f"http://{host!s}:{port}"

    def server_bind(self) -> None:
        """Bind without asking a name server who we are."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a connection when a seat is free; close it at once otherwise."""
        if self._seats.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection and give the seat back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._seats.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the signature is socketserver's
        """Say what broke, without who came."""
        error = sys.exception() if sys.version_info >= (3, 12) else sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            sys.stderr.write(f"error: {error!r}\n")


class _Patient(io.RawIOBase):
    """A socket that is read until a moment, however slowly it drips."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.until = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class _Handler(BaseHTTPRequestHandler):
    """One connection, which may carry several requests."""

    protocol_version = "HTTP/1.1"
    server_version = "patogh-witness"
    sys_version = ""
    error_message_format = "%(message)s\n"
    error_content_type = _PLAIN
    server: Server

    def setup(self) -> None:
        """Read the connection through a deadline."""
        super().setup()
        self._patient = _Patient(self.connection)
        self.rfile: Any = io.BufferedReader(self._patient)

    def handle_one_request(self) -> None:
        """Wait a little for a request, then a bounded time for all of it."""
        self._patient.until = time.monotonic() + limits.IDLE_S_MAX
        try:
            if not self.rfile.peek(1):
                self.close_connection = True
                return
        except TimeoutError:
            self.close_connection = True
            return
        self._patient.until = time.monotonic() + limits.REQUEST_S_MAX
        super().handle_one_request()

    def do_GET(self) -> None:
        """Show the page, the key, or the newest checkpoint of a log."""
        self._answered(self._shown)

    do_HEAD = do_GET  # noqa: N815 - the name is http.server's

    def do_POST(self) -> None:
        """Take a checkpoint."""
        self._answered(self._taken)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature is http.server's
        """Write nothing about single requests; the protocol says what matters."""

    def _answered(self, work: Any) -> None:
        try:
            self.server.pace.take("all")
            work()
        except Refused as refused:
            self._refuse(refused)
        except Trouble as trouble:
            sys.stderr.write(f"trouble: {trouble}\n")
            self._refuse(
                Refused(503, "the witness has trouble with its own disk; its operator has to look", retry_s=60)
            )

    def _shown(self) -> None:
        path = self.path.partition("?")[0]
        found = _CHECKPOINT.fullmatch(path)
        witness = self.server.witness
        if path == "/":
            self._send(200, page.rendered(witness).encode(), "text/html; charset=utf-8")
        elif path == "/vkey":
            self._send(200, f"{witness.vkey}\n".encode(), _PLAIN)
        elif found and (seen := witness.store.seen_by_hash(found[1])):
            self._send(200, seen.note.encode(), _PLAIN)
        elif found:
            raise Refused(404, "this witness has cosigned nothing of that log")
        else:
            raise Refused(
                404, "a witness answers POST /add-checkpoint and GET /, /vkey, /<sha256 of an origin>/checkpoint"
            )

    def _taken(self) -> None:
        if self.path.partition("?")[0] != "/add-checkpoint":
            self.close_connection = True
            raise Refused(404, "checkpoints are taken at POST /add-checkpoint")
        self._send(200, self.server.witness.add_checkpoint(self._body()).encode(), _PLAIN)

    def _body(self) -> bytes:
        lengths = self.headers.get_all("Content-Length") or []
        self.close_connection = True  # until the whole body is read, what follows cannot be told from it
        if self.headers.get("Transfer-Encoding") or not lengths:
            raise Refused(411, "say the length of the body in Content-Length")
        if len(lengths) > 1 or not _LENGTH.fullmatch(lengths[0]):
            raise Refused(400, "Content-Length must be one number")
        if int(lengths[0]) > limits.BODY_BYTES_MAX:
            raise Refused(413, f"a request has at most {limits.BODY_BYTES_MAX} bytes")
        body = cast("bytes", self.rfile.read(int(lengths[0])))
        if len(body) < int(lengths[0]):
            raise Refused(400, "the body broke off")
        self.close_connection = (
            self.headers.get("Connection", "").lower() == "close" or self.request_version == "HTTP/1.0"
        )
        return body

    def _refuse(self, refused: Refused) -> None:
        more = {"Retry-After": str(refused.retry_s)} if refused.retry_s else {}
        if refused.size is not None:
            self._send(refused.status, f"{refused.size}\n".encode(), SIZE_TYPE, more)
        else:
            self._send(refused.status, f"{refused.sentence}\n".encode(), _PLAIN, more)

    def _send(self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self.connection.settimeout(limits.ANSWER_S_MAX)
        self.send_response(status)
        given = {"Content-Type": kind, "Content-Length": str(len(body)), **page.SAFE_HEADERS, **(more or {})}
        if self.close_connection:
            given["Connection"] = "close"
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

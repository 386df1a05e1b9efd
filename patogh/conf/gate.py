"""The gate before the pages: bodies are read first, then only so many requests run at once.

A client that sends its body slowly holds one cheap waiting thread and none of the running ones, as behind a buffering
proxy; so hundreds of slow clients slow nobody down. Whoever comes when the gate is full is told when to come back.
"""

import tempfile
import threading
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

RUNNING_MAX = 16
READING_MAX = 224
WAIT_S_MAX = 20.0
BODY_BYTES_MAX = 14 * 1024 * 1024  # one picture of PICTURE_BYTES_MAX and the form around it
BODY_IN_MEMORY_BYTES_MAX = 256 * 1024
PIECE_BYTES = 64 * 1024
RETRY_AFTER_S = 5


class Gate:
    """A WSGI application around another one."""

    def __init__(
        self, application: Application, *, running_max: int = RUNNING_MAX, reading_max: int = READING_MAX
    ) -> None:
        """Stand before `application`."""
        self.application = application
        self.running = threading.Semaphore(running_max)
        self.reading = threading.Semaphore(reading_max)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let a request through when its body is here and its turn has come."""
        if _has_body(environ):
            if _length(environ) > BODY_BYTES_MAX:
                return _refused(start_response, "413 Content Too Large")
            if not self.reading.acquire(blocking=False):
                return _refused(start_response, "503 Service Unavailable")
            try:
                body = _read(environ["wsgi.input"])
            finally:
                self.reading.release()
            if body is None:
                return _refused(start_response, "413 Content Too Large")
            environ["wsgi.input"] = body
        if not self.running.acquire(timeout=WAIT_S_MAX):
            return _refused(start_response, "503 Service Unavailable")
        try:
            return self.application(environ, start_response)
        finally:
            self.running.release()


def _has_body(environ: Environ) -> bool:
    return environ.get("CONTENT_LENGTH", "") not in {"", "0"} or "HTTP_TRANSFER_ENCODING" in environ


def _length(environ: Environ) -> int:
    length = environ.get("CONTENT_LENGTH", "")
    return int(length) if length.isascii() and length.isdigit() else 0


def _read(stream: Any) -> BinaryIO | None:
    """Read a whole body, into a file when it is large; None when it is larger than allowed."""
    body = tempfile.SpooledTemporaryFile(BODY_IN_MEMORY_BYTES_MAX)  # noqa: SIM115 - it lives as long as the request
    size = 0
    while piece := stream.read(PIECE_BYTES):
        size += len(piece)
        if size > BODY_BYTES_MAX:
            return None
        body.write(piece)
    body.seek(0)
    return body  # type: ignore[return-value]


def _refused(start_response: StartResponse, status: str) -> Iterable[bytes]:
    """Answer in both languages, since nobody has looked at who is asking yet."""
    if status.startswith("413"):
        words = "بزرگ‌تر از آن است که می‌پذیریم.\nThis is larger than we accept.\n"
    else:
        words = "سرمان شلوغ است؛ چند ثانیه دیگر دوباره بفرستید.\nWe are very busy; please try again in a few seconds.\n"
    body = words.encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    start_response(status, [*headers, ("Retry-After", str(RETRY_AFTER_S))] if status.startswith("503") else headers)
    return [body]

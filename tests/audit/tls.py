"""A small door with TLS in front of a house, as a reverse proxy would be; its certificate is its own."""

import http.client
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.audit import tools

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "x-forwarded-proto"}


def certificate(folder: Path) -> tuple[Path, Path]:
    """Return certificate and key for 127.0.0.1, made with openssl."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    tools.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-keyout",
            key,
            "-out",
            cert,
            *subject,
        ]
    )
    return cert, key


@contextmanager
def door(port: int, house_port: int, cert: Path, key: Path) -> Iterator[None]:
    """Answer https at `port` from the house at `house_port` until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            """Pass one request on and its answer back."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            behind = http.client.HTTPConnection("127.0.0.1", house_port, timeout=30)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            behind.request(
                self.command, self.path, body, {**headers, "Host": self.headers["Host"], "X-Forwarded-Proto": "https"}
            )
            said = behind.getresponse()
            text = said.read()
            self.send_response_only(said.status)
            for name, value in said.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text)
            behind.close()

        do_GET = do_HEAD = do_POST = do_OPTIONS = answer  # noqa: N815 - the library calls them so

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()

"""A receiver of webhooks for the walks: it keeps what it gets, and answers what it is told to."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WAIT_S = 60


class Receiver:
    """A server of somebody else at `url`; `messages` are (headers, body), `status` is what it answers."""

    def __init__(self) -> None:
        self.messages: list[tuple[dict[str, str], bytes]] = []
        self.status, self.arrived, its = 204, threading.Condition(), self

        class Answers(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(its.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                with its.arrived:
                    its.messages.append(({name.lower(): value for name, value in self.headers.items()}, body))
                    its.arrived.notify_all()

            def log_message(self, *_words: object) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/patogh"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def wait_for(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        """Return what came, once there are so many messages."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.messages) >= count, WAIT_S), (
                f"{len(self.messages)} of {count} came"
            )
            return list(self.messages)

    def stop(self) -> None:
        """Close the server."""
        self.server.shutdown()
        self.server.server_close()

"""Kill -9 over and over while clients write and retry with their keys: nothing acknowledged may be lost or doubled.

The server of this drill has nothing but the door: it is forked anew and killed after 20-350 ms, up to 200 times.
"""

import os
import random
import socket
import socketserver
import subprocess
import sys
import time

from tests.drills import house

KILLS = 20
KILLS_LONG = 200


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Kill the door again and again; broken on purpose it answers before it commits."""
    kills = (KILLS_LONG if long else KILLS) if not broken else KILLS // 2
    with house.folder() as place:
        port = house.free_port()
        env = house.environment(place, broken=broken, DRILL_KILLS=str(kills))
        # The killing parent forks, so it has no threads of its own: the clients live here, the server there.
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.drills.kill9", "--serve", str(port)], env=env, cwd=house.ROOT
        )
        house.wait_for(port)
        began = time.monotonic()
        with house.Clients(port) as clients:
            server.wait()
        there = house.present(place / "patogh.sqlite3")
        return house.counted("kill9", set(clients.acked), there, kills, began, retried=clients.retried)


class Handler(socketserver.StreamRequestHandler):
    """Just enough HTTP/1.0 for the clients."""

    def handle(self) -> None:
        """Answer one request."""
        from patogh.kit.errors import PatoghError

        line = self.rfile.readline()
        headers = {}
        while header := self.rfile.readline().strip():
            name, _, value = header.decode().partition(": ")
            headers[name.lower()] = value
        self.rfile.read(int(headers.get("content-length", 0)))
        status = 200
        try:
            said = "ok" if line.startswith(b"GET") else self.answer(headers["idempotency-key"])
        except PatoghError as error:
            status, said = error.status, error.code
        self.wfile.write(f"HTTP/1.0 {status} -\r\nContent-Length: {len(said)}\r\n\r\n{said}".encode())

    def answer(self, key: str) -> str:
        """Write under a key and return what to answer."""
        from tests.drills.app import answer

        return answer(key)


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A threaded server on a socket that it was given."""

    daemon_threads = True


def serve_and_be_killed(port: int, kills: int) -> None:
    """Fork a server on the listening socket, kill it, fork the next; the last lives long enough for all retries."""
    import tests.drills.app  # noqa: F401 - loaded once, before the forks

    listening = socket.create_server(("127.0.0.1", port), backlog=256)
    for turn in range(kills + 1):
        child = os.fork()
        if child == 0:
            server = Server(("127.0.0.1", port), Handler, bind_and_activate=False)
            server.socket = listening
            server.serve_forever(poll_interval=0.5)
        time.sleep(random.uniform(0.02, 0.35) if turn < kills else float(os.environ.get("DRILL_LIFE_S", "2")))
        house.kill(child)
        os.waitpid(child, 0)


if __name__ == "__main__":
    if "--serve" in sys.argv:
        serve_and_be_killed(int(sys.argv[-1]), int(os.environ["DRILL_KILLS"]))
        sys.exit(0)
    house.tell(drill)

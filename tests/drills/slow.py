"""200 slow connections at once, half of them dripping headers and half a body; everybody else must not notice."""

import contextlib
import socket
import threading
import time

from tests.drills import house

SLOW = 200
ASKED = 20
ASKED_LONG = 100
ANSWER_S_MAX = 2.0


def drip(port: int, number: int, stopping: threading.Event) -> None:
    """Send one byte a second, for ever; come back when thrown out."""
    opening = (
        b"POST /write HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
        if number % 2
        else b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
    )
    while not stopping.is_set():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(opening)
            while not stopping.wait(1):
                connection.sendall(b"1")


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Ask among the slow; broken on purpose the house has few threads, which they fill. What nobody answers is lost."""
    port, stopping, asked = house.free_port(), threading.Event(), ASKED_LONG if long else ASKED
    more = {"DRILL_FEW_THREADS": "1"} if broken else {}
    began = time.monotonic()
    with house.folder() as place, house.house(place, port, **more):
        crowd = [threading.Thread(target=drip, args=(port, number, stopping), daemon=True) for number in range(SLOW)]
        for thread in crowd:
            thread.start()
        time.sleep(3)
        waits = [answered(port) for _ in range(asked)]
        stopping.set()
        for thread in crowd:
            thread.join(10)
    good = [wait for wait in waits if wait is not None]
    worst, secs = max(good, default=0.0), round(time.monotonic() - began, 1)
    facts = {"worst_s": round(worst, 3)}
    return house.Result("slow", SLOW, len(good), asked - len(good), 0, secs, worst <= ANSWER_S_MAX, facts)


def answered(port: int) -> float | None:
    """Return how long one write took among the slow ones; None when it was not answered."""
    began = time.monotonic()
    try:
        status, _ = house.ask(port, "POST", "/write", b"0", timeout=ANSWER_S_MAX, Idempotency_Key=f"{began}")
    except OSError:
        return None
    return time.monotonic() - began if status == 200 else None


if __name__ == "__main__":
    house.tell(drill)

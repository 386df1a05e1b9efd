"""A PostgreSQL that is shut down at once (`pg_ctl -m immediate`, as after a crash) and started again, under load.

It runs with fsync on. Clients write all the while and retry with their keys: what was acknowledged is there once, and
whoever could not be answered was told 503, never 500. Broken on purpose the house answers before it commits.
"""

import contextlib
import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests import postgres
from tests.drills import house

STOPS, STOPS_LONG = 3, 10
DURABLE = ("-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "listen_addresses=", "-c", "max_connections=120")


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Stop and start the database under load, and count."""
    stops = STOPS_LONG if long else STOPS
    with house.empty() as place, postgres.server(*DURABLE) as address:
        env = {"PATOGH_DATABASE_URL": address, "DRILL_BROKEN": str(int(broken))}
        house.output("patogh", "migrate", env=house.environment(place, **env))
        port, began, back_s = house.free_port(), time.monotonic(), []
        with house.house(place, port, **env), controlled(address) as control, house.Clients(port) as clients:
            for _ in range(stops):
                house.until(progress(clients), 20)
                time.sleep(random.uniform(0.3, 1.0))
                control("-m", "immediate", "stop")
                time.sleep(random.uniform(0.2, 0.8))
                control("start")
                started = time.monotonic()
                house.until(progress(clients), 20)
                back_s.append(round(time.monotonic() - started, 2))
        there = present(address)
    other = {status: count for status, count in clients.refused.items() if status != 503}
    more = {"refused": clients.refused, "retried": clients.retried, "back_after_s_max": max(back_s)}
    return house.counted("postgres", set(clients.acked), there, stops, began, ok=not other, **more)


def progress(clients: house.Clients) -> Callable[[], bool]:
    """Return whether anything has been acknowledged since now, as a question."""
    before = len(clients.acked)
    return lambda: len(clients.acked) > before + 5


@contextlib.contextmanager
def controlled(address: str) -> Iterator[Callable[..., None]]:
    """Give a function that runs pg_ctl for the server at this address, as the user that owns it."""
    folder = Path(parse_qs(urlsplit(address).query)["host"][0])
    own = folder / "pg" / "bin"
    programs = own if own.exists() else postgres.binaries()
    owner = (folder / "data").stat()
    who: dict[str, Any] = {}
    if os.getuid() == 0:
        who = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
    arguments = " ".join([*DURABLE, "-k", str(folder)])

    def control(*words: str) -> None:
        command = [programs / "pg_ctl", "-D", folder / "data", "-w", "-t", "60", "-l", folder / "log", "-o", arguments]
        env = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(folder)}
        subprocess.run([*command, *words], check=True, stdout=subprocess.DEVNULL, env=env, cwd=folder, **who)

    yield control


def present(address: str) -> dict[str, int]:
    """Return how often each key is on the road."""
    import psycopg

    with psycopg.connect(address) as opened:
        sql = "SELECT data->>'key', count(*) FROM activity_activity WHERE verb = %s GROUP BY 1"
        return dict(opened.execute(sql, ["activity.drill_written"]).fetchall())


if __name__ == "__main__":
    house.tell(drill)

"""Kill -9 of everything that `patogh up` started, at random moments, while eight members reply in a topic.

The members are browsers: each reply is the form of the topic's page with its idempotency key, sent again until it is
acknowledged. Afterwards every acknowledged reply is in the database once. Broken on purpose the retries carry new keys,
as a form without one would, and lose patience.
"""

import contextlib
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

from tests.drills import house

KILLS = 10
KILLS_LONG = 30
MARK = re.compile(r"mark ([0-9a-f-]{36})")


@dataclass
class Members(house.Clients):
    """Clients that reply in a topic as signed-in members."""

    town: dict[str, object] | None = None
    broken: bool = False

    def try_once(self, key: str) -> bool:
        """Send one reply; it is acknowledged by the redirect to it."""
        assert self.town is not None
        cookies: list[str] = self.town["cookies"]  # type: ignore[assignment]
        cookie = cookies[int(key[:8], 16) % len(cookies)]
        form = {"text": f"mark {key}", "key": str(uuid.uuid4()) if self.broken else key}
        headers = {
            "Cookie": cookie,
            "X_CSRFToken": cookie.rpartition("=")[2],
            "Content_Type": "application/x-www-form-urlencoded",
        }
        try:
            patience_s = 0.03 if self.broken else 10.0
            path = f"/t/{self.town['topic']}/posts"
            status, _ = house.ask(self.port, "POST", path, urlencode(form).encode(), patience_s, **headers)
        except (OSError, HTTPException):
            return False
        if status == 302:
            self.acked[key] = "there"
        else:
            self.refused[status] = self.refused.get(status, 0) + 1
        return status == 302


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Start the house, let them write, kill the whole group; so often, and count at the end."""
    kills = (KILLS_LONG if long else KILLS) if not broken else KILLS // 2
    with house.empty() as place:
        town = house.peopled(place)
        port, began, cut_short = house.free_port(), time.monotonic(), 0
        up = _up(place, port)
        with Members(port, pause_s=0.005, town=town, broken=broken) as clients:
            for _ in range(kills):
                # Some kills come while the house is still coming up.
                if random.random() < 0.8:
                    house.wait_for(port)
                    before = len(clients.acked)
                    house.until(lambda before=before: len(clients.acked) > before, 60)
                else:
                    cut_short += 1
                time.sleep(random.uniform(0.05, 1.0))
                kill_group(up)
                up = _up(place, port)
            house.wait_for(port)
            time.sleep(1.5)
        _stop(up)
        there = replies(place / "patogh.sqlite3")
        more = {"while_starting": cut_short, "retried": clients.retried, "refused": clients.refused}
        return house.counted("group", set(clients.acked), there, kills, began, **more)


def _up(place: Path, port: int) -> subprocess.Popen[bytes]:
    """Run `patogh up` itself."""
    command = [sys.executable, "-m", "patogh", "up", "--port", str(port), "--host", "127.0.0.1", "--workers", "2"]
    env = house.environment(place)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, env=env, cwd=house.ROOT, start_new_session=True, **quiet)


def kill_group(up: subprocess.Popen[bytes]) -> None:
    """Kill -9 the supervisor and everything that it started, and see that nothing is left."""
    house.kill(up.pid)
    up.wait()
    for _ in range(100):
        left = house.in_session(up.pid)
        if not left:
            return
        for pid in left:
            house.kill(pid)
        time.sleep(0.02)
    raise SystemExit("drill: processes outlived kill -9")


def _stop(up: subprocess.Popen[bytes]) -> None:
    """Stop the house as an operator would."""
    up.send_signal(signal.SIGTERM)
    up.wait(90)


def replies(database: Path) -> dict[str, int]:
    """Return how often each marked reply is in a database file, which must be whole."""
    with contextlib.closing(sqlite3.connect(database)) as opened:
        opened.create_function("REGEXP", 2, lambda pattern, value: bool(re.search(pattern, str(value))))
        verdict = opened.execute("PRAGMA integrity_check").fetchone()[0]
        assert verdict == "ok", verdict
        counts: dict[str, int] = {}
        for (text,) in opened.execute("SELECT text FROM hangout_post WHERE text LIKE 'mark %'"):
            if found := MARK.fullmatch(text):
                counts[found[1]] = counts.get(found[1], 0) + 1
        return counts


if __name__ == "__main__":
    house.tell(drill)

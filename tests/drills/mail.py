"""A mail server that is down for an hour, while the worker is killed over and over.

The clock of the retries runs faster, so that the hour is a few seconds (the long drill: half a minute). Before and after
it the server, a real one, sometimes takes a mail and loses its answer. Every notice must arrive as a mail; the same mail
twice is allowed under one Message-ID, two mails of one notice are not. Broken on purpose nothing is tried again.
"""

import contextlib
import email
import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from tests.drills import house
from tests.drills.webhooks import Workers

NOTICES, NOTICES_LONG = 40, 500
KILLS, KILLS_LONG = 2, 12
HOUR_S, HOUR_S_LONG = 5.0, 30.0
LOST_ANSWER_EACH = 9
PATIENCE_S = 90  # without a single mail ending: a worker may take long to come back on a busy machine


class Box:
    """What the mail server took: how often each Message-ID came."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.lost_answers = 0

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail; now and then its answer is lost."""
        self.taken[str(email.message_from_bytes(envelope.content)["Message-ID"])] += 1
        if sum(self.taken.values()) % LOST_ANSWER_EACH == 0:
            self.lost_answers += 1
            server.transport.abort()
        return "250 OK"


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Give notices, take the mail server away for an hour, kill the worker meanwhile; count what arrived."""
    count, kills, hour_s = (NOTICES_LONG, KILLS_LONG, HOUR_S_LONG) if long else (NOTICES, KILLS, HOUR_S)
    port, box, began = house.free_port(), Box(), time.monotonic()
    with house.empty() as place:
        house.peopled(place)
        env = house.environment(
            place, DRILL_SCALE=str(3600 / hour_s), DRILL_RETRIES="0" if broken else "7", **mail_to(port)
        )
        command = [sys.executable, "-m", "tests.drills.teller", "notices", str(count)]
        writing = subprocess.Popen(command, env=env, cwd=house.ROOT, stdout=subprocess.PIPE, text=True)
        with Workers(env) as workers:
            with running(box, port):
                house.until(lambda: sum(box.taken.values()) > count // 10, 30)
            for _ in range(kills):  # the hour without a server
                time.sleep(hour_s / kills * random.uniform(0.7, 1.3))
                workers.kill()
            acked = [json.loads(line) for line in writing.communicate(timeout=180)[0].split()]
            with running(box, port):
                rows = settled(place, len(acked), PATIENCE_S)
    return counted(box, acked, rows, (kills, hour_s, began))


def settled(place: Path, count: int, patience_s: float) -> list[tuple[Any, ...]]:
    """Wait until every notice has ended one way or the other, as long as some do; return its rows."""
    deadline, before = time.monotonic() + patience_s, 0
    while True:
        rows = house.rows(
            place, "SELECT notice_id, state, message_id FROM channels_delivery WHERE notice_id IS NOT NULL"
        )
        ended = [row for row in rows if row[1] not in {"waiting", "sending"}]
        if len(ended) > before:  # a busy machine is slow, and loses nothing
            deadline, before = time.monotonic() + patience_s, len(ended)
        if len(ended) >= count or time.monotonic() > deadline:
            return rows
        time.sleep(0.2)


def counted(box: Box, acked: list[int], rows: list[tuple[Any, ...]], what: tuple[int, float, float]) -> house.Result:
    """Compare the notices with what the server took."""
    kills, hour_s, began = what
    ids = {message for _, _, message in rows}
    arrived = {str(notice): 1 for notice, state, message in rows if state == "sent" and message in box.taken}
    strangers = [message for message in box.taken if message not in ids]
    again = sum(times - 1 for times in box.taken.values())
    more = {"worker_kills": kills, "virtual_s": 3600, "real_s": hour_s, "lost_answers": box.lost_answers,
            "same_mail_again": again, "mails_without_a_notice": len(strangers),
            "states": dict(Counter(state for _, state, _ in rows))}  # fmt: skip
    faults = kills + 1 + box.lost_answers
    return house.counted("mail", {str(one) for one in acked}, arrived, faults, began, ok=not strangers, **more)


def mail_to(port: int) -> dict[str, str]:
    """Return the settings of a house that mails by SMTP."""
    return {
        "PATOGH_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "PATOGH_SMTP_HOST": "127.0.0.1",
        "PATOGH_SMTP_PORT": str(port),
        "PATOGH_SITE_URL": "http://drill.example",
    }


@contextlib.contextmanager
def running(box: Box, port: int) -> Any:
    """Run the mail server."""
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield
    finally:
        server.stop()


if __name__ == "__main__":
    house.tell(drill)

"""Kill -9 while programs send signed webhooks and repeat them: every acknowledged message is there once, with its activity.

The server has nothing but the door of a channel; it is forked anew and killed after 20-350 ms. Broken on purpose it answers
before anything is kept.
"""

import json
import os
import random
import socket
import subprocess
import sys
import threading
import time

from tests.drills import house, kill9

KILLS = 10
KILLS_LONG = 100
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BROKEN = os.environ.get("DRILL_BROKEN") == "1"


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Kill the door of a channel again and again."""
    kills = KILLS_LONG if long else KILLS
    with house.folder() as place:
        port = house.free_port()
        env = house.environment(place, broken=broken, DRILL_KILLS=str(kills))
        command = [sys.executable, "-m", "tests.drills.channels_kill9"]
        subprocess.run([*command, "--set-up"], env=env, cwd=house.ROOT, check=True)
        server = subprocess.Popen([*command, "--serve", str(port)], env=env, cwd=house.ROOT)
        house.wait_for(port)
        began = time.monotonic()
        with house.Clients(port) as clients:
            server.wait()
        there = dict(house.rows(place, "SELECT key, count(*) FROM channels_message WHERE way = 'in' GROUP BY key"))
        steps = "SELECT key, count(*) FROM activity_activity WHERE verb = 'channels.message_received' GROUP BY key"
        is_told = dict(house.rows(place, steps)) == there
        counted = "SELECT came_count, dead_count FROM channels_setup"
        is_counted = house.rows(place, counted) == [(len(there), 0)]
        return house.counted(
            "channels_kill9",
            set(clients.acked),
            there,
            kills,
            began,
            ok=is_told and is_counted,
            retried=clients.retried,
        )


class Handler(kill9.Handler):
    """The door of one channel, without the framework's request around it."""

    def answer(self, key: str) -> str:
        """Keep one signed message, or, broken, promise to."""
        if BROKEN:
            threading.Timer(0.02, receive, [key]).start()
            return "early"
        return receive(key)


def receive(key: str) -> str:
    """Let the engine receive a message of this key; returns what its sender is answered."""
    from django.utils import timezone

    from patogh.channels.connectors import receiving
    from patogh.channels.connectors.contract import Call
    from patogh.channels.models import Setup
    from patogh.channels.webhook.testing import signed

    said = {"id": key, "text": f"سلام {key}", "from": {"kind": "email", "value": f"{key[:2]}@example.org"}}
    call = Call("POST", "", {}, {"webhook-id": key}, json.dumps(said).encode(), timezone.now())
    return receiving.receive(Setup.objects.get(), signed({"secret": SECRET}, call)).body.decode()


def set_up() -> None:
    """Set a channel up in a process of its own, so that the one that forks has never opened the database."""
    loaded()
    from patogh.channels.connectors.actions.setups import Words, add_setup

    add_setup("webhook", Words("drill", {"secret": SECRET, "rules": "", "url": ""}), by=None)


def loaded() -> None:
    """Load everything that a server needs, once."""
    import django

    django.setup()
    from django.urls import reverse

    from patogh.channels.connectors import receiving, registry  # noqa: F401 - loaded once, before the forks
    from patogh.people.actions import knowing  # noqa: F401 - as well
    from patogh.persons import merging  # noqa: F401 - as well
    from patogh.persons.actions import events  # noqa: F401 - as well

    reverse("connector_door", args=["x"])
    registry.connectors()


def serve_and_be_killed(port: int, kills: int) -> None:
    """Fork a server on the listening socket, kill it, fork the next; the last lives long enough for all retries."""
    loaded()
    listening = socket.create_server(("127.0.0.1", port), backlog=256)
    for turn in range(kills + 1):
        child = os.fork()
        if child == 0:
            server = kill9.Server(("127.0.0.1", port), Handler, bind_and_activate=False)
            server.socket = listening
            server.serve_forever(poll_interval=0.5)
        time.sleep(random.uniform(0.02, 0.35) if turn < kills else float(os.environ.get("DRILL_LIFE_S", "2")))
        house.kill(child)
        os.waitpid(child, 0)


if __name__ == "__main__":
    if "--set-up" in sys.argv:
        set_up()
        sys.exit(0)
    if "--serve" in sys.argv:
        serve_and_be_killed(int(sys.argv[-1]), int(os.environ["DRILL_KILLS"]))
        sys.exit(0)
    house.tell(drill)

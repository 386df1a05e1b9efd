"""Kill -9 of one process after the other in a house: pages, their workers, the hub, the worker; the supervisor mends."""

import random
import time

from tests.drills import house

KILLS = 6
KILLS_LONG = 20


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Kill processes of a whole house while clients write; broken on purpose it answers before it commits."""
    kills = KILLS_LONG if long else KILLS
    with house.folder() as place:
        port = house.free_port()
        with house.house(place, port, DRILL_BROKEN=str(int(broken))) as supervisor, house.Clients(port) as clients:
            began = time.monotonic()
            for _ in range(kills):
                time.sleep(random.uniform(0.2, 1.5))
                if below := house.descendants(supervisor.pid):
                    house.kill(random.choice(below))
            house.wait_for(port)
            time.sleep(1)
        there = house.present(place / "patogh.sqlite3")
        return house.counted("processes", set(clients.acked), there, kills, began, retried=clients.retried)


if __name__ == "__main__":
    house.tell(drill)

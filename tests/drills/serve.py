"""The supervisor of `patogh up` over the drill's page server, with short pauses before a restart."""

import os
import sys

from patogh.conf import preflight, supervisor

if __name__ == "__main__":
    port = int(sys.argv[1])
    supervisor.RESTART_DELAY_S_MAX = 0.3
    if os.environ.get("DRILL_FEW_THREADS"):  # broken on purpose: slow connections fill the house
        supervisor.PAGE_THREADS = 16
    plan = supervisor.planned(
        "127.0.0.1", port, preflight.next_free_port("127.0.0.1", port), 2, "tests.drills.app:application"
    )
    sys.exit(supervisor.Supervisor(plan, say=print).run())

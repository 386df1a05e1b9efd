"""Two sequencers at once over one database, while others write: no leaf twice, no gap, one tree.

Broken on purpose a sequencer looks at the head before it holds the lock: the database must refuse what it brings.
"""

import time

from tests.drills import book_kill9, house

SECONDS, SECONDS_LONG = 2.0, 20.0


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Let both append for some seconds; in full on SQLite and on PostgreSQL."""
    began = time.monotonic()
    words = ("two", str(SECONDS_LONG if long else SECONDS))
    facts = [book_kill9.run(url, words, [], broken=broken) for url in ("", "postgresql")[: 1 + long]]
    return book_kill9.counted("two_sequencers", facts, 2 * len(facts), began)


if __name__ == "__main__":
    house.tell(drill)

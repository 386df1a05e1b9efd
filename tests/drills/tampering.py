"""Hundreds of tamperings with a book, its seals, its entries, its proofs and its database; a reader finds each one.

A tampering counts as found when the verifier, the monitor or the operator's own replay answers with anything but 0.
Broken on purpose the reader trusts the published hash tiles, as clients in the wild did, and forged entries get by.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator

from tests.drills import house
from tests.drills.tampers import files, lies, rows, seals, takeaway
from tests.drills.tampers.bench import Bench, Tampering, bench_in
from tests.drills.tampers.takeaway import receipt_of


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Do each tampering once and count those that nobody found."""
    began = time.monotonic()
    done: Counter[str] = Counter()
    missed: list[str] = []
    with house.empty() as place:
        bench = bench_in(place, broken=broken)
        honest = is_honest(bench)
        for tampering in every(bench):
            done[tampering.kind] += 1
            if tampering.run().status == 0:
                missed.append(f"{tampering.kind}: {tampering.name}")
        honest = honest and is_honest(bench)
        if not broken:
            whole, found = rows.answered(place / "house")
            honest = honest and whole
            done.update(kind for kind, _name, _found in found)
            missed += [f"{kind}: {name}" for kind, name, one in found if not one.status]
    secs = round(time.monotonic() - began, 1)
    more = {"honest_book_accepted": honest, "kinds": dict(sorted(done.items())), "missed": missed[:50]}
    return house.Result("tampering", done.total(), done.total(), len(missed), 0, secs, honest, more)


def every(bench: Bench) -> Iterator[Tampering]:
    """Yield all tamperings; a careless reader of logs is asked about logs only."""
    yield from files.tamperings(bench)
    yield from seals.tamperings(bench)
    if not bench.careless:
        yield from lies.tamperings(bench)
        yield from takeaway.tamperings(bench)


def is_honest(bench: Bench) -> bool:
    """Tell whether the untouched book, its proofs and its receipt are accepted: who refuses all finds nothing."""
    import json

    entry = bench.log.entries[17]
    found = [bench.verify(), bench.proof(bench.log.proof(17), entry)]
    found += [bench.receipt(json.dumps(receipt_of(bench)).encode()), bench.monitor(bench.log)]
    return all(one.status == 0 for one in found)


def table() -> str:
    """Return by kind how many tamperings there are, how many were found, and by which codes."""
    counted: dict[str, tuple[int, int, Counter[str]]] = {}
    with house.empty() as place:
        all_found = [(one.kind, one.run()) for one in every(bench_in(place))]
        all_found += [(kind, found) for kind, _name, found in rows.answered(place / "house")[1]]
    for kind, found in all_found:
        count, right, codes = counted.get(kind, (0, 0, Counter()))
        codes.update(found.codes[:3])
        counted[kind] = count + 1, right + bool(found.status), codes
    lines = [f"{'kind':34} {'done':>5} {'found':>5}  as"]
    for kind, (count, right, codes) in counted.items():
        lines.append(f"{kind:34} {count:5} {right:5}  {', '.join(code for code, _ in codes.most_common(3))}")
    total, found_all = (sum(row[place] for row in counted.values()) for place in (0, 1))
    return "\n".join([*lines, f"{'all':34} {total:5} {found_all:5}"])


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--table", action="store_true", help="print a table by kind")
    if given.parse_known_args()[0].table:
        sys.stdout.write(table() + "\n")
    else:
        house.tell(drill)

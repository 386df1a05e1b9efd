"""The process that resolves the table of everybody: `python -m patogh.persons.matching.child TABLE ANSWER`."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(table: str, answer: str) -> None:
    """Write the weights and the linked pairs, the surest first, as one JSON object."""
    from patogh.persons.resolving.batch import Wish, resolve

    found = resolve(Wish(Path(table)))
    surest = sorted(found.decided.joined.pairs, key=lambda one: -one.weight)
    said = {
        "weights": json.loads(found.weights.to_json()),
        "pairs": [[found.ids[one.left], found.ids[one.right]] for one in surest],
        "facts": {"records": len(found.ids), "took_s": found.took_s, "vetoed": found.decided.vetoed},
    }
    Path(answer).write_text(json.dumps(said), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])

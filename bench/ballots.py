"""A sealed poll of 5,000 on the roll: making its entries, and the recount that anybody does from them."""

import argparse
import json
import secrets
import sys
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.machine import machine
from patogh.kit import ballots

OPTIONS = 4
TURNOUT = 0.8
RECOUNT_S_MAX = 10.0


def entries_of(voters: int) -> list[bytes]:
    """Return the entries of a poll in which four of five vote, as bytes in the order of the book."""
    poll = secrets.token_hex(16)
    secret = {
        key.public_key().public_bytes_raw().hex(): key for key in (Ed25519PrivateKey.generate() for _ in range(voters))
    }
    keys = sorted(secret)
    facts = {"sealed": 1, "multiple": 0, "options": OPTIONS, "roll_size": voters, "roll_root": ballots.roll_root(keys)}
    rows = [{"t": "poll.opened.v1", **facts}]
    rows += [{"t": "poll.roll.v1", "part": part, "keys": line} for part, line in enumerate(ballots.roll_lines(keys))]
    openings, counts = [], [0] * OPTIONS
    for key in keys[: int(voters * TURNOUT)]:
        choice, nonce = secrets.randbelow(OPTIONS), secrets.token_bytes(32)
        seal = ballots.seal_of(poll, choice, nonce)
        sig = secret[key].sign(ballots.ballot_text(poll, key, seal)).hex()
        rows.append({"t": "ballot.v1", "voter": key, "seal": seal, "sig": sig})
        openings.append({"t": "ballot.opened.v1", "voter": key, "choice": choice, "r": nonce.hex()})
        counts[choice] += 1
    cast = len(openings)
    rows += [{"t": "poll.closed.v1", "ballots": cast, "why": "time"}, *openings]
    rows.append({"t": "poll.result.v1", "counts": counts, "ballots": cast, "opened": cast, "unopened": 0})
    return [
        json.dumps(
            {"at": 1, "id": secrets.token_hex(16), "poll": poll, **row}, sort_keys=True, separators=(",", ":")
        ).encode()
        for row in rows
    ]


def main(argv: list[str]) -> int:
    """Measure building and recounting; 0 when the recount is whole and quick enough."""
    parser = argparse.ArgumentParser(prog="patogh bench ballots", description=__doc__)
    parser.add_argument("--voters", type=int, default=5_000, help="members on the roll")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(argv)
    began = time.perf_counter()
    rows = entries_of(options.voters)
    built = time.perf_counter()
    count = ballots.Recount(json.loads(rows[0])["poll"])
    for row in rows:
        count.take(json.loads(row))
    faults = len(count.finished().faults)
    recount_s = time.perf_counter() - built
    found = {
        "bench": "ballots", "voters": options.voters, "entries": len(rows), "mean_bytes": round(sum(map(len, rows)) / len(rows)),
        "faults": faults, "build_s": round(built - began, 2), "recount_s": round(recount_s, 2), "target_s": RECOUNT_S_MAX, "machine": machine(),
    }  # fmt: skip
    print(json.dumps(found) if options.json else "\n".join(f"ballots: {name} {value}" for name, value in found.items()))
    return 0 if not faults and recount_s <= RECOUNT_S_MAX else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

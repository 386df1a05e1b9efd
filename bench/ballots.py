"""A sealed poll of 5,000 on the roll: making its entries, and the recount that anybody does from them.

python -m bench.ballots [--voters 5000]
"""

import argparse
import json
import secrets
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.machine import machine
from patogh.kit import ballots

OPTIONS = 4
TURNOUT = 0.8


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


def main() -> None:
    """Print what building and recounting cost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--voters", type=int, default=5000)
    voters = parser.parse_args().voters
    began = time.perf_counter()
    rows = entries_of(voters)
    built = time.perf_counter()
    count = ballots.Recount(json.loads(rows[0])["poll"])
    for row in rows:
        count.take(json.loads(row))
    faults = count.finished().faults
    done = time.perf_counter()
    print(f"machine: {machine()}")
    print(
        f"{voters} on the roll: {len(rows)} entries, {sum(map(len, rows)) / len(rows):.0f} bytes mean; faults {len(faults)}"
    )
    print(f"build {built - began:.2f} s, recount {done - built:.2f} s")


if __name__ == "__main__":
    main()

"""The life of a key: rotated while processes are killed, then stolen, then given up.

Who kept the old key follows the rotation; a thief with the key, a history of their own and the same witnesses gets no
cosignature, and nobody's verifier takes what they publish; after `patogh book compromise` the stolen key signs nothing
that anybody takes. Broken on purpose there are no witnesses, and the thief's history verifies.
"""

import json
import os
import random
import shutil
import sys
import time
from functools import partial
from pathlib import Path

from tests.drills import book_kill9, clerk, house
from tests.drills.book_restored import command, give, learn

WITNESSES = 3
KILLS, KILLS_LONG = 2, 25
TURNS = 12  # how often the thief gives to everybody: a history longer than the brand's


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Live through it once; what was acknowledged here are the questions, and lost those that were answered wrongly."""
    began, kills = time.monotonic(), KILLS_LONG if long else KILLS
    with house.folder() as place, house.folder() as den:
        ports = [] if broken else [str(house.free_port()) for _ in range(WITNESSES)]
        env = house.environment(place, broken=broken, **book_kill9.inside(ports), DRILL_DEN=str(den))
        told = house.output("tests.drills.book_keys", "--do", str(kills), *ports, env=env)
        found: dict[str, bool] = json.loads(told.splitlines()[-1])
    wrong = [name for name, right in found.items() if not right]
    secs = round(time.monotonic() - began, 1)
    return house.Result("book_keys", kills, len(found), len(wrong), 0, secs, more={"wrong": wrong})


def do(kills: str, *ports: str) -> dict[str, bool]:
    """Live through it in this process's children; return each question and whether it was answered rightly."""
    place, den = clerk.place(), Path(os.environ["DRILL_DEN"])
    clerk.forked(lambda: clerk.begin(*ports))
    children = [clerk.born(partial(clerk.witness, number, int(port))) for number, port in enumerate(ports)]
    try:
        clerk.forked(lambda: give("before"))
        clerk.forked(clerk.settle)
        kept = place.with_name(f"{place.name}-kept")  # the policy of a partner who never looks again
        shutil.copyfile(place / "book/public/policy", kept)
        found = _rotated(place, kept, int(kills), len(ports))
        found |= _stolen(place, den, ports)
        return found | _given_up(place, den, ports)
    finally:
        for pid in children:
            clerk.end(pid)
        kept.unlink(missing_ok=True)


def _rotated(place: Path, kept: Path, kills: int, witnesses: int) -> dict[str, bool]:
    """Kill the rotation at random moments, then let it end; the log must verify by the old policy and by the new."""
    public, found = place / "book/public", {}
    for _ in range(kills):
        pid = clerk.born(partial(command, "book", "key", "rotate"))
        time.sleep(random.uniform(0.02, 1.2))
        clerk.end(pid)
        _quiet(place)
    before = _vkeys()
    found["the rotation ends"] = command("book", "key", "rotate")[0] == 0 or len(before) > 1
    _known(place, witnesses)
    clerk.forked(lambda: give("rotated"))
    clerk.forked(clerk.settle)
    found["two keys stand"] = len(_vkeys()) >= 2
    found["the new policy verifies"] = (
        command("book", "verify", str(public), "--policy", str(public / "policy"))[0] == 0
    )
    found["who kept the old policy follows"] = command("book", "verify", str(public), "--policy", str(kept))[0] == 0
    modes = {path.stat().st_mode & 0o777 for path in (place / "book").glob("key*")}
    found["keys are for their owner only"] = modes == {0o600}
    return found


def _stolen(place: Path, den: Path, ports: tuple[str, ...]) -> dict[str, bool]:
    """A thief opens a history of their own under the same origin with the stolen key and asks the same witnesses."""
    (den / "book").mkdir(mode=0o700, exist_ok=True)
    shutil.copyfile(place / "book/key", den / "book/key")
    (den / "book/key").chmod(0o600)
    known = _witness_keys(place, len(ports))
    env = house.environment(den, **book_kill9.inside(list(ports)))
    told = house.output("tests.drills.book_keys", "--thief", *known, *ports, env=env)
    facts = json.loads(told.splitlines()[-1])
    policy, mine = place / "book/public/policy", den / "book/public"
    return {
        "the thief signs": facts["signed"] > 0,
        "each witness refuses the thief": (facts["cosigned"], facts["refused"]) == (0, len(ports)),
        "nobody takes the thief's log": command("book", "verify", str(mine), "--policy", str(policy))[0] != 0,
    }


def _given_up(place: Path, den: Path, ports: tuple[str, ...]) -> dict[str, bool]:
    """Go on under a new origin with a new key; the stolen one opens nothing there."""
    public = place / "book/public"
    found = {"compromise": command("book", "compromise", "--yes")[0] == 0, "seal": command("book", "seal")[0] == 0}
    _known(place, len(ports))
    clerk.forked(lambda: give("afterwards"))
    clerk.forked(clerk.settle)
    policy = public / "policy"
    stolen = (den / "book/key").read_text().split("+")[-1]
    found["another key signs"] = (place / "book/key").read_text().split("+")[-1] != stolen
    found["the new log verifies"] = command("book", "verify", str(public), "--policy", str(policy))[0] == 0
    thief = den / "book/public"
    found["the stolen key is nobody"] = command("book", "verify", str(thief), "--policy", str(policy))[0] != 0
    return found


def thief(*given: str) -> dict[str, int]:
    """Open the log with the key that lies there, write more than the brand did, publish it, and ask its witnesses to cosign."""
    from patogh.kit.tlog import tiles
    from patogh.ledger.actions.enlisting import Described, add_witness
    from patogh.ledger.actions.sealing import seal
    from patogh.ledger.actions.sequencing import append_waiting
    from patogh.ledger.models import SealedCheckpoint
    from patogh.ledger.queries.policy import witnesses
    from patogh.ledger.queries.tiles import TileReader
    from patogh.ledger.signing.witnesses import ask_all

    vkeys, ports = given[: len(given) // 2], given[len(given) // 2 :]
    clerk.begin()
    for turn in range(TURNS):
        give(f"a history of the thief's own, {turn}")
    while append_waiting():
        pass
    seal()
    for vkey, port in zip(vkeys, ports, strict=True):
        add_witness(Described(vkey, f"http://127.0.0.1:{port}"), by=None)
    row = SealedCheckpoint.objects.latest("size")
    read = TileReader(row.log_id)
    answers = ask_all(witnesses(), row.note, row.size, lambda old: tiles.consistency(old, row.size, read))
    heard = sum(bool(one.error) for one in answers)
    return {"signed": row.size, "cosigned": len(answers) - heard, "refused": heard}


def _vkeys() -> list[str]:
    """Return the verifier keys of the log, the newest first."""
    return [line.split()[0] for line in command("book", "key", "show")[1].splitlines() if line.startswith("drill.")]


def _known(place: Path, witnesses: int) -> None:
    """Tell each witness every key of the log."""
    for number in range(witnesses):
        for vkey in _vkeys():
            clerk.forked(partial(learn, place / f"w{number}", vkey))


def _quiet(place: Path) -> None:
    """Let the next command find a log that can be sealed: a killed rotation must not need a hand."""
    code, words = command("book", "seal")
    if code not in {0, 1} or (place / "book/stopped").exists():
        raise SystemExit(f"drill: after a killed rotation the signer stopped: {words}")


def _witness_keys(place: Path, count: int) -> list[str]:
    from patogh.ledger.witness.home import Home

    return [Home(place / f"w{number}").signer().vkey for number in range(count)]


if __name__ == "__main__":
    if "--do" in sys.argv or "--thief" in sys.argv:
        clerk.hurried()
        import django

        django.setup()
        word = "--do" if "--do" in sys.argv else "--thief"
        run = do if word == "--do" else thief
        print(json.dumps(run(*sys.argv[sys.argv.index(word) + 1 :])), flush=True)
        os._exit(0)
    house.tell(drill)

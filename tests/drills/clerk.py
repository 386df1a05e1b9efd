"""The parts of the drills of the book that need Django: `python -m tests.drills.clerk WORD …`, loaded once, then forked.

Writers move points, workers sequence and seal, witnesses cosign; each is a child that may be killed at any moment and
is born again. Seals are due each fraction of a second here; what is patched is only how long something takes.
"""

import json
import os
import random
import socket
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.drills import house

ORIGIN = "drill.example/book"
WITNESSES, WRITERS, READERS, REPEATED = 3, 2, 4, 3
BROKEN = os.environ.get("DRILL_BROKEN") == "1"
SETTLED_S_MAX = 30


def place() -> Path:
    """Return the folder of the house."""
    return Path(os.environ["PATOGH_DATA"])


def hurried() -> None:
    """Shorten every wait, before the tasks are loaded."""
    from patogh.activity import limits as road
    from patogh.ledger import limits as book

    road.JOB_LEASE_S, road.WORKER_RECURRING_S, road.WORKER_POLL_S, road.JOB_RETRY_DELAY_S_MIN = 1, 0.1, 0.1, 1
    book.SEAL_EVERY_S, book.WITNESS_RETRY_S = 0.15, 0.3


def begin(*ports: str) -> None:
    """Open the log and its witnesses, and let a few members in."""
    from patogh.ledger.actions.enlisting import Described, add_witness
    from patogh.ledger.actions.keeping import init_log
    from patogh.ledger.tests.witnesses import made
    from patogh.people.actions import join

    vkey = init_log().vkey
    for number, port in enumerate(ports):
        home = made(place() / f"w{number}", [vkey], f"w{number}.example/witness")
        add_witness(Described(home.signer().vkey, f"http://127.0.0.1:{port}"), by=None)
    codes = [f"member:{join(f'عضو {n}', handle=f'reader_{n}', channel='command').pk}:pt" for n in range(READERS)]
    (place() / "codes.json").write_text(json.dumps(codes))


def writer(number: int) -> None:
    """Move points for good; one that is born again repeats the keys of its predecessor first."""
    from patogh.ledger.actions.transfers import transfer
    from patogh.ledger.wanted import Line

    codes, notes = json.loads((place() / "codes.json").read_text()), place() / f"writer-{number}"
    for key in _keys(notes):
        code, amount = codes[int(key, 16) % READERS], 1 + int(key[:2], 16)
        if BROKEN:  # it promises before it commits
            say(key)
            time.sleep(0.2)
        transfer(key, "grant", "pt", [Line("issuance:pt", -amount), Line(code, amount)])
        say(key)
        time.sleep(0.005)


def _keys(notes: Path) -> Iterator[str]:
    """Yield keys, the last few of a predecessor first, each written down before it is used."""
    tried = notes.read_text().split()[-REPEATED:] if notes.exists() else []
    yield from [] if BROKEN else tried  # nobody asks again for what was promised
    with notes.open("a") as file:
        while True:
            key = uuid.uuid4().hex
            file.write(f"{key}\n")
            file.flush()
            yield key


def worker() -> None:
    """Be the worker of the house."""
    from patogh.activity import worker as real

    real.main()


def sequencer() -> None:
    """Append what waits, again and again, beside another one; say each time it stumbled."""
    from django.db import DatabaseError

    from patogh.ledger.actions.sequencing import append_waiting

    while True:
        try:
            (_careless if BROKEN else append_waiting)(7)
        except DatabaseError as error:
            say({"stumbled": str(error)[:200]})
        time.sleep(0.003)


def _careless(limit: int) -> None:
    """Append as a sequencer that looks first and takes the lock afterwards."""
    from patogh.activity import upkeep
    from patogh.ledger.actions import sequencing

    head, rows = upkeep(sequencing.open_log)(), sequencing._waiting(limit)
    time.sleep(0.02)
    if rows:
        upkeep(sequencing.append)(head, rows)


def witness(number: int, port: int) -> None:
    """Serve a witness of ours."""
    from patogh.ledger.witness.commands import main

    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - lives as long as this child
    main(["serve", str(place() / f"w{number}"), "--port", str(port), "--per-second", "100000"])


def kills(count: str, *ports: str) -> None:
    """Let all work and kill one of them at a time."""
    roles: dict[str, Callable[[], None]] = {f"witness{n}": _bound(witness, n, int(at)) for n, at in enumerate(ports)}
    roles |= {"worker": worker} | {f"writer{n}": _bound(writer, n) for n in range(WRITERS)}
    forked(lambda: begin(*ports))
    for port in ports:  # nothing listens there yet; a witness that is born again must find its port free
        socket.create_server(("127.0.0.1", int(port))).close()
    children = {name: born(run) for name, run in roles.items()}
    names = ["worker"] * 4 + list(roles)
    time.sleep(1.0)
    for _ in range(int(count)):
        time.sleep(random.uniform(0.05, 0.6))
        name = random.choice(names)
        end(children[name])
        children[name] = born(roles[name])
    for name in [name for name in roles if name.startswith("writer")]:
        end(children.pop(name))
    end(children.pop("worker"))
    forked(settle)
    forked(count_leaves)
    for pid in children.values():
        end(pid)


def two(seconds: str) -> None:
    """Let two sequencers work at once while members write; the signer comes afterwards."""
    forked(begin)
    children = [born(sequencer), born(sequencer), *(born(_bound(writer, n)) for n in range(WRITERS))]
    time.sleep(float(seconds))
    for pid in children:
        end(pid)
    forked(settle)
    forked(count_leaves)


def settle() -> None:
    """Append and seal what is left, until a quorum has seen it."""
    from patogh.ledger.actions.sealing import seal
    from patogh.ledger.actions.sequencing import append_waiting
    from patogh.ledger.models import LogHead, SealedCheckpoint
    from patogh.ledger.queries.policy import witnesses

    deadline = time.monotonic() + SETTLED_S_MAX
    while append_waiting():
        pass
    while time.monotonic() < deadline:
        seal()
        head = LogHead.objects.get(state="open")
        if SealedCheckpoint.objects.filter(size=head.size, quorum_met=bool(witnesses())).exists():
            return
        time.sleep(0.3)


def count_leaves() -> None:
    """Say how often each transfer stands in the published entries, and every checkpoint that was ever signed."""
    from patogh.kit.tlog import tiles
    from patogh.ledger.models import LogHead, SealedCheckpoint, Submission, Transfer
    from patogh.ledger.queries.tiles import bundle

    head = LogHead.objects.get(state="open")
    parts = [(at // tiles.WIDTH, min(tiles.WIDTH, head.size - at)) for at in range(0, head.size, tiles.WIDTH)]
    entries = [entry for number, width in parts for entry in tiles.entries_of(bundle(head.pk, number, width))]
    found = Counter(json.loads(entry)["id"] for entry in entries)
    ids = dict(Submission.objects.values_list("key", "id"))
    there = {}
    for key, idem in Transfer.objects.values_list("pk", "idem"):
        leaves = found[ids[f"transfer:{key.hex}"].hex] if f"transfer:{key.hex}" in ids else 0
        if leaves:
            there[idem] = leaves
    waiting = Submission.objects.filter(state="waiting").count()
    signed = list(SealedCheckpoint.objects.values_list("note", flat=True))
    quorum = SealedCheckpoint.objects.filter(quorum_met=True).count()
    report = {"there": there, "size": head.size, "waiting": waiting, "signed": signed, "witnessed_seals": quorum}
    (place() / "counted.json").write_text(json.dumps(report))


def born(run: Callable[[], None]) -> int:
    """Fork a child that does this and nothing else."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        random.seed()
        run()
        status = 0
    except SystemExit as done:
        status = done.code if isinstance(done.code, int) else int(bool(done.code))
    except BaseException:  # told, then the child is over
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


def end(pid: int) -> None:
    """Kill -9 a child and bury it."""
    house.kill(pid)
    os.waitpid(pid, 0)


def forked(run: Callable[[], None]) -> None:
    """Do something in a child and wait for it, so that this process keeps neither threads nor connections."""
    if os.waitpid(born(run), 0)[1]:
        raise SystemExit("drill: a step of the clerk failed")


def _bound(run: Callable[..., None], *given: Any) -> Callable[[], None]:
    return lambda: run(*given)


def say(value: Any) -> None:
    """Print one line of JSON at once, in one write: what stands there is acknowledged."""
    os.write(1, f"{json.dumps(value)}\n".encode())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patogh.conf.settings")
    hurried()
    import django

    django.setup()
    globals()[sys.argv[1]](*sys.argv[2:])
    sys.stdout.flush()
    os._exit(0)

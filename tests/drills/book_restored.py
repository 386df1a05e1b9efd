"""A backup is restored under a book that went on: nothing may be signed twice, and the erased stay erased.

First the head file of this machine refuses, then, without it, the witnesses. `patogh book compromise` goes on under a new
origin that carries the old seal; the old log stays verifiable from a partner's copy. Broken on purpose neither is there.
"""

import contextlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.drills import book_kill9, clerk, house

WITNESSES = 3


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Restore once; what was acknowledged here are the questions, and lost those that were answered wrongly."""
    began = time.monotonic()
    with house.folder() as place:
        ports = [] if broken else [str(house.free_port()) for _ in range(WITNESSES)]
        env = house.environment(place, broken=broken, **book_kill9.inside(ports))
        told = house.output("tests.drills.book_restored", "--do", *ports, env=env)
        found: dict[str, bool] = json.loads(told.splitlines()[-1])
        for beside in place.parent.glob(f"{place.name}-*"):
            shutil.rmtree(beside)
    wrong = [name for name, right in found.items() if not right]
    return house.Result(
        "book_restored", 1, len(found), len(wrong), 0, round(time.monotonic() - began, 1), more={"wrong": wrong}
    )


def do(*ports: str) -> dict[str, bool]:
    """Live through it in this process's children; return each question and whether it was answered rightly."""
    place = clerk.place()
    copy, mirror = (place.with_name(f"{place.name}-{name}") for name in ("copy", "mirror"))
    clerk.forked(lambda: clerk.begin(*ports))
    children = [clerk.born(_bound(n, port)) for n, port in enumerate(ports)]
    try:
        _live(place, copy, mirror)
        found = {"restore": command("restore", str(copy), "--force")[0] == 0}
        found |= _refusals(place, mirror)
        clerk.forked(lambda: answer(place, "opened", openings))
        found["the erased stay erased"] = json.loads((place / "opened").read_text()) == 0
        return found | _onwards(place, mirror, len(ports))
    finally:
        for pid in children:
            clerk.end(pid)


def _live(place: Path, copy: Path, mirror: Path) -> None:
    """Write, back up, write on, erase somebody, and let a partner copy the log."""
    clerk.forked(lambda: give("before"))
    clerk.forked(clerk.settle)
    code, words = command("backup", str(copy))
    assert code == 0, words
    clerk.forked(lambda: give("after"))
    clerk.forked(erase)
    clerk.forked(clerk.settle)
    shutil.copytree(place / "book/public", mirror)


def _refusals(place: Path, mirror: Path) -> dict[str, bool]:
    """Try to sign with the head file, and as on a new machine that has nothing but the key."""
    found, public = {}, place / "book/public"
    for name in ("the head file refuses", "the witnesses refuse"):
        clerk.forked(partial(give, name))  # the members go on writing meanwhile
        command("book", "sequence")
        code, words = command("book", "seal")
        found[name] = code == 1 and "patogh book compromise" in words
        shown = (public / "checkpoint").read_bytes() if (public / "checkpoint").exists() else b""
        found[f"{name}: nothing else is published"] = shown in {b"", (mirror / "checkpoint").read_bytes()}
        (place / "book/head").unlink(missing_ok=True)
        shutil.rmtree(public, ignore_errors=True)
    return found


def _onwards(place: Path, mirror: Path, count: int) -> dict[str, bool]:
    """Go on under a new origin, and see that both logs verify and that one carries the other."""
    from patogh.kit.tlog.checkpoint import parse_checkpoint
    from patogh.kit.tlog.tree import Frontier, leaf_hash

    found = {"compromise": command("book", "compromise", "--yes")[0] == 0, "seal": command("book", "seal")[0] == 0}
    vkey = command("book", "key", "show")[1].split()[0]
    for number in range(count):
        home = next(place.glob(f"before-restore-*/w{number}"))  # the restore laid it aside, and there it serves
        clerk.forked(partial(learn, home, vkey))
    clerk.forked(clerk.settle)
    for name, public in {"the new log": place / "book/public", "the old log": mirror}.items():
        found[f"{name} verifies"] = command("book", "verify", str(public), "--policy", str(public / "policy"))[0] == 0
    entries = {}
    for public in (place / "book/public", mirror):
        size = parse_checkpoint((public / "checkpoint").read_bytes())[0].size
        entries[public] = list(book_kill9.published_entries(public, size))
    first, frontier = json.loads(entries[place / "book/public"][0]), Frontier()
    frontier.extend(leaf_hash(entry) for entry in entries[mirror][: first["size"]])
    found["the new log carries the old seal"] = (first["t"], first["root"]) == (
        "log.opened.v1",
        frontier.root().hex(),
    )
    return found


def command(*words: str) -> tuple[int, str]:
    """Run a command of the house in a child; return its exit code and what it said."""
    told = clerk.place().with_name(f"{clerk.place().name}-told")

    def run() -> None:
        from patogh.conf.cli import main

        handle = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        main(list(words))

    code = os.waitstatus_to_exitcode(os.waitpid(clerk.born(run), 0)[1])
    words_said = told.read_text()
    told.unlink()
    return code, words_said


def give(name: str) -> None:
    """Move a few points to each member who is still there."""
    from patogh.ledger.actions.transfers import transfer
    from patogh.ledger.wanted import Line
    from patogh.people.models import Erasure

    gone = {f"member:{number}:pt" for number in Erasure.objects.values_list("member_number", flat=True)}
    codes = [code for code in json.loads((clerk.place() / "codes.json").read_text()) if code not in gone]
    for number, code in enumerate(codes):
        transfer(f"{name}:{number}", "grant", "pt", [Line("issuance:pt", -5), Line(code, 5)])


def erase() -> None:
    """Erase one of them."""
    from patogh.people.leaving import going
    from patogh.people.models import Member

    going.erase(Member.objects.get(handle="reader_0"))


def openings() -> int:
    """Return how many commitments of the erased member can be opened."""
    from patogh.ledger.models import Opening

    code = json.loads((clerk.place() / "codes.json").read_text())[0]
    return Opening.objects.filter(value=code).count()


def answer(place: Path, name: str, ask: Callable[[], Any]) -> None:
    """Write the answer of a child down."""
    (place / name).write_text(json.dumps(ask()))


def learn(folder: Path, vkey: str) -> None:
    """Have a witness know the next log."""
    from patogh.ledger.witness.commands import main

    with (folder / "learnt.txt").open("w") as quiet, contextlib.redirect_stdout(quiet):
        main(["add-log", str(folder), "--vkey", vkey])


def _bound(number: int, port: str) -> Callable[[], None]:
    return lambda: clerk.witness(number, int(port))


if __name__ == "__main__":
    if "--do" in sys.argv:
        clerk.hurried()
        import django

        django.setup()
        print(json.dumps(do(*sys.argv[sys.argv.index("--do") + 1 :])), flush=True)
        os._exit(0)
    house.tell(drill)

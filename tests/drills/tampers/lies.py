"""Entries that contradict each other or their schema, sealed and witnessed as they should be: what a replay finds."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from patogh.ledger import schemas
from patogh.ledger.tests.making import Writer, private_key
from tests.drills.tampers.bench import Bench, Tampering

Lie = tuple[str, str, list[bytes]]


def tamperings(bench: Bench) -> Iterator[Tampering]:
    """Yield every lie that can be found from the entries alone."""
    for kind, name, entries in [*money(), *forms(), *polls(), *supports()]:
        yield Tampering(kind, name, partial(_ask, bench, entries))


def _ask(bench: Bench, entries: list[bytes]) -> Any:
    return bench.verify(bench.written(entries), first=True)


def money() -> Iterator[Lie]:
    """Transfers that make or lose value, and trial balances that say something else than the transfers."""
    for name, changes in {
        "one point more": {"n": 16},
        "nothing taken": {"n": 0},
        "twice the same sign": {"n": -15},
    }.items():
        writer = Writer()
        yield "money.unbalanced", name, [writer.award(), with_line(writer.award(), 1, changes), writer.award()]
    for name, transfers, total in (("too much", 3, 60), ("too little", 3, 30), ("another count", 4, 45)):
        writer = Writer()
        awards = [writer.award() for _ in range(3)]
        yield "money.false_balance", name, [*awards, writer.balance(transfers, total)]
    writer = Writer()
    awards = [writer.award() for _ in range(3)]
    yield "money.balance_too_early", "before its transfers", [writer.balance(3, 45), *awards]
    classes = [{"class": "issuance", "n": -45}, {"class": "member", "n": 40}, {"class": "hold", "n": 5}]
    moved = writer.entry("trial_balance.v1", unit="pt", transfers=3, classes=classes)
    yield "money.other_classes", "five points in another class", [*awards, moved]
    yield "money.doubled", "the same transfer twice", [awards[0], awards[1], awards[0]]
    changed = json.loads(awards[1]) | {"id": json.loads(awards[0])["id"]}
    yield "money.same_id", "two transfers with one id", [awards[0], schemas.written(changed), awards[2]]


def forms() -> Iterator[Lie]:
    """Entries that leave their schema: personal words, unknown fields, other spellings of the same JSON."""
    good = json.loads(Writer().award())
    odd: dict[str, bytes] = {
        "a name in a field": schemas.written(good | {"rule": "navid@example.com"}),
        "a field too many": schemas.written(good | {"note": "for Navid"}),
        "a field too few": schemas.written({key: value for key, value in good.items() if key != "unit"}),
        "a unit nobody knows": schemas.written(good | {"unit": "gold"}),
        "a number as text": schemas.written(good | {"at": "1790000001"}),
        "a fraction": schemas.written(good).replace(b'"n":15', b'"n":15.0'),
        "an exponent": schemas.written(good).replace(b'"n":15', b'"n":1.5e1'),
        "a space": schemas.written(good).replace(b'","', b'", "', 1),
        "another order": json.dumps(dict(reversed(good.items())), separators=(",", ":")).encode(),
        "a key twice": schemas.written(good).replace(b'"unit":"pt"', b'"unit":"pt","unit":"pt"'),
        "an escape": schemas.written(good).replace(b'"unit":"pt"', b'"unit":"\\u0070t"'),
        "no JSON": b"\xff\xfe not json",
        "nothing": b"",
        "a list": b"[1,2]",
        "nested deep": b'{"t":' + b"[" * 500 + b"]" * 500 + b"}",
        "a number too large": schemas.written(good).replace(b'"n":15', b'"n":9007199254740993'),
        "too long": schemas.written(good | {"rule": "hangout." + "a" * 5000}),
    }
    for name, data in odd.items():
        writer = Writer(5)
        writer.number = 900
        yield "entry.schema", name, [writer.award(), data, writer.award()]


def polls() -> Iterator[Lie]:
    """Polls whose result is not what the ballots say, or whose ballots are nobody's."""
    honest = [json.loads(entry) for entry in Writer(3).poll(voters=6, unopened=1)]
    place = {kind: next(n for n, one in enumerate(honest) if one["t"] == kind) for kind in {one["t"] for one in honest}}
    ballot, opening, result = place["ballot.v1"], place["ballot.opened.v1"], place["poll.result.v1"]
    roll, opened, closed = place["poll.roll.v1"], place["poll.opened.v1"], place["poll.closed.v1"]

    def lie(kind: str, name: str, changes: dict[int, dict[str, Any] | None]) -> Lie:
        rows = [one | (changes.get(n) or {}) for n, one in enumerate(honest) if changes.get(n, {}) is not None]
        return f"poll.{kind}", name, [schemas.written(one) for one in rows]

    flip = {"choice": 1 - honest[opening]["choice"]}
    other = honest[ballot + 1]
    yield lie("result", "one vote moved", {result: {"counts": [2, 3]}})
    yield lie("result", "one vote more", {result: {"counts": [4, 2]}})
    yield lie("result", "no seal left unopened", {result: {"unopened": 0}})
    yield lie("result", "fewer ballots", {result: {"ballots": 5}})
    yield lie("opening", "another choice", {opening: flip})
    yield lie("opening", "another nonce", {opening: {"r": "00" * 32}})
    yield lie("opening", "dropped", {opening: None})
    yield lie("opening", "a choice that is none", {opening: {"choice": 7}})
    yield lie("ballot", "dropped", {ballot: None})
    yield lie("ballot", "another seal", {ballot: {"seal": "00" * 32}})
    yield lie("ballot", "another's signature", {ballot: {"sig": other["sig"]}})
    yield lie("ballot", "another voter", {ballot: {"voter": other["voter"]}})
    stranger = private_key(4242).public_key().public_bytes_raw().hex()
    yield lie("ballot", "a voter who is invented", {ballot: {"voter": stranger}})
    yield lie("roll", "a key exchanged", {roll: {"keys": sorted([*honest[roll]["keys"][1:], stranger])}})
    yield lie("roll", "a key more", {roll: {"keys": sorted([*honest[roll]["keys"], stranger])}})
    yield lie("roll", "a key less", {roll: {"keys": honest[roll]["keys"][1:]}})
    yield lie("roll", "a larger size", {opened: {"roll_size": 9}})
    yield lie("roll", "another root", {opened: {"roll_root": "00" * 32}})
    yield lie("order", "never opened", {opened: None})
    yield lie("order", "never closed", {closed: None})
    yield lie("close", "more ballots", {closed: {"ballots": 9}})
    rows = [schemas.written(one) for one in honest]
    late = [*rows[:ballot], *rows[ballot + 1 : closed + 1], rows[ballot], *rows[closed + 1 :]]
    yield "poll.order", "a ballot after the close", late
    again = schemas.written(honest[closed] | {"id": "f" * 32})
    yield "poll.order", "a second close after the result", [*rows, again]


def supports() -> Iterator[Lie]:
    """Ideas that have more supporters on paper than people, and supports that are taken from others."""
    writer = Writer(9)
    given = [
        writer.entry("support.v1", idea=7, by=f"{n:064x}", nullifier=f"{n:032x}" * 2) for n in range(40)
    ]  # fmt: skip
    first = json.loads(given[0])
    again = writer.entry("support.v1", idea=7, by="cc" * 32, nullifier=first["nullifier"])
    back = writer.entry("support.withdrawn.v1", idea=7, support=first["id"])
    yield "support.twice", "one person under another commitment", [*given, again]
    yield "support.twice", "back again before it was taken back", [*given, again, back]
    yield (
        "support.twice",
        "another line's mark",
        [*given[1:], schemas.written(first | {"nullifier": json.loads(given[1])["nullifier"]})],
    )
    yield "support.withdrawn", "a support that was never given", [*given[1:], back]
    yield "support.withdrawn", "before it was given", [back, *given]
    other = writer.entry("support.withdrawn.v1", idea=8, support=first["id"])
    yield "support.withdrawn", "of another idea", [*given, other]
    twice = writer.entry("support.withdrawn.v1", idea=7, support=first["id"])
    yield "support.withdrawn", "taken back twice", [*given, back, twice]
    for name, told in (("a hundred where forty stand", 100), ("one where forty stand", 1)):
        yield "support.count", name, [*given, writer.entry("idea.moved.v1", idea=7, stage="review", supporters=told)]


def with_line(entry: bytes, number: int, changes: dict[str, Any]) -> bytes:
    """Return an entry with one of its lines changed."""
    told = json.loads(entry)
    told["lines"][number] |= changes
    return schemas.written(told)

"""Rows of a real house's database that somebody changed who may drop its triggers, and puts them back afterwards.

Each tampering is done in a transaction that is rolled back; the operator's own replay says what it finds.
"""

import json
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.drills import house
from tests.drills.tampers.bench import Found
from tests.drills.tampers.hands import (
    Change,
    Deed,
    Do,
    Hand,
    at_another_time,
    bit,
    gone,
    more,
    one,
    several,
    to,
    to_another_seal,
)

LEDGER = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger%'"


def lived() -> None:
    """Let a house live: transfers of every state, points taken back, a moderation, an erasure, seals that were seen."""
    from patogh.ledger.actions.book import Secret, enter
    from patogh.ledger.actions.forgetting import forget
    from patogh.ledger.actions.points import award, take_back
    from patogh.ledger.actions.sealing import seal
    from patogh.ledger.actions.sequencing import append_waiting
    from patogh.ledger.actions.transfers import reverse, settle, transfer, transfer_many, void
    from patogh.ledger.tasks import balance
    from patogh.ledger.wanted import Line, Wanted
    from patogh.people import actions as people

    members = [people.join(f"عضو {n}", handle=f"tamper_{n}", channel="command") for n in range(3)]
    accounts = [f"member:{one.pk}:pt" for one in members]
    for n in range(6):
        award("accepted_answer", members[n % 2], idem=f"a:{n}", subject=("hangout.post", str(n)))
    take_back("accepted_answer", "a:1")
    transfer("g:0", "grant", "pt", [Line("issuance:pt", -40), Line(accounts[0], 40)])
    reverse(transfer("g:1", "grant", "pt", [Line("issuance:pt", -9), Line(accounts[1], 9)]), "g:1:back", "mistake")
    spent = [Line("redeemed:pt", 3), Line(accounts[0], -3)]
    settle(transfer("s:0", "redeemed", "pt", spent, pending=True), "s:0:done")
    void(transfer("s:1", "redeemed", "pt", spent, pending=True), "s:1:void")
    transfer("s:2", "redeemed", "pt", spent, pending=True)
    words = {"words": Secret("off topic here", members[1])}
    enter("moderation.action.v1", {"what": "hide", "reason": "off_topic"}, key="hide:1", secrets=words)
    append_waiting()
    seal()
    some = [[Line("issuance:pt#1", -2), Line(accounts[n % 2], 2)] for n in range(250)]
    transfer_many([Wanted(f"t:{n}", "tip", "pt", lines, {}) for n, lines in enumerate(some)])
    transfer("g:2", "grant", "pt", [Line("issuance:pt", -5), Line(accounts[2], 5)])
    forget(members[2], "former_1")
    balance()
    append_waiting()
    seal()
    transfer("late", "grant", "pt", [Line("issuance:pt", -1), Line(accounts[0], 1)])


def tamperings() -> Iterator[Deed]:
    """Yield every tampering with rows."""
    yield from log()
    yield from seals()
    yield from submissions()
    yield from openings()
    yield from money()
    yield from whole()


def log() -> Iterator[Deed]:
    """Bundles, tiles and the head."""
    for row in (0, 1):
        for place in (0, 0.001, 0.3, 0.5, 0.9, 1):
            yield one("bundle", f"bundle {row} at {place}", "logbundle", "body", bit(place), row=row)
        yield one("bundle", f"bundle {row} cut", "logbundle", "body", lambda body: body[:-20], row=row)
        yield one("bundle", f"bundle {row} narrower", "logbundle", "width", more(-1), row=row)
    yield gone("bundle", "logbundle")
    for row in (0, 1, 2):
        for place in (0, 0.5, 1):
            yield one("tile", f"tile {row} at {place}", "logtile", "hashes", bit(place), row=row)
        yield one("tile", f"tile {row} cut", "logtile", "hashes", lambda hashes: hashes[:-32], row=row)
    yield gone("tile", "logtile")
    yield gone("tile", "logtile", "level = 1")
    yield several("head", "one entry less", "UPDATE ledger_loghead SET size = size - 1, signed_size = signed_size - 1")
    yield one("head", "frontier", "loghead", "frontier", bit(0.5))
    yield one("head", "signed less", "loghead", "signed_size", more(-1))
    yield one("head", "origin", "loghead", "origin", to("other.example/book"))


def seals() -> Iterator[Deed]:
    """Seals, cosignatures, the keys of the log and of its witness."""
    for row in (0, 1):
        yield one("seal", f"root {row}", "sealedcheckpoint", "root", bit(0.5), row=row)
        yield one("seal", f"size {row}", "sealedcheckpoint", "size", more(-1), row=row)
        for place in (0.05, 0.3, 0.8):
            yield one("seal", f"note {row} at {place}", "sealedcheckpoint", "note", bit(place), row=row)
        yield one("cosignature", f"line {row}", "cosignature", "line", bit(0.7), row=row)
        yield "rows.cosignature", f"time {row}", at_another_time(row)
    yield gone("seal", "sealedcheckpoint")
    yield gone("cosignature", "cosignature")
    yield "rows.cosignature", "moved to another seal", to_another_seal
    yield "rows.key", "another key of the log", lambda hand: hand.change("logkey", "vkey", _key_of(hand))
    yield "rows.key", "another key of the witness", lambda hand: hand.change("witness", "vkey", _cosigner_of(hand))


def submissions() -> Iterator[Deed]:
    """What was given to the log."""
    for where in ("kind = 'moderation.action.v1'", "state = 'waiting'", "leaf = 0", "leaf = 200"):
        yield one("submission", f"content where {where}", "submission", "content_hash", bit(0), where)
        yield one("submission", f"kind where {where}", "submission", "kind", to("idea.withdrawn.v1"), where)
        yield gone("submission", "submission", where)
    for place in (0.2, 0.6, 0.9):
        yield one("submission", f"body at {place}", "submission", "body", bit(place), "state = 'waiting'")
    yield one("submission", "a second body", "submission", "body", to(b"{}"), "leaf = 3")
    yield one("submission", "another key", "submission", "key", bit(1), "key LIKE 'transfer:%%'")
    yield several(
        "submission", "two exchanged their lines", "UPDATE ledger_submission SET leaf = 9999 WHERE leaf = 4",
        "UPDATE ledger_submission SET leaf = 4 WHERE leaf = 5", "UPDATE ledger_submission SET leaf = 5 WHERE leaf = 9999",
    )  # fmt: skip
    yield several("submission", "beyond the end", "UPDATE ledger_submission SET leaf = 9999 WHERE leaf = 6")
    waits = "UPDATE ledger_submission SET state = 'waiting', leaf = NULL, log_id = NULL WHERE leaf = 7"
    yield several("submission", "waits again", waits)


def openings() -> Iterator[Deed]:
    """Values and salts behind commitments."""
    for row in (0, 7, 20):
        yield one("opening", f"value {row}", "opening", "value", bit(0.5), row=row)
        yield one("opening", f"salt {row}", "opening", "salt", bit(0.5), row=row)
        yield one("opening", f"field {row}", "opening", "field", to("lines.9.c"), row=row)
        yield one("opening", f"submission {row}", "opening", "submission_id", balance_row(), row=row)
    yield one("opening", "words", "opening", "value", to("spam"), "field = 'words'")
    yield gone("opening", "opening")
    yield gone("opening", "opening", "field = 'words'")


def money() -> Iterator[Deed]:
    """Balances, entries, transfers."""
    members = "code LIKE 'member:%%' AND balance > 9"
    for row in (0, 1):
        yield one("balance", f"more {row}", "account", "balance", more(5), members, row)
        yield one("balance", f"counted more {row}", "account", "entries_count", more(1), members, row)
        yield one("balance", f"may be below zero {row}", "account", "allow_negative", to(True), members, row)
        yield one("balance", f"another unit {row}", "account", "unit", to("IRR"), members, row)
        yield one("balance", f"another class {row}", "account", "kind", to("hold"), members, row)
        yield one(
            "balance",
            f"another's {row}",
            "account",
            "code",
            lambda code: code.replace("member:", "member:9"),
            members,
            row,
        )
    yield one("balance", "nothing held", "account", "held", to(0), "held > 0")
    yield several(
        "balance", "from one to another", f"UPDATE ledger_account SET balance = balance - 5 WHERE id = (SELECT MIN(id) FROM ledger_account WHERE {members})",
        f"UPDATE ledger_account SET balance = balance + 5 WHERE id = (SELECT MAX(id) FROM ledger_account WHERE {members})",
    )  # fmt: skip
    for row in (0, 5, 11):
        yield one("entry", f"amount {row}", "entry", "amount", more(1), row=row)
        yield one("entry", f"balance {row}", "entry", "balance_after", more(1), row=row)
        yield one("entry", f"number {row}", "entry", "number", more(5000), row=row)
    yield gone("entry", "entry")
    yield gone("transfer", "transfer", "idem = 'g:0'")
    for column, value in (("kind", "tip"), ("state", "voided"), ("unit", "IRR"), ("request_hash", "")):
        yield one("transfer", f"{column} is {value!r}", "transfer", column, to(value), "idem = 'g:0'")
    yield one("transfer", "posted by hand", "transfer", "state", to("voided"), "idem = 's:0'")
    yield several(
        "transfer", "corrects nothing", "UPDATE ledger_transfer SET corrects_id = NULL WHERE kind = 'reversal'"
    )
    yield several(
        "transfer",
        "pending no more",
        "UPDATE ledger_transfer SET state = 'expired', resolved_at = created_at WHERE idem = 's:2'",
    )
    yield one("transfer", "another reversed", "transfer", "corrects_id", more_row(), "kind = 'reversal'")
    yield one("pending", "held for more", "pendingline", "amount", more(-2), "is_open AND amount < 0")
    yield one("pending", "let go", "pendingline", "is_open", to(False), "is_open AND amount < 0")


def whole() -> Iterator[Deed]:
    """What fits together on purpose, deeper and deeper: only the signature and the head file stand against the last."""
    for depth, name in enumerate(("rows alone", "content too", "bundle too", "tiles and head too", "seal too")):
        yield "rows.whole", f"a hundred points more: {name}", partial(forged, depth)
    yield "rows.whole", "points of one given to another, with every balance", given_away


def forged(depth: int, hand: Hand) -> None:
    """Give a member a hundred points more in an old transfer, and make everything fit to a depth."""
    from patogh.ledger.actions.book import content_hash
    from patogh.ledger.models import LogBundle, Submission, Transfer

    transfer = Transfer.objects.get(idem="g:0")
    entries = hand.run(
        "SELECT id, account_id, number, amount FROM ledger_entry WHERE transfer_id IN (SELECT id FROM ledger_transfer WHERE idem = 'g:0')"
    )
    for key, account, number, amount in entries:
        extra = 100 if amount > 0 else -100
        hand.run("UPDATE ledger_entry SET amount = amount + %s WHERE id = %s", extra, key)
        hand.run(
            "UPDATE ledger_entry SET balance_after = balance_after + %s WHERE account_id = %s AND number >= %s",
            extra,
            account,
            number,
        )
        hand.run("UPDATE ledger_account SET balance = balance + %s WHERE id = %s", extra, account)
    given = Submission.objects.get(key=f"transfer:{transfer.pk.hex}")
    fields = {"unit": "pt", "why": "grant", "lines": [{"a": "issuance:pt", "n": -140}, {"c": None, "n": 140}]}
    if depth >= 1:
        content = content_hash("points.transfer.v1", fields, ["lines.1.c"])
        hand.change("submission", "content_hash", to(content), f"key = '{given.key}'")
    if depth >= 2:
        number = (given.leaf or 0) // 256
        body = bytes(LogBundle.objects.get(number=number).body)
        hand.change("logbundle", "body", to(_rewritten(body, (given.leaf or 0) % 256)), f"number = {number}")
    if depth >= 3:
        _regrown(hand, seal=depth >= 4)


def _rewritten(bundle: bytes, place: int) -> bytes:
    from patogh.kit.tlog import tiles
    from patogh.ledger import schemas

    entries = tiles.entries_of(bundle)
    entry = json.loads(entries[place])
    entry["lines"] = [line | {"n": 140 if line["n"] > 0 else -140} for line in entry["lines"]]
    entries[place] = schemas.written(entry)
    return tiles.bundle_of(entries)


def _regrown(hand: Hand, *, seal: bool) -> None:
    """Write all tiles, the frontier and the roots of the seals anew from the bundles."""
    from patogh.kit.tlog import tiles
    from patogh.kit.tlog.tree import Frontier, leaf_hash, root_of
    from patogh.ledger.models import LogBundle, SealedCheckpoint

    bundles = LogBundle.objects.order_by("number").values_list("body", flat=True)
    leaves = [leaf_hash(entry) for body in bundles for entry in tiles.entries_of(bytes(body))]
    for (level, number, _width), data in tiles.grow(0, leaves, lambda *_: b"").items():
        hand.change("logtile", "hashes", to(data), f"level = {level} AND number = {number}")
    frontier = Frontier()
    frontier.extend(leaves)
    hand.change("loghead", "frontier", to(b"".join(frontier.state())))
    for row in SealedCheckpoint.objects.all() if seal else ():
        hand.change("sealedcheckpoint", "root", to(root_of(leaves[: row.size])), f"id = {row.pk}")


def given_away(hand: Hand) -> None:
    """Let the newest points of a member have gone to another one: entries, numbers and balances all fit."""
    (mine, amount, number), *_ = hand.run(
        "SELECT e.account_id, e.amount, e.number FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id "
        "WHERE a.code LIKE 'member:%%' AND e.amount = 2 ORDER BY e.id DESC"
    )
    (other, count, balance), *_ = hand.run(
        "SELECT id, entries_count, balance FROM ledger_account WHERE code LIKE 'member:%%' AND id <> %s AND balance > 9",
        mine,
    )
    hand.run(
        "UPDATE ledger_entry SET account_id = %s, number = %s, balance_after = %s WHERE account_id = %s AND number = %s",
        other,
        count + 1,
        balance + amount,
        mine,
        number,
    )
    hand.run(
        "UPDATE ledger_entry SET number = number - 1, balance_after = balance_after - %s WHERE account_id = %s AND number > %s",
        amount,
        mine,
        number,
    )
    hand.run(
        "UPDATE ledger_account SET balance = balance - %s, entries_count = entries_count - 1 WHERE id = %s",
        amount,
        mine,
    )
    hand.run(
        "UPDATE ledger_account SET balance = balance + %s, entries_count = entries_count + 1 WHERE id = %s",
        amount,
        other,
    )


def more_row() -> Change:
    """Point to another transfer."""
    from patogh.ledger.models import Transfer

    def change(value: Any) -> Any:
        from django.db import connection

        other = Transfer.objects.exclude(pk=value).filter(corrections=None).order_by("pk").first()
        return Transfer._meta.pk.get_db_prep_value(other.pk, connection)

    return change


def balance_row() -> Change:
    """Point to the submission of the trial balance, which hides nothing."""
    from django.db import connection

    from patogh.ledger.models import Submission

    return lambda _value: Submission._meta.pk.get_db_prep_value(
        Submission.objects.get(kind="trial_balance.v1").pk, connection
    )


def _key_of(_hand: Hand) -> Change:
    from patogh.kit.tlog.note import Ed25519Signer

    return lambda vkey: Ed25519Signer.generate(vkey.partition("+")[0]).vkey


def _cosigner_of(_hand: Hand) -> Change:
    from patogh.kit.tlog.cosignature import CosignatureSigner

    return lambda vkey: CosignatureSigner.generate(vkey.partition("+")[0]).vkey


def tried(do: Do) -> Found:
    """Do a tampering, have the rows replayed, and take it all back."""
    from django.db import connection, transaction

    from patogh.ledger.replaying import replay

    with transaction.atomic(), connection.cursor() as cursor:
        hand = Hand(cursor)
        if connection.vendor == "postgresql":
            hand.run("SET LOCAL session_replication_role = replica")
            do(hand)
            hand.run("SET LOCAL session_replication_role = origin")
        else:
            triggers = hand.run(LEDGER.replace("%", "%%"))
            for name, _sql in triggers:
                hand.run(f"DROP TRIGGER {name}")
            do(hand)
            for _name, sql in triggers:
                cursor.execute(sql)
        broken = tuple(found.name for found in replay().findings if found.broken)
        transaction.set_rollback(True)
    return Found(int(bool(broken)), broken)


def all_tried() -> Iterator[tuple[Deed, Found]]:
    """Try every tampering on the book of this house."""
    for deed in tamperings():
        yield deed, tried(deed[2])


def answered(place: Path) -> tuple[bool, list[tuple[str, str, Found]]]:
    """Return, for a fresh house in a process of its own, whether it was found whole, and then what was found."""
    house.made(place)
    told = house.output(
        "tests.drills.tampers.rows", env=house.environment(place, PATOGH_BOOK_ORIGIN="drill.example/book")
    )
    found = json.loads(told.splitlines()[-1])
    return not found["honest"], [
        (kind, name, Found(status, tuple(codes))) for kind, name, status, codes in found["found"]
    ]


def main() -> None:
    """Make the house in this data folder, with one witness, and print what was found of each tampering."""
    from django.conf import settings
    from django.utils import timezone

    from patogh.ledger.actions.keeping import init_log
    from patogh.ledger.models import Witness
    from patogh.ledger.tests.witnesses import our_witness

    with our_witness(settings.DATA / "witness", [init_log().vkey]) as standing:
        settings.WITNESSES_INSIDE = standing.url.removeprefix("http://").rstrip("/")
        Witness.objects.create(name=standing.name, vkey=standing.vkey, url=standing.url, added_at=timezone.now())
        lived()
    honest = tried(lambda _hand: None)
    found = [(kind, name, one.status, one.codes) for (kind, name, _do), one in all_tried()]
    print(json.dumps({"honest": honest.codes, "found": found}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patogh.conf.settings")
    import django

    django.setup()
    main()
    sys.stdout.flush()
    os._exit(0)

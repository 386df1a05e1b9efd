"""The operator's replay finds what no action could have written."""

import csv
import datetime as dt
import json

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.utils import timezone

from patogh.conf.cli import main
from patogh.ledger.actions.transfers import reverse, settle, transfer
from patogh.ledger.replaying import replay
from patogh.ledger.settlements import BadReport, read_report
from patogh.ledger.wanted import Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(member) -> str:
    """Some transfers: posted, settled, reversed and pending."""
    code = f"member:{member.pk}:pt"
    first = transfer("a", "grant", "pt", [Line("issuance:pt", -15), Line(code, 15)])
    transfer("b", "grant", "pt", [Line("issuance:pt", -7), Line(code, 7)])
    reverse(first, "a:back", "mistake")
    settle(transfer("c", "redeemed", "pt", [Line("redeemed:pt", 3), Line(code, -3)], pending=True), "c:done")
    transfer("d", "redeemed", "pt", [Line("redeemed:pt", 1), Line(code, -1)], pending=True)
    return code


def broken() -> set[str]:
    return {one.name for one in replay().findings if one.broken}


def by_hand(*statements: str) -> None:
    """Change rows as somebody could who may change the tables themselves."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger%%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")


def test_a_whole_ledger_is_found_whole(moved):
    found = replay()
    assert found.is_whole and found.posted == found.explained == 4
    assert [one.name for one in found.findings] == [
        "I1",
        "I2",
        "I3",
        "I4",
        "I5",
        "I6",
        "I7",
        "I8",
        "L1",
        "L2",
        "L3",
        "L4",
    ]


TAMPERED = {
    "an entry grew": ("I1", "UPDATE ledger_entry SET amount = amount + 1 WHERE number = 1"),
    "a balance grew": ("I2", "UPDATE ledger_account SET balance = balance + 1 WHERE code LIKE 'member%'"),
    "balances were swapped": ("I3", "UPDATE ledger_entry SET balance_after = balance_after + 1 WHERE number = 2"),
    "a hold was let go": ("I4", "UPDATE ledger_account SET held = 0"),
    "a pending line was closed": ("I6", "UPDATE ledger_pendingline SET is_open = FALSE"),
    "a request was forgotten": ("I5", "UPDATE ledger_transfer SET request_hash = ''"),
    "a leaf is gone": ("I8", "UPDATE ledger_submission SET key = 'elsewhere' || key WHERE key LIKE 'transfer:%'"),
    "a transfer changed its kind": ("I8", "UPDATE ledger_transfer SET kind = 'tip' WHERE idem = 'b'"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "statement"), TAMPERED.values(), ids=TAMPERED.keys())
def test_what_was_changed_by_hand_is_found(name, statement, moved):
    by_hand(statement)
    assert name in broken()


def test_triggers_that_are_gone_are_missed(moved):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
    else:
        by_hand()
    assert "I7" in broken()


def report(path, *rows) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("provider", "unit", "day", "amount"), *rows])
    return str(path)


def test_a_settlement_report_is_compared_day_by_day(tmp_path):
    transfer("in", "transfer", "IRR", [Line("clearing:zarinpal:IRR", -90_000), Line("revenue:IRR", 90_000)])
    day = timezone.now().astimezone(dt.UTC).date()
    good = read_report(tmp_path.joinpath(report(tmp_path / "good.csv", ("zarinpal", "IRR", day, 90_000))))
    assert replay(good).is_whole
    bad = replay(read_report(tmp_path.joinpath(report(tmp_path / "bad.csv", ("zarinpal", "IRR", day, 80_000)))))
    assert not bad.is_whole and "80000" in next(one for one in bad.findings if one.name == "I9").examples[0]


@pytest.mark.parametrize(
    "row", [("paypal", "IRR", "2026-11-22", 1), ("stripe", "DOGE", "2026-11-22", 1), ("stripe", "EUR", "yesterday", 1), ("stripe", "EUR", "2026-11-22", "1.5"), ("stripe",)]
)  # fmt: skip
def test_a_report_out_of_form_says_where(row, tmp_path):
    with pytest.raises(BadReport, match="line 2"):
        read_report(tmp_path.joinpath(report(tmp_path / "bad.csv", row)))


@pytest.mark.parametrize("raw", [b"", b"a,b\n1,2\n", b"\xff\xfe", b'provider,unit,day,amount\n"x'])
def test_a_file_that_is_no_report_is_refused(raw, tmp_path):
    (tmp_path / "bad.csv").write_bytes(raw)
    with pytest.raises(BadReport):
        read_report(tmp_path / "bad.csv")


def test_the_command_prints_each_invariant_and_its_status_says_the_rest(moved):
    told = CliRunner().invoke(main, ["book", "replay", "--json"])
    assert told.exit_code == 0 and json.loads(told.output)["explained_percent"] == "100.0000"
    assert "I8" in CliRunner().invoke(main, ["book", "replay"]).output
    by_hand("UPDATE ledger_account SET balance = balance + 1 WHERE code LIKE 'member%'")
    assert CliRunner().invoke(main, ["book", "replay"]).exit_code == 1


def test_the_command_says_what_is_wrong_with_a_report(tmp_path):
    missing = CliRunner().invoke(main, ["book", "replay", "--settlement", str(tmp_path / "none.csv")])
    assert missing.exit_code == 2 and "none.csv" in missing.output

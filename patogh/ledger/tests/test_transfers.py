"""Double entry: what moves, what is refused, and what the database itself holds."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patogh.ledger import errors
from patogh.ledger.actions.transfers import expire_due, reverse, settle, transfer, transfer_many, void
from patogh.ledger.models import Account, Entry, Opening, Receipt, Submission, Transfer
from patogh.ledger.wanted import Line, Wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(member) -> str:
    return f"member:{member.pk}:pt"


def give(code: str, amount: int, idem: str = "gift", **terms) -> Transfer:
    return transfer(idem, "grant", "pt", [Line("issuance:pt", -amount), Line(code, amount)], **terms)


def balance(code: str) -> tuple[int, int]:
    found = Account.objects.get(code=code)
    return found.balance, found.held


def test_a_transfer_moves_both_balances_and_enters_one_leaf(mine, member):
    made = give(mine, 15, owner=member)
    assert balance(mine) == (15, 0)
    assert sorted(made.entries.values_list("amount", "balance_after")) == [(-15, -15), (15, 15)]
    leaf = Submission.objects.get(key=f"transfer:{made.pk.hex}")
    assert b'"n":15' in bytes(leaf.body) and mine.encode() not in bytes(leaf.body)
    assert Opening.objects.get(submission=leaf).value == mine
    assert Receipt.objects.filter(submission=leaf, member=member).count() == 1


def test_the_entry_of_a_transfer_fits_its_closed_schema(mine, member):
    from patogh.ledger import schemas

    leaf = Submission.objects.get(key=f"transfer:{give(mine, 15).pk.hex}")
    assert schemas.check(bytes(leaf.body))["unit"] == "pt"
    opened = Opening.objects.get(submission=leaf)
    committed = schemas.commit(leaf.kind, opened.field, opened.value, bytes(opened.salt))
    assert committed in bytes(leaf.body).decode()


def test_forty_lines_fit_into_one_entry_and_more_are_refused(mine, brand):
    from patogh.conftest import made_member
    from patogh.ledger import schemas

    codes = [f"member:{made_member(f'many_{n}', 'کسی').pk}:pt" for n in range(39)]
    most = 2**53 - 1
    lines = [Line("issuance:pt", -39 * (most // 40)), *(Line(code, most // 40) for code in codes)]
    made = transfer("wide", "award.accepted_answer", "pt", lines)
    assert schemas.check(bytes(Submission.objects.get(key=f"transfer:{made.pk.hex}").body))
    with pytest.raises(errors.BadLines):
        transfer("wider", "grant", "pt", [*lines, Line(mine, 5)])


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ([], errors.BadLines),
        ([("issuance:pt", -1)], errors.BadLines),
        ([("issuance:pt", -1), ("redeemed:pt", 2)], errors.Unbalanced),
        ([("issuance:pt", 0), ("redeemed:pt", 0)], errors.BadAmount),
        ([("issuance:pt", -1.5), ("redeemed:pt", 1.5)], errors.BadAmount),
        ([("issuance:pt", True), ("redeemed:pt", -1)], errors.BadAmount),
        ([("issuance:pt", -(2**53)), ("redeemed:pt", 2**53)], errors.BadAmount),
        ([("issuance:pt", "-1"), ("redeemed:pt", 1)], errors.BadAmount),
        ([("issuance:IRR", -1), ("redeemed:pt", 1)], errors.MixedUnits),
        ([("issuance:pt", -1), ("issuance:pt", 1)], errors.BadLines),
        ([("issuance:pt", -1), ("treasure:pt", 1)], errors.UnknownAccount),
        ([("issuance:pt", -1), ("member:pt", 1)], errors.UnknownAccount),
        ([("issuance:pt", -1), ("member:999999:pt", 1)], errors.UnknownAccount),
        ([("issuance:pt#16", -1), ("redeemed:pt", 1)], errors.UnknownAccount),
        ([("issuance:pt", -1), ("redeemed:DOGE", 1)], errors.UnknownUnit),
        ([("issuance:pt", -1), (None, 1)], errors.UnknownAccount),
        ([("clearing:nobody:pt", -1), ("redeemed:pt", 1)], errors.UnknownAccount),
    ],
)
def test_lines_out_of_form_are_refused_with_a_sentence(lines, refusal):
    with pytest.raises(refusal) as refused:
        transfer("bad", "grant", "pt", [Line(*line) for line in lines])
    assert str(refused.value)
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(
    "idem_kind_unit", [("", "grant", "pt"), ("x" * 121, "grant", "pt"), ("a\nb", "grant", "pt"), ("a", "Some thing", "pt"), (7, "grant", "pt")]
)  # fmt: skip
def test_bad_words_are_refused(idem_kind_unit):
    with pytest.raises(errors.BadKey):
        transfer(*idem_kind_unit, [Line("issuance:pt", -1), Line("redeemed:pt", 1)])


def test_an_unknown_unit_is_refused():
    with pytest.raises(errors.UnknownUnit):
        transfer("a", "grant", "DOGE", [Line("issuance:pt", -1), Line("redeemed:pt", 1)])


def test_the_same_key_with_the_same_content_is_answered_with_the_first(mine):
    first = give(mine, 15)
    assert give(mine, 15).pk == first.pk
    swapped = transfer("gift", "grant", "pt", [Line(mine, 15), Line("issuance:pt", -15)])
    assert swapped.pk == first.pk and balance(mine) == (15, 0) and Submission.objects.count() == 1


def test_the_same_key_with_other_content_is_refused(mine):
    give(mine, 15)
    with pytest.raises(errors.KeyReused) as refused:
        give(mine, 16)
    assert refused.value.status == 409 and balance(mine) == (15, 0)


def test_a_batch_answers_its_own_repeats_and_is_all_or_none(mine):
    one = Wanted("a", "grant", "pt", [Line("issuance:pt", -5), Line(mine, 5)])
    two = Wanted("b", "grant", "pt", [Line(mine, -9), Line("redeemed:pt", 9)])
    assert len({made.pk for made in transfer_many([one, one])}) == 1
    with pytest.raises(errors.Overdraft):
        transfer_many([Wanted("c", "grant", "pt", [Line("issuance:pt", -1), Line(mine, 1)]), two])
    assert balance(mine) == (5, 0) and Transfer.objects.count() == 1
    assert transfer_many([]) == []


def test_a_batch_that_is_too_long_is_refused(mine):
    one = Wanted("a", "grant", "pt", [Line("issuance:pt", -5), Line(mine, 5)])
    with pytest.raises(errors.BadLines):
        transfer_many([one] * 1001)


def test_nobody_gives_more_than_they_have(mine):
    give(mine, 15)
    with pytest.raises(errors.Overdraft):
        transfer("spend", "redeemed", "pt", [Line(mine, -16), Line("redeemed:pt", 16)])


def test_a_pending_transfer_holds_and_settles_once(mine):
    give(mine, 15)
    wait = transfer("pay", "redeemed", "pt", [Line(mine, -10), Line("redeemed:pt", 10)], pending=True)
    assert balance(mine) == (15, 10) and Submission.objects.count() == 1
    with pytest.raises(errors.Overdraft):
        transfer("more", "redeemed", "pt", [Line(mine, -6), Line("redeemed:pt", 6)])
    settled = settle(wait, "pay:settle")
    assert settled.state == "posted" and balance(mine) == (5, 0) and Submission.objects.count() == 2
    assert settle(wait, "pay:settle").pk == wait.pk and Submission.objects.count() == 2
    for again in (settle, void):
        with pytest.raises(errors.AlreadyResolved):
            again(wait, "another")
    with pytest.raises(errors.KeyReused):
        void(wait, "pay:settle")


def test_a_voided_transfer_lets_go(mine):
    give(mine, 15)
    wait = transfer("pay", "redeemed", "pt", [Line(mine, -10), Line("redeemed:pt", 10)], pending=True)
    assert void(wait, "pay:void").state == "voided"
    assert balance(mine) == (15, 0) and not wait.entries.exists()


def test_a_posted_transfer_is_neither_settled_nor_voided(mine):
    made = give(mine, 15)
    for act in (settle, void):
        with pytest.raises(errors.AlreadyResolved):
            act(made, "late")


def test_a_pending_transfer_expires_and_cannot_settle_after(mine, monkeypatch):
    give(mine, 15)
    soon = timezone.now() + dt.timedelta(minutes=5)
    wait = transfer("pay", "redeemed", "pt", [Line(mine, -10), Line("redeemed:pt", 10)], pending=True, expires_at=soon)
    assert expire_due() == 0
    later = soon + dt.timedelta(seconds=1)
    with monkeypatch.context() as clock:
        clock.setattr(timezone, "now", lambda: later)
        with pytest.raises(errors.TooLate):
            settle(wait, "pay:settle")
    assert expire_due(later) == 1 and expire_due(later) == 0
    assert balance(mine) == (15, 0)
    with pytest.raises(errors.AlreadyResolved):
        settle(wait, "pay:settle")


def test_an_end_in_the_past_or_without_waiting_is_refused(mine):
    past, future = timezone.now() - dt.timedelta(days=1), timezone.now() + dt.timedelta(days=1)
    for terms in ({"pending": True, "expires_at": past}, {"expires_at": future}):
        with pytest.raises(errors.TooEarly):
            give(mine, 1, **terms)


def test_a_reversal_is_a_new_transfer_and_happens_once(mine, member):
    made = give(mine, 15, owner=member)
    back = reverse(made, "gift:back", "mistake")
    assert back.corrects_id == made.pk and balance(mine) == (0, 0) and Entry.objects.count() == 4
    assert reverse(made, "gift:back", "mistake").pk == back.pk
    with pytest.raises(errors.CannotReverse):
        reverse(made, "gift:again", "mistake")
    body = bytes(Submission.objects.get(key=f"transfer:{back.pk.hex}").body)
    assert Submission.objects.get(key=f"transfer:{made.pk.hex}").pk.hex.encode() in body


def test_what_is_spent_cannot_be_reversed_in_whole(mine):
    made = give(mine, 15)
    transfer("spend", "redeemed", "pt", [Line(mine, -10), Line("redeemed:pt", 10)])
    with pytest.raises(errors.Overdraft):
        reverse(made, "gift:back", "mistake")


def test_a_pending_transfer_cannot_be_reversed(mine):
    wait = give(mine, 15, pending=True)
    with pytest.raises(errors.CannotReverse):
        reverse(wait, "back", "mistake")


TAMPERING = {
    "balance": "UPDATE ledger_account SET balance = balance + 1 WHERE code LIKE 'member%%'",
    "held": "UPDATE ledger_account SET held = 1 WHERE code LIKE 'member%%'",
    "may be negative": "UPDATE ledger_account SET allow_negative = TRUE",
    "code": "UPDATE ledger_account SET code = 'x'",
    "account gone": "DELETE FROM ledger_account",
    "entry changed": "UPDATE ledger_entry SET amount = amount + 1",
    "entry gone": "DELETE FROM ledger_entry",
    "transfer gone": "DELETE FROM ledger_transfer",
    "transfer reopened": "UPDATE ledger_transfer SET state = 'pending', resolved_at = NULL WHERE state = 'posted'",
    "transfer voided": "UPDATE ledger_transfer SET state = 'voided' WHERE state = 'posted'",
    "transfer renamed": "UPDATE ledger_transfer SET idem = 'y'",
    "pending line closed": "UPDATE ledger_pendingline SET is_open = FALSE",
    "pending line changed": "UPDATE ledger_pendingline SET amount = 1",
    "more entries": "INSERT INTO ledger_entry (transfer_id, account_id, number, amount, balance_after) SELECT e.transfer_id, a.id, a.entries_count + 1, 1, a.balance + 1 FROM ledger_entry e, ledger_account a WHERE a.code = 'redeemed:pt' LIMIT 1",
    "an account with money": "INSERT INTO ledger_account (code, unit, kind, allow_negative, balance, held, entries_count, created_at) SELECT 'bank:pt', unit, 'bank', TRUE, 5, 0, 0, created_at FROM ledger_account LIMIT 1",
    "a transfer without entries": "INSERT INTO ledger_transfer (id, idem, unit, kind, state, request_hash, subject_kind, subject_id, reason, created_at, resolved_at) SELECT '00000000000000000000000000000001', 'z', 'pt', 'grant', 'posted', '', '', '', '', created_at, created_at FROM ledger_transfer LIMIT 1",
}  # fmt: skip


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING.keys())
def test_the_database_refuses_to_be_changed_by_hand(statement, mine):
    give(mine, 15)
    transfer("pay", "redeemed", "pt", [Line(mine, -10), Line("redeemed:pt", 10)], pending=True)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_batch_asks_the_database_the_same_number_of_times(mine):
    def some(count: int, name: str) -> list[Wanted]:
        return [Wanted(f"{name}{n}", "grant", "pt", [Line("issuance:pt#0", -1), Line(mine, 1)]) for n in range(count)]

    transfer_many(some(1, "warm"))
    asked = []
    for count in (1, 30):
        with CaptureQueriesContext(connection) as queries:
            transfer_many(some(count, f"of{count}-"))
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12

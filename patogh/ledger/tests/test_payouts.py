"""Payouts: held, approved, sent once witnessed, settled or let go; two at once, hostile input, erasure."""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from patogh.conftest import made_member
from patogh.ideas.tests.royal import witnessed
from patogh.ledger import limits
from patogh.ledger.actions import payouts as actions
from patogh.ledger.actions.transfers import transfer
from patogh.ledger.errors import Overdraft, UnknownUnit
from patogh.ledger.models import Account, Opening, Payout, PayoutAccount, Receipt, Submission
from patogh.ledger.payouts import errors, iban
from patogh.ledger.payouts.providers import Answer
from patogh.ledger.payouts.sealed import opened, sealed
from patogh.ledger.replaying import replay
from patogh.ledger.wanted import Line
from patogh.people.actions.erasing import erase_member

pytestmark = pytest.mark.django_db
SHEBA = "IR820540102680020817909002"
MILLION = 1_000_000


@pytest.fixture
def payer(db, brand):
    """Shirin, who pays."""
    return made_member("shirin", "شیرین امینی", "finance")


@pytest.fixture
def maker(member):
    """Mina, with five million rials and an account."""
    transfer(
        "gift", "grant", "IRR", [Line("brand_expense:IRR", -5 * MILLION), Line(f"member:{member.pk}:IRR", 5 * MILLION)]
    )
    actions.save_account("IR82 0540 1026 8002 0817 9090 02", "مینا کیانی", by=member)
    return member


def asked(maker, amount=2 * MILLION, key="k"):
    return actions.request_payout(maker, "IRR", amount, key=key, by=maker)


def stands(maker):
    return Account.objects.values_list("balance", "held").get(code=f"member:{maker.pk}:IRR")


def sent(maker, payer, amount=2 * MILLION, key="k"):
    row = asked(maker, amount, key)
    actions.approve_payout(row, by=payer)
    witnessed()
    actions.export_bank_file("IRR", by=payer)
    return Payout.objects.get(pk=row.pk)


def test_a_request_holds_the_money_and_stands_in_the_book_without_a_name_or_account(maker):
    row = asked(maker)
    assert stands(maker) == (5 * MILLION, 2 * MILLION)
    entry = Submission.objects.get(key=f"payout.requested:{row.pk.hex}")
    said = json.loads(bytes(entry.body))
    assert (said["n"], said["unit"]) == (2 * MILLION, "IRR") and "IR82" not in bytes(entry.body).decode()
    assert not Opening.objects.filter(value__contains="0540").exists()


def test_the_same_key_is_the_same_payout(maker):
    assert asked(maker).pk == asked(maker).pk and Payout.objects.count() == 1


@pytest.mark.parametrize(
    ("unit", "amount", "refusal"),
    [
        ("IRR", 999_999, errors.TooLittle), ("IRR", 0, errors.BadPayoutAmount), ("IRR", -5, errors.BadPayoutAmount),
        ("IRR", 2**60, errors.BadPayoutAmount), ("IRR", True, errors.BadPayoutAmount), ("IRR", 6_000_000, Overdraft),
        ("pt", 5_000_000, UnknownUnit), ("EUR", 5_000, errors.AccountTakesNot), ("", 1, UnknownUnit),
    ],
)  # fmt: skip
def test_what_cannot_be_paid_is_refused_and_holds_nothing(maker, unit, amount, refusal):
    with pytest.raises(refusal):
        actions.request_payout(maker, unit, amount, key="k", by=maker)
    assert stands(maker) == (5 * MILLION, 0) and not Payout.objects.exists()


def test_nobody_asks_for_the_money_of_another(maker, other_member):
    with pytest.raises(errors.BadPayoutAmount):
        actions.request_payout(maker, "IRR", 2 * MILLION, key="k", by=other_member)


def test_without_an_account_number_nothing_goes_out(member):
    with pytest.raises(errors.NoAccountYet):
        asked(member)


def test_three_payouts_are_on_their_way_at_most(maker):
    for number in range(limits.PAYOUTS_OPEN_MAX):
        asked(maker, MILLION, f"k{number}")
    with pytest.raises(errors.TooManyPayouts):
        asked(maker, MILLION, "one more")


def test_a_payout_leaves_only_once_its_request_was_witnessed(maker, payer):
    row = asked(maker)
    actions.approve_payout(row, by=payer)
    with pytest.raises(errors.NothingToSend):
        actions.export_bank_file("IRR", by=payer)
    witnessed()
    made = actions.export_bank_file("IRR", by=payer)
    row.refresh_from_db()
    assert (row.state, row.file_id, made.total) == ("sent", made.pk, 2 * MILLION)
    with pytest.raises(errors.NothingToSend):
        actions.export_bank_file("IRR", by=payer)


def test_what_arrived_is_posted_and_stands_in_the_book(maker, payer):
    row = actions.settle_payout(sent(maker, payer), reference="PAYA-77", by=payer)
    assert row.state == "settled" and stands(maker) == (3 * MILLION, 0)
    assert Account.objects.get(code="bank:IRR").balance == 2 * MILLION
    entry = json.loads(bytes(Submission.objects.get(key=f"payout.settled:{row.pk.hex}").body))
    assert "PAYA" not in json.dumps(entry)
    assert [one.name for one in replay().findings if one.broken and one.name.startswith("I")] == []


def test_what_did_not_arrive_is_the_members_again(maker, payer):
    row = actions.fail_payout(sent(maker, payer), why="account", by=payer)
    assert (row.state, row.why) == ("failed", "account") and stands(maker) == (5 * MILLION, 0)


def test_a_member_takes_back_what_nobody_approved(maker, payer):
    assert actions.cancel_payout(asked(maker), by=maker).state == "cancelled"
    assert stands(maker) == (5 * MILLION, 0)
    second = asked(maker, key="second")
    actions.approve_payout(second, by=payer)
    with pytest.raises(errors.PayoutMoved):
        actions.cancel_payout(second, by=maker)


def test_of_two_who_decide_at_once_the_second_hears_what_the_first_did(maker, payer, owner):
    row = asked(maker)
    actions.approve_payout(row, by=payer)
    assert actions.approve_payout(row, by=owner).approved_by_id == payer.pk
    row = Payout.objects.get(pk=row.pk)
    actions.fail_payout(row, why="refused", by=owner)
    with pytest.raises(errors.PayoutMoved):
        actions.approve_payout(row, by=payer)
    assert stands(maker) == (5 * MILLION, 0)


def test_settling_twice_posts_once_and_another_reference_is_refused(maker, payer):
    row = sent(maker, payer)
    actions.settle_payout(row, reference="A", by=payer)
    assert actions.settle_payout(row, reference="A", by=payer).reference == "A"
    with pytest.raises(errors.PayoutMoved):
        actions.settle_payout(row, reference="B", by=payer)
    with pytest.raises(errors.PayoutMoved):
        actions.settle_payout(asked(maker, MILLION, "new"), reference="C", by=payer)
    for bad in ("", "  ", "x" * 61, "a\0b"):
        with pytest.raises(errors.BadReference):
            actions.settle_payout(row, reference=bad, by=payer)


def test_nobody_approves_their_own(payer):
    transfer("gift", "grant", "IRR", [Line("brand_expense:IRR", -MILLION), Line(f"member:{payer.pk}:IRR", MILLION)])
    actions.save_account(SHEBA, "شیرین", by=payer)
    with pytest.raises(errors.OwnPayout):
        actions.approve_payout(asked(payer, MILLION), by=payer)


def test_who_pays_says_nothing_of_their_own_payout_not_even_through_a_report(payer, owner):
    transfer(
        "gift", "grant", "IRR", [Line("brand_expense:IRR", -2 * MILLION), Line(f"member:{payer.pk}:IRR", 2 * MILLION)]
    )
    actions.save_account(SHEBA, "شیرین", by=payer)
    row = sent(payer, owner, MILLION)
    with pytest.raises(errors.OwnPayout):
        actions.fail_payout(row, why="refused", by=payer)
    with pytest.raises(errors.OwnPayout):
        actions.settle_payout(row, reference="R", by=payer)
    answers = [Answer(row.pk, False, why="refused")]
    assert actions.take_report(answers, by=payer) == {"settled": 0, "failed": 0, "passed": 1, "against": 0}
    assert stands(payer) == (2 * MILLION, MILLION)
    assert actions.settle_payout(row, reference="R", by=owner).state == "settled"


@pytest.mark.parametrize("ending", ["settled", "failed"])
def test_what_ends_after_an_erasure_leaves_nothing_that_opens_its_lines(maker, payer, owner, ending):
    out = sent(maker, payer)
    erase_member(maker, by=owner)
    assert not Opening.objects.filter(member=maker).exists()
    if ending == "settled":
        actions.settle_payout(out, reference="R", by=payer)
    else:
        actions.fail_payout(out, why="refused", by=payer)
    assert not Opening.objects.filter(member=maker).exists() and not Receipt.objects.filter(member=maker).exists()
    held = Account.objects.get(code="payable:IRR").balance
    assert stands(maker) == (0, 0) and held == (3 if ending == "settled" else 5) * MILLION


def test_an_erased_member_loses_no_money_to_the_house(maker, payer, owner):
    asked(maker)
    out = sent(maker, payer, MILLION, "sent")
    actions.let_go_of(maker)
    held = Account.objects.get(code="payable:IRR")
    assert stands(maker) == (MILLION, MILLION) and held.balance == 4 * MILLION
    assert not PayoutAccount.objects.exists() and not Payout.objects.exclude(iban="", holder="").exists()
    actions.settle_payout(out, reference="R", by=payer)
    assert stands(maker) == (0, 0)


@pytest.mark.parametrize(
    "typed",
    ["IR82 0540 1026 8002 0817 9090 02", "ir820540102680020817909002", "820540102680020817909002",
     "IR۸۲۰۵۴۰۱۰۲۶۸۰۰۲۰۸۱۷۹۰۹۰۰۲", "IR٨٢-0540-1026-8002-0817-9090-02"],
)  # fmt: skip
def test_a_sheba_is_read_as_people_type_it(typed):
    assert iban.read(typed) == SHEBA


@pytest.mark.parametrize(
    "typed", ["", "IR82", "IR830540102680020817909002", "XX820540102680020817909002", "IR82" + "9" * 90, None, 7, "IR82\0", "=1+1"]
)  # fmt: skip
def test_what_is_no_account_number_is_refused(typed, member):
    with pytest.raises(errors.BadIban):
        actions.save_account(typed, "مینا", by=member)


def kept(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT iban, holder FROM {table}")
        return "".join(cursor.fetchone())


def test_a_copy_of_the_database_tells_no_account_number_and_no_name(maker, settings):
    row = asked(maker)
    for table in ("ledger_payoutaccount", "ledger_payout"):
        assert "0540" not in kept(table) and "مینا" not in kept(table) and kept(table).startswith("s1:")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key of this house"
    assert Payout.objects.get(pk=row.pk).iban == SHEBA
    settings.SECRET_KEY_FALLBACKS = []
    assert (Payout.objects.get(pk=row.pk).iban, PayoutAccount.objects.get().holder) == ("", "")
    actions.save_account(SHEBA, "مینا", by=maker)
    assert PayoutAccount.objects.get().iban == SHEBA


def test_a_payout_whose_account_no_key_opens_any_more_does_not_leave(maker, payer, settings):
    row = asked(maker)
    actions.approve_payout(row, by=payer)
    witnessed()
    settings.SECRET_KEY = "another key of this house"
    with pytest.raises(errors.NothingToSend):
        actions.export_bank_file("IRR", by=payer)


@pytest.mark.parametrize("bad", ["s1:", "s1:!!!", "s1:AAAA", "s1:" + "A" * 80])
def test_a_damaged_row_reads_as_nothing(bad):
    assert opened(bad) == "" and opened(sealed("مینا")) == "مینا" and opened("plain") == "plain"


def test_an_iban_from_abroad_takes_euros_and_no_rials():
    abroad = iban.read("DE89 3704 0044 0532 0130 00")
    assert iban.takes(abroad, "EUR") and not iban.takes(abroad, "IRR") and not iban.takes(SHEBA, "EUR")


def test_the_report_of_the_bank_settles_and_fails_and_passes_over_strangers(maker, payer, signed_in):
    first, second = asked(maker, MILLION, "a"), asked(maker, MILLION, "b")
    for row in (first, second):
        actions.approve_payout(row, by=payer)
    witnessed()
    actions.export_bank_file("IRR", by=payer)
    lines = [
        "payout,result,reference",
        f"{first.pk.hex},settled,R-1",
        f"{second.pk.hex},account,",
        f"{'0' * 32},settled,X",
    ]
    report = SimpleUploadedFile("report.csv", "\r\n".join(lines).encode("utf-8-sig"), "text/csv")
    assert signed_in(payer).post("/team/payouts/report", {"report": report}).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.why) == ("settled", "failed", "account")
    assert stands(maker) == (4 * MILLION, 0)


def test_a_report_against_what_was_written_down_moves_nothing_and_is_said_aloud(maker, payer, signed_in):
    first, second = sent(maker, payer, MILLION, "a"), sent(maker, payer, MILLION, "b")
    actions.fail_payout(first, why="timeout", by=payer)
    actions.settle_payout(second, reference="R", by=payer)
    before = stands(maker)
    lines = ["payout,result,reference", f"{first.pk.hex},settled,R-1", f"{second.pk.hex},refused,"]
    report = SimpleUploadedFile("report.csv", "\n".join(lines).encode(), "text/csv")
    browser = signed_in(payer)
    page = browser.post("/team/payouts/report", {"report": report}, follow=True).content.decode()
    assert stands(maker) == before and 'class="note anar-n"' in page


def test_the_same_report_twice_moves_nothing(maker, payer):
    row = sent(maker, payer)
    answers = [Answer(row.pk, True, "R-1")]
    for _ in range(2):
        assert actions.take_report(answers, by=payer) == {"settled": 1, "failed": 0, "passed": 0, "against": 0}
    assert stands(maker) == (3 * MILLION, 0) and Account.objects.get(code="bank:IRR").balance == 2 * MILLION


def test_a_bank_file_is_given_again_byte_for_byte(maker, payer, signed_in):
    row = sent(maker, payer)
    browser = signed_in(payer)
    once = browser.get(f"/team/payouts/files/{row.file_id}.csv")
    assert once.status_code == 200 and SHEBA.encode() in once.content
    assert once.content == browser.get(f"/team/payouts/files/{row.file_id}.csv").content
    actions.let_go_of(maker)
    assert browser.get(f"/team/payouts/files/{row.file_id}.csv").status_code == 409


def test_the_pages_ask_show_and_decide(maker, payer, signed_in):
    mine, theirs = signed_in(maker), signed_in(payer)
    assert mine.post("/me/payouts", {"unit": "IRR", "amount": "۲٬۰۰۰٬۰۰۰", "key": "x"}).status_code == 302
    page = mine.get("/me/payouts")
    assert page.status_code == 200 and "۳٬۰۰۰٬۰۰۰" in page.content.decode()
    row = Payout.objects.get()
    assert theirs.get("/team/payouts").status_code == 200
    assert theirs.post(f"/team/payouts/{row.pk}", {"step": "approve"}).status_code == 302
    assert mine.post(f"/me/payouts/{row.pk}", {"_method": "DELETE"}).status_code == 409
    assert signed_in(maker).get("/team/payouts").status_code == 404


@pytest.mark.parametrize("step", ["", "refuse", "approve "])
def test_a_step_that_nobody_knows_changes_nothing(maker, payer, signed_in, step):
    row = asked(maker)
    assert signed_in(payer).post(f"/team/payouts/{row.pk}", {"step": step}).status_code == 409
    assert Payout.objects.get().state == "requested"


@pytest.mark.parametrize("name", ["=1+1", "\uff1dcmd|x", " +98", "-2", "@SUM(A1)", "\uff20x"])
def test_no_name_in_a_bank_file_is_a_formula(maker, payer, name):
    actions.save_account(SHEBA, name, by=maker)
    row = sent(maker, payer)
    (order,) = [line for line in actions.written(row.file, [row]).body.decode().splitlines() if row.pk.hex in line]
    assert f",{SHEBA},'" in order


def test_a_name_with_commas_quotes_and_rtl_marks_stays_one_cell(maker, payer):
    assert actions.save_account(SHEBA, "مینا \u200fکیانی\u202e", by=maker).holder == "مینا کیانی"
    actions.save_account(SHEBA, 'کیانی، "مینا", 9999999', by=maker)
    row = sent(maker, payer)
    rows = list(csv.DictReader(io.StringIO(actions.written(row.file, [row]).body.decode())))
    assert (rows[0]["holder"], rows[0]["amount"]) == ('کیانی، "مینا", 9999999', str(2 * MILLION))


@pytest.mark.parametrize("typed", ["", "abc", "1.5", "-5", "9" * 40, "۱۲a", "1e9"])
def test_a_strange_amount_gets_a_sentence(maker, signed_in, typed):
    answer = signed_in(maker).post("/me/payouts", {"unit": "IRR", "amount": typed, "key": "x"})
    assert answer.status_code == 422 or answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_the_payout_of_another_is_not_there(maker, other_member, signed_in):
    row = asked(maker)
    assert signed_in(other_member).post(f"/me/payouts/{row.pk}", {"_method": "DELETE"}).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_of_payouts_asks_the_same_of_the_database_for_one_and_for_thirty(
    maker, payer, signed_in, count, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(limits, "PAYOUTS_OPEN_MAX", 99)
    monkeypatch.setitem(limits.PAYOUT_LEAST, "IRR", 1)
    for number in range(count):
        asked(maker, 1_000, f"k{number}")
    browser = signed_in(payer)
    browser.get("/team/payouts")
    with django_assert_max_num_queries(14):
        browser.get("/team/payouts")

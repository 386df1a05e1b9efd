"""Points by rules: earned once, taken back by a new transfer, bounded a day; rules have versions."""

import datetime as dt
import json
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patogh.kit.ids import uuid7
from patogh.ledger import errors
from patogh.ledger.actions.balances import enter_balances
from patogh.ledger.actions.points import award, change_rules, take_back
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.actions.transfers import transfer
from patogh.ledger.models import LogHead, PointRule, Submission
from patogh.ledger.queries.book import body_of, entry_at
from patogh.ledger.queries.money import members_statement_csv, points_of, rule_now, statement, trial_balance
from patogh.ledger.wanted import Line

pytestmark = pytest.mark.django_db


def test_an_accepted_answer_earns_fifteen_points_once(member, other_member):
    first = award("accepted_answer", member, idem="topic:1", by=other_member, subject=("hangout.post", "7"))
    assert (
        award("accepted_answer", member, idem="topic:1", by=other_member, subject=("hangout.post", "7")).pk == first.pk
    )
    assert points_of(member).balance == 15 and points_of(other_member).balance == 0


def test_nobody_earns_by_accepting_their_own(member):
    assert award("accepted_answer", member, idem="topic:1", by=member) is None


def test_a_closed_or_suspended_account_earns_nothing(member, other_member):
    member.suspended_until = timezone.now() + dt.timedelta(days=1)
    other_member.is_active = False
    assert award("accepted_answer", member, idem="a") is None
    assert award("accepted_answer", other_member, idem="b") is None


def test_points_taken_back_may_be_earned_again(member):
    award("accepted_answer", member, idem="topic:1")
    assert take_back("accepted_answer", "topic:1").kind == "reversal"
    assert take_back("accepted_answer", "topic:1") is None
    assert points_of(member).balance == 0
    assert award("accepted_answer", member, idem="topic:1") is not None
    assert points_of(member).balance == 15


def test_what_was_never_given_is_not_taken_back(member):
    assert take_back("accepted_answer", "topic:9") is None


def test_no_more_is_taken_back_than_is_there(member):
    award("accepted_answer", member, idem="topic:1")
    spent = [Line(f"member:{member.pk}:pt", -10), Line("redeemed:pt", 10)]
    transfer("spend", "redeemed", "pt", spent)
    take_back("accepted_answer", "topic:1")
    assert points_of(member).balance == 0


def test_the_limit_of_a_day_holds_even_for_what_was_taken_back(member, owner):
    change_rules({"welcomed_newcomer": {"per_day": 2}}, by=owner)
    given = [award("welcomed_newcomer", member, idem=f"topic:{n}") for n in range(2)]
    take_back("welcomed_newcomer", "topic:0")
    assert all(given) and award("welcomed_newcomer", member, idem="topic:3") is None


def test_a_rule_that_is_off_gives_nothing(member, owner):
    change_rules({"accepted_answer": {"is_on": False}}, by=owner)
    assert award("accepted_answer", member, idem="topic:1") is None


def test_an_unknown_rule_is_refused(member, owner):
    for call in (
        lambda: award("dancing", member, idem="x"),
        lambda: take_back("dancing", "x"),
        lambda: change_rules({"dancing": {}}, by=owner),
    ):
        with pytest.raises(errors.UnknownRule):
            call()


def test_a_changed_rule_is_a_new_version_in_the_book(owner):
    (made,) = change_rules({"accepted_answer": {"amount": 20}}, by=owner)
    assert made.version == 1 and rule_now("accepted_answer").amount == 20
    change_rules({"accepted_answer": {"amount": 20}}, by=owner)
    assert PointRule.objects.count() == 1
    assert b'"amount":20' in bytes(Submission.objects.get(key="rule:accepted_answer:1").body)


@pytest.mark.parametrize(
    "values", [{"amount": 0}, {"amount": 10_001}, {"per_day": 0}, {"amount": "7"}, {"per_day": 1.5}, {"amount": True}]
)
def test_values_out_of_bounds_are_refused(values, owner):
    with pytest.raises(errors.UnknownRule):
        change_rules({"accepted_answer": values}, by=owner)


def test_a_statement_has_running_balances_and_receipts(member):
    award("accepted_answer", member, idem="topic:1")
    award("welcomed_newcomer", member, idem="topic:2")
    lines = statement(member).items
    assert [(line.amount, line.balance_after) for line in lines] == [(5, 20), (15, 15)]
    assert all(line.receipt and line.submission for line in lines)
    rows = "".join(members_statement_csv(member)).splitlines()
    assert len(rows) == 3 and lines[0].receipt in rows[2]


def test_a_statement_asks_as_much_for_thirty_lines_as_for_one(member, owner, django_assert_max_num_queries):
    change_rules({"accepted_answer": {"per_day": 100}}, by=owner)
    for count in (1, 30):
        for n in range(count):
            award("accepted_answer", member, idem=f"{count}-{n}")
        with django_assert_max_num_queries(3):
            assert len(statement(member).items) >= count


def test_the_trial_balance_is_zero_and_enters_the_book_once_a_day(member):
    award("accepted_answer", member, idem="topic:1")
    assert sum(row.total for row in trial_balance()) == 0
    assert {row.kind: row.total for row in trial_balance()} == {"issuance": -15, "member": 15}
    assert enter_balances() == 1 and enter_balances() == 0
    entered = Submission.objects.get(kind="trial_balance.v1")
    assert b'{"class":"member","n":15}' in body_of(entered)
    assert Submission.objects.get(kind="points.transfer.v1").leaf < entered.leaf


def test_a_balance_counts_on_from_the_one_before_and_never_all_transfers(member):
    for day in range(1, 4):
        for at in range(day):
            award("accepted_answer", member, idem=f"topic:{day}:{at}")
        with CaptureQueriesContext(connection) as asked, patch("patogh.ledger.actions.balances.timezone.now") as now:
            now.return_value = dt.datetime(2026, 11, day, tzinfo=dt.UTC)
            assert enter_balances() == 1
        reads = [one["sql"] for one in asked if 'FROM "ledger_transfer"' in one["sql"]]
        assert len(reads) == 1 and reads[0].count("IN (") == 1 and "COUNT(" not in reads[0]
        assert len(reads[0].partition("IN (")[2].split(",")) == day  # those of the day alone
    rows = Submission.objects.filter(kind="trial_balance.v1").order_by("leaf")
    assert [json.loads(body_of(one))["transfers"] for one in rows] == [1, 3, 6]


def test_a_transfer_that_waited_for_the_balance_stands_after_it(member):
    award("accepted_answer", member, idem="topic:1")
    early = uuid7()  # a transfer that takes its id now, and must wait for its accounts
    enter_balances()
    with patch("patogh.ledger.actions.leaves.uuid7", return_value=early):
        award("accepted_answer", member, idem="topic:2")
    append_waiting()
    assert [json.loads(entry_at(LogHead.objects.get().pk, at))["t"].split(".")[0] for at in range(3)] == [
        "points", "trial_balance", "points",
    ]  # fmt: skip


def test_the_rules_are_shown_to_admins_and_changed_by_them(owner, member, signed_in):
    assert signed_in(member).get("/team/book/rules").status_code == 404
    typed = {"accepted_answer_amount": "۲۰", "accepted_answer_per_day": "10", "accepted_answer_is_on": "1"}
    assert signed_in(owner).post("/team/book/rules", typed).status_code == 302
    assert rule_now("accepted_answer")[2:] == (20, 10, True) and rule_now("welcomed_newcomer").version == 0
    assert "۲۰" in signed_in(owner).get("/team/book/rules").content.decode()


@pytest.mark.parametrize("typed", ["", "many", "-1", "0", "10001", "1e3", "9" * 40])
def test_a_rule_that_is_no_number_is_said_to_be_none(typed, owner, signed_in):
    answer = signed_in(owner).post("/team/book/rules", {"accepted_answer_amount": typed})
    assert answer.status_code == 400 and "aria-invalid" in answer.content.decode()
    assert not PointRule.objects.exists()

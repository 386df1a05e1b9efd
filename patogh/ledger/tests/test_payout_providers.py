"""What every carrier of payouts must keep, whoever it is; and what the bank file takes from a bank."""

from uuid import UUID

import pytest

from patogh.ledger import codes
from patogh.ledger.payouts import machine
from patogh.ledger.payouts.bankfile import BankFile, plain_cell
from patogh.ledger.payouts.errors import BadReport
from patogh.ledger.payouts.providers import PROVIDERS, Order

SHEBA = "IR820540102680020817909002"
ORDERS = [Order(UUID(int=at), "IRR", 1_000_000 + at, SHEBA, "مینا کیانی") for at in range(3)]
carriers = pytest.mark.parametrize("name", sorted(PROVIDERS))


@carriers
def test_it_is_registered_under_its_own_name_and_pays_from_an_account_of_the_house(name):
    carrier = PROVIDERS[name]
    account = codes.parse(carrier.account("IRR"))
    assert (
        carrier.name == name and account.unit == "IRR" and account.member_id is None and account.rules.may_be_negative
    )


@carriers
def test_the_same_orders_are_the_same_bytes_whatever_their_order(name):
    carrier = PROVIDERS[name]
    once, again = carrier.outgoing(7, ORDERS), carrier.outgoing(7, ORDERS[::-1])
    assert once == again and len(once.sha256) == 64


@carriers
def test_an_answer_names_payouts_and_only_reasons_that_are_known(name):
    body = f"payout,result,reference\r\n{UUID(int=1).hex},settled,R\r\n{UUID(int=2).hex},timeout,\r\n".encode()
    first, second = PROVIDERS[name].answers(body)
    assert (first.payout, first.arrived, first.reference) == (UUID(int=1), True, "R")
    assert (second.arrived, second.why) == (False, "timeout")


@carriers
@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe\x00", b"a,b\r\n1,2", b"payout,result,reference\r\nxx,settled,R", b"payout,result,reference\r\n" + b"0" * 32 + b",gone,R",
     b"payout,result,reference\r\n" + b"0" * 32 + b",settled,", (b"payout,result,reference\r\n" + b"0" * 32 + b",settled,R\r\n" + b"0" * 32 + b",settled,R"),
     b"payout,result,reference\r\n\0", b"x" * (2 * 1024 * 1024), b'payout,result,reference\r\n"unclosed', b"payout,result,reference\r\n" + b"0" * 32],
    ids=["empty", "no text", "other columns", "no id", "unknown result", "no reference", "twice", "NUL", "too large", "quote", "short row"],
)  # fmt: skip
def test_a_report_that_cannot_be_read_says_where(name, body):
    with pytest.raises(BadReport) as refused:
        PROVIDERS[name].answers(body)
    assert refused.value.facts["line"] >= 1


def test_a_name_is_no_formula_in_the_file():
    assert plain_cell("=cmd()") == "'=cmd()" and plain_cell("مینا") == "مینا"


def test_the_file_ends_with_its_count_and_its_total():
    last = BankFile().outgoing(1, ORDERS).body.decode().splitlines()[-1].split(",")
    assert last[:2] == ["total", "3"] and last[4] == "3000003" and len(last[5]) == 64


def test_every_step_of_the_table_leads_from_open_states_and_nothing_leaves_an_ended_one():
    for step in machine.STEPS.values():
        assert step.sources <= machine.OPEN and step.target not in step.sources

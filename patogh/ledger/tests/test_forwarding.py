"""A log that goes on under a new origin: its balances begin with what stays in the log before it."""

import json

import pytest

from patogh.ledger.actions.balances import enter_balances
from patogh.ledger.actions.keeping import init_log, replace_log
from patogh.ledger.actions.sealing import seal
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.actions.transfers import transfer
from patogh.ledger.models import LogHead
from patogh.ledger.queries import book
from patogh.ledger.queries.counting import transfers_in_book
from patogh.ledger.verify.money import Purse, Replay
from patogh.ledger.verify.report import Report
from patogh.ledger.verify.stretch import Stretch, look_at
from patogh.ledger.wanted import Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def replaced(member, settings, tmp_path) -> LogHead:
    """A log with a sealed transfer, then an unsealed one with its balance, that went on under a new origin."""
    settings.DATA, settings.BOOK_ORIGIN = tmp_path, "test.example/book"
    init_log()
    give(member, 15, "sealed")
    while append_waiting():
        pass
    seal()
    give(member, 7, "unsealed")
    enter_balances()
    new = replace_log()
    give(member, 2, "after")
    while append_waiting():
        pass
    new.refresh_from_db()
    return new


def give(member, amount, idem):
    """Give points."""
    code = f"member:{member.pk}:pt"
    return transfer(idem, "grant", "pt", [Line("issuance:pt", -amount), Line(code, amount)])


def replay(entries: list[bytes]) -> tuple[Replay, Report]:
    """Replay the money of entries as a verifier does."""
    stretch, money, report = Stretch(Report("test")), Replay(), Report("test")
    look_at(entries, 0, stretch)
    stretch.close_purse(len(entries))
    for index, told in stretch.told:
        if isinstance(told, Purse):
            money.absorb(told)
        else:
            (money.open if told["t"] == "log.opened.v1" else money.balance)(index, told, report)
    money.conclude(report)
    return money, report


def entries_of(log: LogHead) -> list[bytes]:
    """Return all entries of a log."""
    return [book.entry_at(log.pk, at) for at in range(log.size)]


def test_a_balance_that_is_entered_again_fits_the_new_log(replaced):
    entries = entries_of(replaced)
    assert json.loads(entries[0])["balances"] == [
        {"classes": [{"class": "issuance", "n": -15}, {"class": "member", "n": 15}], "transfers": 1, "unit": "pt"}
    ]
    money, report = replay(entries)
    assert not report.wrong and money.balances == 1
    assert money.purse.totals["pt", "member"] == 24 and money.purse.transfers["pt"] == 3


def test_the_next_balance_counts_on_from_the_opening_and_from_what_was_entered_again(replaced):
    assert transfers_in_book() == {"pt": 3}


def test_an_opening_that_lies_is_found(replaced):
    entries = entries_of(replaced)
    entries[0] = entries[0].replace(b'"n":15', b'"n":16')
    codes = {claim.code for claim in replay(entries)[1].wrong}
    assert codes == {"money.balance", "money.class_sum"}


def test_an_opening_in_the_middle_of_a_log_counts_for_nothing(replaced):
    entries = entries_of(replaced)
    assert replay([*entries[1:2], entries[0], *entries[2:]])[1].wrong


def test_a_line_of_the_earlier_book_is_named_and_never_linked_into_the_open_one(replaced, member, signed_in):
    page = signed_in(member).get("/me/book").content.decode()
    assert page.count("سطر ۰ در دفتر پیشین") == 1
    assert "/book/lines/0" not in page and "/book/lines/1" in page

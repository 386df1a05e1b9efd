"""Many at the same moment: nothing is lost, nothing is given twice, nobody falls below zero."""

import pytest
from django.db.models import Sum

from patogh.conftest import made_member
from patogh.kit.errors import Conflict
from patogh.ledger.actions.transfers import settle, transfer, void
from patogh.ledger.errors import KeyReused
from patogh.ledger.models import Account, Entry, Submission, Transfer
from patogh.ledger.tests.test_sequencing_at_once import at_once, busy_house, hands  # noqa: F401 - fixtures
from patogh.ledger.wanted import Line

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 32


def test_thirty_two_threads_meet_and_every_sum_holds(hands, at_once):
    code = f"member:{made_member('purse', 'کیف').pk}:pt"
    give = [Line("issuance:pt", -10), Line(code, 10)]
    assert not [
        one for one in at_once([lambda: transfer("same", "grant", "pt", give)] * THREADS) if isinstance(one, Exception)
    ]
    assert Transfer.objects.count() == 1
    at_once([lambda n=n: transfer(f"gift{n}", "grant", "pt", give) for n in range(THREADS)])
    assert Account.objects.get(code=code).balance == 10 * (THREADS + 1)
    spend = [Line(code, -50), Line("redeemed:pt", 50)]
    spent = at_once([lambda n=n: transfer(f"spend{n}", "redeemed", "pt", spend) for n in range(THREADS)])
    assert sum(isinstance(one, Transfer) for one in spent) == 6
    assert all(isinstance(one, Transfer | Conflict) for one in spent)
    wait = transfer("wait", "redeemed", "pt", [Line(code, -5), Line("redeemed:pt", 5)], pending=True)
    ended = at_once([lambda n=n: (settle if n % 2 else void)(wait, f"end{n}") for n in range(THREADS)])
    assert sum(isinstance(one, Transfer) for one in ended) == 1
    assert Entry.objects.aggregate(n=Sum("amount"))["n"] == 0
    assert Submission.objects.count() == Transfer.objects.filter(state="posted").count()


def test_one_key_with_other_content_at_once_is_one_transfer_and_refusals(hands, at_once):
    purses = [f"member:{made_member(f'purse_{n}', 'کیف').pk}:pt" for n in range(8)]
    lines = [[Line(f"issuance:pt#{n}", -10), Line(code, 10)] for n, code in enumerate(purses)]
    answers = at_once([lambda one=one: transfer("same", "grant", "pt", one) for one in lines])
    assert sum(isinstance(one, Transfer) for one in answers) == 1
    assert sum(isinstance(one, KeyReused) for one in answers) == 7
    assert sum(Account.objects.values_list("balance", flat=True)) == 0 and Submission.objects.count() == 1

"""Many at the same moment: nothing is lost, nothing is given twice, nobody falls below zero."""

from django.db.models import Sum

from patogh.conftest import made_member
from patogh.kit.errors import Conflict
from patogh.ledger.actions.transfers import settle, transfer, void
from patogh.ledger.models import Account, Entry, Submission, Transfer
from patogh.ledger.wanted import Line
from patogh.people.tests.conftest import at_once, busy_house  # noqa: F401 - fixtures

THREADS = 32


def test_thirty_two_threads_meet_and_every_sum_holds(busy_house, at_once):
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

"""Whatever is done in whatever order, the invariants of double entry hold (I1 to I8), on the database that runs."""

import datetime as dt
from collections import Counter
from unittest import mock

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from patogh.conftest import made_member
from patogh.kit.errors import PatoghError
from patogh.ledger.actions.transfers import expire_due, reverse, settle, transfer, transfer_many, void
from patogh.ledger.models import Account, Entry, PendingLine, Submission, Transfer
from patogh.ledger.wanted import Line, Wanted

PURSES = ["member:1:pt", "member:2:pt", "issuance:pt#0", "issuance:pt#1", "redeemed:pt"]
amounts = st.integers(-30, 30).filter(bool)
purses = st.lists(st.sampled_from(range(5)), min_size=2, max_size=4, unique=True)


class Crash(Exception):
    """The machine stops in the middle of a transaction."""


class Money(RuleBasedStateMachine):
    """Random transfers, pendings, settles, voids, expiries, reversals, repeats and crashes; a model in Python beside."""

    def __init__(self):
        super().__init__()
        self.test = transaction.atomic()
        self.test.__enter__()
        members = [made_member(f"purse_{n}", "کیف").pk for n in range(2)]
        self.codes = [f"member:{members[0]}:pt", f"member:{members[1]}:pt", *PURSES[2:]]
        self.asked, self.model, self.waiting = {}, Counter(), {}
        self.now, self.count = timezone.now(), 0

    def teardown(self):
        transaction.set_rollback(True)
        self.test.__exit__(None, None, None)

    def lines(self, places, moved):
        first = [Line(self.codes[place], amount) for place, amount in zip(places[1:], moved, strict=False)]
        rest = -sum(line.amount for line in first)
        return [Line(self.codes[places[0]], rest), *first] if rest else []

    def tried(self, call):
        """Return what a call answers, or None where it is refused: then nothing may have changed."""
        before = self.counted()
        try:
            with mock.patch.object(timezone, "now", return_value=self.now):
                return call()
        except PatoghError:
            assert self.counted() == before
            return None

    def counted(self):
        return Transfer.objects.count(), Entry.objects.count(), Submission.objects.count(), PendingLine.objects.count()

    def move(self, lines):
        for line in lines:
            self.model[line.account] += line.amount

    @rule(
        places=purses,
        moved=st.lists(amounts, min_size=3, max_size=3),
        is_pending=st.booleans(),
        minutes=st.integers(1, 30),
    )
    def transfer(self, places, moved, is_pending, minutes):
        lines, key = self.lines(places, moved), f"t{self.count}"
        self.count += 1
        ends = self.now + dt.timedelta(minutes=minutes) if is_pending else None
        made = self.tried(lambda: transfer(key, "transfer", "pt", lines, pending=is_pending, expires_at=ends))
        if made is not None:
            self.asked[key] = (made, lines, is_pending, ends)
            if is_pending:
                self.waiting[made.pk] = (made, lines)
            else:
                self.move(lines)

    @rule(many=st.lists(st.tuples(purses, st.lists(amounts, min_size=3, max_size=3)), min_size=2, max_size=4))
    def several(self, many):
        wanted = [Wanted(f"t{self.count + n}", "transfer", "pt", self.lines(*one)) for n, one in enumerate(many)]
        self.count += len(many)
        if self.tried(lambda: transfer_many(wanted)) is not None:
            for one in wanted:
                self.move(one.lines)

    @rule(data=st.data(), same=st.booleans())
    def repeat(self, data, same):
        if not self.asked:
            return
        key = data.draw(st.sampled_from(sorted(self.asked)))
        made, lines, is_pending, ends = self.asked[key]
        if ends is not None and ends <= self.now:
            return
        other = lines if same else [Line(one.account, one.amount * 2) for one in lines]
        answer = self.tried(lambda: transfer(key, "transfer", "pt", other, pending=is_pending, expires_at=ends))
        assert (answer.pk == made.pk) if same else answer is None

    @rule(data=st.data(), does_settle=st.booleans(), twice=st.booleans())
    def resolve(self, data, does_settle, twice):
        if not self.waiting:
            return
        key = data.draw(st.sampled_from(sorted(self.waiting)))
        made, lines = self.waiting[key]
        act = settle if does_settle else void
        done = self.tried(lambda: act(made, f"r{key}"))
        if done is not None:
            del self.waiting[key]
            if does_settle:
                self.move(lines)
            assert self.tried(lambda: (settle if twice else void)(made, f"again{key}")) is None

    @rule(minutes=st.integers(1, 20))
    def time_passes(self, minutes):
        self.now += dt.timedelta(minutes=minutes)
        expire_due(self.now)
        self.waiting = {key: one for key, one in self.waiting.items() if one[0].expires_at > self.now}

    @rule(data=st.data())
    def take_back(self, data):
        posted = [key for key, one in self.asked.items() if not one[2]]
        if posted:
            made, lines = self.asked[data.draw(st.sampled_from(posted))][:2]
            known = Transfer.objects.filter(idem=f"back{made.pk}").exists()
            if self.tried(lambda: reverse(made, f"back{made.pk}", "mistake")) is not None and not known:
                self.move([Line(one.account, -one.amount) for one in lines])

    @rule(places=purses, moved=st.lists(amounts, min_size=3, max_size=3))
    def crash(self, places, moved):
        before = self.counted()
        with pytest.raises(Crash), transaction.atomic():
            self.tried(lambda: transfer(f"lost{self.count}", "transfer", "pt", self.lines(places, moved)))
            raise Crash
        assert self.counted() == before

    @invariant()
    def sums_are_zero(self):
        for row in Entry.objects.values("transfer").annotate(total=Sum("amount")):
            assert row["total"] == 0
        assert (Account.objects.aggregate(n=Sum("balance"))["n"] or 0) == 0

    @invariant()
    def balances_are_the_sums_of_entries_and_of_the_model(self):
        sums = dict(Account.objects.annotate(total=Sum("entries__amount")).values_list("code", "total"))
        for account in Account.objects.all():
            assert account.balance == (sums[account.code] or 0) == self.model[account.code]
            assert account.allow_negative or account.balance >= account.held >= 0

    @invariant()
    def what_is_held_is_what_waits(self):
        held = Counter()
        for _, lines in self.waiting.values():
            for line in lines:
                held[line.account] += max(0, -line.amount)
        for account in Account.objects.filter(allow_negative=False):
            assert account.held == held[account.code]
        assert Transfer.objects.filter(state="pending").count() == len(self.waiting)

    @invariant()
    def every_posted_transfer_has_one_leaf(self):
        posted = {f"transfer:{one.hex}" for one in Transfer.objects.filter(state="posted").values_list("pk", flat=True)}
        assert posted == set(Submission.objects.values_list("key", flat=True))


class TestMoney(Money.TestCase, TestCase):
    """Run it within a test's transaction."""

    settings = settings(
        max_examples=12,
        stateful_step_count=15,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )

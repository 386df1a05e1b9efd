"""Forty hands at the same money, and at the same decision: each thing happens once, and the accounts sum to zero."""

import threading

import pytest
from django.utils import timezone

from patogh.conftest import made_member
from patogh.ideas.actions import batches, deciding, reviewing
from patogh.ideas.models import BatchIdea, Decision, RoyaltyPeriod, Score
from patogh.ideas.queries import review
from patogh.ideas.royalties.actions import close_period, pay_period
from patogh.ideas.tests import making
from patogh.ideas.tests.hands import HANDS, at_once
from patogh.ideas.tests.royal import ABAN, NOW, on_sale, sold, witnessed
from patogh.ledger.actions import payouts
from patogh.ledger.actions.transfers import transfer
from patogh.ledger.models import Account, Payout, PayoutFile, Submission, Transfer
from patogh.ledger.queries.money import trial_balance
from patogh.ledger.replaying import replay
from patogh.ledger.wanted import Line
from patogh.people.models import Brand

pytestmark = pytest.mark.django_db(transaction=True)
MILLION = 1_000_000


def house():
    Brand.objects.get_or_create(id=1, defaults={"name": "رکاب", "name_en": "Rekab"})
    return made_member("behrouz", "بهروز", "owner"), made_member("mina", "مینا")


def balance(code):
    return Account.objects.filter(code=code).values_list("balance", flat=True).first() or 0


def is_sound():
    return [one.name for one in replay().findings if one.broken and one.name.startswith("I")] == [] and not sum(
        row.total for row in trial_balance()
    )


def test_forty_close_a_month_and_forty_pay_it_and_it_is_closed_and_paid_once(many_hands):
    owner, mina = house()
    idea, product = on_sale(mina, owner)
    sold(product, 5 * MILLION)
    assert at_once(lambda n: close_period(idea, ABAN, by=owner if n % 2 else None, now=NOW)) == {"done": HANDS}
    row = RoyaltyPeriod.objects.get()
    assert (row.amount, balance("royalty_accrued:IRR")) == (50_000, 50_000)
    witnessed()
    assert at_once(lambda _: pay_period(row)) == {"done": HANDS}
    assert (balance(f"member:{mina.pk}:IRR"), balance("royalty_accrued:IRR")) == (50_000, 0)
    assert Transfer.objects.filter(kind="royalty").count() == 2 and is_sound()


def rich(mina, amount):
    lines = [Line("brand_expense:IRR", -amount), Line(f"member:{mina.pk}:IRR", amount)]
    transfer("gift", "grant", "IRR", lines)
    payouts.save_account("IR820540102680020817909002", "مینا", by=mina)


def test_forty_tabs_ask_for_more_than_there_is_and_no_more_is_held(many_hands):
    _owner, mina = house()
    rich(mina, 5 * MILLION)
    ended = at_once(lambda n: payouts.request_payout(mina, "IRR", 2 * MILLION, key=f"tab{n}", by=mina))
    assert ended["done"] == 2 and sum(ended.values()) == HANDS and set(ended) == {"done", "overdraft"}
    account = Account.objects.get(code=f"member:{mina.pk}:IRR")
    assert (account.balance, account.held, Payout.objects.count()) == (5 * MILLION, 4 * MILLION, 2)


def test_a_payout_is_approved_sent_and_ended_once_whoever_presses_at_the_same_moment(many_hands):
    owner, mina = house()
    rich(mina, 5 * MILLION)
    rows = [payouts.request_payout(mina, "IRR", MILLION, key=f"k{n}", by=mina) for n in range(3)]
    assert at_once(lambda n: payouts.approve_payout(rows[n % 3], by=owner)) == {"done": HANDS}
    witnessed()
    ended = at_once(lambda _: payouts.export_bank_file("IRR", by=owner))
    assert ended == {"done": 1, "nothing_to_send": HANDS - 1} and PayoutFile.objects.get().payouts_count == 3

    def end(n):
        if n % 2:
            payouts.settle_payout(rows[0], reference="R", by=owner)
        else:
            payouts.fail_payout(rows[0], why="refused", by=owner)

    ended = at_once(end)
    assert ended == {"done": HANDS // 2, "payout_moved": HANDS // 2}
    gone = MILLION if Payout.objects.get(pk=rows[0].pk).state == "settled" else 0
    account = Account.objects.get(code=f"member:{mina.pk}:IRR")
    assert (account.balance, account.held) == (5 * MILLION - gone, 2 * MILLION) and is_sound()


def board():
    owner, mina = house()
    here = making.programme(owner)
    batch = batches.keep_open(here.pk, timezone.now())
    idea = making.in_review(mina, here, by=owner)
    entry = BatchIdea.objects.select_related("batch", "idea").get(idea=idea)
    laleh, navid = made_member("laleh", "لاله", "analyst"), made_member("navid", "نوید", "moderator")
    for one in (laleh, navid):
        batches.add_reviewer(batch, one, by=owner)
    return owner, entry, laleh, navid


def test_forty_decide_at_once_and_one_decision_stands_with_one_line(many_hands):
    owner, entry, laleh, navid = board()
    for one in (laleh, navid):
        reviewing.hand_in(entry, dict.fromkeys((c["key"] for c in entry.batch.criteria), 7), "", by=one)
    words = {"reason": "خوب است", "reason_en": "Good"}
    outcomes = ("approve", "decline", "carry_over")
    ended = at_once(lambda n: deciding.decide(entry, outcomes[n % 3], by=owner, **words))
    assert ended == {"done": 1, "already_decided": HANDS - 1}
    assert Decision.objects.count() == Submission.objects.filter(kind="review.decided.v1").count() == 1


def test_nobody_reads_a_mark_before_their_own_is_in_while_others_hand_in(many_hands):
    owner, entry, laleh, navid = board()
    marks = dict.fromkeys((c["key"] for c in entry.batch.criteria), 7)
    leaks, gate = [], threading.Event()

    def deed(n):
        if n == 0:
            reviewing.hand_in(entry, marks, "", by=laleh)
            reviewing.open_discussion(entry, by=owner)
            gate.set()
        elif n == 1:
            gate.wait(20)
            reviewing.hand_in(entry, marks, "", by=navid)
        elif not Score.objects.filter(entry=entry, member=navid).exclude(handed_in_at=None).exists():
            seen = review.scores_seen_by(BatchIdea.objects.select_related("batch", "idea").get(pk=entry.pk), navid)
            if seen and not Score.objects.filter(entry=entry, member=navid).exclude(handed_in_at=None).exists():
                leaks.append(n)

    assert at_once(deed) == {"done": HANDS}
    assert leaks == [] and Score.objects.exclude(handed_in_at=None).count() == 2

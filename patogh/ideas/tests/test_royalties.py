"""The makers' share: agreed, counted month by month, corrected, paid once witnesses have seen it."""

import datetime as dt
import json

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from patogh.ideas.models import RoyaltyCorrection, RoyaltyLine, RoyaltyPeriod
from patogh.ideas.royalties import errors
from patogh.ideas.royalties.actions import accept_agreement, close_period, offer_agreement, pay_period, tie_product
from patogh.ideas.royalties.actions.paying import pay_witnessed
from patogh.ideas.royalties.queries.due import due
from patogh.ideas.royalties.tasks import close_due
from patogh.ideas.tests.royal import (  # fmt: skip
    ABAN,
    NOW,
    SINCE,
    agreed,
    made_idea,
    made_product,
    on_sale,
    returned,
    sold,
    with_second,
    witnessed,
)
from patogh.ledger.errors import NotWitnessedYet
from patogh.ledger.models import Account, Opening, Submission
from patogh.ledger.queries.money import trial_balance
from patogh.ledger.replaying import replay
from patogh.people.models import Erasure, Notice

pytestmark = pytest.mark.django_db
AZAR, LATER = "1405-09", dt.datetime(2027, 1, 5, tzinfo=dt.UTC)
AZAR_DAY = dt.date(2026, 11, 25)


def balance(code):
    return Account.objects.filter(code=code).values_list("balance", flat=True).first() or 0


def test_an_agreement_is_in_force_when_every_maker_accepted_and_stands_in_the_book(member, other_member, owner):
    idea = made_idea(member)
    with_second(idea, other_member, 4_000)
    made = offer_agreement(idea, by=owner)
    accept_agreement(made, sha256=made.sha256, language="fa", by=member)
    made.refresh_from_db()
    assert made.in_force_at is None
    accept_agreement(made, sha256=made.sha256, language="en", by=other_member)
    made.refresh_from_db()
    rate = Submission.objects.get(key=f"royalty.rate:{made.pk}")
    assert made.in_force_at and json.loads(bytes(rate.body))["contract"] == made.sha256


def test_the_same_agreement_is_offered_once_and_other_shares_make_a_new_version(member, other_member, owner):
    idea = made_idea(member)
    first = offer_agreement(idea, by=owner)
    assert offer_agreement(idea, by=owner).pk == first.pk
    with_second(idea, other_member, 2_500)
    assert offer_agreement(idea, by=owner).version == 2


def test_nobody_accepts_for_others_nor_another_text_than_the_one_they_read(member, other_member, owner):
    idea = made_idea(member)
    made = offer_agreement(idea, by=owner)
    with pytest.raises(errors.NotYourAgreement):
        accept_agreement(made, sha256=made.sha256, language="fa", by=other_member)
    with pytest.raises(errors.AgreementChanged):
        accept_agreement(made, sha256="0" * 64, language="fa", by=member)


def test_shares_that_are_not_the_whole_make_no_agreement(member, owner):
    idea = made_idea(member)
    idea.creators.update(share_bps=9_999)
    with pytest.raises(errors.SharesDoNotSum):
        offer_agreement(idea, by=owner)


def test_a_month_is_closed_into_exact_lines_and_accrued_in_double_entry(member, other_member, owner):
    idea, product = made_idea(member, state="on_sale"), made_product()
    with_second(idea, other_member, 3_333)
    agreed(idea, owner)
    tie_product(idea, product, since=SINCE, by=owner)
    returned(sold(product, 12_345_678), 345_678, dt.date(2026, 11, 10))
    (row,) = close_period(idea, ABAN, now=NOW)
    assert (row.gross, row.returns, row.net, row.amount) == (12_345_678, 345_678, 12_000_000, 120_000)
    assert [line.amount for line in row.lines.order_by("pk")] == [80_004, 39_996]
    assert (balance("brand_expense:IRR"), balance("royalty_accrued:IRR")) == (-120_000, 120_000)
    assert balance(f"member:{member.pk}:IRR") == 0


def test_nothing_is_paid_before_witnesses_have_seen_the_closing(member, owner):
    idea, product = on_sale(member, owner)
    sold(product, 5_000_000)
    (row,) = close_period(idea, ABAN, now=NOW)
    with pytest.raises(NotWitnessedYet):
        pay_period(row)
    assert pay_witnessed() == 0 and balance(f"member:{member.pk}:IRR") == 0
    witnessed()
    assert pay_witnessed() == 1 and pay_witnessed() == 0
    assert balance(f"member:{member.pk}:IRR") == 50_000 and balance("royalty_accrued:IRR") == 0
    assert Notice.objects.filter(member=member, kind="ideas.share_paid").count() == 1


def test_the_book_holds_the_close_in_the_open_and_each_line_sealed(member, owner):
    idea, product = on_sale(member, owner)
    sold(product, 5_000_000)
    (row,) = close_period(idea, ABAN, now=NOW)
    closed = json.loads(bytes(Submission.objects.get(key=f"royalty.period:{row.pk}").body))
    assert (closed["period"], closed["net"], closed["sum"], closed["unit"]) == (ABAN, 5_000_000, 50_000, "IRR")
    line = row.lines.get()
    entry = Submission.objects.get(key=f"royalty.line:{line.pk}")
    assert set(json.loads(bytes(entry.body))) == {"at", "id", "t", "idea", "period", "line"}
    assert json.loads(Opening.objects.get(submission=entry).value)["amount"] == 50_000


def test_closing_again_changes_nothing_and_months_go_in_their_order(member, owner):
    idea, product = on_sale(member, owner)
    sold(product, 1_000_000)
    first = close_period(idea, ABAN, now=NOW)
    assert close_period(idea, ABAN, now=NOW) == first and RoyaltyPeriod.objects.count() == 1
    with pytest.raises(errors.PeriodIsOpen):
        close_period(idea, AZAR, now=NOW)
    with pytest.raises(errors.NotTheNextPeriod):
        close_period(idea, "1405-12", now=LATER)
    for bad in ("1405-13", "1405-8", "", None, "۱۴۰۵-۰۹", "x" * 99):
        with pytest.raises(errors.UnknownMonth):
            close_period(idea, bad, now=LATER)


def test_what_becomes_known_late_counts_in_the_next_month_and_never_changes_the_closed_one(member, owner):
    idea, product = on_sale(member, owner)
    line = sold(product, 2_000_000)
    (closed,) = close_period(idea, ABAN, now=NOW)
    sold(product, 3_000_000, dt.date(2026, 11, 5))
    returned(line, 500_000, dt.date(2026, 11, 6))
    sold(product, 1_000_000, AZAR_DAY)
    (row,) = close_period(idea, AZAR, now=LATER)
    correction = RoyaltyCorrection.objects.get()
    assert (correction.about_id, correction.counted_in_id, correction.amount) == (closed.pk, row.pk, 2_500_000)
    assert (row.net, row.amount) == (1_000_000, 35_000)
    closed.refresh_from_db()
    assert closed.net == 2_000_000
    entry = json.loads(bytes(Submission.objects.get(key=f"royalty.corrected:{correction.pk}").body))
    assert (
        entry["about"] == Submission.objects.get(key=f"royalty.period:{closed.pk}").pk.hex and entry["n"] == 2_500_000
    )


def test_a_correction_is_made_once(member, owner):
    idea, product = on_sale(member, owner)
    close_period(idea, ABAN, now=NOW)
    sold(product, 3_000_000, dt.date(2026, 11, 5))
    close_period(idea, AZAR, now=LATER)
    close_period(idea, "1405-10", now=LATER + dt.timedelta(days=40))
    assert RoyaltyCorrection.objects.count() == 1
    assert list(RoyaltyPeriod.objects.order_by("pk").values_list("amount", flat=True)) == [0, 30_000, 0]


def test_a_month_in_which_more_came_back_than_was_sold_carries_its_debt_forward(member, owner):
    idea, product = on_sale(member, owner)
    line = sold(product, 4_000_000)
    close_period(idea, ABAN, now=NOW)
    returned(line, 4_000_000, AZAR_DAY)
    (azar,) = close_period(idea, AZAR, now=LATER)
    owing = azar.lines.get()
    assert (azar.net, azar.amount, owing.amount, owing.owed_out) == (-4_000_000, 0, 0, 40_000)
    sold(product, 6_000_000, dt.date(2026, 12, 25))
    (dey,) = close_period(idea, "1405-10", now=LATER + dt.timedelta(days=40))
    assert (dey.lines.get().owed_in, dey.amount) == (40_000, 20_000)


def test_two_units_are_two_periods_and_nothing_is_converted(member, owner):
    idea, product = on_sale(member, owner)
    sold(product, 1_000_000)
    sold(product, 90_00, unit="EUR")
    rows = close_period(idea, ABAN, now=NOW)
    assert [(row.unit, row.net, row.amount) for row in rows] == [("EUR", 9_000, 90), ("IRR", 1_000_000, 10_000)]


def test_a_unit_that_was_not_known_of_is_closed_late_for_its_own_month(member, owner):
    idea, product = on_sale(member, owner)
    close_period(idea, ABAN, now=NOW)
    sold(product, 10_000, unit="EUR")
    rows = close_period(idea, AZAR, now=LATER)
    assert {(row.period, row.unit, row.amount) for row in rows} == {(ABAN, "EUR", 100), (AZAR, "IRR", 0)}


def test_a_unit_without_accounts_stops_the_closing(member, owner):
    idea, product = on_sale(member, owner)
    sold(product, 10, unit="XAU")
    with pytest.raises(errors.UnitNotKept):
        close_period(idea, ABAN, now=NOW)
    assert not RoyaltyPeriod.objects.exists()


def test_several_products_of_an_idea_count_together(member, owner):
    idea, product = on_sale(member, owner)
    second = made_product("khorjin-2")
    tie_product(idea, second, since=SINCE, by=owner)
    sold(product, 1_000_000)
    sold(second, 2_000_000)
    assert close_period(idea, ABAN, now=NOW)[0].net == 3_000_000


def test_a_product_belongs_to_one_idea_and_an_idea_without_approval_has_none(member, other_member, owner):
    idea, product = on_sale(member, owner)
    with pytest.raises(errors.ProductIsTied):
        tie_product(made_idea(other_member), product, since=SINCE, by=owner)
    with pytest.raises(errors.IdeaHasNoProduct):
        tie_product(made_idea(other_member, state="in_review"), made_product("b"), since=SINCE, by=owner)
    with pytest.raises(errors.BadSince):
        tie_product(idea, made_product("c"), since=dt.date(1999, 1, 1), by=owner)


def test_a_share_without_agreement_waits_and_nothing_is_lost(member, owner):
    idea, product = made_idea(member, state="on_sale"), made_product()
    tie_product(idea, product, since=SINCE, by=owner)
    sold(product, 1_000_000)
    with pytest.raises(errors.NoAgreementYet):
        close_period(idea, ABAN, now=NOW)
    assert due(NOW)[0].refusal
    agreed(idea, owner)
    assert close_period(idea, ABAN, now=NOW)[0].amount == 10_000


def test_the_part_of_an_erased_maker_goes_to_the_others(member, other_member, owner):
    idea, product = made_idea(member, state="on_sale"), made_product()
    with_second(idea, other_member, 4_000)
    agreed(idea, owner)
    tie_product(idea, product, since=SINCE, by=owner)
    sold(product, 1_000_000)
    Erasure.objects.create(member_number=member.pk, pseudonym="p", erased_at=timezone.now())
    (row,) = close_period(idea, ABAN, now=NOW)
    assert [(one.creator.member_id, one.amount) for one in row.lines.all()] == [(other_member.pk, 10_000)]


def test_where_every_maker_was_erased_the_share_stays_with_the_brand(member, owner):
    idea, product = on_sale(member, owner)
    sold(product, 1_000_000)
    Erasure.objects.create(member_number=member.pk, pseudonym="p", erased_at=timezone.now())
    (row,) = close_period(idea, ABAN, now=NOW)
    assert row.amount == 0 and not row.lines.exists() and not Account.objects.filter(kind="royalty_accrued").exists()


def test_a_maker_who_was_erased_before_the_payment_has_it_set_aside(member, owner):
    idea, product = on_sale(member, owner)
    sold(product, 1_000_000)
    close_period(idea, ABAN, now=NOW)
    Erasure.objects.create(member_number=member.pk, pseudonym="p", erased_at=timezone.now())
    witnessed()
    assert pay_witnessed() == 1
    assert (balance("payable:IRR"), balance(f"member:{member.pk}:IRR")) == (10_000, 0)


def test_the_database_refuses_to_change_what_was_closed(member, owner):
    idea, product = on_sale(member, owner)
    sold(product, 1_000_000)
    close_period(idea, ABAN, now=NOW)
    for rows, change in (
        (RoyaltyPeriod.objects.all(), {"net": 1}), (RoyaltyLine.objects.all(), {"amount": 1}),
        (idea.agreements.all(), {"bps": 1}), (idea.agreements.all(), {"in_force_at": timezone.now()}),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        RoyaltyLine.objects.all().delete()


def test_after_all_of_it_the_accounts_sum_to_zero_and_the_replay_finds_nothing(member, owner):
    idea, product = on_sale(member, owner)
    line = sold(product, 7_777_777)
    close_period(idea, ABAN, now=NOW)
    returned(line, 777_777, AZAR_DAY)
    close_period(idea, AZAR, now=LATER)
    witnessed()
    pay_witnessed()
    assert sum(row.total for row in trial_balance()) == 0
    assert [one.name for one in replay().findings if one.broken and one.name.startswith("I")] == []


def test_the_clock_closes_what_is_due_and_nothing_twice(member, owner, monkeypatch):
    _idea, product = on_sale(member, owner)
    sold(product, 1_000_000)
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    close_due()
    close_due()
    assert list(RoyaltyPeriod.objects.values_list("period", flat=True)) == [ABAN]

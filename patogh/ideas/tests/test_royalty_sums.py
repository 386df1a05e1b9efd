"""The arithmetic of the makers' share: nothing is lost and nothing made, over any months."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from patogh.ideas.royalties.sums import FINE, after_debt, line, line_of, shares_without

NETS = st.integers(-(2**53), 2**53)
BPS = st.integers(0, 10_000)


@given(st.lists(st.tuples(NETS, BPS, BPS), max_size=40))
def test_over_any_months_the_amounts_and_the_last_carry_are_the_exact_sum(months):
    total, carry = 0, 0
    for net, bps, share in months:
        amount, carry = line(net, bps, share, carry)
        total += amount
    assert total * FINE + carry == sum(net * bps * share for net, bps, share in months)


@given(NETS, BPS, BPS, st.integers(-FINE // 2, FINE // 2))
def test_a_line_is_the_nearest_whole_unit_and_a_half_goes_to_the_even_one(net, bps, share, carry):
    rounded = line(net, bps, share, carry)
    assert rounded.amount == round(Fraction(net * bps * share + carry, FINE)) and abs(rounded.carried_out) * 2 <= FINE


@given(st.lists(st.integers(-(10**9), 10**9), max_size=30))
def test_over_any_lines_what_is_paid_less_the_debt_is_what_was_due(lines):
    paid, owed = 0, 0
    for whole in lines:
        amount, owed = after_debt(whole, owed)
        assert amount >= 0 and owed >= 0 and not (amount and owed)
        paid += amount
    assert paid - owed == sum(lines)


@given(
    st.dictionaries(st.integers(1, 50), st.integers(1, 500), min_size=1, max_size=20), st.frozensets(st.integers(1, 50))
)
def test_the_shares_of_those_who_stay_come_to_the_whole(shares, gone):
    left = shares_without(shares, gone)
    assert set(left) == set(shares) - gone
    assert not left or sum(left.values()) == sum(shares.values())


def test_a_correction_counts_at_the_rate_of_its_own_month():
    assert line_of([(1_000_000, 100, 10_000), (-500_000, 200, 5_000)]).amount == 10_000 - 5_000


def test_two_makers_who_share_an_odd_rial_take_turns():
    first = [line(100, 100, 5_000)]
    second = line(100, 100, 5_000, first[0].carried_out)
    assert (first[0].amount, second.amount) == (0, 1)

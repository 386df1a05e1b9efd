from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from patogh.kit import numbers
from patogh.kit.calendar import Viewer
from patogh.kit.money import CURRENCIES, MixedMoney, Money, UnknownCurrency
from patogh.kit.numbers import BadNumber

FA, EN = Viewer(), Viewer("en")


def test_numbers_wear_persian_digits_and_marks():
    assert numbers.number(1_250_000.5, FA) == "۱٬۲۵۰٬۰۰۰٫۵"
    assert numbers.number(-3, FA) == "−۳"
    assert numbers.number(1_250, EN) == "1,250"
    assert numbers.number(Decimal("2.50"), FA, places=1) == "۲٫۵"
    assert numbers.percent(0.25, FA) == "۲۵٪"


@pytest.mark.parametrize(("value", "fa", "en"), [
    (999, "۹۹۹", "999"), (1_000, "۱ هزار", "1K"), (1_999, "۱٫۹ هزار", "1.9K"), (12_400_000, "۱۲٫۴ میلیون", "12.4M"),
])  # fmt: skip
def test_short_numbers_never_claim_more_than_there_is(value, fa, en):
    assert numbers.compact(value, FA) == fa
    assert numbers.compact(value, EN) == en


@given(st.integers(-(10**17), 10**17))
def test_a_number_is_read_back_as_it_is_written(value):
    assert numbers.parse_int(numbers.number(value, FA)) == value
    assert numbers.parse_int(numbers.number(value, EN)) == value


@pytest.mark.parametrize("typed", ["", "12a", "1,25", "--3", "9" * 40, "۱۲٫۵", "0x10", "²"])
def test_what_is_no_whole_number_is_refused(typed):
    with pytest.raises(BadNumber):
        numbers.parse_int(typed)


def test_large_sums_are_said_in_words():
    assert Money(6_800_000_000, "TOMAN").words(FA) == "۶٫۸ میلیارد تومان"
    assert Money(6_800_000_000, "TOMAN").words(EN) == "6.8 billion tomans"
    assert Money(125_000, "TOMAN").words(FA) == "۱۲۵٬۰۰۰ تومان"
    assert Money(1_250, "EUR").format(FA) == "۱۲٫۵۰ یورو"


def test_iranian_units_convert_only_when_it_is_exact():
    assert Money(10_000, "IRR").in_("NEWRIAL") == Money(100, "NEWRIAL")
    assert Money(120, "IRR").in_("TOMAN") == Money(12, "TOMAN")
    for amount, to in ((Money(125, "IRR"), "TOMAN"), (Money(1, "EUR"), "IRR")):
        with pytest.raises(MixedMoney):
            amount.in_(to)


def test_a_currency_nobody_knows_is_refused():
    with pytest.raises(UnknownCurrency):
        Money(1, "GOLD")
    with pytest.raises(TypeError):
        Money(1.5, "IRR")


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 1000), min_size=1, max_size=9).filter(any))
def test_sharing_loses_nothing(amount, weights):
    shares = Money(amount, "IRR").share(weights)
    assert sum(share.amount for share in shares) == amount
    assert all(abs(s.amount - amount * w / sum(weights)) <= 1 for s, w in zip(shares, weights, strict=True))


@given(st.integers(0, 10**15), st.sampled_from(sorted(CURRENCIES)))
def test_every_sum_has_words_in_both_languages(amount, currency):
    assert Money(amount, currency).words(FA)
    assert Money(amount, currency).words(EN)


def test_a_refusal_counts_in_the_readers_digits():
    from patogh.kit.markup import TextTooLong

    with translation.override("fa"):
        assert "۵۰٬۰۰۱" in str(TextTooLong(chars=50_001, chars_max=50_000))
    with translation.override("en"):
        assert "50,001" in str(TextTooLong(chars=50_001, chars_max=50_000))

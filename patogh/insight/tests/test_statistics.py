import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patogh.insight.statistics import kappa, share, survival_curve, waiting_time

CASES = st.lists(st.tuples(st.floats(0.01, 1000), st.booleans()), min_size=5, max_size=60)


def test_without_open_cases_the_median_is_the_middle_one():
    assert waiting_time([(hours, True) for hours in (1, 2, 3, 4, 5)]).at == 3


def test_an_open_case_counts_as_waiting():
    """Freireich's leukaemia data (1963), treated group: the median remission of 23 weeks is in every textbook."""
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    running = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    cases = [(weeks, True) for weeks in ended] + [(weeks, False) for weeks in running]
    found = waiting_time(cases)
    assert (found.at, found.n) == (23, 21)
    assert (found.low, found.high) == (13, None)  # R's survfit with conf.type = "log-log" says 13 and NA
    curve = {time: survival for time, survival, _ in survival_curve(sorted(cases))}
    assert curve[6] == pytest.approx(0.857, abs=5e-4)
    assert curve[23] == pytest.approx(0.448, abs=5e-4)


def test_where_most_still_wait_there_is_no_median():
    found = waiting_time([(1, True), *[(10, False)] * 9])
    assert (found.at, found.why) == (None, "open")


def test_four_cases_are_too_few():
    assert waiting_time([(1, True)] * 4).why == "few"
    assert share(2, 4).why == "few"


@given(CASES)
def test_an_interval_holds_its_estimate(cases):
    found = waiting_time(cases)
    if found.at is not None:
        assert (found.low or 0) <= found.at <= (found.high or math.inf)


def test_a_share_has_wilson_s_interval():
    found = share(15, 148)  # Newcombe 1998, table I: 0.0624 to 0.1605
    assert (round(found.low, 4), round(found.high, 4)) == (0.0624, 0.1605)


@given(st.integers(5, 500), st.data())
def test_a_share_s_interval_lies_within_nought_and_one(n, data):
    hits = data.draw(st.integers(0, n))
    found = share(hits, n)
    assert 0 <= found.low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= found.high <= 1


def test_kappa_of_a_known_table():
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    found = kappa(pairs)
    assert found.at == pytest.approx(0.4)
    assert (found.low, found.high) == (pytest.approx(0.1511, abs=1e-3), pytest.approx(0.6489, abs=1e-3))


def test_judges_who_always_say_the_same_word_cannot_be_told_from_chance():
    assert kappa([("y", "y")] * 20).why == "same"


def test_nine_pairs_are_too_few():
    assert kappa([("y", "n")] * 9).why == "few"

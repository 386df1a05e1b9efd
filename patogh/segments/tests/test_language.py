"""The language of rules: every tree has one text, and every fault has a place and a sentence."""

from __future__ import annotations

import datetime as dt
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patogh.segments.errors import BadRule
from patogh.segments.rules.nodes import EVER, Agreed, All, Any, Did, Filter, Has, Not, Related, Says, When, Window
from patogh.segments.rules.printing import text_of
from patogh.segments.rules.reading import parse
from patogh.segments.rules.sentences import sentence_of

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
VALUES = st.one_of(WORDS, st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6, allow_nan=False), st.booleans())
NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6, allow_nan=False))
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 30))
WINDOWS = st.one_of(
    st.just(EVER),
    st.builds(lambda n, u: Window("within", n, u), st.integers(1, 3000), st.sampled_from(["days", "hours"])),
    st.builds(lambda day: Window("since", start=day), DAYS),
    st.builds(lambda day: Window("before", end=day), DAYS),
    st.builds(lambda day, n: Window("between", start=day, end=day + dt.timedelta(days=n)), DAYS, st.integers(1, 400)),
)
KEYS = st.text(string.ascii_lowercase + "_", min_size=1, max_size=8).filter(
    lambda key: "race" not in key and "iban" not in key
)
FILTERS = st.one_of(
    st.builds(Filter, KEYS, st.sampled_from(["=", "!="]), VALUES),
    st.builds(Filter, KEYS, st.sampled_from(["<", ">="]), NUMBERS),
)
COUNTED = st.builds(
    lambda word, op, n, window: Did(word, op, n, window), st.sampled_from(["asked", "replied", "ordered"]),
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), st.integers(0, 1000), WINDOWS,
)  # fmt: skip
LEAVES = st.one_of(
    COUNTED,
    st.builds(lambda n, window: Did("spent", ">=", n, window, "IRR"), st.integers(0, 10**12), WINDOWS),
    st.builds(
        lambda name, some, window: Did("event", ">=", 2, window, "", name, tuple(some)),
        WORDS,
        st.lists(FILTERS, max_size=3),
        WINDOWS,
    ),
    st.builds(lambda name, value: Says("trait", name, "=", value), KEYS, VALUES),
    st.builds(lambda name, value: Says("trait", name, "<", value), KEYS, NUMBERS),
    st.builds(lambda name: Says("trait", name, "known"), KEYS),
    st.builds(lambda value: Says("fact", "place", "contains", value), WORDS),
    st.builds(lambda window: When("joined", window), WINDOWS.filter(lambda one: one != EVER)),
    st.sampled_from(
        [
            Has("phone", "verified"),
            Has("email"),
            Has("member", "came"),
            Agreed("offers", "sms"),
            Related("follows", "@mina"),
        ]
    ),
)
RULES = st.recursive(
    LEAVES,
    lambda part: st.one_of(
        st.builds(Not, part),
        st.builds(lambda some: All(tuple(some)), st.lists(part, min_size=2, max_size=3)),
        st.builds(lambda some: Any(tuple(some)), st.lists(part, min_size=2, max_size=3)),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(RULES)
def test_what_is_printed_is_read_back_as_it_was(rule):
    assert parse(text_of(rule)) == rule
    assert sentence_of(rule)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_with_a_place(text):
    refusal = None
    try:
        parse(text)
    except BadRule as caught:
        refusal = caught
    assert refusal is None or (0 <= refusal.at <= len(text) and str(refusal))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("asked >= 2 within 90", 1, 21),
        ("asked >= two", 1, 10),
        ("asked and\n  dreamt", 2, 3),
        ("(asked or ordered", 1, 18),
        ("asked ordered", 1, 7),
        ("trait(religion) = x", 1, 1),
        ("language = de", 1, 10),
        ("consent(dreams, sms)", 1, 1),
        ("spent >= 5 within 3 days", 1, 12),
        ("spent >= 5 XYZ", 1, 12),
        ("joined", 1, 7),
        ("asked[kind = x]", 1, 6),
        ("asked within 90000 days", 1, 20),
        ("asked between 2026-03-01 and 2026-02-01", 1, 40),
        ("asked since 2026-02-31", 1, 13),
    ],
)
def test_a_fault_is_told_where_it_is(text, line, column):
    with pytest.raises(BadRule) as refused:
        parse(text)
    assert (refused.value.line, refused.value.column) == (line, column)


def test_nesting_counting_and_length_have_bounds():
    for text in ("(" * 9 + "asked" + ")" * 9, " and ".join(["asked"] * 31), "asked and " * 900, "not " * 20 + "asked"):
        with pytest.raises(BadRule):
            parse(text)


def test_numbers_may_be_persian_and_money_may_be_tomans():
    assert text_of(parse("asked >= ۲ within ۹۰ days")) == "asked >= 2 within 90 days"
    assert text_of(parse("spent >= 500_000 TOMAN within 365 days")) == "spent >= 5000000 IRR within 365 days"
    assert (parse("spent >= 100 EUR").least, parse("spent >= 500 TOMAN").least) == (10_000, 5_000)
    assert text_of(parse("asked >= 1 ever and ordered = 0 ever")) == "asked ever and ordered never"

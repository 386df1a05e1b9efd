"""Entries have one spelling: whatever is not it is refused, with the reason."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patogh.kit.tlog.canonical import canonical, entry_of, parse_entry
from patogh.kit.tlog.errors import BadEntry

texts = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2AF, exclude_characters="\x7f"), max_size=12)
keys = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=8)
whole = st.integers(-(2**53) + 1, 2**53 - 1)
values = st.recursive(
    texts | whole | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(keys, values, max_size=5))
def test_every_entry_of_the_profile_is_read_back(fields: dict[str, Any]) -> None:
    assert parse_entry(entry_of(fields)) == fields


@settings(deadline=None)
@given(st.dictionaries(keys, values, max_size=3), st.data())
def test_a_flipped_bit_gives_another_entry_or_none(fields: dict[str, Any], data: st.DataObject) -> None:
    raw = bytearray(entry_of(fields))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read = parse_entry(bytes(raw))
    except BadEntry:
        return
    assert entry_of(read) == bytes(raw)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "not JSON"),
        (b"[]", "not an object"),
        (b'"text"', "not an object"),
        (b'{"a":1} ', "canonical"),
        (b'{"a": 1}', "canonical"),
        (b'{"b":1,"a":1}', "canonical"),
        (b'{"a":1,"a":1}', "twice"),
        (b'{"a":"\\u0041"}', "canonical"),
        (b'{"a":-0}', "canonical"),
        (b'{"a":1.0}', "not whole"),
        (b'{"a":1e3}', "not whole"),
        (b'{"a":NaN}', "not whole"),
        (b'{"a":Infinity}', "not whole"),
        (b'{"a":9007199254740992}', "2\\^53 or more"),
        (b'{"a":' + b"9" * 5000 + b"}", "2\\^53 or more"),
        (b'{"\xd9\x86\xd8\xa7\xd9\x85":1}', "not ASCII"),
        (b'{"a":"e\xcc\x81"}', "not in NFC"),
        (b'{"a":"\\ud800"}', "no canonical form|not JSON"),
        (b'{"a":"\xff"}', "not UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}", "deeper than 16"),
        (b'{"a":' + b"[" * 17 + b"]" * 17 + b"}", "deeper than 16"),
        (b'{"a":"' + b"x" * 65_535 + b'"}', "larger than 65535"),
    ],
    ids=range(23),
)  # fmt: skip
def test_another_spelling_is_refused_with_its_reason(raw: bytes, why: str) -> None:
    with pytest.raises(BadEntry, match=why):
        parse_entry(raw)


@pytest.mark.parametrize("value", [float("nan"), {"a": object()}, 2**53, {1: 2}, "\ud800"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(BadEntry):
        canonical(value)


@pytest.mark.parametrize(
    "fields", [{"a": 1.5}, {"a": 2**53}, {"a": b"x"}, {"نام": 1}, {1: 1}, {"a": ["e\u0301"]}, {"a": "x" * 65_536}]
)
def test_no_entry_is_written_outside_the_profile(fields: dict[Any, Any]) -> None:
    with pytest.raises(BadEntry):
        entry_of(fields)

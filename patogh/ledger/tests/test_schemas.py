"""Closed schemas: nothing personal fits into any field of any type (the lint of the log)."""

import pytest

from patogh.ledger import schemas
from patogh.ledger.schemas import BadEntry
from patogh.ledger.schemas.fields import AnyOf, Hex, ListOf, OneOf, Pattern, Record, Whole
from patogh.ledger.tests.examples import example

PERSONAL = ["مینا کیانی", "Mina Kiani", "mina", "mina@example.org", "+989121234567", "۰۹۱۲۱۲۳۴۵۶۷", "IR820540102680020817909002",
            "https://example.org/@mina", "یک جملهٔ آزاد", "", "a" * 300]  # fmt: skip


def entry_of(kind):
    """Return a good entry of a type, made from its own schema."""
    whole = schemas.KINDS[kind]
    return {"at": 1, "id": "0" * 32, "t": kind, **{name: example(field) for name, field in whole.fields.items()}}


def places(field, value, path=()):
    """Give the path of each text within an entry."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from places(field, inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(field, inner, (*path, number))


def planted(entry, path, word):
    """Return an entry with a word in the place of a text."""
    head, *rest = path
    copied = dict(entry) if isinstance(entry, dict) else list(entry)
    copied[head] = planted(entry[head], rest, word) if rest else word
    return copied


@pytest.mark.parametrize("kind", sorted(schemas.KINDS))
def test_every_type_takes_its_own_example_and_is_small(kind):
    body = schemas.written(entry_of(kind))
    assert schemas.check(body)["t"] == kind
    assert len(body) <= schemas.ENTRY_BYTES_MAX


@pytest.mark.parametrize("kind", sorted(schemas.KINDS))
def test_no_name_or_address_fits_into_any_text_of_any_type(kind):
    entry = entry_of(kind)
    for path in places(None, entry):
        for word in PERSONAL:
            with pytest.raises(BadEntry) as refused:
                schemas.check(schemas.written(planted(entry, path, word)))
            assert not word or word not in str(refused.value)


@pytest.mark.parametrize("kind", sorted(schemas.KINDS))
def test_no_type_takes_a_field_that_it_does_not_know(kind):
    with pytest.raises(BadEntry):
        schemas.check(schemas.written({**entry_of(kind), "note": "سلام"}))


def test_every_kind_of_field_is_closed():
    def fields(field):
        yield field
        inner = {ListOf: lambda: [field.item], AnyOf: lambda: field.choices, Record: lambda: field.fields.values()}
        for one in inner.get(type(field), list)():
            yield from fields(one)

    found = {type(one) for whole in schemas.KINDS.values() for one in fields(whole)}
    assert found <= {Record, ListOf, AnyOf, Whole, Hex, OneOf, Pattern}


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"\xff", b'{"t":"idea.withdrawn.v1"}', b'{"at": 1}', b"{" * 5000, b" " * 5000,
     b'{"at":1,"at":2,"id":"0","t":"x"}', b'{"at":1e3,"id":"0","t":"x"}', b'{"t":["idea.withdrawn.v1"]}'],
)  # fmt: skip
def test_bytes_that_are_no_entry_are_refused(body):
    with pytest.raises(BadEntry):
        schemas.check(body)


def test_a_commitment_depends_on_type_field_value_and_salt():
    salt = bytes(32)
    first = schemas.commit("support.v1", "by", "member:1", salt)
    others = [("tip.held.v1", "by", "member:1", salt), ("support.v1", "to", "member:1", salt),
              ("support.v1", "by", "member:2", salt), ("support.v1", "by", "member:1", bytes([1]) * 32)]  # fmt: skip
    assert len({first, *(schemas.commit(*one) for one in others)}) == 5

"""What a process remembers of pages: bounded by bytes, the least used packed, whatever was packed the same when it comes back."""

from array import array

import pytest

from patogh.looks.assembly import PART_BYTES, Packed, Part, Store, part, slot

NOW = 0.0


def page(number, facts=None):
    """A page of some kilobytes, like its neighbours but for some words."""
    text = "".join(f"<p data-post={number}-{at}>پاسخ {number * at} در همین گفت‌وگو</p>" for at in range(60))
    return part(f"{text}{slot('mine')}<footer>{number}</footer>", facts=facts)


def filled(count, store):
    for number in range(count):
        store.put(("t", number), "v1", page(number, {"posts": array("Q", [number]), "meta": b"m"}))
    return store


def test_what_was_packed_comes_back_as_it_was():
    store = filled(20, Store(3 * page(0).size_bytes, 1_000_000))
    for number in range(20):
        assert store.get(("t", number), "v1", NOW) == page(number, {"posts": array("Q", [number]), "meta": b"m"})
    assert store.get(("t", 3), "v2", NOW) is None


def test_ready_and_packed_parts_keep_to_their_bytes():
    most = 3 * page(0).size_bytes
    store = filled(60, Store(most, 20_000))
    assert store._bytes[0] <= most and store._bytes[1] <= 20_000
    assert store._bytes[0] == sum(one.size_bytes for _, one in store._ready.values())
    assert 0 < len(store._packed) < 60 and store.older(("t", 0)) is None


def test_a_page_packed_beside_its_like_takes_a_fraction():
    first, second = page(1), page(2)
    dictionary = b"".join(first.pieces)
    assert len(Packed.of(second, dictionary).data) * 5 < second.size_bytes - PART_BYTES
    assert len(Packed.of(second, dictionary).data) < len(Packed.of(second, b"").data)


@pytest.mark.parametrize("dictionary", [b"", b"x", bytes(range(256))])
def test_any_dictionary_will_do(dictionary):
    made = page(7, {"title": "عنوان", "poll": None})
    assert Packed.of(made, dictionary).part() == made


def test_a_part_whose_facts_are_no_plain_data_is_forgotten_instead():
    store = Store(1, 1_000_000)
    store.put("life", "v1", Part((b"",), (), "", facts={"life": lambda: None}))
    store.put("other", "v1", page(1))
    assert store.older("life") is None and store.older("other") is not None


def test_a_new_version_leaves_nothing_of_the_old_one():
    store = filled(20, Store(3 * page(0).size_bytes, 1_000_000))
    store.put(("t", 0), "v2", page(99))
    assert store.get(("t", 0), "v1", NOW) is None and store.get(("t", 0), "v2", NOW) == page(99)
    assert store._bytes[1] == sum(len(one.data) + 1_400 for _, one in store._packed.values())

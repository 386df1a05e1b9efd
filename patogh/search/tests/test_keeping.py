"""Putting in, moving and taking out."""

import datetime as dt

import pytest
from django.db import connection

from patogh.kit import persian
from patogh.search import actions
from patogh.search.actions import building
from patogh.search.models import Document, IndexState
from patogh.search.tests.conftest import entry

MOMENT = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def test_a_document_is_put_once_and_rewritten_after(put, found):
    put(1, "زنجیر")
    put(1, "فرمان دوچرخه")
    assert Document.objects.count() == 1
    assert found("زنجیر") == []
    assert found("فرمان") == [1]


def test_of_two_entries_for_one_thing_in_a_batch_the_later_wins(found):
    assert actions.put_many([entry(1, "زنجیر"), entry(1, "ترمز")]) == 2
    assert (found("زنجیر"), found("ترمز")) == ([], [1])


def test_what_is_forgotten_is_not_found(put, found):
    put(1, "زنجیر")
    put(2, "زنجیر دیگر")
    actions.forget("topic", [1])
    assert found("زنجیر") == [2]
    assert not Document.objects.filter(thing_id=1).exists()


def test_a_forgotten_document_leaves_no_word_in_the_index(put):
    put(1, "قورمه‌سبزی", "متن")
    actions.forget("topic", [1])
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COUNT(*) FROM search_index WHERE search_index MATCH %s", ['"قورمه"'])
        else:
            cursor.execute("SELECT COUNT(*) FROM search_index WHERE words @@ %s::tsquery", ["'قورمه'"])
        assert cursor.fetchone()[0] == 0


def test_a_topic_moves_with_its_replies(put, found):
    put(1, "زنجیر", space_id=3)
    put(7, "", "روغن زنجیر", kind="post", topic_id=1, space_id=3)
    actions.move(1, space_id=4, audience="members")
    assert found("زنجیر", ("public",)) == []
    assert found("زنجیر", ("public", "members"), space_id=4) == [1]
    assert found("زنجیر", ("public", "members"), space_id=3) == []


def test_a_hidden_topic_comes_back_without_being_written_again(put, found):
    put(1, "زنجیر", space_id=3)
    actions.move(1, space_id=3, audience="trash")
    assert found("زنجیر", ("public", "members", "staff")) == []
    actions.move(1, space_id=3, audience="public")
    assert found("زنجیر") == [1]


def test_a_merged_topic_brings_its_replies_along(put, found):
    put(1, "زنجیر")
    put(7, "", "روغن بزن", kind="post", topic_id=1)
    actions.move(1, space_id=2, audience="public", to_topic=9)
    assert list(Document.objects.values_list("topic_id", flat=True)) == [9, 9]


def test_weight_lifts_a_document(put, found):
    put(1, "زنجیر پاره", happened_at=MOMENT)
    put(2, "زنجیر پاره", happened_at=MOMENT)
    actions.weigh("topic", 1, 12, solved=True)
    assert found("زنجیر پاره") == [1, 2]
    assert Document.objects.get(thing_id=1).data == {"solved": True}


def test_texts_that_a_database_refuses_are_cleaned(put, found):
    put(1, "زنجیر\x00", "a\x00b " + "ب " * 60_000)
    assert found("زنجیر") == [1]


def test_reindex_finds_everything_again(put, found):
    for number in range(5):
        put(number, f"زنجیر {number}")
    seen = []
    assert actions.reindex(lambda done, whole: seen.append((done, whole))) == 5
    assert seen[-1][0] == seen[-1][1]
    assert len(found("زنجیر")) == 5


@pytest.fixture
def _old_rules(db, monkeypatch):
    """Say that the index was made by other rules; the state may have gone with the tables of the test before."""
    monkeypatch.setattr(building, "_fresh", set())
    old = {"key_version": persian.KEY_VERSION - 1}
    IndexState.objects.update_or_create(pk=1, defaults=old, create_defaults={**old, "built_at": MOMENT})


@pytest.mark.usefixtures("_old_rules")
def test_with_other_text_rules_documents_wait_for_the_reindex(put, found):
    put(1, "زنجیر")
    assert actions.is_stale()
    assert found("زنجیر") == []
    actions.reindex()
    assert not actions.is_stale()
    assert found("زنجیر") == [1]


@pytest.mark.parametrize("rows", [1, 30])
def test_putting_many_costs_no_more_queries_than_putting_one(db, django_assert_max_num_queries, rows):
    batch = [entry(number, f"زنجیر {number}") for number in range(rows)]
    actions.put(entry(900, "اول"))
    with django_assert_max_num_queries(8):
        actions.put_many(batch)


def test_a_space_that_closes_hides_its_documents_at_once(put, found):
    put(1, "زنجیر", space_id=3)
    put(2, "زنجیر", space_id=3, audience="trash")
    actions.open_to(3, before="public", after="space:3")
    assert found("زنجیر") == []
    assert found("زنجیر", ("space:3",)) == [1]

"""Statements that travel together: in their order, in one journey where there is one, all of them or none."""

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patogh.kit.rows import columns, made_of
from patogh.kit.together import together

pytestmark = pytest.mark.django_db
_PUT = "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s)"


def put(key: str) -> tuple[str, list[object]]:
    """Return the statement that inserts a session."""
    return _PUT, [key, "۱۰۰٪; -- %s", connection.ops.adapt_datetimefield_value(timezone.now())]


def test_each_statement_answers_in_its_place():
    many, none, found = together(
        put("a"),
        ("DELETE FROM django_session WHERE session_key = %s", ["nobody"]),
        ("SELECT session_key, session_data FROM django_session", ()),
    )
    assert (many.touched, none.touched, many.rows) == (1, 0, [])
    assert found.rows == [("a", "۱۰۰٪; -- %s")]


def test_what_is_counted_and_what_is_not_say_the_same(django_assert_max_num_queries):
    together(put("a"))
    alone = together(("SELECT session_key FROM django_session", ()))
    with django_assert_max_num_queries(1):
        assert together(("SELECT session_key FROM django_session", ())) == alone


def test_several_statements_are_one_journey_to_postgresql():
    with CaptureQueriesContext(connection) as asked:
        together(put("a"), put("b"), ("SELECT 1", ()))
    assert len(asked) == (1 if connection.vendor == "postgresql" else 3)


def test_an_error_of_one_undoes_all_of_them():
    with pytest.raises(DatabaseError), transaction.atomic():
        together(put("a"), put("a"))
    assert not Session.objects.exists()


def test_a_row_made_of_raw_columns_is_what_the_model_gives():
    together(put("a"))
    (raw,) = together((f"SELECT {columns(Session, 's')} FROM django_session s", ()))[0].rows
    one, made = Session.objects.get(), made_of(Session, raw)
    assert (made.pk, made.session_data, made.expire_date) == (one.pk, one.session_data, one.expire_date)

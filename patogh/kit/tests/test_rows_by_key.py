import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from patogh.kit.rows import by_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> Session:
    return Session.objects.create(session_key="k" * 32, session_data="data", expire_date=timezone.now())


def test_a_row_by_its_key_is_what_the_models_own_get_gives(session):
    found = by_key(Session, session.pk)
    assert {field.attname: getattr(found, field.attname) for field in Session._meta.concrete_fields} == {
        field.attname: getattr(Session.objects.get(pk=session.pk), field.attname)
        for field in Session._meta.concrete_fields
    }


def test_a_row_by_its_key_takes_one_query(session, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert by_key(Session, session.pk)


def test_a_key_that_no_row_has_gives_none():
    assert by_key(Session, "nobody") is None

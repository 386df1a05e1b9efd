import datetime as dt

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from patogh.kit.rows import by_key
from patogh.people.models import Member

pytestmark = pytest.mark.django_db


def test_a_member_read_by_the_session_is_the_member_that_django_reads(member):
    names = [field.attname for field in Member._meta.concrete_fields]
    found, known = by_key(Member, member.pk), Member.objects.get(pk=member.pk)
    assert [getattr(found, name) for name in names] == [getattr(known, name) for name in names]


def test_an_expired_session_signs_nobody_in(client, member):
    client.force_login(member)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert client.get("/me/settings").status_code == 302


def test_somebody_who_was_closed_out_is_signed_in_no_longer(client, member):
    client.force_login(member)
    Member.objects.filter(pk=member.pk).update(is_active=False)
    assert client.get("/me/settings").status_code == 302


def test_a_changed_password_ends_other_sessions(client, member):
    client.force_login(member)
    member.set_password("something else entirely")
    Member.objects.filter(pk=member.pk).update(password=member.password)
    assert client.get("/me/settings").status_code == 302
    assert settings.SESSION_COOKIE_NAME not in client.cookies or not client.cookies[settings.SESSION_COOKIE_NAME].value

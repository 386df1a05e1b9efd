"""What home says to somebody who has just come."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.hangout.tests.reading_cast import cellar, fresh_memory, space, talk  # noqa: F401
from patogh.people.models import Member

pytestmark = pytest.mark.django_db
WELCOME = "خوش آمدید؛ جای درستی آمده‌اید"


@pytest.fixture
def newcomer(member):
    Member.objects.filter(pk=member.pk).update(joined_at=timezone.now() - dt.timedelta(minutes=5))
    return member


def test_a_newcomer_is_welcomed_with_three_ways_to_begin(space, newcomer, signed_in):
    said = signed_in(newcomer).get("/").content.decode()
    assert WELCOME in said
    assert all(way in said for way in ("/me/settings/profile", "/new?kind=discussion", "/me/settings/notices"))


def test_the_welcome_is_over_with_the_first_words(space, newcomer, signed_in):
    client = signed_in(newcomer)
    client.get("/")
    talk(space, newcomer)
    assert WELCOME not in client.get("/").content.decode()


def test_whoever_came_long_ago_or_is_not_signed_in_is_not_welcomed_again(space, member, signed_in, stranger):
    assert all(WELCOME not in client.get("/").content.decode() for client in (signed_in(member), stranger))


def test_every_page_leads_to_the_log_of_moderation(space, stranger):
    assert 'href="/moderation"' in stranger.get("/").content.decode()

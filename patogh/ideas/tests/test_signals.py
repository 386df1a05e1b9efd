"""Supports that may not be people: each signal with its number, and what is left without it."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.ideas.models import Idea, Support
from patogh.ideas.queries.signals import signals_of
from patogh.ideas.tests.making import gathering, people, programme
from patogh.trust.models import MemberDay

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def idea(member, owner):
    """An idea that gathers."""
    return gathering(member, programme(owner), by=owner)


def stood(idea, fans, *, reads=True, **facts):
    """Write supports as they are kept, a day apart and from grown accounts that read, unless said otherwise."""
    rows = [
        Support(idea=idea, member=fan, **{"given_at": NOON + dt.timedelta(days=n), "account_age_days": 90, **facts})
        for n, fan in enumerate(fans)
    ]
    if reads:
        MemberDay.objects.bulk_create(MemberDay(member=fan, day=dt.date(2026, 10, 1), readings=1) for fan in fans)
    return Support.objects.bulk_create(rows)


def found(idea):
    """Return the numbers of the signals that are not nothing."""
    return {one.key: (one.n, one.without) for one in signals_of(idea).signals if one.n}


def test_an_ordinary_idea_has_no_signals(idea):
    stood(idea, people(5))
    told = signals_of(idea)
    assert (found(idea), told.count, told.persons, told.without_all, told.bursts) == ({}, 5, 5, 5, ())


def test_nothing_at_all_is_no_signal(idea):
    assert (found(idea), signals_of(idea).count) == ({}, 0)


def test_an_hour_far_above_the_usual_one_is_a_burst(idea):
    stood(idea, people(4))
    stood(idea, people(20, "crowd"), given_at=NOON + dt.timedelta(days=30))
    assert found(idea) == {"burst": (20, 4)}
    assert signals_of(idea).bursts == ((NOON + dt.timedelta(days=30), 20),)


def test_a_small_idea_with_all_its_friends_in_one_hour_is_no_burst(idea):
    stood(idea, people(19), given_at=NOON)
    assert found(idea) == {}


def test_fresh_accounts_and_those_that_never_read_are_told(idea):
    fans = people(4)
    stood(idea, fans[:1], account_age_days=6)
    stood(idea, fans[1:2], account_age_days=7)
    stood(idea, fans[2:], reads=False)
    assert found(idea) == {"fresh": (1, 3), "unread": (2, 2)}
    assert signals_of(idea).without_all == 1


def test_reading_only_afterwards_does_not_count_as_reading(idea):
    fans = people(1)
    stood(idea, fans, reads=False)
    MemberDay.objects.create(member=fans[0], day=timezone.now().date(), readings=3)
    assert found(idea) == {"unread": (1, 0)}


def test_three_from_one_network_are_told_also_after_its_hash_is_gone(idea):
    fans = people(8)
    stood(idea, fans[:3], network="a" * 32)
    stood(idea, fans[3:5], network="b" * 32)
    stood(idea, fans[5:], crowd_count=3)
    assert found(idea) == {"network": (6, 2)}


def test_two_accounts_of_one_person_stand_and_count_as_one_person(idea):
    first, second = people(2)
    second.identity.person = first.identity.person
    second.identity.save()
    stood(idea, [first, second])
    told = signals_of(idea)
    assert (told.count, told.persons, found(idea)) == (2, 1, {"person": (1, 1)})


def test_what_was_taken_back_is_not_looked_at(idea):
    stood(idea, people(3), account_age_days=0, withdrawn_at=timezone.now())
    assert signals_of(idea).count == 0


@pytest.mark.parametrize("count", [1, 30])
def test_the_signals_cost_the_same_with_one_and_thirty(idea, count, django_assert_num_queries):
    stood(idea, people(count))
    row = Idea.objects.get(pk=idea.pk)
    with django_assert_num_queries(1):
        assert signals_of(row).count == count

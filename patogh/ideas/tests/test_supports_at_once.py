"""Forty hands at one idea: one support each, none lost, none doubled, and the stations passed once."""

import pytest
from django.utils import timezone

from patogh.conftest import made_member
from patogh.ideas.actions import supporting
from patogh.ideas.models import Budget, Idea, Move, Support
from patogh.ideas.terms import Station, Terms
from patogh.ideas.tests.hands import HANDS, at_once
from patogh.ideas.tests.making import gathering, people, programme
from patogh.ledger.models import Receipt, Submission
from patogh.people.models import Brand

pytestmark = pytest.mark.django_db(transaction=True)


def asked(*, author="author", **terms):
    """Return an idea that gathers, and as many members as there are hands."""
    Brand.objects.get_or_create(id=1, defaults={"name": "رکاب", "name_en": "Rekab"})
    owner = made_member("behrouz", "بهروز", "owner")
    rules = Terms(stations=(Station(10, 60), Station(100, 60)), is_adaptive=False, **terms)
    return gathering(made_member(author, "نویسنده"), programme(owner, rules), by=owner), people(HANDS)


def standing(idea):
    """Return the counter, the rows that stand and the lines of the book."""
    live = Support.objects.filter(idea=idea, withdrawn_at=None).count()
    return Idea.objects.get(pk=idea.pk).supporters_count, live, Submission.objects.filter(kind="support.v1").count()


def test_one_member_supports_forty_times_at_once_and_it_is_one_support(many_hands):
    idea, (fan, *_) = asked()
    assert at_once(lambda _: supporting.give_support(idea, by=fan)) == {"done": HANDS}
    assert standing(idea) == (1, 1, 1)
    assert Receipt.objects.filter(member=fan).count() == 1


def test_forty_members_support_at_once_and_all_are_counted_and_the_station_passed_once(many_hands):
    idea, fans = asked()
    assert at_once(lambda n: supporting.give_support(idea, by=fans[n])) == {"done": HANDS}
    assert standing(idea) == (HANDS, HANDS, HANDS)
    assert list(Move.objects.filter(idea=idea, move="station").values_list("milestone", "supporters")) == [(10, 10)]
    assert Idea.objects.get(pk=idea.pk).missing == 60


def test_a_member_gives_and_takes_back_forty_times_at_once_and_the_counter_is_what_stands(many_hands):
    idea, (fan, *_) = asked()
    steps = (supporting.give_support, supporting.take_back_support)
    assert at_once(lambda n: steps[n % 2](idea, by=fan)) == {"done": HANDS}
    count, live, lines = standing(idea)
    assert count == live <= 1
    assert lines - Submission.objects.filter(kind="support.withdrawn.v1").count() == live


def test_a_budget_of_one_is_spent_once_by_forty_hands_at_two_ideas(many_hands):
    idea, (fan, *_) = asked(support_budget=1)
    other = gathering(idea.author, idea.programme, by=made_member("navid", "نوید", "owner"))
    ended = at_once(lambda n: supporting.give_support((idea, other)[n % 2], by=fan))
    assert set(ended) == {"done", "budget_spent"}
    assert Support.objects.filter(withdrawn_at=None).count() == Budget.objects.get(member=fan).spent == 1


def test_the_window_closes_between_forty_supports_and_each_is_counted_or_refused(many_hands):
    idea, fans = asked()

    def deed(n):
        if n == HANDS // 2:
            Idea.objects.filter(pk=idea.pk).update(window_ends_at=timezone.now())
        else:
            supporting.give_support(idea, by=fans[n])

    ended = at_once(deed)
    assert set(ended) <= {"done", "window_is_over"}
    assert standing(idea) == (ended["done"] - 1,) * 3

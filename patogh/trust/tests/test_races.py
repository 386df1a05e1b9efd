"""Several people at once: counters stay exact, and one decision stands."""

import pytest

from patogh.conftest import made_member
from patogh.people.models import Brand
from patogh.trust import actions
from patogh.trust.errors import AlreadyDecided, ClaimedByAnother, TooFast
from patogh.trust.models import Decision, Flag, Pace, QueueTally, ReviewItem
from patogh.trust.nouns import Ruling


@pytest.fixture
def house(busy_house):
    """A brand in a database that threads may meet in."""
    return Brand.objects.create(id=1, name="رکاب", name_en="Rekab", language="fa")


def test_forty_flags_at_once_are_forty_on_one_item(house, things, at_once):
    author = made_member("author", "نویسنده")
    subject = things.add(author)
    people = [made_member(f"flagger{number}", f"عضو {number}") for number in range(40)]
    answers = at_once([lambda one=one: actions.flag(subject, "spam", by=one) for one in people])
    assert all(isinstance(answer, Flag) for answer in answers), answers
    item = ReviewItem.objects.get()
    assert item.flags_count == 40 and item.is_hidden
    assert item.score == pytest.approx(sum(Flag.objects.values_list("weight", flat=True)))
    assert QueueTally.objects.get(kind="flags").open_count == 1


def test_two_moderators_decide_at_once_and_one_of_them_is_told(house, things, at_once):
    subject = things.add(made_member("author", "نویسنده"))
    actions.flag(subject, "spam", by=made_member("flagger", "عضو"))
    item = ReviewItem.objects.get()
    pair = [made_member(f"mod{number}", f"داور {number}", "moderator") for number in range(2)]
    whats = ("hide", "approve")
    answers = at_once(
        [
            lambda one=one, what=what: actions.decide(item, Ruling(what), by=one)
            for one, what in zip(pair, whats, strict=True)
        ]
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyDecided", "Decision"]
    assert Decision.objects.count() == 1
    assert QueueTally.objects.get().open_count == 0
    assert AlreadyDecided in {type(answer) for answer in answers}


def test_two_moderators_claim_at_once_and_one_has_it(house, things, at_once):
    subject = things.add(made_member("author", "نویسنده"))
    actions.flag(subject, "spam", by=made_member("flagger", "عضو"))
    item = ReviewItem.objects.get()
    pair = [made_member(f"mod{number}", f"داور {number}", "moderator") for number in range(2)]
    answers = at_once([lambda one=one: actions.claim_item(item, by=one) for one in pair])
    assert sum(isinstance(answer, ClaimedByAnother) for answer in answers) == 1


def test_thirty_posts_at_once_are_ten(house, at_once):
    member = made_member("mina", "مینا")
    member.trust_level = 1
    answers = at_once([lambda: actions.keep_pace(member, "post") for _ in range(30)])
    refused = sum(isinstance(answer, TooFast) for answer in answers)
    assert refused in {20, 19, 10}  # a minute may turn meanwhile
    assert Pace.objects.count() == 1

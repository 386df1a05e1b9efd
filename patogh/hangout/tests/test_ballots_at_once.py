"""Forty hands at a sealed poll: one key and one ballot for each, none lost, and the clock between them."""

import pytest
from django.utils import timezone

from patogh.conftest import made_member
from patogh.hangout import actions
from patogh.hangout.actions import NewPoll, NewTopic, SpaceFacts
from patogh.hangout.ballots import actions as polls
from patogh.hangout.ballots import tasks
from patogh.hangout.models import Ballot, Elector, Poll
from patogh.hangout.tests.test_ballots import Voter, fresh, recount
from patogh.hangout.tests.test_races import HANDS, at_once
from patogh.ledger.models import Receipt
from patogh.people.models import Brand

pytestmark = pytest.mark.django_db(transaction=True)


def asked():
    """Return a sealed poll, and the members that were there before it."""
    Brand.objects.get_or_create(id=1, defaults={"name": "رکاب", "name_en": "Rekab"})
    owner = made_member("behrouz", "بهروز", "owner")
    voters = [Voter(made_member(f"voter{n:02}", f"رأی‌دهنده {n}")) for n in range(HANDS)]
    space = actions.open_space(SpaceFacts("repair", "تعمیر"), by=owner)
    ask = NewPoll("کجا برویم؟", ("کوه", "رود"), is_sealed=True)
    return actions.open_topic(space, NewTopic("سفر آدینه", "همه رأی دهید.", poll=ask), by=voters[0].member).poll, voters


def test_forty_enrol_and_vote_at_once_and_every_vote_counts(many_hands):
    poll, voters = asked()
    assert at_once(lambda n: polls.enrol(poll, voters[n].key, by=voters[n].member)) == {"done": HANDS}
    assert fresh(poll).roll_size == Elector.objects.count() == HANDS
    polls.start_voting(poll, by=voters[0].member)
    votes = [voter.vote(poll, n % 2) for n, voter in enumerate(voters)]
    assert at_once(lambda n: polls.cast_ballot(poll, votes[n], by=voters[n].member)) == {"done": HANDS}
    assert fresh(poll).ballots_count == Ballot.objects.count() == Receipt.objects.count() == HANDS
    polls.close_poll(poll, by=voters[0].member)
    tasks.turn_polls()
    assert (recount(poll).faults, fresh(poll).counts) == ([], [HANDS // 2, HANDS // 2])


def test_one_hand_enrols_with_forty_keys_and_votes_forty_times_and_one_of_each_stands(many_hands):
    poll, (first, second, *_) = asked()
    keys = [Voter(first.member) for _ in range(HANDS)]
    ended = at_once(lambda n: polls.enrol(poll, keys[n].key, by=first.member))
    assert ended == {"done": 1, "key_taken": HANDS - 1}
    polls.enrol(poll, second.key, by=second.member)
    polls.start_voting(poll, by=first.member)
    assert fresh(poll).roll_size == Elector.objects.count() == 2
    mine = next(one for one in keys if Elector.objects.filter(key=one.key).exists())
    votes = [mine.vote(poll, n % 2) for n in range(HANDS)]
    ended = at_once(lambda n: polls.cast_ballot(poll, votes[n], by=first.member))
    assert ended == {"done": 1, "already_voted": HANDS - 1}
    assert fresh(poll).ballots_count == Ballot.objects.count() == Receipt.objects.count() == 1


def test_the_clock_closes_between_forty_ballots_and_each_is_counted_or_refused(many_hands):
    poll, voters = asked()
    for voter in voters:
        polls.enrol(poll, voter.key, by=voter.member)
    polls.start_voting(poll, by=voters[0].member)
    votes = [voter.vote(poll, 1) for voter in voters]

    def deed(n):
        if n == HANDS // 2:
            Poll.objects.filter(pk=poll.pk).update(closes_at=timezone.now())
            tasks.turn_polls()
        else:
            polls.cast_ballot(poll, votes[n], by=voters[n].member)

    ended = at_once(deed)
    tasks.turn_polls()
    assert set(ended) <= {"done", "poll_is_over"}
    assert fresh(poll).counts == [0, ended["done"] - 1]
    assert (recount(poll).faults, Ballot.objects.count()) == ([], ended["done"] - 1)


def test_members_leave_while_the_roll_is_fixed_and_its_size_is_what_the_book_says(many_hands):
    poll, voters = asked()
    for voter in voters:
        polls.enrol(poll, voter.key, by=voter.member)

    def deed(n):
        if n == 0:
            polls.start_voting(poll, by=voters[0].member)
        elif n % 2:
            polls.leave_rolls(voters[n].member)

    assert at_once(deed) == {"done": HANDS}
    assert fresh(poll).phase == "vote"
    assert fresh(poll).roll_size == len(recount(poll).roll) == Elector.objects.count()
    assert recount(poll).faults == []

"""Sealed polls from the roll to the recount, and everything that may not pass: keys made in Python, the book's own entries."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from patogh.conftest import made_member
from patogh.hangout import actions
from patogh.hangout.actions import NewPoll, NewTopic
from patogh.hangout.ballots import actions as polls
from patogh.hangout.ballots import errors, queries, tasks
from patogh.hangout.ballots.terms import SUBJECT, Terms, Vote
from patogh.hangout.errors import NotForYou, OneChoiceOnly, PollIsOver, TopicIsClosed
from patogh.hangout.models import Ballot, Elector, Poll, PollRecord
from patogh.kit import ballots
from patogh.ledger.models import Receipt, Submission
from patogh.ledger.queries.book import body_of

pytestmark = pytest.mark.django_db


class Voter:
    """A member with the key that their browser would have made."""

    def __init__(self, member):
        self.member, self.secret = member, Ed25519PrivateKey.generate()
        self.key = self.secret.public_key().public_bytes_raw().hex()

    def vote(self, poll, choice, *, alone=False):
        nonce = secrets.token_bytes(32)
        seal = ballots.seal_of(poll.record.ref, choice, nonce)
        sig = self.secret.sign(ballots.ballot_text(poll.record.ref, self.key, seal)).hex()
        self.nonce = nonce.hex()
        return Vote(self.key, seal, sig) if alone else Vote(self.key, seal, sig, choice, self.nonce)


@pytest.fixture
def poll(space, member, other_member) -> Poll:
    """Mina asks where to ride, for anyone to recount."""
    ask = NewPoll("کجا برویم؟", ("کوه", "رود", "شهر"), is_sealed=True)
    return actions.open_topic(space, NewTopic("سفر آدینه", "همه رأی دهید.", poll=ask), by=member).poll


@pytest.fixture
def voters(poll, member, other_member, moderator):
    """Three on the roll, and the vote is on."""
    found = [Voter(one) for one in (member, other_member, moderator)]
    for voter in found:
        polls.enrol(poll, voter.key, by=voter.member)
    polls.start_voting(poll, by=member)
    return found


def entries(poll):
    rows = Submission.objects.filter(subject_kind=SUBJECT, subject_id=poll.record.ref).order_by("id")
    return [json.loads(body_of(row)) for row in rows]


def recount(poll):
    count = ballots.Recount(poll.record.ref)
    for entry in entries(poll):
        count.take(entry)
    return count.finished()


def fresh(poll):
    return PollRecord.objects.get(poll=poll)


def turn():
    tasks.turn_polls()


def test_a_sealed_poll_goes_from_the_roll_to_a_recount_that_adds_up(poll, voters, member):
    for voter, choice in zip(voters, (0, 1, 1), strict=True):
        polls.cast_ballot(poll, voter.vote(poll, choice), by=voter.member)
    polls.close_poll(poll, by=member)
    turn()
    count, record = recount(poll), fresh(poll)
    assert count.faults == []
    assert (count.counts, len(count.roll), count.unopened) == ([1, 2, 0], 3, 0)
    assert (record.phase, record.counts, record.opened_count) == ("counted", [1, 2, 0], 3)


def test_a_ballot_gives_its_receipt_at_once(poll, voters):
    polls.cast_ballot(poll, voters[0].vote(poll, 0), by=voters[0].member)
    own = queries.own_of(fresh(poll), voters[0].member)
    assert own.receipt == Receipt.objects.get(member=voters[0].member).code


def test_the_book_says_nothing_of_names_or_words(poll, voters):
    polls.cast_ballot(poll, voters[0].vote(poll, 0), by=voters[0].member)
    said = json.dumps(entries(poll), ensure_ascii=False)
    assert not any(word in said for word in ("mina", "مینا", "کجا", "رود"))


def test_an_opening_kept_in_the_browser_is_waited_for_and_counts(poll, voters, member):
    polls.cast_ballot(poll, voters[0].vote(poll, 2, alone=True), by=member)
    polls.close_poll(poll, by=member)
    turn()
    assert fresh(poll).phase == "opening"
    polls.open_own_seal(poll, 2, voters[0].nonce, by=member)
    turn()
    assert (fresh(poll).counts, recount(poll).faults) == ([0, 0, 1], [])


def test_a_seal_that_nobody_opens_stays_sealed_and_is_counted_so(poll, voters, member):
    polls.cast_ballot(poll, voters[0].vote(poll, 2, alone=True), by=member)
    polls.close_poll(poll, by=member)
    PollRecord.objects.update(closed_at=timezone.now() - dt.timedelta(days=3))
    turn()
    result = entries(poll)[-1]
    assert (result["counts"], result["unopened"], recount(poll).faults) == ([0, 0, 0], 1, [])


def test_a_result_is_final_only_when_witnesses_saw_it(poll, voters, member, monkeypatch):
    polls.close_poll(poll, by=member)
    turn()
    assert fresh(poll).phase == "counted"
    monkeypatch.setattr("patogh.hangout.ballots.actions.counting.require_witnessed", lambda _entry: None)
    turn()
    assert fresh(poll).phase == "final"


def test_a_turn_twice_changes_nothing(poll, voters, member):
    polls.cast_ballot(poll, voters[0].vote(poll, 0), by=member)
    polls.close_poll(poll, by=member)
    turn()
    before = entries(poll)
    turn()
    assert entries(poll) == before


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": "0" * 128}, {"signature": "zz"}, {"seal": "0" * 64}, {"seal": "A" * 64}, {"choice": 1}, {"choice": 99}, {"nonce": "ab"},
        {"nonce": ""}, {"nonce": "g" * 64}, {"choice": None},
    ],
)  # fmt: skip
def test_a_ballot_that_does_not_hold_together_is_refused(poll, voters, changed):
    with pytest.raises(errors.BadSeal):
        polls.cast_ballot(poll, replace(voters[0].vote(poll, 0), **changed), by=voters[0].member)
    assert not Ballot.objects.exists()


def test_a_choice_out_of_range_is_refused_even_when_sealed_well(poll, voters):
    with pytest.raises(errors.BadSeal):
        polls.cast_ballot(poll, voters[0].vote(poll, 3), by=voters[0].member)


def test_a_ballot_signed_for_another_poll_or_with_another_key_is_refused(poll, voters, space, member):
    ask = NewPoll("دیگر؟", ("آری", "نه"), is_sealed=True)
    other = actions.open_topic(space, NewTopic("پرسش دیگر", "متن", poll=ask), by=member).poll
    with pytest.raises(errors.BadSeal):
        polls.cast_ballot(poll, voters[0].vote(other, 0), by=member)
    with pytest.raises(errors.NotOnTheRoll):
        polls.cast_ballot(poll, voters[1].vote(poll, 0), by=member)


def test_one_ballot_a_key_and_the_same_again_changes_nothing(poll, voters, member):
    vote = voters[0].vote(poll, 0)
    first = polls.cast_ballot(poll, vote, by=member)
    assert polls.cast_ballot(poll, vote, by=member).pk == first.pk
    with pytest.raises(errors.AlreadyVoted):
        polls.cast_ballot(poll, voters[0].vote(poll, 1), by=member)
    assert len([one for one in entries(poll) if one["t"] == "ballot.v1"]) == 1


def test_there_is_no_ballot_before_the_opening_or_after_the_close(poll, member, other_member):
    voter = Voter(member)
    polls.enrol(poll, voter.key, by=member)
    with pytest.raises(errors.VotingHasNotBegun):
        polls.cast_ballot(poll, voter.vote(poll, 0), by=member)
    polls.enrol(poll, Voter(other_member).key, by=other_member)
    polls.start_voting(poll, by=member)
    polls.close_poll(poll, by=member)
    with pytest.raises(PollIsOver):
        polls.cast_ballot(poll, voter.vote(poll, 0), by=member)


def test_the_roll_takes_one_key_a_member_and_nobody_after_it_is_fixed(poll, voters, member, agent):
    with pytest.raises(errors.EnrolmentIsOver):
        polls.enrol(poll, Voter(agent).key, by=agent)
    assert Elector.objects.filter(record__poll=poll).count() == 3


def test_a_second_key_a_taken_key_and_a_broken_one_are_refused(poll, member, other_member):
    voter = Voter(member)
    polls.enrol(poll, voter.key, by=member)
    assert polls.enrol(poll, voter.key, by=member).key == voter.key
    for key, by in ((Voter(member).key, member), (voter.key, other_member)):
        with pytest.raises(errors.KeyTaken):
            polls.enrol(poll, key, by=by)
    for key in ("", "ab", "G" * 64, voter.key.upper(), "0" * 66):
        with pytest.raises(errors.BadKey):
            polls.enrol(poll, key, by=other_member)


def test_who_joined_late_or_stands_too_low_is_not_on_the_roll(poll, member):
    late = made_member("taze", "تازه‌وارد")
    type(late).objects.filter(pk=late.pk).update(joined_at=timezone.now())
    late.refresh_from_db()
    with pytest.raises(errors.NotEligible, match="0|۰"):
        polls.enrol(poll, Voter(late).key, by=late)
    polls.set_terms(poll, Terms(level=3), by=member)
    with pytest.raises(errors.NotEligible):
        polls.enrol(poll, Voter(member).key, by=member)


def test_terms_are_the_askers_and_stay_once_somebody_enrolled(poll, member, other_member):
    with pytest.raises(NotForYou):
        polls.set_terms(poll, Terms(), by=other_member)
    for terms in (
        Terms(level=7),
        Terms(starts_at=timezone.now() - dt.timedelta(days=1)),
        Terms(closes_at=timezone.now() - dt.timedelta(days=1)),
    ):
        with pytest.raises(errors.BadTerms):
            polls.set_terms(poll, terms, by=member)
    polls.enrol(poll, Voter(member).key, by=member)
    with pytest.raises(errors.TermsAreSet):
        polls.set_terms(poll, Terms(level=1), by=member)
    assert polls.set_terms(poll, Terms(starts_at=timezone.now() + dt.timedelta(days=1)), by=member).starts_at


def test_a_vote_needs_two_on_the_roll_and_begins_and_ends_by_the_clock(poll, member):
    with pytest.raises(errors.RollIsShort):
        polls.start_voting(poll, by=member)
    PollRecord.objects.update(starts_at=timezone.now() - dt.timedelta(hours=1))
    turn()
    assert fresh(poll).phase == "vote"
    Poll.objects.update(closes_at=timezone.now() - dt.timedelta(minutes=1))
    turn()
    assert fresh(poll).phase == "counted"


def test_a_simple_vote_in_a_sealed_poll_leads_to_its_page(poll, voters):
    with pytest.raises(errors.SealedPoll):
        actions.vote_in_poll(poll, [poll.options.first().pk], by=voters[0].member)


def test_a_sealed_poll_has_one_choice(space, member):
    with pytest.raises(OneChoiceOnly):
        actions.open_topic(
            space, NewTopic("پرسش چندتایی", "متن", poll=NewPoll("؟", ("آ", "ب"), True, is_sealed=True)), by=member
        )


def test_a_simple_poll_has_its_opening_close_and_result_in_the_book(space, member, other_member, moderator):
    poll = actions.open_topic(space, NewTopic("پرسش ساده", "متن", poll=NewPoll("کدام؟", ("یک", "دو"))), by=member).poll
    actions.vote_in_poll(poll, [poll.options.last().pk], by=other_member)
    with pytest.raises(NotForYou):
        polls.close_poll(poll, by=other_member)
    polls.close_poll(poll, by=moderator)
    with pytest.raises(PollIsOver):
        actions.vote_in_poll(poll, [poll.options.first().pk], by=member)
    count = recount(poll)
    assert [one["t"] for one in entries(poll)] == ["poll.opened.v1", "poll.closed.v1", "poll.result.v1"]
    assert (count.faults, count.is_recountable, count.result["counts"]) == ([], False, [0, 1])


def test_a_poll_behind_a_door_stays_out_of_the_book(hidden_space, owner):
    actions.let_in(hidden_space, owner, by=owner)
    actions.open_topic(hidden_space, NewTopic("درون کارگاه", "متن", poll=NewPoll("کدام؟", ("یک", "دو"))), by=owner)
    assert not PollRecord.objects.exists()


def test_somebody_who_leaves_takes_the_name_along_and_the_ballot_stays(poll, voters, other_member, member):
    polls.cast_ballot(poll, voters[1].vote(poll, 1), by=other_member)
    polls.leave_rolls(other_member)
    polls.close_poll(poll, by=member)
    turn()
    assert (recount(poll).faults, recount(poll).counts) == ([], [0, 1, 0])
    assert not Elector.objects.filter(member=other_member).exists()


def test_somebody_who_leaves_an_open_roll_is_off_it(poll, other_member):
    polls.enrol(poll, Voter(other_member).key, by=other_member)
    polls.leave_rolls(other_member)
    assert (fresh(poll).roll_size, Elector.objects.count()) == (0, 0)


def test_a_merged_conversation_takes_no_ballots_and_the_clock_still_counts(poll, voters, space, moderator, member):
    polls.cast_ballot(poll, voters[0].vote(poll, 0), by=member)
    into = actions.open_topic(space, NewTopic("گفت‌وگوی دیگر", "متن"), by=member)
    actions.merge_topics(poll.topic, into, by=moderator)
    with pytest.raises(TopicIsClosed):
        polls.cast_ballot(poll, voters[1].vote(poll, 0), by=voters[1].member)
    polls.close_poll(poll, by=moderator)
    turn()
    assert (fresh(poll).counts, recount(poll).faults) == ([1, 0, 0], [])


def spoilt(poll, kind, change):
    """Recount with the entries of one type changed: None drops one."""
    count, rows = ballots.Recount(poll.record.ref), entries(poll)
    at = next(number for number, one in enumerate(rows) if one["t"] == kind)
    rows[at : at + 1] = [{**rows[at], **change}] if change else []
    for row in rows:
        count.take(row)
    return count.finished().faults


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("ballot.v1", None), ("ballot.v1", {"seal": "0" * 64}), ("ballot.v1", {"voter": "1" * 64}), ("ballot.opened.v1", None),
        ("ballot.opened.v1", {"choice": 2}), ("poll.result.v1", {"counts": [3, 0, 0]}), ("poll.opened.v1", {"roll_size": 4}),
        ("poll.opened.v1", {"roll_root": "0" * 64}), ("poll.roll.v1", None), ("poll.closed.v1", {"ballots": 9}),
    ],
)  # fmt: skip
def test_each_tampering_is_found_by_the_recount(poll, voters, member, kind, change):
    for voter in voters:
        polls.cast_ballot(poll, voter.vote(poll, 1), by=voter.member)
    polls.close_poll(poll, by=member)
    turn()
    assert recount(poll).faults == []
    assert spoilt(poll, kind, change) != []


PAGES = ("poll", "poll/recount", "poll/entries")


def test_every_page_shows_every_phase_to_everybody(poll, voters, member, stranger, signed_in, monkeypatch):
    readers = (stranger, signed_in(member))
    monkeypatch.setattr("patogh.hangout.ballots.actions.counting.require_witnessed", lambda _entry: None)

    def walk():
        for reader in readers:
            for path in (f"/t/{poll.topic_id}", *(f"/t/{poll.topic_id}/{page}" for page in PAGES)):
                assert reader.get(path, follow=True).status_code == 200, path

    for phase in ("enrol", "vote", "opening", "counted", "final"):
        if phase in ("counted", "final"):
            PollRecord.objects.update(phase="opening")
            turn()
        PollRecord.objects.update(phase=phase)
        walk()


def test_a_refused_ballot_comes_back_with_a_sentence(poll, voters, member, signed_in):
    page = signed_in(member).post(f"/t/{poll.topic_id}/poll/ballots", {"voter": voters[0].key, "choice": "0"})
    assert page.status_code == 400
    assert "برگه" in page.content.decode()


def test_the_whole_walk_goes_over_the_pages(poll, member, other_member, signed_in):
    asker, address = signed_in(member), f"/t/{poll.topic_id}/poll"
    for one in (Voter(member), other := Voter(other_member)):
        assert signed_in(one.member).post(f"{address}/roll", {"key": one.key}).status_code == 302
    assert asker.post(f"{address}/start").status_code == 302
    vote = other.vote(poll, 1)
    sent = {"voter": vote.voter, "seal": vote.seal, "sig": vote.signature, "choice": "1", "r": vote.nonce}
    page = signed_in(other_member).post(f"{address}/ballots", sent, follow=True).content.decode()
    assert Receipt.objects.get(member=other_member).code in page
    assert asker.post(f"{address}/closure").status_code == 302
    turn()
    assert fresh(poll).counts == [0, 1, 0]

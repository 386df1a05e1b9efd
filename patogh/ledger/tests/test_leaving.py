"""Somebody goes for good, as people do: what opens their lines goes too, the book and every proof stay."""

import json

import pytest

from patogh.kit.tlog.policy import Policy
from patogh.kit.tlog.proof import TlogProof, verify
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.actions.transfers import reverse, transfer, transfer_many
from patogh.ledger.errors import AccountClosed
from patogh.ledger.models import Entry, Opening, Receipt, Submission, Transfer
from patogh.ledger.queries import book
from patogh.ledger.queries.policy import policy_text
from patogh.ledger.replaying import replay
from patogh.ledger.tests.sealed import sealed, witnesses
from patogh.ledger.wanted import Line, Wanted
from patogh.people.leaving import going

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(settings, tmp_path, owner, member, other_member, monkeypatch):
    """Points of two members in a witnessed book; returns the submissions of hers, with their proofs of before."""
    settings.DATA, settings.BOOK_ORIGIN = tmp_path / "data", "test.example/book"
    settings.DATA.mkdir()
    signers = witnesses(owner)
    for number in range(6):
        whose = member if number % 2 else other_member
        transfer(f"t:{number}", "grant", "pt", [Line("issuance:pt", -3), Line(f"member:{whose.pk}:pt", 3)], owner=whose)
    append_waiting()
    sealed(monkeypatch, signers)
    hers = list(Submission.objects.filter(receipts__member=member).order_by("leaf"))
    before = [(one, book.body_of(one), book.proof_of(one.leaf)) for one in hers]
    return before, lambda: sealed(monkeypatch, signers)


def test_whoever_is_erased_leaves_lines_that_prove_and_nothing_that_opens_them(moved, member, other_member):
    before, seal_again = moved
    going.erase(member)
    append_waiting()
    seal_again()
    assert len(before) == 3
    policy = Policy.parse(policy_text())
    for one, body, proof in before:
        assert book.body_of(one) == body
        assert verify(TlogProof.parse(proof), body, policy).quorum_met
        assert verify(TlogProof.parse(book.proof_of(one.leaf)), body, policy).quorum_met
    assert not Opening.objects.filter(member=member.pk).exists()
    assert not Opening.objects.filter(value__contains=f":{member.pk}:").exists()
    assert Opening.objects.filter(member=other_member).count() == 3
    assert all(Receipt.objects.get(submission=one).member_id is None for one, _body, _proof in before)
    [erased] = Submission.objects.filter(kind="erasure.performed.v1")
    assert json.loads(book.body_of(erased))["leaves"] == [one.leaf for one, _body, _proof in before]
    assert member.handle.encode() not in book.body_of(erased)


def test_the_replay_of_an_erased_members_book_is_whole(moved, member):
    _before, seal_again = moved
    going.erase(member)
    append_waiting()
    seal_again()
    assert replay().is_whole
    assert Entry.objects.exists()


def test_their_receipts_are_found_by_code_but_by_nobody_as_their_own(moved, member, other_member, signed_in, stranger):
    before, _seal_again = moved
    code = Receipt.objects.get(submission=before[0][0]).code
    going.erase(member)
    assert stranger.get(f"/book/receipts/{code}").status_code == 200
    assert signed_in(other_member).get(f"/me/book/{code}.json").status_code == 404


def test_erased_once_more_out_of_an_older_backup_enters_nothing_new(moved, member):
    going.erase(member)
    lines = Submission.objects.count()
    assert going.replay() == 0
    assert Submission.objects.count() == lines


def test_nothing_is_given_to_an_account_whose_member_was_erased(moved, member, other_member):
    mine, before = f"member:{member.pk}:pt", [Line("issuance:pt", -3), Line(f"member:{member.pk}:pt", 3)]
    going.erase(member)
    lines = Submission.objects.count()
    for to_them in (
        [Line("issuance:pt", -1), Line(mine, 1)],
        [Line(f"member:{other_member.pk}:pt", -1), Line(mine, 1)],
    ):
        with pytest.raises(AccountClosed):
            transfer("late", "grant", "pt", to_them)
        with pytest.raises(AccountClosed):
            transfer("late", "grant", "pt", to_them, pending=True)
    with pytest.raises(AccountClosed):
        transfer_many(
            [
                Wanted("fine", "grant", "pt", [Line("issuance:pt", -1), Line(f"member:{other_member.pk}:pt", 1)]),
                Wanted("late", "grant", "pt", before),
            ]
        )
    assert Submission.objects.count() == lines
    assert not Transfer.objects.filter(idem__in=["late", "fine"]).exists()


def test_a_repeat_of_before_is_answered_and_what_an_erased_member_had_can_go_back(moved, member):
    given = Transfer.objects.get(idem="t:1")
    going.erase(member)
    again = transfer("t:1", "grant", "pt", [Line("issuance:pt", -3), Line(f"member:{member.pk}:pt", 3)], owner=member)
    assert again.pk == given.pk
    back = transfer("aside", "transfer", "pt", [Line(f"member:{member.pk}:pt", -3), Line("redeemed:pt", 3)])
    assert reverse(back, "aside:back", "mistake").state == "posted"

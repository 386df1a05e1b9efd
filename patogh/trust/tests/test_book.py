"""What was decided stands in the open book: without names, in the same transaction, with a receipt for whom it met."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.conftest import made_member
from patogh.kit.errors import Forbidden
from patogh.kit.ids import uuid7
from patogh.ledger import schemas
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.models import Opening, Receipt, Submission
from patogh.ledger.queries.book import body_of
from patogh.people.actions.erasing import erase_member
from patogh.trust import actions
from patogh.trust.book import terms_hash, words_hash
from patogh.trust.models import Decision, ReviewItem, Sanction
from patogh.trust.nouns import Ruling
from patogh.trust.terms import TERMS

pytestmark = pytest.mark.django_db


def flagged(things, author, *people) -> ReviewItem:
    subject = things.add(author)
    for one in people:
        actions.flag(subject, "spam", by=one)
    return ReviewItem.objects.get(subject_kind=subject.kind, subject_id=subject.id)


def lines(kind: str = "moderation.action.v1") -> list[dict]:
    """The entries of a kind as the book holds them, checked by its closed schemas."""
    rows = Submission.objects.filter(kind=kind).order_by("pk")
    return [schemas.check(body_of(row)) for row in rows]


def openings(line: dict) -> dict[str, str]:
    return dict(Opening.objects.filter(submission=line["id"]).values_list("field", "value"))


def silence(days: int = 3) -> Ruling:
    until = timezone.now() + dt.timedelta(days=days)
    return Ruling("hide", "insult", sanction="silence", until=until, words="آرام باشید")


def test_a_decision_is_a_line_with_its_reason_and_weight_and_no_name(things, member, other_member, moderator):
    item = flagged(things, member, other_member)
    decision = actions.decide(item, silence(), by=moderator)
    (line,) = lines()
    assert (line["what"], line["reason"], line["sanction"], line["weight"]) == ("hide", "insult", "silence", 50)
    assert line["until"] == int(decision.sanctioned.until.timestamp())
    assert not {"subject", "name", "about"} & line.keys()
    assert openings(line) == {
        "member": f"member:{member.pk}", "by": f"member:{moderator.pk}", "words": words_hash("آرام باشید"),
    }  # fmt: skip
    assert all(value not in str(line) for value in (member.handle, moderator.handle, "آرام"))


def test_whom_it_met_gets_the_receipt_and_nobody_else(things, member, other_member, moderator):
    actions.decide(flagged(things, member, other_member), silence(), by=moderator)
    assert list(Receipt.objects.values_list("member__handle", flat=True)) == [member.handle]


def test_many_decisions_at_once_are_a_line_each_and_so_is_their_undoing(things, member, other_member, moderator):
    items = [flagged(things, member, other_member) for _ in range(3)]
    batch = actions.decide_many(items, Ruling("delete", "spam"), by=moderator)
    actions.undo_decisions(batch.token, by=moderator)
    done = lines()
    assert [line["what"] for line in done] == ["delete"] * 3 + ["undo"] * 3
    assert [line["about"] for line in done[3:]] == [line["id"] for line in done[:3]]


def test_a_decision_that_is_refused_leaves_no_line(things, member, other_member, moderator):
    item = flagged(things, member, other_member)
    with pytest.raises(Forbidden):
        actions.decide(item, Ruling("hide", "spam"), by=other_member)
    assert lines() == []


def test_a_sanction_and_its_lifting_are_two_lines(member, moderator):
    actions.sanction_member(member, silence(), by=moderator)
    actions.lift_sanction(Sanction.objects.get(), by=moderator)
    first, second = lines()
    assert (first["sanction"], second["what"], second["about"]) == ("silence", "lift", first["id"])


def test_what_flags_alone_hid_is_a_line_of_the_house(things, member, other_member, owner, moderator, agent):
    actions.change_terms({"hide_score_percent": 50}, by=owner)
    flagged(things, member, other_member, agent)
    line = lines()[0]
    assert (line["what"], line["reason"]) == ("hide", "flags") and "by" not in line


def test_an_appeal_is_answered_in_the_book(things, member, other_member, moderator, second_moderator):
    decision = actions.decide(flagged(things, member, other_member), Ruling("hide", "spam"), by=moderator)
    actions.decide_appeal(actions.appeal(decision, "من نبودم", by=member), "lifted", "حق با شماست", by=second_moderator)
    (answer,) = lines("moderation.appeal_decided.v1")
    assert (answer["outcome"], answer["about"]) == ("lifted", lines()[0]["id"])
    assert openings(answer)["words"] == words_hash("حق با شماست")


def test_new_terms_stand_in_the_book_by_their_hashes(owner):
    defaults = {name: term.default for name, term in TERMS.items()}
    actions.change_terms({"silence_days": 9}, by=owner)
    actions.change_terms({"silence_days": 9}, by=owner)
    (line,) = lines("policy.changed.v1")
    assert (line["what"], line["before"]) == ("terms", terms_hash(defaults))
    assert line["after"] == terms_hash({**defaults, "silence_days": 9})


def test_a_decision_from_before_the_book_can_be_undone(things, member, other_member, moderator):
    item = flagged(things, member, other_member)
    facts = {"item": item, "member": member, "by": moderator, "subject_kind": item.subject_kind, "batch": uuid7()}
    old = Decision.objects.create(
        **facts, subject_id=item.subject_id, what="none", reason="spam", decided_at=timezone.now()
    )
    actions.undo_decisions(old.batch, by=moderator)
    (line,) = lines()
    assert line["what"] == "undo" and "about" not in line


def test_erasing_whom_it_met_leaves_the_line_and_takes_what_opens_it(things, member, other_member, moderator):
    actions.decide(flagged(things, member, other_member), silence(), by=moderator)
    append_waiting()
    (before,) = lines()
    erase_member(member)
    assert lines() == [before] and openings(before) == {"by": f"member:{moderator.pk}"}
    assert Receipt.objects.get(submission=before["id"]).member_id is None
    (erased,) = lines("erasure.performed.v1")
    assert erased["leaves"] == [Submission.objects.get(pk=before["id"]).leaf]


def test_a_thing_that_is_decided_twice_has_two_lines(things, member, other_member, moderator):
    subject = things.add(member)
    for one in (other_member, made_member("laleh", "لاله پناهی")):
        actions.flag(subject, "spam", by=one)
        item = ReviewItem.objects.get(subject_kind=subject.kind, subject_id=subject.id, state="open")
        actions.decide(item, Ruling("none", "harmless"), by=moderator)
    assert [line["what"] for line in lines()] == ["none", "none"]

"""What the open book says on the page of a person."""

import pytest

from patogh.ledger import person_page
from patogh.ledger.actions.points import award

pytestmark = pytest.mark.django_db


def cards(member, viewer):
    return person_page.person_cards(person=member.identity.person, identities=[member.identity], viewer=viewer)


def test_points_are_shown(member, agent, owner):
    award("accepted_answer", member, idem="one", by=owner)
    assert [fact.words for fact in cards(member, agent)[0].facts] == ["۱۵"]


def test_somebody_without_an_account_has_no_card(member, agent):
    assert cards(member, agent) == []

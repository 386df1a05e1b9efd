"""What a merge does to consents: the most restrictive counts, nothing is lent, and an undo gives everything back."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.people import consent
from patogh.people.actions import confirm_email
from patogh.people.consent.errors import NoConsent
from patogh.persons.merging import merge_persons, undo_merge

pytestmark = pytest.mark.django_db
SAID = {"words": "خبرها را بفرستید", "method": "settings", "language": "fa"}


def is_let(identity) -> bool:
    try:
        consent.may_send(identity, "news", "mail", "")
    except NoConsent:
        return False
    return True


@pytest.fixture
def proved(member):
    """Mina's proved address."""
    return confirm_email(member, "mina@example.org")


@pytest.fixture
def joined(member, proved, other_member, owner):
    """Mina, whose settings say yes, and Parisa's proved address, joined by the team."""
    theirs = confirm_email(other_member, "parisa@example.org")
    consent.give(member.identity, "news", "mail", by=member, **SAID)
    return theirs, lambda: merge_persons(member.identity.person, theirs.person, by=owner, reason="یک خانواده")


def test_a_merge_lends_the_yes_of_an_account_to_no_other_address(joined, proved, owner):
    theirs, join = joined
    merge = join()
    theirs.refresh_from_db()
    assert is_let(proved) and not is_let(theirs)
    undo_merge(merge, by=owner)
    assert is_let(proved)


def test_a_merge_lifts_no_earlier_no_and_what_she_says_afterwards_is_about_both(joined, proved, member):
    theirs, join = joined
    consent.withdraw(theirs, "news", "mail", method="link", at=timezone.now() - dt.timedelta(days=9))
    join()
    theirs.refresh_from_db()
    assert not is_let(proved) and not is_let(theirs)
    assert consent.standing(member.identity.person, "news", "mail").state == "withdrawn"
    consent.give(member.identity, "news", "mail", by=member, **SAID)
    assert is_let(proved) and is_let(theirs)

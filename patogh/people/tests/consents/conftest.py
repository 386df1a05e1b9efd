"""A claimed number and a proved address, whose consents are told of."""

import pytest

from patogh.people.actions import confirm_email
from patogh.people.models import Identity, Person


@pytest.fixture
def phone(db, brand) -> Identity:
    """A claimed mobile number with a person of its own."""
    return Identity.objects.create(kind="phone", value="+989131234567", person=Person.objects.create())


@pytest.fixture
def proved(member) -> Identity:
    """Mina's proved address."""
    return confirm_email(member, "mina@example.org")

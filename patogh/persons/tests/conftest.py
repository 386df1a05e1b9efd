import pytest

from patogh.conftest import made_member
from patogh.people.identifying import identity_of
from patogh.people.tests.conftest import at_once, busy_house  # noqa: F401 - fixtures


@pytest.fixture
def manager(db, brand):
    """Somayeh, a community manager."""
    return made_member("somayeh", "سمیه کریمی", "community_manager")


@pytest.fixture
def buyer(db, brand):
    """Somebody known by a shop's key only."""
    return identity_of("shop-customer", "woo:10284", verified=True)


@pytest.fixture
def writer(db, brand):
    """Somebody known by a name on a messenger only."""
    return identity_of("bale", "@maryam_s", verified=True, name="مریم صالحی")

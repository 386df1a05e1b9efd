"""What every test of the repository shares: the migrated database is copied, not migrated again by each process."""

import gc
from collections.abc import Iterator

import pytest

from tests.template import Template


def pytest_collection_finish() -> None:
    """Leave the thousands of collected tests out of every later sweep, and sweep less often: a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def migrated(django_db_modify_db_settings, django_test_environment, django_db_blocker) -> Iterator[Template]:
    """The template of this run's database; the first process to come here makes it."""
    with django_db_blocker.unblock(), Template() as template:
        yield template


@pytest.fixture(scope="session")
def django_db_setup(migrated, django_db_setup, django_db_blocker) -> None:
    """Set the database up as pytest-django does, out of the template."""
    with django_db_blocker.unblock():
        migrated.made()

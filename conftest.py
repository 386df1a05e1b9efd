"""What every test of the repository shares: the migrated database is copied, not migrated again by each process."""

import gc
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck

from tests.template import Template

# Begun first: a process that is left alone with the longest at the end would wait for itself.
LONGEST = ("tests/browser/test_pages.py", "tests/input/", "tests/house/", "patogh/conf/tests/test_demo")
APART = ("tests/browser/test_pages.py", "tests/input/test_forms.py")  # each of their tests is as long as many files
DEMO = "patogh/conf/tests/test_demo"
gc.disable()  # until everything is collected: all of that stays, and a third of collecting was to sweep it


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark of what one database is enough for; let no property fail for a clock, which a busy machine stretches."""
    config.addinivalue_line("markers", "once: about what is decided before or after the database: one is enough")
    hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis.settings.load_profile("house")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest; what reads the demo runs in one row, or it would be loaded again after each break (23 CPU-s)."""
    items.sort(
        key=lambda item: (not item.nodeid.startswith(LONGEST), "small_demo" not in getattr(item, "fixturenames", ()))
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give a process whole files, so that what a file makes once is made once, and all files about the demo together."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return nodeid if file in APART else DEMO if file.startswith(DEMO) else file

    return ByFile(config, log)


def pytest_collection_finish() -> None:
    """Leave the thousands of collected tests out of every later sweep, and sweep less often: a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


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

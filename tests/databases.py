"""A pytest plugin for the run on PostgreSQL: leave out what cannot tell one database from another.

pytest-django keeps the database of the run from every test that does not ask for it, so a test without it answers the
same on both: the rules, the witnesses, the verifier, the command over a folder of its own. So does what is marked
`once`: walks over every door of the house where what is asked is decided before the database (a right, a scope, a
token, a method) or after it (a language), and where other tests ask the same rows. Everything else runs twice.
"""

import unittest
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Drills bring databases of their own; what is asked before a start reads the settings of the run.
WITH_THEIR_OWN = ("tests/drills/",)
ABOUT_SETTINGS = ("patogh/conf/tests/test_preflight.py",)
ASKING = {"db", "transactional_db"}
OURS = ("patogh.", "tests.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect them, so that the last line of the run says how many there were."""
    left_out = [item for item in items if answers_the_same(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def answers_the_same(item: pytest.Item) -> bool:
    """Return whether a test can have nothing to do with the database of this run."""
    if item.get_closest_marker("once"):
        return True
    path = item.path.relative_to(ROOT).as_posix()
    return path.startswith(WITH_THEIR_OWN) or not (path.startswith(ABOUT_SETTINGS) or asks(item))


def asks(item: pytest.Item) -> bool:
    """Return whether a test asks for the database: by its mark, a fixture, or as a TestCase of Django's."""
    if item.get_closest_marker("django_db") or ASKING & set(getattr(item, "fixturenames", ())):
        return True
    if isinstance(item, pytest.Function) and issubclass(item.cls or object, unittest.TestCase):
        return True
    known = getattr(item, "_fixtureinfo", None)
    made = [one for all_of_name in known.name2fixturedefs.values() for one in all_of_name] if known else []
    # A fixture of ours that builds something for a whole file wants the database to be set up, and opens it itself.
    return any("django_db_setup" in one.argnames and one.func.__module__.startswith(OURS) for one in made)

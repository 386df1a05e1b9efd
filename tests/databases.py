"""A pytest plugin for the run on PostgreSQL: leave out what cannot tell one database from another.

pytest-django keeps the database from every test that does not ask for it, so a test of `kit` or `looks` without it
answers the same on both; the crash drills bring databases of their own. Everything else runs twice.
"""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WITHOUT_DATABASE = ("patogh/kit/", "patogh/looks/", "patogh/activity/", "patogh/hangout/", "patogh/people/")
WITH_THEIR_OWN = ("tests/drills/",)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect them, so that the last line of the run says how many there were."""
    left_out = [item for item in items if answers_the_same(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def answers_the_same(item: pytest.Item) -> bool:
    """Return whether a test can have nothing to do with the database of this run."""
    path = f"{item.path.relative_to(ROOT).as_posix()}"
    asks = item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return path.startswith(WITH_THEIR_OWN) or (path.startswith(WITHOUT_DATABASE) and not asks)

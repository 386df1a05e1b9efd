"""The small demo, loaded once for all files here that only read it: loading takes longer than all of their tests."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import blocking_manager_key

from patogh.conf.demo import plan
from patogh.conf.demo.loading import load
from patogh.conftest import forget

NOW = dt.datetime(2026, 11, 22, 13, 46, tzinfo=dt.UTC)
TINY = plan.Size(members=120, topics=200, ideas=200, supports=2_000)
_loaded: list[tuple[Path, contextlib.ExitStack]] = []


@pytest.fixture(scope="module")
def small_demo(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """The folder of a small demo; each test of a file that asks for it goes on in a savepoint of its transaction."""
    with django_db_blocker.unblock():
        if not _loaded:
            _loaded.append(_load(tmp_path_factory.mktemp("demo")))
        yield _loaded[0][0]


def _load(folder: Path) -> tuple[Path, contextlib.ExitStack]:
    """Load it in a transaction that is rolled back where the stack is closed."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(override_settings(DATA=folder, MEDIA_ROOT=folder / "media", DEMO=False, BRAND_CACHE_S=0))
        stack.enter_context(transaction.atomic())
        stack.callback(transaction.set_rollback, True)
        whole, plan.SIZES["small"] = plan.SIZES["small"], TINY
        stack.callback(plan.SIZES.__setitem__, "small", whole)
        default_storage.__dict__.pop("base_location", None)
        forget()
        assert load("small", data=folder, now=NOW)
        return folder, stack.pop_all()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Take the demo away as soon as the next test is not about it."""
    answer = yield
    if _loaded and "small_demo" not in getattr(nextitem, "fixturenames", ()):
        with item.config.stash[blocking_manager_key].unblock():
            _loaded.pop()[1].close()
    return answer

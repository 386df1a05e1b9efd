"""A connector that another package brings is found by its entry point."""

import importlib
import sys

import pytest

from patogh.channels.connectors import registry

MODULE = """
from patogh.channels.connectors.contract import Connector
from patogh.channels.webhook.forms import WebhookForm


class Pigeon(Connector):
    name, icon, fa, en = "pigeon", "send", "کبوتر", "Pigeon"
    can = frozenset({"send"})
    form = WebhookForm


class Broken:
    def __init__(self):
        raise RuntimeError
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed package, as pip leaves it."""
    (tmp_path / "pigeonpost.py").write_text(MODULE, encoding="utf-8")
    info = tmp_path / "pigeonpost-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeonpost\nVersion: 1.0\n", encoding="utf-8")
    points = "[patogh.connectors]\npigeon = pigeonpost:Pigeon\nwrong = pigeonpost:Pigeon\nbroken = pigeonpost:Broken\ngone = nowhere:X\nwebhook = pigeonpost:Pigeon\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    registry.connectors.cache_clear()
    yield
    registry.connectors.cache_clear()
    sys.modules.pop("pigeonpost", None)


def test_a_package_brings_a_connector_and_can_neither_break_nor_replace_ours(package):
    found = registry.connectors()
    assert found["pigeon"].fa == "کبوتر"
    assert {"wrong", "broken", "gone"}.isdisjoint(found)
    assert type(found["webhook"]).__module__ == "patogh.channels.webhook.connector"


def test_pyproject_names_every_connector_of_the_house():
    import tomllib
    from pathlib import Path

    said = tomllib.loads(Path(__file__).parents[4].joinpath("pyproject.toml").read_text("utf-8"))
    assert said["project"]["entry-points"][registry.GROUP] == registry.BUILT_IN

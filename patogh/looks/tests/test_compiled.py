"""Templates are compiled once a machine, where Python may keep what it compiled."""

import sys
from pathlib import Path

import pytest
from jinja2 import FileSystemLoader

from patogh.looks import jinja


@pytest.fixture
def compiled_at(tmp_path, monkeypatch) -> Path:
    """Where Python keeps compiled files during a test."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path


def kept_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.cache"))


def rendered(directory: Path, words: str) -> str:
    (directory / "a.html").write_text(words)
    env = jinja.environment(loader=FileSystemLoader(str(directory)))
    return env.get_template("a.html").render(name="<مینا>")


def test_a_template_is_compiled_once_and_anew_when_its_words_change(compiled_at, tmp_path_factory):
    templates = tmp_path_factory.mktemp("templates")
    assert rendered(templates, "a {{ name }}") == "a &lt;مینا&gt;"
    before = [path.read_bytes() for path in kept_in(compiled_at)]
    assert rendered(templates, "a {{ name }}") == "a &lt;مینا&gt;" and len(before) == 1
    assert [path.read_bytes() for path in kept_in(compiled_at)] == before
    assert rendered(templates, "b {{ name }}") == "b &lt;مینا&gt;"
    assert [path.read_bytes() for path in kept_in(compiled_at)] != before


def test_where_python_keeps_nothing_we_keep_nothing(compiled_at, monkeypatch, tmp_path_factory):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert rendered(tmp_path_factory.mktemp("templates"), "a") == "a"
    assert kept_in(compiled_at) == []


def test_where_nothing_can_be_written_templates_compile_all_the_same(compiled_at, monkeypatch, tmp_path_factory):
    (compiled_at / "file").write_text("")
    monkeypatch.setattr(sys, "pycache_prefix", str(compiled_at / "file"))
    assert rendered(tmp_path_factory.mktemp("templates"), "a") == "a"

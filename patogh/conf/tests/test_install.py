"""The command `patogh` as it is put beside Python."""

import runpy
import subprocess
import sysconfig
import tomllib

import pytest

from patogh import install


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.setattr(sysconfig, "get_path", lambda _name: str(tmp_path))
    install.main()
    return tmp_path / "patogh"


def test_the_command_answers(command):
    said = subprocess.run([str(command), "--version"], capture_output=True, text=True, check=True)
    project = tomllib.loads((install.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert said.stdout == f"patogh {project['version']}\n"


def test_a_helper_process_that_imports_the_command_does_not_run_it_again(command):
    assert "main" in runpy.run_path(str(command), run_name="__mp_main__")

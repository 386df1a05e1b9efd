"""The measurements of bench/: each can be asked for by its name, stands in the README, and is run by `patogh bench all`."""

import argparse
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
NAMES = sorted(path.stem for path in (ROOT / "bench").glob("[a-z]*.py") if "def main(" in path.read_text())
ALONE = {"all", "large"}  # one runs the others, the other takes minutes to make its house


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    return lambda name: importlib.import_module(f"bench.{name}")


@pytest.mark.parametrize("name", NAMES)
def test_every_measurement_says_what_it_measures(bench, name, capsys):
    with pytest.raises(SystemExit) as ended:
        bench(name).main(["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"patogh bench {name}" in said
    assert "--json" in said


def test_all_runs_every_measurement(bench):
    assert set(bench("all").PARTS) == set(NAMES) - ALONE
    assert set(bench("all").SHORT) <= set(NAMES)


def test_the_readme_has_a_row_for_each():
    rows = re.findall(r"^\| `([a-z_]+)` \|", (ROOT / "bench" / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == NAMES


def test_short_sizes_are_words_that_the_measurement_knows(bench, capsys):
    for name, words in bench("all").SHORT.items():
        with pytest.raises(SystemExit) as ended:
            bench(name).main([*words, "--help"])
        assert ended.value.code == 0, name
    capsys.readouterr()


@pytest.mark.parametrize("name", ["merge", "person"])
def test_what_is_measured_inside_a_house_runs_its_own_lines(bench, monkeypatch, name):
    one, run = bench(name), subprocess.run
    monkeypatch.setattr(one, "RUN", "import json, sys; print(json.dumps({'told': sys.argv[1:]}))")
    monkeypatch.setattr(subprocess, "run", lambda command, **more: "migrate" in command or run(command, **more))
    assert one.measured(argparse.Namespace(activities=7, times=2), {}) == {"told": ["7", "2"]}


def test_witnessed_tells_times_and_what_never_came(bench, monkeypatch, capsys):
    witnessed = bench("witnessed")
    said = {"times": {"points": [4.0, 6.0], "decision": [9.0]}, "seals": 2, "waiting": 0}
    one = witnessed.figures(said, [0.2, 0.3])
    assert (one["acts"], one["all"]["p95_s"], one["at_once"]["p50_s"], one["never"]) == (3, 9.0, 0.3, 0)
    monkeypatch.setattr(witnessed, "on_both", lambda _only, _measured: {"sqlite": one})
    assert witnessed.main(["--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sqlite"]["decision"]["max_s"] == 9.0
    late = witnessed.figures(said | {"waiting": 1}, [0.2])
    assert not witnessed.is_met(late)
    assert not witnessed.is_met(witnessed.figures(said | {"times": {"points": [16.0]}}, [0.2]))
    assert witnessed.main.__module__ in sys.modules

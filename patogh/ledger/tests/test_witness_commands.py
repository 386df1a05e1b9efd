"""The witness's command line, the same in `patogh witness` and in the packed file; and the tests' own liars."""

import importlib.metadata
import json
import os
import subprocess
import sys
import zipfile
from http.client import HTTPException
from pathlib import Path

import pytest
from click.testing import CliRunner

from patogh.conf.cli import main as patogh
from patogh.conf.cli.witness import _COMMANDS
from patogh.kit.tlog.cosignature import CosignatureVerifier
from patogh.kit.tlog.errors import TlogError
from patogh.kit.tlog.note import COSIGNATURE_ML_DSA_44, Note, parse_signatures, parse_vkey
from patogh.ledger.tests.witnesses import (
    LIES,
    SmallLog,
    lying_witness,
    offline_witness,
    our_witness,
    show,
    slow_witness,
)
from patogh.ledger.witness.commands import COMMANDS, main, summary

LOG = SmallLog()
HONEST_FORM = {"signs_anything", "signs_the_future", "signs_the_past"}  # a right signature, a wrong deed


def run(*words):
    """Run a command of `patogh witness`: (exit status, output)."""
    done = CliRunner().invoke(patogh, ["witness", *map(str, words)])
    return done.exit_code, done.output


@pytest.fixture
def folder(tmp_path):
    """A witness that knows LOG."""
    assert run("init", tmp_path / "w", "--name", "example.org/witness")[0] == 0
    assert run("add-log", tmp_path / "w", "--vkey", LOG.vkey)[0] == 0
    return tmp_path / "w"


def test_a_witness_is_made_told_of_a_log_and_shown(folder):
    status, output = run("show", folder, "--json")
    shown = json.loads(output)
    assert (status, shown["name"]) == (0, "example.org/witness")
    assert shown["logs"] == [{"origin": LOG.origin, "vkeys": [LOG.vkey], "size": 0, "cosigned_at": 0, "evidence": 0}]
    assert LOG.origin in run("show", folder)[1]


def test_a_key_is_dropped(folder):
    assert run("drop-key", folder, "--vkey", LOG.vkey)[0] == 0
    assert json.loads(run("show", folder, "--json")[1])["logs"] == []


def test_evidence_is_printed_and_the_exit_status_says_so(folder, capsys):
    assert run("evidence", folder)[0] == 0
    with our_witness(folder, []) as witness:
        show(witness, LOG, 0, 5)
        show(witness, LOG.fork(2), 5, 9)
    status, output = run("evidence", folder)
    assert status == 3
    assert "the new tree does not contain the old one" in output
    assert json.loads(run("evidence", folder, "--json")[1])[0]["origin"] == LOG.origin
    assert run("evidence", folder, "--origin", "other.example")[0] == 0


def test_a_witness_may_hold_a_key_for_the_day_of_quantum_computers(tmp_path):
    assert run("init", tmp_path / "w", "--name", "example.org/w", "--ml-dsa-44")[0] == 0
    with our_witness(tmp_path / "w", [LOG.vkey]) as witness:
        status, _headers, answer = show(witness, LOG, 0, 5)
        note = Note(LOG.text(5), tuple(parse_signatures(answer.decode())))
    assert (status, parse_vkey(witness.vkey).kind) == (200, COSIGNATURE_ML_DSA_44)
    assert CosignatureVerifier(witness.vkey).verify(note)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["init", "{w}", "--name", "example.org/witness"], "holds a witness already"),
        (["init", "{w}2", "--name", "two words"], "no spaces"),
        (["init", "{w}2", "--name", ""], "no spaces"),
        (["show", "{w}2"], "holds no witness"),
        (["serve", "{w}2"], "holds no witness"),
        (["add-log", "{w}", "--vkey", "rubbish"], "not the public key of a log"),
        (["add-log", "{w}", "--vkey", LOG.vkey[:-4] + "AAA="], "not the public key of a log"),
        (["add-log", "{w}", "--vkey", LOG.vkey, "--origin", "a\nb"], "first line of the log's checkpoints"),
        (["drop-key", "{w}", "--vkey", SmallLog().vkey], "has no such key"),
        (["pack", "{w}/no/such/place"], "No such file"),
    ],
)
def test_a_mistake_is_answered_with_the_way_out(folder, capsys, words, sentence):
    assert main([word.format(w=folder) for word in words]) == 1
    assert sentence in capsys.readouterr().err


def test_the_witness_is_no_log_of_its_own(folder, capsys):
    vkey = json.loads(run("show", folder, "--json")[1])["vkey"]
    assert main(["add-log", str(folder), "--vkey", vkey]) == 1
    assert "own key" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["fly"], ["serve"], ["serve", "x", "--port", "many"], ["init", "x"]])
def test_a_mistyped_command_is_a_usage_error(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


def test_both_command_lines_have_the_same_commands():
    assert set(_COMMANDS) == set(COMMANDS)
    assert all(summary(name).endswith(".") for name in COMMANDS)
    assert "--port" in run("serve", "--help")[1]


def packed_with(tmp_path, *names):
    """The packed file and a command that sees only these installed packages."""
    out, only = tmp_path / "witness.pyz", tmp_path / "only"
    assert main(["pack", str(out)]) == 0
    only.mkdir()
    for name in names:
        for top in {Path(str(file)).parts[0] for file in importlib.metadata.files(name)} - {"..", "bin"}:
            (only / top).symlink_to(importlib.metadata.distribution(name).locate_file(top))
    start = f"import runpy, sys; sys.path = [p for p in sys.path if 'site-packages' not in p] + [{str(only)!r}]; "
    start += f"sys.argv[0] = {str(out)!r}; runpy.run_path({str(out)!r}, run_name='__main__')"
    return out, [sys.executable, "-I", "-S", "-c", start]


def test_the_packed_file_runs_with_cryptography_alone(tmp_path):
    _out, words = packed_with(tmp_path, "cryptography", "cffi")
    made = subprocess.run(
        [*words, "init", "w", "--name", "example.org/w"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("example.org/w+")
    probe = words[-1].replace(
        "runpy.run_path", "import atexit; atexit.register(lambda: print(*sorted(sys.modules))); runpy.run_path"
    )
    shown = subprocess.run([*words[:-1], probe, "show", "w"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert made.stdout.strip() in shown.stdout
    assert "patogh.ledger.witness.server" in shown.stdout
    assert not {"django", "click", "rfc8785"} & set(shown.stdout.split())


def test_the_packed_file_says_what_it_lacks(tmp_path):
    _out, words = packed_with(tmp_path)
    told = subprocess.run([*words, "show", "w"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (told.returncode, "pip install cryptography" in told.stderr) == (1, True)


def test_the_packed_file_is_the_same_each_time_and_holds_no_more_than_it_needs(tmp_path):
    one, other = tmp_path / "one.pyz", tmp_path / "other.pyz"
    assert (main(["pack", str(one)]), main(["pack", str(other)])) == (0, 0)
    assert one.read_bytes() == other.read_bytes()
    assert os.access(one, os.X_OK)
    names = zipfile.ZipFile(one).namelist()
    assert all(
        name == "__main__.py" or "/tlog/" in name or "/witness/" in name or name.endswith("__init__.py")
        for name in names
    )


@pytest.mark.parametrize("lie", sorted(LIES))
def test_a_lie_is_the_lie_it_says(lie):
    with lying_witness(lie) as liar:
        try:
            status, _headers, answer = show(liar, LOG, 0, 5)
            note = Note(LOG.text(5), tuple(parse_signatures(answer.decode())))
            good = status == 200 and CosignatureVerifier(liar.vkey).verify(note) > 0
        except (OSError, HTTPException, TlogError, ValueError):
            good = False
        assert len(liar.asked) == 1
    assert good is (lie in HONEST_FORM | {"signs_twice", "signs_the_far_future"})


def test_nobody_answers_for_a_witness_that_is_away():
    with offline_witness() as away, pytest.raises(OSError, match="refused"):
        show(away, LOG, 0, 5)


def test_a_slow_witness_does_answer(tmp_path):
    with slow_witness(delay_s=0.01) as slow:
        assert show(slow, LOG, 0, 5)[0] == 200

"""The command as an operator types it, each in a process of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from patogh.conf import cli

ROOT = Path(__file__).resolve().parents[3]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PATOGH_", "DJANGO_", "COV_"))}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def patogh(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "patogh", *words]
    return subprocess.run(command, env=environment(**more), capture_output=True, text=True, check=False, cwd=ROOT)


def one_line_of_failure(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> str:
    """A data folder that `patogh migrate` made."""
    folder = str(tmp_path_factory.mktemp("cli") / "data")
    done = patogh("migrate", "--data", folder)
    assert done.returncode == 0, done.stderr
    return folder


def commands(group: click.Group, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command with the words that lead to it."""
    found = []
    for name, command in group.commands.items():
        found.append((*words, name))
        if isinstance(command, click.Group):
            found += commands(command, (*words, name))
    return found


@pytest.mark.parametrize("words", [(), *commands(cli.main)])
def test_every_command_helps(words):
    said = CliRunner().invoke(cli.main, [*words, "--help"])
    assert said.exit_code == 0
    assert len(said.output.splitlines()) > 4


def test_the_bare_command_says_what_is_there_and_what_comes_next(tmp_path):
    empty = patogh(PATOGH_DATA=str(tmp_path))
    assert (empty.returncode, empty.stderr) == (0, "")
    assert "no hangout" in empty.stdout
    assert "patogh demo" in empty.stdout
    (tmp_path / "patogh.sqlite3").touch()
    assert "patogh check" in patogh(PATOGH_DATA=str(tmp_path)).stdout


def test_commands_say_in_english_what_is_empty_and_what_is_not_there(data):
    assert "Nothing has left" in patogh("deliveries", "--data", data).stdout
    assert "PATOGH_IMAP_HOST" in patogh("mail", "--data", data).stdout
    assert "no such thing" in one_line_of_failure(patogh("webhooks", "test", "7", "--data", data))
    assert "no mail 7" in one_line_of_failure(patogh("mail", "show", "7", "--data", data))


def test_help_does_not_load_django():
    code = "import sys; from patogh.conf import cli; sys.exit('django.conf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=environment(), check=False, cwd=ROOT).returncode == 0


def test_a_folder_without_a_database_is_one_clear_line(tmp_path):
    assert "patogh demo" in one_line_of_failure(patogh("check", "--data", str(tmp_path)))


def test_a_setting_that_is_no_number_is_one_clear_line(data):
    assert "PATOGH_WORKERS must be a whole number" in patogh("check", "--data", data, PATOGH_WORKERS="many").stderr


def test_migrating_again_changes_nothing(data):
    assert "up to date" in patogh("migrate", "--data", data).stdout


def test_an_account_is_made_and_given_roles(data):
    made = patogh(
        "user",
        "create",
        "مینا کیانی",
        "--handle",
        "mina_cli",
        "--password",
        "zayande-rud-1405",
        "--role",
        "owner",
        "--data",
        data,
    )
    assert made.returncode == 0, made.stderr
    assert "mina_cli" in made.stdout
    assert "moderator" in patogh("user", "role", "grant", "mina_cli", "moderator", "--data", data).stdout
    assert "not moderator" in patogh("user", "role", "revoke", "mina_cli", "moderator", "--data", data).stdout
    one_line_of_failure(patogh("user", "role", "grant", "nobody_here", "owner", "--data", data))
    one_line_of_failure(patogh("user", "role", "grant", "mina_cli", "emperor", "--data", data))


def test_cookies_are_given_in_demo_data_only(data):
    patogh("user", "create", "رضا نجفی", "--handle", "reza_cli", "--password", "zayande-rud-1405", "--data", data)
    assert "demo data only" in one_line_of_failure(patogh("user", "cookie", "reza_cli", "--data", data))
    marker = Path(data) / "demo"
    marker.write_text("")
    given = patogh("user", "cookie", "reza_cli", "--data", data)
    marker.unlink()
    assert re.fullmatch(r"Cookie: patogh_session=\w+; patogh_csrf=\w{32}\n", given.stdout), given


def test_check_says_what_there_is(data):
    said = json.loads(patogh("check", "--json", "--data", data).stdout)
    assert said["ok"] is True, said
    assert set(said["counts"]) == {"members", "spaces", "topics", "posts", "reactions", "activities"}


def test_check_finds_a_counter_that_is_wrong(data):
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(Path(data) / "patogh.sqlite3")) as database, database:
        columns = "slug, name, name_en, about, about_en, colour, position, access, topics_count, posts_count, followers_count, version, created_at"
        database.execute(
            f"INSERT INTO hangout_space ({columns}) VALUES ('x', 'x', '', '', '', 'fir', 1, 'public', 7, 0, 0, 1, '2026-11-22')"
        )
    done = patogh("check", "--json", "--data", data)
    with closing(sqlite3.connect(Path(data) / "patogh.sqlite3")) as database, database:
        database.execute("DELETE FROM hangout_space WHERE slug = 'x'")
    assert done.returncode == 1, done
    assert [finding["code"] for finding in json.loads(done.stdout)["findings"]] == ["space_topics_count"]


def test_a_backup_restores_into_another_folder(data, tmp_path):
    done = patogh("backup", str(tmp_path / "copy"), "--json", "--data", data)
    assert json.loads(done.stdout)["rows"] > 0, done.stderr
    assert patogh("restore", str(tmp_path / "copy"), "--data", str(tmp_path / "fresh")).returncode == 0
    before, after = (
        json.loads(patogh("check", "--json", "--data", folder).stdout) for folder in (data, str(tmp_path / "fresh"))
    )
    assert before == after
    assert "--force" in one_line_of_failure(
        patogh("restore", str(tmp_path / "copy"), "--data", str(tmp_path / "fresh"))
    )


def test_the_queue_can_be_looked_at(data):
    assert json.loads(patogh("jobs", "--json", "--data", data).stdout)["dead"] == []
    one_line_of_failure(patogh("jobs", "retry", "424242", "--data", data))


def test_a_measurement_that_is_not_there_is_one_clear_line():
    assert (
        "no measurement called moonlight" in patogh("bench", "moonlight").stderr
        or "source checkout" in patogh("bench", "moonlight").stderr
    )


def test_up_says_in_one_line_that_the_port_is_taken(data):
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} is taken" in one_line_of_failure(patogh("up", "--port", str(port), "--data", data))


def test_up_says_in_one_line_that_the_folder_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be written" in one_line_of_failure(patogh("up", "--port", "1", "--data", str(tmp_path / "file")))


def test_up_serves_is_ready_restarts_what_falls_and_stops_cleanly(data):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "patogh",
        "up",
        "--port",
        str(port),
        "--host",
        "127.0.0.1",
        "--workers",
        "1",
        "--data",
        data,
    ]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True, cwd=ROOT) as house:
        assert f"http://127.0.0.1:{port}/" in house.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 200
        children = below(house.pid)
        hub = next(pid for pid, words in children.items() if "patogh.activity.hub" in words)
        os.kill(hub, signal.SIGKILL)
        assert "hub fell (signal SIGKILL)" in house.stdout.readline()
        house.send_signal(signal.SIGTERM)
        assert house.wait(30) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def below(pid: int) -> dict[int, str]:
    """Return the processes below `pid` with their command lines."""
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found[int(child)] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        found.update(below(int(child)))
    return found

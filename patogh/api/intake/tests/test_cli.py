"""Sources, keys and events from a file, on the command line."""

import json

import pytest
from click.testing import CliRunner

from patogh.activity.models import Activity
from patogh.api.intake import keys
from patogh.api.models import IntakeSource
from patogh.conf.cli import main


@pytest.fixture
def run(monkeypatch, db):
    """Run a command in this process, on the test's own database."""
    monkeypatch.setattr("patogh.conf.cli.intake.start_django", lambda: None)
    return lambda *words: CliRunner().invoke(main, ["intake", *words])


def test_a_source_is_added_listed_and_given_a_new_key(run):
    said = run("add", "Shop", "--may", "link", "--origin", "https://shop.example").output.split()
    row = IntakeSource.objects.get()
    assert (row.is_trusted, row.origins, keys.holder(said[2]).source_id) == (True, "https://shop.example", row.pk)
    assert keys.holder(run("key", str(row.pk)).output.strip()).source_id == row.pk
    assert "Shop" in run("list").output and json.loads(run("list", "--json").output)[0]["id"] == row.pk


def test_a_file_is_taken_once_and_each_wrong_line_is_told(run, server, tmp_path):
    event = {"type": "track", "userId": "u-17", "event": "Looked", "timestamp": "2025-11-23T09:30:00Z"}
    lines = [json.dumps({**event, "messageId": f"m-{n}"}) for n in range(3)]
    file = tmp_path / "events.ndjson"
    file.write_text("\n".join([*lines, "{broken", "", json.dumps({"type": "track"})]), encoding="utf-8")
    for counts in ({"accepted": 3}, {"duplicate": 3}):
        done = run("replay", str(file), "--source", str(server.source.pk))
        assert json.loads(done.stdout) == {"id_missing": 1, "not_an_object": 1, **counts}
        assert "line 4: not_an_object" in done.stderr and done.exit_code == 1
    assert Activity.objects.filter(verb="persons.event_tracked", happened_at__year=2025).count() == 3

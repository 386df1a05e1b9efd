"""What the command says."""

import json

import pytest
from click.testing import CliRunner

from patogh.conf import preflight
from patogh.conf.cli import main
from patogh.hangout.importing.records import Skipped
from patogh.hangout.importing.report import SKIPPED_KEPT_MAX, Report
from patogh.hangout.importing.tests.conftest import answer, question
from patogh.hangout.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch):
    """Run `patogh import stackexchange` in this process, on the test's database."""
    monkeypatch.setattr(preflight, "must_migrate", lambda: False)
    monkeypatch.setattr(preflight, "database_is_there", lambda: None)
    return lambda *words: CliRunner().invoke(main, ["import", "stackexchange", *map(str, words)])


def test_the_table_names_what_came_and_what_did_not(run, posts_xml):
    done = run(posts_xml(question(1), answer(2, 1), answer(3, 9)), "--space", "چای")
    assert done.exit_code == 0
    assert "into the space 'چای' as stackexchange:tea" in done.stdout
    assert "its topic 9 is not in the file" in done.stdout
    assert Topic.objects.get().space.name == "چای"


def test_the_report_as_json_carries_lines_and_reasons(run, posts_xml):
    said = json.loads(run(posts_xml(question(1), answer(3, 9)), "--dry-run", "--json").stdout)
    assert said["new"] == {"members": 1, "topics": 1, "posts": 0, "accepted": 0, "tags": 2}
    assert said["skipped"]["rows"] == [{"line": 4, "id": "3", "why": "its topic 9 is not in the file"}]
    assert said["skipped"]["reasons"] == {"its topic … is not in the file": 1}
    assert not Topic.objects.exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"<users><row Id='1'/></users>"])
def test_a_file_of_no_use_is_one_line_and_exit_code_1(run, posts_xml, content):
    done = run(posts_xml(content))
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith("patogh: Posts.xml cannot be imported: ")


def test_a_missing_file_is_one_line_and_exit_code_1(run, tmp_path):
    done = run(tmp_path / "nowhere.xml")
    assert (done.exit_code, done.stderr) == (1, f"patogh: {tmp_path}/nowhere.xml is not there.\n")


def test_a_report_of_a_million_broken_rows_stays_small():
    report = Report("Posts.xml", "stackexchange:x", "x", dry_run=False)
    for line in range(SKIPPED_KEPT_MAX + 500):
        report.skip(Skipped(line, str(line), f"its topic {line} is not in the file"))
    assert (report.skipped_count, len(report.skipped), len(report.reasons)) == (
        SKIPPED_KEPT_MAX + 500,
        SKIPPED_KEPT_MAX,
        1,
    )
    assert len(report.lines()) < 60

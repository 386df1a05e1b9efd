"""Size and power cuts: memory does not grow with the dump, and kill -9 in the middle costs nothing."""

import gc
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest

from patogh.hangout.importing import frame, scratch, texts
from patogh.hangout.importing.report import Report
from patogh.hangout.importing.stackexchange import StackExchange
from patogh.hangout.importing.tests.conftest import answer, dump, question
from patogh.hangout.models import Post

ROOT = Path(__file__).resolve().parents[4]
FINGERPRINT = """
SELECT i.kind, i.key, i.digest, t.title, t.last_number, t.replies_count, t.score, p.number, p.html, s.name, m.posts_count, m.accepted_count
  FROM hangout_importedthing i LEFT JOIN hangout_post p ON i.kind = 'post' AND p.id = i.thing_id
  LEFT JOIN hangout_topic t ON t.id = CASE WHEN i.kind = 'post' THEN p.topic_id WHEN i.kind IN ('topic', 'accepted') THEN i.thing_id END
  LEFT JOIN hangout_space s ON s.id = t.space_id LEFT JOIN people_member m ON m.id = coalesce(p.author_id, t.author_id) ORDER BY i.kind, i.key
"""
COUNTS = "SELECT (SELECT count(*) FROM search_document), (SELECT count(*) FROM activity_activity), (SELECT posts_count FROM hangout_space)"


def many(path: Path, rows: int) -> Path:
    """Write a dump: each question has three answers, the second of them accepted."""
    path.parent.mkdir(exist_ok=True)
    told = f"<p>Water number @K@ was {'hot ' * 20}</p>"
    asks = dump(question("@K@", Title="Question @K@", OwnerUserId="@O@", AcceptedAnswerId="@T@")).splitlines()[2] + "\n"
    says = dump(answer("@K@", "@T@", OwnerUserId="@O@", Body=told)).splitlines()[2] + "\n"
    with path.open("w", encoding="utf-8") as file:
        file.write("<posts>\n")
        for key in range(1, rows, 4):
            file.write(asks.replace("@K@", str(key)).replace("@O@", str(key % 97)).replace("@T@", str(key + 2)))
            says_here = says.replace("@O@", str(key % 89)).replace("@T@", str(key))
            file.writelines(says_here.replace("@K@", str(key + n)) for n in (1, 2, 3))
        file.write("</posts>\n")
    return path


def test_reading_a_hundred_thousand_rows_takes_little_memory(tmp_path):
    source = StackExchange(many(tmp_path / "big" / "Posts.xml", 100_000))
    report = Report("Posts.xml", "", "", dry_run=True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with closing(scratch.opened()) as file:
        frame._read(source, file, report, lambda *_: None)
        assert sum(map(len, scratch.groups(file, 500))) == 100_000
    assert report.rows == 100_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # kilobytes


@pytest.fixture
def usual_sweeps():
    """Let the collector sweep as often as in a running house; tests let it sweep less."""
    tests, usual = gc.get_threshold(), (700, 10, 10)
    gc.set_threshold(*usual)
    yield
    gc.set_threshold(*tests)


@pytest.mark.django_db
def test_importing_does_not_hold_what_it_has_written(tmp_path, monkeypatch, usual_sweeps):
    monkeypatch.setattr(texts, "POSTS_FOR_PROCESSES_MIN", 10**9)
    peaks = []
    for number, rows in enumerate((300, 1500)):
        path = many(tmp_path / f"of{number}" / "Posts.xml", rows)
        path.write_text(path.read_text().replace("2015-01-2", f"201{number}-01-2"))
        tracemalloc.start()
        frame.bring_in(StackExchange(path))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert Post.objects.count() == 1800
    assert peaks[1] < peaks[0] + 12_000_000


@pytest.mark.django_db
def test_other_processes_make_the_same_texts(tmp_path, monkeypatch):
    bodies = ["<p>one</p>", "", "x" * 60_000, "<p>چای</p>"] * 30
    with (
        texts.maker(StackExchange.markdown, 1) as here,
        texts.maker(StackExchange.markdown, texts.POSTS_FOR_PROCESSES_MIN) as there,
    ):
        assert list(there(bodies)) == list(here(bodies))


def command(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start `patogh` on a data folder."""
    env = {
        **os.environ,
        "PATOGH_DATA": str(folder),
        "PATOGH_DATABASE_URL": "",
        "PYTHONPATH": str(ROOT),
        "PATOGH_DOOR": "group",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "patogh", *words],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "patogh.sqlite3", timeout=30)) as database:
        return database.execute(sql).fetchall()


@pytest.mark.drill
def test_kill_9_in_the_middle_and_a_second_run_give_what_one_run_gives(tmp_path):
    path = many(tmp_path / "tea" / "Posts.xml", 2000)
    assert command(tmp_path / "calm", "migrate").wait(120) == 0
    shutil.copytree(tmp_path / "calm", tmp_path / "killed")
    calm = command(tmp_path / "calm", "import", "stackexchange", str(path))
    assert calm.wait(180) == 0
    killed = command(tmp_path / "killed", "import", "stackexchange", str(path))
    while killed.poll() is None and rows(tmp_path / "killed", "SELECT count(*) FROM hangout_importedthing")[0][0] < 600:
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.wait(30)
    assert 0 < rows(tmp_path / "killed", "SELECT count(*) FROM hangout_post")[0][0] < 2000
    assert command(tmp_path / "killed", "import", "stackexchange", str(path)).wait(180) == 0
    assert rows(tmp_path / "killed", FINGERPRINT) == rows(tmp_path / "calm", FINGERPRINT)
    assert rows(tmp_path / "killed", COUNTS) == rows(tmp_path / "calm", COUNTS)

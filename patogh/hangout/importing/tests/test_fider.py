"""Fider's export and backup become topics."""

import json
import zipfile

import pytest

from patogh.hangout.importing import fider_backup, frame
from patogh.hangout.importing.fider import Fider
from patogh.hangout.importing.records import CannotImport
from patogh.hangout.importing.tests.conftest import SHARED
from patogh.hangout.importing.tests.test_discourse import PIXELS
from patogh.hangout.models import Picture, Post, Topic
from patogh.people.models import StagedMember

pytestmark = pytest.mark.django_db
HEAD = "number,title,description,created_at,created_by,votes_count,comments_count,status,responded_by,responded_at,response,original_number,original_title,tags\n"
AT = "2020-01-01T00:00:00Z"
TABLES = {
    "users": [{"id": 1, "name": "سارا", "email": "sara@example.org", "created_at": AT}, {"id": 2, "name": "Team"}],
    "posts": [
        {"id": 11, "number": 1, "title": "سبد جلو", "description": "برای خرید", "created_at": AT, "user_id": 1, "status": 2, "response": "آمد", "response_user_id": 2, "response_date": "2020-02-01T00:00:00Z"},
        {"id": 12, "number": 2, "title": "رفته", "created_at": AT, "user_id": 1, "status": 6},
    ],
    "comments": [{"id": 5, "post_id": 11, "user_id": 2, "content": "چه خوب", "created_at": "2020-01-05T00:00:00Z"}, {"id": 6, "post_id": 12, "content": "x", "created_at": AT}],
    "post_votes": [{"post_id": 11, "user_id": 1}, {"post_id": 11, "user_id": 2}],
    "tags": [{"id": 3, "name": "لوازم"}], "post_tags": [{"post_id": 11, "tag_id": 3}], "attachments": [{"post_id": 11, "attachment_bkey": "a/b.png"}], "webhooks": [],
}  # fmt: skip


@pytest.fixture
def backup(tmp_path):
    """Return a function that writes a backup.zip."""

    def write(tables=TABLES, **files):
        path = tmp_path / "backup.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, rows in tables.items():
                archive.writestr(f"{name}.json", rows if isinstance(rows, str | bytes) else json.dumps(rows))
            archive.writestr("blobs/a/b.png", PIXELS)
            for name, content in files.items():
                archive.writestr(name.replace("__", "/"), content)
        return path

    return write


def bring(path, **options):
    return frame.bring_in(Fider(path), **options)


def table(tmp_path, *rows, head=HEAD):
    path = tmp_path / "ideas.csv"
    path.write_text(head + "\n".join(rows), encoding="utf-8")
    return path


def test_the_real_export_comes_in():
    report = bring(SHARED / "fider" / "more-posts.csv")
    assert (report.new["topics"], report.new["posts"], report.new["members"]) == (3, 2, 4)
    topic = Topic.objects.get(title="Go is fast")
    assert (topic.tag_names, topic.closed_at.year, topic.posts.get(number=1).score) == (
        ["easy", "ignored", "declined"],
        2018,
        4,
    )
    assert "Go is very easy (99)" in Post.objects.get(topic__title="Go is easy", number=2).html
    assert sum(bring(SHARED / "fider" / "more-posts.csv").new.values()) == 0


def test_an_empty_export_brings_nothing():
    assert sum(bring(SHARED / "fider" / "empty.csv").new.values()) == 0


def test_rows_that_cannot_come_are_told(tmp_path):
    path = table(
        tmp_path,
        f"x,a,b,{AT},m,0,0,open,,,,,,",
        "2,a,b,soon,m,0,0,open,,,,,,",
        "3,short",
        f"4,خوب,,{AT},,9999999999999,0,open,,,,,,",
    )
    report = bring(path)
    assert [row.line for row in report.skipped] == [2, 3, 4]
    assert (Topic.objects.get().author.name, Post.objects.get().text) == ("Former member", "خوب")


def test_the_backup_brings_comments_votes_and_pictures(backup):
    report = bring(backup())
    topic = Topic.objects.get()
    assert list(topic.posts.order_by("number").values_list("text", flat=True))[1:] == ["چه خوب", "آمد"]
    assert (topic.tag_names, topic.posts.get(number=1).score, Picture.objects.get().post.number) == (
        ["لوازم", "completed"],
        2,
        1,
    )
    assert [row.why for row in report.skipped] == ["it was deleted there", "its post did not come"]
    assert StagedMember.objects.get(source_key="u1").member.identity.links.get().evidence == {
        "claimed_email": "sara@example.org"
    }
    assert sum(bring(backup()).new.values()) == 0


def test_names_that_lead_out_are_not_opened(backup):
    path = backup(**{"..__..__etc__passwd": "x", "__posts.json": "[]"})
    assert "posts" in fider_backup.Backup(path).files
    assert bring(path).new["topics"] == 1


def test_a_bomb_is_refused(backup, monkeypatch):
    monkeypatch.setattr(fider_backup, "TABLE_BYTES_MAX", 100_000)
    with pytest.raises(CannotImport, match="has more than"):
        bring(backup({**TABLES, "comments": " " * 50_000_000}))


@pytest.mark.parametrize("tables", [{}, {"posts": "{"}, {"posts": b"\xff\xfe"}, {"posts": "[" * 100_000}])
def test_a_backup_of_no_use_is_refused(backup, tables):
    with pytest.raises(CannotImport):
        bring(backup(tables))


@pytest.mark.parametrize("value", [None, "x", -1, 10**30, [], {}, True])
def test_a_strange_value_anywhere_breaks_nothing(backup, value):
    for table_name in ("posts", "comments", "users", "post_votes", "attachments"):
        row = TABLES[table_name][0]
        for name in row:
            if isinstance(value, list | dict) and name in {"id", "post_id", "tag_id", "user_id"}:
                continue
            bring(backup({**TABLES, table_name: [{**row, name: value}]}), dry_run=True)


@pytest.mark.parametrize("content", [b"", b"hello", b"a,b\n1,2\n", b"PK\x03\x04broken", b"\x00" * 50])
def test_a_file_of_no_use_is_refused(tmp_path, content):
    (tmp_path / "posts.csv").write_bytes(content)
    with pytest.raises(CannotImport):
        bring(tmp_path / "posts.csv")

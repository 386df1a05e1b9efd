"""The neutral folder: what goes out comes in again, row for row; what is broken is said, and nothing else is lost."""

import csv
import json
from pathlib import Path

import pytest
from django.db import connection

from patogh.activity.models import Activity
from patogh.activity.road import erasing
from patogh.conf.integrity import counts
from patogh.hangout import actions, book
from patogh.hangout.actions import NewPoll, NewReply, NewTopic, SpaceFacts
from patogh.hangout.ballots import actions as polls
from patogh.hangout.ballots.tasks import turn_polls
from patogh.hangout.exporting import cells, sheets, writing
from patogh.hangout.importing import neutral
from patogh.hangout.importing.neutral_load import Wish, bring_in
from patogh.hangout.importing.records import CannotImport
from patogh.hangout.models import PollRecord, Post, Space, Topic
from patogh.hangout.tests.test_ballots import Voter
from patogh.hangout.tests.test_pictures import png
from patogh.hangout.tests.truth import wrong_counters
from patogh.people import actions as people
from patogh.people.models import Brand, Member, StagedMember
from patogh.search.models import Document

PAGE = """
SELECT t.id, t.title, t.kind, t.excerpt, t.replies_count, t.reactions_count, t.score, t.followers_count, t.pinned_at, t.closed_at,
       t.trashed_at, t.accepted_post_id, t.last_number, t.active_at, s.slug, p.number, p.text, p.html, p.reactions, p.revisions_count, p.created_at,
       p.edited_at, m.handle, m.name, q.number
  FROM hangout_topic t JOIN hangout_space s ON s.id = t.space_id JOIN hangout_post p ON p.topic_id = t.id
  JOIN people_member m ON m.id = p.author_id LEFT JOIN hangout_post q ON q.id = p.parent_id ORDER BY t.id, p.number
"""


@pytest.fixture
def town(owner, member, other_member, monkeypatch):
    """A small town with one of everything; nothing is earned in it, for a book cannot be emptied again."""
    monkeypatch.setattr(book, "award", lambda *_facts, **_more: None)
    space = actions.open_space(SpaceFacts("repair", "تعمیر", "Repair", "چرخ و ترمز"), by=owner)
    cellar = actions.open_space(SpaceFacts("cellar", "زیرزمین", access="private"), by=owner)
    actions.let_in(cellar, member, by=owner)
    token = actions.take_picture(png(), by=member).token
    question = actions.open_topic(
        space,
        NewTopic("=سوالِ توپی", f"صدا می‌دهد\n\n![نما](/media/pictures/{token}.webp)", "question", ("توپی",)),
        by=member,
    )
    answer = actions.reply(question, NewReply("خار را چرب کنید @mina"), by=other_member)
    actions.react(answer, "thanks", by=member)
    actions.accept_answer(answer, by=member)
    actions.bookmark(answer, by=member)
    actions.follow(space, by=member)
    poll = actions.open_topic(cellar, NewTopic("رأی بدهید", "کدام؟", poll=NewPoll("کدام؟", ("این", "آن"))), by=member)
    actions.vote_in_poll(poll.poll, [poll.poll.options.first().pk], by=member)
    actions.close_topic(poll, by=owner, why="بس است")
    actions.pin_topic(question, by=owner)
    gone = actions.reply(question, NewReply("پشیمان شدم", parent=answer.number), by=member)
    actions.trash_post(gone, by=member)
    people.follow_member(other_member, by=member)
    return question


def empty_house() -> None:
    """Take every row away, as in a house that was just built; constraints are deferred in a test's transaction."""
    names = [
        name
        for name in connection.introspection.table_names()
        if name.startswith(
            (
                "ideas_",
                "shop_",
                "segments_",
                "hangout_",
                "people_",
                "trust_",
                "channels_",
                "api_",
                "activity_activity",
                "account_",
            )
        )
    ]
    with erasing(), connection.cursor() as cursor:
        for name in [*names, "search_document"]:
            cursor.execute(f'DELETE FROM "{name}"')
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO search_index(search_index) VALUES ('delete-all')")
        else:
            cursor.execute("DELETE FROM search_index")


def pages() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(PAGE)
        return cursor.fetchall()


def documents() -> list[tuple]:
    rows = Document.objects.filter(kind__in=["topic", "post", "space", "tag"])
    return list(
        rows.order_by("kind", "thing_id").values_list(
            "kind", "thing_id", "audience", "url", "weight", "title", "text", "tags"
        )
    )


def imported(folder, **wish):
    return bring_in(neutral.opened(folder), Wish(**wish))


@pytest.mark.parametrize("as_csv", [False, True])
def test_what_goes_out_comes_in_equal(town, tmp_path, as_csv):
    writing.export(tmp_path / "out", writing.Wish(as_csv=as_csv, contacts=True))
    before, shown, found = counts(), pages(), documents()
    empty_house()
    report = imported(tmp_path / "out", roles=True)
    assert (counts(), pages(), documents()) == (before, shown, found)
    assert report.skipped == []
    assert wrong_counters() == []
    assert Member.objects.get(handle="behrouz").roles == "owner"


def test_reading_it_twice_changes_nothing(town, tmp_path):
    writing.export(tmp_path / "out", writing.Wish())
    empty_house()
    imported(tmp_path / "out")
    before, shown = counts(), pages()
    again = imported(tmp_path / "out")
    assert (counts(), pages()) == (before, shown)
    assert again.new.total() == again.changed.total() == 0


def test_a_house_with_people_keeps_its_own_and_gets_the_rest(town, tmp_path, owner):
    writing.export(tmp_path / "out", writing.Wish())
    text = (tmp_path / "out" / "manifest.json").read_text().replace(writing.site(), "elsewhere")
    (tmp_path / "out" / "manifest.json").write_text(text)
    before = counts()
    report = imported(tmp_path / "out")
    assert report.skipped == []
    after = counts()
    assert {name: after[name] - before[name] for name in ("topics", "posts", "reactions")} == {
        name: before[name] for name in ("topics", "posts", "reactions")
    }
    assert wrong_counters() == []
    copy = Topic.objects.filter(title="=سوالِ توپی").order_by("-pk").first()
    assert copy.pk != town.pk
    assert copy.author.handle != "mina"
    assert Post.objects.get(topic=copy, number=3).parent.topic_id == copy.pk


def test_a_dry_run_says_the_same_and_writes_nothing(town, tmp_path):
    writing.export(tmp_path / "out", writing.Wish())
    empty_house()
    report = imported(tmp_path / "out", dry_run=True)
    assert report.new["posts"] == 4
    assert report.skipped == []
    assert not Post.objects.exists()


def test_contacts_go_out_only_when_asked_for(town, tmp_path):
    writing.export(tmp_path / "plain", writing.Wish())
    writing.export(tmp_path / "full", writing.Wish(contacts=True))
    assert "mina@example.org" not in "".join(path.read_text() for path in (tmp_path / "plain").glob("*.jsonl"))
    assert "mina@example.org" in (tmp_path / "full" / "members.jsonl").read_text()
    empty_house()
    imported(tmp_path / "full")
    staged = StagedMember.objects.get(member__handle="mina")
    assert staged.member.identity.links.get().evidence == {"claimed_email": "mina@example.org"}


def test_one_space_goes_out_alone(town, tmp_path):
    manifest = writing.export(tmp_path / "out", writing.Wish(space="repair"))
    assert (manifest["counts"]["spaces"], manifest["counts"]["topics"]) == (1, 1)
    assert "activities" not in manifest["counts"]


def test_a_folder_that_is_there_already_is_left_alone(town, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    with pytest.raises(writing.CannotExport):
        writing.export(tmp_path / "out", writing.Wish())
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def folder_of(tmp_path, **files: str):
    """A folder that a converter wrote."""
    home = tmp_path / "theirs"
    home.mkdir()
    for name, text in files.items():
        end = "csv" if not text.startswith("{") else "jsonl"
        (home / f"{name}.{end}").write_text(text, encoding="utf-8")
    return home


MEMBERS = '{"id": "a", "name": "آرش"}\n{"id": "b", "name": "بابک", "email": "b@example.org"}\n'
TOPICS = '{"id": "t", "title": "سلام", "author": "a", "created_at": "2020-01-02T03:04:05Z", "accepted": "p2", "tags": ["چرخ"], "closed_at": "2020-02-02T00:00:00Z"}\n'
POSTS = (
    '{"id": "p1", "topic": "t", "author": "a", "text": "یکم", "created_at": "2020-01-02T03:04:05Z"}\n'
    '{"id": "p2", "topic": "t", "author": "b", "text": "دوم", "created_at": "2020-01-03T03:04:05Z", "parent": "p3"}\n'
    '{"id": "p3", "topic": "t", "author": "a", "text": "سوم", "created_at": "2020-01-04T03:04:05Z"}\n'
)


def test_three_files_of_a_converter_are_enough(brand, tmp_path):
    report = imported(folder_of(tmp_path, members=MEMBERS, topics=TOPICS, posts=POSTS))
    topic = Topic.objects.get()
    assert report.skipped == []
    assert (topic.replies_count, topic.accepted_post_id, topic.space.name, topic.tag_names) == (
        2,
        Post.objects.get(number=2).pk,
        "theirs",
        ["چرخ"],
    )
    assert Post.objects.get(number=2).parent.number == 3
    assert Activity.objects.filter(source="neutral:theirs").count() == 6
    assert wrong_counters() == []


def test_a_broken_row_is_said_and_the_others_come(brand, tmp_path):
    broken = '{"id": "p9", "topic": "t"\n{"id": "p8", "topic": "nowhere", "author": "a", "text": "x", "created_at": "2020-01-02"}\n'
    broken += '{"id": "p7", "topic": "t", "author": "a", "text": "x", "created_at": "yesterday"}\n[1]\n{"id": "p1", "topic": "t", "author": "a", "text": "x", "created_at": "2020-01-02"}\n'
    report = imported(folder_of(tmp_path, members=MEMBERS, topics=TOPICS, posts=POSTS + broken))
    assert Post.objects.count() == 3
    assert [(name, line) for name, line, _key, _why in report.skipped] == [
        ("posts", 4),
        ("posts", 6),
        ("posts", 7),
        ("posts", 8),
        ("posts", 5),
    ]
    assert "created_at is no time" in report.skipped[1][3]


def test_csv_with_a_mark_semicolons_and_other_columns_is_read(brand, tmp_path):
    text = "\ufeffid;name;shoe_size\na;آرش;42\nb;بابک;43\n"
    report = imported(folder_of(tmp_path, members=text, topics=TOPICS, posts=POSTS))
    assert Member.objects.count() == 2
    assert any("shoe_size" in remark for remark in report.remarks)


@pytest.mark.parametrize(
    ("break_it", "why"),
    [
        (lambda home: (home / "posts.jsonl").unlink(), "missing"),
        (lambda home: (home / "posts.jsonl").write_text(""), "not what the manifest says"),
        (lambda home: (home / "manifest.json").write_text("[]"), "no manifest"),
        (lambda home: (home / "manifest.json").write_text('{"version": 99}'), "version 99"),
        (lambda home: (home / "manifest.json").write_text('{"files": {"../../etc/passwd": {}}}'), "not in the folder"),
        (lambda home: (home / "posts.csv").write_text("id\n"), "both"),
    ],
)
def test_a_folder_that_is_not_what_it_says_is_refused(town, tmp_path, break_it, why):
    writing.export(tmp_path / "out", writing.Wish())
    break_it(tmp_path / "out")
    with pytest.raises(CannotImport) as refused:
        neutral.opened(tmp_path / "out")
    assert why in str(refused.value)


def test_a_file_of_bytes_that_are_no_text_loses_only_those_rows(brand, tmp_path):
    home = folder_of(tmp_path, members=MEMBERS, topics=TOPICS, posts=POSTS)
    with (home / "posts.jsonl").open("ab") as file:
        file.write(b'\xff\xfe{"id": "x"}\n')
    report = imported(home)
    assert (Post.objects.count(), report.skipped_count) == (3, 1)


def test_files_are_taken_from_the_folder_only(brand, tmp_path):
    (tmp_path / "secret.webp").write_bytes(png())
    home = folder_of(
        tmp_path,
        members='{"id": "a", "name": "آرش", "avatar": "../../secret.webp"}\n',
        topics=TOPICS.replace('"p2"', "null"),
        posts=POSTS.splitlines()[0] + "\n",
    )
    (home / "files").mkdir()
    (home / "files" / "link.webp").symlink_to(tmp_path / "secret.webp")
    folder = neutral.opened(home)
    assert folder.file("../../secret.webp") is None
    assert folder.file("link.webp") is None
    imported(home)
    assert Member.objects.get().avatar == ""


@pytest.mark.parametrize("text", ["=1+1", "+98", "-3", "@mina", "\tx", "'quoted'", "''", "ساده", "", "'=x"])
def test_a_spreadsheet_never_runs_a_cell_and_reading_undoes_the_guard(text):
    written = cells.guarded(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cells.unguarded(written) == text


def test_csv_is_guarded_in_the_file(town, tmp_path):
    writing.export(tmp_path / "out", writing.Wish(as_csv=True))
    with (tmp_path / "out" / "topics.csv").open(encoding="utf-8", newline="") as file:
        assert "'=سوالِ توپی" in [row["title"] for row in csv.DictReader(file)]


def test_names_of_marks_are_told_apart(db):
    kinds = [sheet.kind for sheet in sheets.plain()]
    assert len(kinds) == len(set(kinds))


def test_the_manifest_counts_what_is_in_the_files(town, tmp_path):
    manifest = writing.export(tmp_path / "out", writing.Wish())
    for name, count in manifest["counts"].items():
        if name != "files":
            assert len((tmp_path / "out" / f"{name}.jsonl").read_text().splitlines()) == count
    assert Space.objects.count() == manifest["counts"]["spaces"]
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["version"] == sheets.VERSION


def test_the_page_of_the_format_names_every_sheet():
    page = (Path(__file__).parents[4] / "docs" / "neutral-format.md").read_text(encoding="utf-8")
    assert [name for name in sheets.names() if f"`{name}`" not in page] == []


def test_a_sealed_poll_travels_with_its_result_and_never_becomes_a_simple_one(
    owner, member, other_member, tmp_path, stranger, monkeypatch
):
    monkeypatch.setattr("patogh.hangout.ballots.actions.counting.require_witnessed", lambda _entry: None)
    space = actions.open_space(SpaceFacts("repair", "تعمیر"), by=owner)
    ask = NewPoll("کجا برویم؟", ("کوه", "رود", "شهر"), is_sealed=True)
    held, _ = (
        actions.open_topic(space, NewTopic(title, "همه رأی دهید.", poll=ask), by=member)
        for title in ("سفر آدینه", "سفر شنبه")
    )
    voters = [Voter(member), Voter(other_member)]
    for voter in voters:
        polls.enrol(held.poll, voter.key, by=voter.member)
    polls.start_voting(held.poll, by=member)
    polls.cast_ballot(held.poll, voters[0].vote(held.poll, 1), by=member)
    polls.close_poll(held.poll, by=member)
    turn_polls()
    writing.export(tmp_path / "out", writing.Wish())
    said = (tmp_path / "out" / "poll_records.jsonl").read_text()
    assert not any(word in said for word in (voters[0].key, voters[0].nonce))
    empty_house()
    assert imported(tmp_path / "out").skipped == []
    rows = {row.poll.topic.title: row for row in PollRecord.objects.select_related("poll__topic")}
    assert [(row.is_sealed, row.phase) for row in rows.values()] == [(True, "final")] * 2
    assert rows[held.title].counts == [0, 1, 0]
    Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
    for row in rows.values():
        for path in ("", "/poll", "/poll/recount", "/poll/entries"):
            assert stranger.get(f"/t/{row.poll.topic_id}{path}", follow=True).status_code == 200

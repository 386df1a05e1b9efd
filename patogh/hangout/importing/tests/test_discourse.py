"""Discourse's answers, and the tables of its CSV importer, become topics."""

import base64
import json

import pytest

from patogh.hangout.importing import frame
from patogh.hangout.importing.discourse import Discourse
from patogh.hangout.importing.records import CannotImport
from patogh.hangout.importing.tests.conftest import DISCOURSE
from patogh.hangout.models import ImportedThing, Picture, Post, Space, Topic
from patogh.people.models import Member, StagedMember

pytestmark = pytest.mark.django_db
PIXELS = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
POST = {"post_type": 1, "topic_id": 7, "username": "sara.n", "name": "سارا", "created_at": "2020-01-01T00:00:00Z"}
FACTS = {
    "id": 7,
    "title": "آسیاب",
    "slug": "grinder",
    "category_id": 3,
    "tags": ["dam", {"name": "قهوه"}],
    "views": 9,
    "archetype": "regular",
}
PLACES = {
    "category_list": {
        "categories": [
            {"id": 3, "name": "چای", "slug": "tea"},
            {"id": 4, "name": "تیم", "slug": "team", "read_restricted": True},
        ]
    }
}


def post(number, **changes):
    return {**POST, "id": 100 + number, "post_number": number, "cooked": f"<p>پاسخ {number}</p>", **changes}


@pytest.fixture
def answers(tmp_path):
    """Return a function that writes answers of an API into a folder."""

    def write(*documents):
        folder = tmp_path / "forum"
        folder.mkdir(exist_ok=True)
        for number, document in enumerate(documents):
            content = document if isinstance(document, bytes) else json.dumps(document).encode()
            (folder / f"{number}.json").write_bytes(content)
        return folder

    return write


def topic_file(*posts, **facts):
    return {**FACTS, **facts, "post_stream": {"posts": list(posts)}}


def bring(path, **options):
    return frame.bring_in(Discourse(path), **options)


def test_the_real_answers_come_in():
    report = bring(DISCOURSE)
    assert (report.new["topics"], report.new["posts"], report.skipped_count) == (4, 23, 0)
    topic = Topic.objects.get(pk=ImportedThing.objects.get(kind="topic", key="1148/1").thing_id)
    assert (topic.title, topic.views_count, topic.created_at.year) == ("[Support] uBlock Origin", 13372, 2016)
    assert topic.posts.get(number=5).author.name == "noisycitytoonoisy"


def test_a_second_run_and_a_dry_run_change_nothing():
    bring(DISCOURSE, dry_run=True)
    assert not Post.objects.exists()
    bring(DISCOURSE)
    again = bring(DISCOURSE)
    assert (sum(again.new.values()), again.already, again.changed_count) == (0, 27, 0)


def test_facts_of_a_topic_come_along(answers):
    solved = {
        "accepted_answer": {"post_number": 2},
        "closed": True,
        "pinned": True,
        "last_posted_at": "2020-02-01T00:00:00Z",
    }
    posts = post(1), post(2, actions_summary=[{"id": 2, "count": 4}]), post(3, reply_to_post_number=2)
    bring(answers(topic_file(*posts, **solved), PLACES))
    topic = Topic.objects.get()
    assert (topic.title, topic.space.name, topic.tag_names, topic.is_closed) == ("آسیاب", "چای", ["dam", "قهوه"], True)
    assert (topic.accepted_post_id, topic.pinned_at is not None) == (topic.posts.get(number=2).pk, True)
    assert (topic.posts.get(number=2).score, topic.posts.get(number=3).parent.number) == (4, 2)
    assert Member.objects.get(handle="sara_n").name == "سارا"


def test_what_is_restricted_there_is_private_here(answers):
    bring(answers(topic_file(post(1), category_id=4), PLACES))
    assert Space.objects.get(name="تیم").access == "private"


def test_numbers_stay_although_a_post_is_missing(answers):
    bring(answers(topic_file(post(1), post(5))))
    assert list(Post.objects.order_by("number").values_list("number", flat=True)) == [1, 5]
    assert Topic.objects.get().last_number == 5


def test_what_is_not_for_here_is_told(answers):
    rows = post(1), post(2, post_type=3), post(3, post_type=4), post(4, created_at="2999-01-01"), post(5, cooked="")
    report = bring(answers(topic_file(*rows)))
    assert [row.why for row in report.skipped] == [
        "a note of the system (moved, closed …)", "a whisper among the team", "its date 2999-01-01 lies in the future", "nothing readable in its text",
    ]  # fmt: skip


def test_private_messages_do_not_come(answers):
    report = bring(answers(topic_file(post(1), archetype="private_message")))
    assert (Topic.objects.count(), report.reasons) == (0, {"a private message": 1})


def test_a_deleted_post_comes_out_of_sight(answers):
    bring(answers(topic_file(post(1), post(2, deleted_at="2020-03-01T00:00:00Z"))))
    assert (Topic.objects.get().replies_count, Post.objects.get(number=2).trashed_at.month) == (0, 3)


def test_pictures_beside_the_files_come_along(answers):
    folder = answers(
        topic_file(post(1, cooked='<p>ببین</p><img src="https://x.example/uploads/default/1.png" alt="دم">'))
    )
    (folder / "uploads" / "default").mkdir(parents=True)
    (folder / "uploads" / "default" / "1.png").write_bytes(PIXELS)
    report = bring(folder)
    picture = Picture.objects.get()
    assert (report.new["pictures"], picture.alt, picture.post.number) == (1, "دم", 1)
    assert f'src="/media/{picture.token}.webp"' in Post.objects.get().html
    assert Topic.objects.get().picture == f"{picture.token}.webp"
    bring(folder)
    assert Picture.objects.count() == 1


@pytest.mark.parametrize(
    "source", ["/uploads/../../secret.png", "/uploads/link.png", "/uploads/gone.png", "/uploads/text.png"]
)
def test_a_picture_that_leads_out_or_is_none_stays_away(answers, tmp_path, source):
    folder = answers(topic_file(post(1, cooked=f'<p>ok</p><img src="{source}">')))
    (tmp_path / "secret.png").write_bytes(PIXELS)
    (folder / "uploads").mkdir()
    (folder / "uploads" / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "uploads" / "text.png").write_bytes(b"<svg onload=alert(1)>")
    report = bring(folder)
    assert not Picture.objects.exists()
    assert any(what.startswith("pictures left out") for what in report.remarks)


def test_raw_words_are_kept_unless_they_lean_on_discourse(answers):
    quoted = '[quote="x, post:1"]\nسلام\n[/quote]\nدرست'
    bring(
        answers(
            topic_file(
                post(1, raw="**پررنگ**"), post(2, raw=quoted, cooked="<blockquote><p>سلام</p></blockquote><p>درست</p>")
            )
        )
    )
    assert [one.text for one in Post.objects.order_by("number")] == ["**پررنگ**", "> سلام\n\nدرست"]


def test_the_same_post_in_two_files_is_taken_once(answers):
    report = bring(answers(topic_file(post(1)), {"latest_posts": [post(1)]}, post(1)))
    assert (Post.objects.count(), report.skipped_count) == (1, 0)
    assert report.remarks["posts that stand in several files were taken once"] == 2


def test_a_broken_file_beside_good_ones_is_told(answers):
    report = bring(answers(topic_file(post(1)), b'{"post_stream": {"posts": [', "[]".encode("utf-16")))
    assert [row.key for row in report.skipped] == ["1.json"]
    assert report.new["topics"] == 1


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"[]", b"{}", b'{"a": 1}', b"\xff\xfe\x00", b"[" * 100_000, b"PK\x03\x04", b"null", b"7"]
)
def test_a_file_of_no_use_is_refused(tmp_path, content):
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(CannotImport):
        bring(tmp_path / "x.json")


@pytest.mark.parametrize("value", [None, "x", -1, 10**30, [], {}, True])
def test_a_strange_value_anywhere_breaks_nothing(answers, value):
    for name in (*POST, "post_number", "reply_to_post_number", "actions_summary", "raw", "version", "id"):
        bring(answers(topic_file(post(1), post(2, **{name: value}))), dry_run=True)
    for name in FACTS:
        bring(answers({**topic_file(post(1)), name: value}), dry_run=True)


def test_mangled_letters_are_mended(answers):
    bring(
        answers(
            topic_file(
                post(1, cooked=f"<p>{'سلام دنیا'.encode().decode('cp1252', 'ignore') or 'x'}</p>"),
                title="چای‌خانه".encode().decode("latin-1"),
            )
        )
    )
    assert Topic.objects.get().title == "چای‌خانه"


@pytest.fixture
def tables(tmp_path):
    """The tables of the CSV importer."""
    files = {
        "users": "id,username\n1,ali\n2,sara\n3,nobody\n", "emails": "user_id,email\n1,Ali@example.org\n", "categories": "id,user_id,name,description\n5,1,دمنوش,دربارهٔ دمنوش\n",
        "topics": 'id,user_id,title,category_id,raw\n9,1,چای کوهی,5,"دو خط\nنوشته"\n10,2,بی‌خانه,,متن\n', "posts": "id,user_id,topic_id,raw,created_at\n1,2,9,پاسخ,2021-01-01\n",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8-sig")
    return tmp_path


def test_the_tables_of_the_csv_importer_come_in(tables):
    report = bring(tables)
    assert (report.new["topics"], report.new["posts"], report.new["members"]) == (2, 1, 3)
    assert Topic.objects.get(title="چای کوهی").space.about == "دربارهٔ دمنوش"
    assert StagedMember.objects.get(source_key="1").member.identity.links.get().evidence == {
        "claimed_email": "ali@example.org"
    }
    assert any("have no date" in what for what in report.remarks)


def test_the_tables_come_once_whenever_they_were_copied(tables):
    bring(tables)
    for path in tables.iterdir():
        path.touch()
    assert sum(bring(tables).new.values()) == 0


def test_tables_of_another_encoding_and_separator_are_read(tables):
    (tables / "topics.csv").write_bytes(
        "id;user_id;title;raw\r\n9;1;قهوه ترک;متن فارسي بلند\r\nbroken;row\r\n".encode("cp1256")
    )
    report = bring(tables)
    assert Topic.objects.get().title == "قهوه ترک"
    assert [row.why for row in report.skipped] == ["2 cells where the first line has 4"]


def test_tables_without_their_columns_are_refused(tables):
    (tables / "topics.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CannotImport, match="lacks the columns id, user_id, title, raw"):
        bring(tables)

"""A dump becomes topics, replies and staged members, once."""

import datetime as dt
from pathlib import Path

import pytest

from patogh.activity.models import Activity
from patogh.hangout.importing import frame
from patogh.hangout.importing.records import CannotImport
from patogh.hangout.importing.report import Report
from patogh.hangout.importing.stackexchange import StackExchange
from patogh.hangout.importing.tests.conftest import answer, question
from patogh.hangout.models import AcceptedAnswer, ImportedThing, Post, Space, Tag, Topic
from patogh.people.models import Member, StagedMember
from patogh.search.models import Document
from patogh.search.queries import search_plain

pytestmark = pytest.mark.django_db


def bring(path: Path, space: str = "", **options: bool) -> Report:
    return frame.bring_in(StackExchange(path), space_name=space, **options)


def topic(key: int) -> Topic:
    return Topic.objects.get(pk=ImportedThing.objects.get(kind="topic", key=str(key)).thing_id)


def everything() -> list[list[tuple[object, ...]]]:
    """Every row that an import could have touched, as it stands."""
    models = (Member, StagedMember, Space, Topic, Post, Tag, AcceptedAnswer, Activity, ImportedThing, Document)
    return [list(model._default_manager.order_by("pk").values_list()) for model in models]


def whys(report: Report) -> list[tuple[int, str]]:
    return [(row.line, row.why) for row in report.skipped]


def test_the_real_dump_comes_in_whole(coffee):
    report = bring(coffee)
    assert dict(report.new) == {"topics": 225, "posts": 327, "accepted": 105, "members": 115, "tags": 123}
    assert (report.rows, report.skipped_count, report.space) == (592, 40, "coffee")
    assert set(report.reasons) == {"a tag's description, no post", "a tag's short description, no post"}
    assert (Topic.objects.filter(kind="question").count(), Post.objects.count()) == (225, 552)
    assert Topic.objects.exclude(accepted_post_id=None).count() == AcceptedAnswer.objects.count() == 105


def test_a_real_question_stands_as_it_stood(coffee):
    bring(coffee)
    first = topic(1)
    assert (first.title, first.author.name, first.tag_names) == (
        "How should I store whole bean coffee?",
        "user4",
        ["storage", "whole-bean"],
    )
    assert first.created_at == dt.datetime(2015, 1, 27, 20, 9, 32, 720000, tzinfo=dt.UTC)
    assert (first.views_count, first.replies_count, first.last_number, first.language) == (130, 3, 4, "en")
    assert first.posts.get(number=1).score == 20
    assert ImportedThing.objects.get(kind="post", key="24").thing_id == first.accepted_post_id


def test_counters_are_right_at_the_end(coffee):
    from patogh.conf import integrity

    bring(coffee)
    assert [finding for finding in integrity.findings() if "count" in finding["code"]] == []
    space = Space.objects.get()
    assert (space.topics_count, space.posts_count, space.active_at) == (
        225,
        552,
        Topic.objects.latest("active_at").active_at,
    )
    assert sum(Member.objects.values_list("posts_count", flat=True)) == 552
    assert sum(Member.objects.values_list("accepted_count", flat=True)) == 105
    assert sum(Tag.objects.values_list("topics_count", flat=True)) == sum(
        len(names) for names in Topic.objects.values_list("tag_names", flat=True)
    )


def test_everything_that_came_is_on_the_road_once_at_its_own_time(coffee):
    bring(coffee)
    verbs = Activity.objects.values_list("verb", flat=True)
    assert {verb: list(verbs).count(verb) for verb in set(verbs)} == {
        "hangout.space_opened": 1, "people.member_staged": 115, "hangout.topic_opened": 225, "hangout.reply_posted": 327, "hangout.answer_accepted": 105,
    }  # fmt: skip
    assert Activity.objects.get(verb="hangout.topic_opened", key="topic:1").happened_at.year == 2015


def test_a_second_run_changes_nothing(coffee):
    bring(coffee)
    before = everything()
    again = bring(coffee)
    assert everything() == before
    assert (sum(again.new.values()), again.already, again.changed_count) == (0, 552, 0)


def test_the_same_dump_under_another_name_is_known(coffee, tmp_path):
    bring(coffee)
    before = everything()
    copy = tmp_path / "half.xml"
    copy.write_bytes(coffee.read_bytes()[:400_000])
    report = bring(copy)
    assert everything() == before
    assert (report.source, report.space) == ("stackexchange:coffee", "coffee")


def test_a_dry_run_says_the_same_and_writes_nothing(coffee):
    before = everything()
    dry = bring(coffee, dry_run=True).as_json()
    assert everything() == before
    wet = bring(coffee).as_json()
    assert {**dry, "dry_run": 0, "seconds": 0} == {**wet, "dry_run": 0, "seconds": 0}


def test_half_a_file_and_then_the_whole_is_the_whole(coffee, tmp_path):
    half = tmp_path / "coffee" / "Posts.xml"
    half.parent.mkdir()
    half.write_bytes(coffee.read_bytes()[:300_000])
    first = bring(half)
    assert whys(first)[-1] == (266, "the file ends in the middle of this row")
    assert any("cut off" in what for what in first.remarks)
    second = bring(coffee)
    assert first.new + second.new == {"topics": 225, "posts": 327, "accepted": 105, "members": 115, "tags": 123}
    assert Topic.objects.exclude(accepted_post_id=None).count() == 105
    assert sum(Member.objects.values_list("posts_count", flat=True)) == 552


def test_answers_may_come_before_their_questions(posts_xml):
    report = bring(
        posts_xml(answer(3, 1, CreationDate="2015-02-02T00:00:00"), answer(2, 1), question(1, AcceptedAnswerId="3"))
    )
    assert (report.new["topics"], report.new["posts"], report.new["accepted"]) == (1, 2, 1)
    keys = {thing.thing_id: thing.key for thing in ImportedThing.objects.filter(kind="post")}
    assert [keys.get(pk) for pk in topic(1).posts.order_by("number").values_list("pk", flat=True)] == [None, "2", "3"]


def test_an_answer_whose_question_is_lost_is_told_with_its_line(posts_xml):
    report = bring(posts_xml(question(1), answer(2, 9), answer(3, 1)))
    assert whys(report) == [(4, "its topic 9 is not in the file")]
    assert report.new["posts"] == 1


def test_an_answer_in_a_later_dump_joins_its_question(posts_xml):
    bring(posts_xml(question(1, AcceptedAnswerId="3"), answer(2, 1)))
    report = bring(
        posts_xml(question(1, AcceptedAnswerId="3"), answer(2, 1), answer(3, 1, CreationDate="2016-01-01T00:00:00"))
    )
    assert (report.new["topics"], report.new["posts"], report.new["accepted"], report.already) == (0, 1, 1, 2)
    assert (topic(1).last_number, topic(1).replies_count, topic(1).active_at.year) == (3, 2, 2016)
    assert Document.objects.get(kind="topic").data == {"solved": True}


def test_deleted_owners_keep_the_name_they_left_or_none(posts_xml):
    rows = [question(1), answer(2, 1), answer(3, 1), answer(4, 1, OwnerUserId="-1")]
    del rows[1]["OwnerUserId"], rows[2]["OwnerUserId"]
    rows[1]["OwnerDisplayName"] = "  مینا\u202e "
    bring(posts_xml(*rows))
    assert [post.author.name for post in topic(1).posts.order_by("number")] == [
        "user4",
        "مینا",
        "Former member",
        "Community",
    ]


def test_names_come_from_a_users_file_beside(posts_xml):
    path = posts_xml(question(1))
    path.with_name("Users.xml").write_text(
        '<users><row Id="4" DisplayName="Sara Nouri" CreationDate="2014-01-01T00:00:00"/><row Id="5" DisplayName="Nobody"/></users>'
    )
    bring(path)
    assert [(member.name, member.handle, member.joined_at.year) for member in Member.objects.all()] == [
        ("Sara Nouri", "sara_nouri", 2014)
    ]


def test_an_accepted_answer_that_is_nowhere_is_told(posts_xml):
    report = bring(posts_xml(question(1, AcceptedAnswerId="77"), answer(2, 1)))
    assert topic(1).accepted_post_id is None
    assert report.remarks["questions whose accepted answer is not among their answers"] == 1


def test_somebody_elses_answer_is_not_accepted(posts_xml):
    bring(posts_xml(question(1, AcceptedAnswerId="4"), answer(2, 1), question(3), answer(4, 3)))
    assert topic(1).accepted_post_id is None


def test_the_first_of_two_rows_with_one_id_stays(posts_xml):
    report = bring(posts_xml(question(1, Title="The first one"), question(1, Title="The second one"), answer(1, 1)))
    assert topic(1).title == "The first one"
    assert whys(report) == [(4, "the same Id as on line 3"), (5, "the same Id as on line 3")]


def test_a_row_that_changed_is_told_and_left_as_it_is(posts_xml):
    bring(posts_xml(question(1), answer(2, 1)))
    report = bring(posts_xml(question(1, Title="Another title", Score="99"), answer(2, 1, Score="50")))
    assert [(row.line, row.key) for row in report.changed] == [(3, "1")]
    assert topic(1).title == "How fine should I grind?"


def test_two_communities_in_folders_of_one_name_stay_apart(posts_xml):
    assert bring(posts_xml(question(1))).source == "stackexchange:tea"
    other = bring(posts_xml(question(1, Title="Green or black?", CreationDate="2012-02-02T00:00:00")))
    assert (other.source, other.new["topics"]) == ("stackexchange:tea-2", 1)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"CreationDate": "yesterday"}, "CreationDate 'yesterday' is no date"), ({"CreationDate": "2999-01-01T00:00:00"}, "CreationDate 2999-01-01T00:00:00 lies in the future"),
        ({"PostTypeId": "99"}, "PostTypeId '99' is unknown"), ({"Id": "one"}, "Id 'one' is no number"), ({"Body": ""}, "nothing readable in its text"),
        ({"Body": "<script>alert(1)</script>"}, "nothing readable in its text"), ({"Body": "x" * 60_000}, "its text has more than 50,000 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_post_is_told_and_the_rest_comes(posts_xml, changes, why):
    report = bring(posts_xml(question(1, **changes), question(5)))
    assert whys(report) == [(3, why)]
    assert report.new["topics"] == 1


def test_answers_go_with_a_question_that_cannot_come(posts_xml):
    report = bring(posts_xml(question(1, Body=""), answer(2, 1), question(3)))
    assert whys(report) == [(3, "nothing readable in its text"), (4, "its topic 1 could not come in")]


def test_a_question_without_a_title_is_called_by_its_beginning(posts_xml):
    bring(posts_xml(question(1, Title=" \u200f "), question(2, Title="long " * 100)))
    assert topic(1).title == "I grind by hand."
    assert len(topic(2).title) <= 160


@pytest.mark.parametrize("score", ["", "many", "9" * 40, "-3", "1.5", "٣"])
def test_a_strange_score_loses_nothing(posts_xml, score):
    bring(posts_xml(question(1, Score=score, ViewCount=score)))
    assert topic(1).posts.get().score == (-3 if score == "-3" else 0)


HOSTILE = [
    "<p>ok</p><script>alert(1)</script>", "<img src=x onerror=alert(1)>ok", "<a href='javascript:alert(1)'>ok</a>", "<div>" * 9000 + "ok", "<p>ok" + "<blockquote>" * 5000,
    "ok" + "[" * 20_000, "ok " + "*" * 20_000, "ok<!--" * 3000, "<ul><li>" * 3000 + "ok", "ok\u202e\u0000\ud7ff", "<svg><p>x</svg>ok<iframe src=//evil></iframe>", "ok &#x1F600; &lt;script&gt;",
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_html_comes_in_harmless(posts_xml, body):
    bring(posts_xml(question(1, Body=body.replace("\u0000", "")), answer(2, 1)))
    html = topic(1).posts.get(number=1).html
    assert "ok" in html
    assert not any(bad in html.lower() for bad in ("<script", "onerror=", 'href="javascript', "<iframe", "<svg"))
    assert topic(1).replies_count == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"), (b"  \n", "it is empty"), (b"Dear all,\nhello", "no <row> was found"), (b"\xff\xfe<\x00p\x00", "UTF-16"), (b"PK\x03\x04rest", "zip"), (b"7z\xbc\xaf\x27", "7z"),
        (b'<?xml version="1.0" encoding="x-klingon"?><posts>', "'x-klingon' is unknown"), (b'<users><row Id="1"/></users>', "it holds <users>"), (b"<html><body>hi</body></html>", "it holds <html>"),
        (b'{"rows": []}', "no <row> was found"), (b'<?xml version="1.0" encoding="utf-16"?><posts>', "'utf-16' is unknown"),
    ],
)  # fmt: skip
def test_a_file_of_no_use_is_refused_with_the_reason(posts_xml, content, why):
    with pytest.raises(CannotImport) as refused:
        bring(posts_xml(content))
    assert why in str(refused.value)
    assert not Space.objects.exists()


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(CannotImport, match=r"it is a folder; give the Posts\.xml in it"):
        bring(tmp_path)


def test_an_empty_dump_brings_nothing(posts_xml):
    assert sum(bring(posts_xml(b"<posts></posts>")).new.values()) == 0


def test_a_dump_in_another_declared_encoding_is_read(posts_xml):
    content = '<?xml version="1.0" encoding="windows-1252"?><posts><row Id="1" PostTypeId="1" Title="Café crème" Body="ok" CreationDate="2015-01-01T00:00:00"/></posts>'
    bring(posts_xml(content.encode("cp1252")))
    assert topic(1).title == "Café crème"


def test_the_named_space_is_found_by_either_name_or_made(posts_xml):
    space = Space.objects.create(slug="tea-house", name="چای‌خانه", name_en="Tea house")
    assert bring(posts_xml(question(1)), "چايخانه").space == "چای‌خانه"
    assert (Topic.objects.get().space, Space.objects.count()) == (space, 1)
    assert bring(posts_xml(question(1), question(2)), "قهوه‌خانه").new["topics"] == 1
    assert list(Space.objects.values_list("name", flat=True)) == ["چای‌خانه", "قهوه‌خانه"]


def test_what_comes_into_a_private_space_stays_there(posts_xml):
    space = Space.objects.create(slug="team", name="Team", access="private")
    bring(posts_xml(question(1, AcceptedAnswerId="2"), answer(2, 1)), "team")
    assert set(Document.objects.filter(kind__in=("topic", "post")).values_list("audience", flat=True)) == {
        f"space:{space.pk}"
    }
    assert set(Activity.objects.filter(verb__startswith="hangout.").values_list("audience", flat=True)) == {
        f"space:{space.pk}"
    }


def test_search_finds_what_came(coffee):
    bring(coffee)
    assert search_plain("store whole bean coffee")[0]["title"] == "How should I store whole bean coffee?"


def test_a_big_topic_comes_in_pieces_and_whole(posts_xml, monkeypatch):
    monkeypatch.setattr(frame, "BATCH_POSTS", 4)
    rows = [answer(key, 1, CreationDate=f"2015-02-01T00:{key:02}:00") for key in range(2, 20)]
    report = bring(posts_xml(*reversed(rows), question(1, AcceptedAnswerId="3"), question(30)))
    assert (report.new["topics"], report.new["posts"], report.new["accepted"]) == (2, 18, 1)
    assert (topic(1).last_number, topic(1).replies_count) == (19, 18)
    assert list(topic(1).posts.order_by("number").values_list("number", flat=True)) == list(range(1, 20))
    assert bring(posts_xml(*rows, question(1, AcceptedAnswerId="3"), question(30))).already == 20


def test_an_import_that_breaks_in_the_middle_is_finished_by_the_next(coffee, monkeypatch):
    monkeypatch.setattr(frame, "BATCH_POSTS", 50)
    load, calls = frame.actions.load_batch, []

    def breaking(batch, place):
        calls.append(1)
        if len(calls) == 5:
            raise RuntimeError("the power went")
        load(batch, place)

    monkeypatch.setattr(frame.actions, "load_batch", breaking)
    with pytest.raises(RuntimeError):
        bring(coffee)
    some = Post.objects.count()
    assert 0 < some < 552
    assert bring(coffee).already == some
    assert Post.objects.count() == 552
    assert sum(Member.objects.values_list("posts_count", flat=True)) == 552


def test_nothing_of_a_batch_stays_when_it_fails(posts_xml, monkeypatch):
    from patogh.hangout.importing.actions import loading

    monkeypatch.setattr(loading, "_count", lambda _written: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bring(posts_xml(question(1), answer(2, 1)))
    assert not Topic.objects.exists()
    assert not StagedMember.objects.exists()


def test_the_number_of_statements_grows_with_batches_not_with_rows(posts_xml, django_assert_max_num_queries):
    rows = [question(key, Title=f"Question {key}", OwnerUserId=str(key)) for key in range(1, 201)]
    with django_assert_max_num_queries(110):
        bring(posts_xml(*rows))

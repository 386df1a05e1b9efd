"""A Telegram group's export becomes conversations."""

import json

import pytest

from patogh.hangout.importing import frame, json_stream
from patogh.hangout.importing.records import CannotImport
from patogh.hangout.importing.telegram import Telegram
from patogh.hangout.importing.tests.test_discourse import PIXELS
from patogh.hangout.models import Picture, Post, Topic
from patogh.people.models import Member

pytestmark = pytest.mark.django_db
START = 1_600_000_000


def said(number, text="سلام به همه", minutes=0, **more):
    return {
        "id": number, "type": "message", "date": "2020-09-13T12:26:40", "date_unixtime": str(START + minutes * 60), "from": "Sara", "from_id": "user7", "text": text, **more,
    }  # fmt: skip


@pytest.fixture
def bring(tmp_path):
    """Return a function that imports a group of these messages."""

    def run(*messages, raw=b"", **options):
        path = tmp_path / "ChatExport" / "result.json"
        path.parent.mkdir(exist_ok=True)
        whole = {"name": "رکاب‌زن‌ها", "type": "private_supergroup", "id": 1, "messages": list(messages)}
        path.write_bytes(raw or json.dumps(whole, ensure_ascii=False, indent=1).encode())
        return frame.bring_in(Telegram(path), **options)

    return run


def talks():
    return sorted(list(topic.posts.order_by("number").values_list("text", flat=True)) for topic in Topic.objects.all())


def test_answers_and_pauses_make_the_topics(bring):
    report = bring(
        said(1, "یک"),
        said(2, "دو", 5),
        said(3, "سه", 800),
        said(4, "چهار", 805, reply_to_message_id=1),
        said(5, "پنج", 806),
    )
    assert talks() == [["سه", "پنج"], ["یک", "دو", "چهار"]]
    assert (report.space, report.new["topics"], Topic.objects.order_by("pk").first().title) == ("رکاب‌زن‌ها", 2, "یک")
    assert (
        sum(
            bring(
                said(1, "یک"),
                said(2, "دو", 5),
                said(3, "سه", 800),
                said(4, "چهار", 805, reply_to_message_id=1),
                said(5, "پنج", 806),
            ).new.values()
        )
        == 0
    )


def test_topics_of_a_forum_keep_their_titles(bring):
    opened = {"id": 10, "type": "service", "action": "topic_created", "title": "ترمزها", "date_unixtime": str(START)}
    bring(
        opened,
        said(11, "لنت", reply_to_message_id=10),
        said(12, "جای دیگر", 1),
        said(13, "کابل", 900, reply_to_message_id=10),
        said(14, "بله", 901, reply_to_message_id=13),
    )
    assert Topic.objects.get(title="ترمزها").last_number == 3
    assert Post.objects.get(text="بله").parent.text == "کابل"


def test_dress_stays_and_signs_are_no_markup(bring):
    pieces = [
        "متن *خام* ",
        {"type": "bold", "text": "پررنگ"},
        {"type": "text_link", "text": "اینجا", "href": "https://a.example"},
        {"type": "text_link", "text": "بد", "href": "javascript:alert(1)"},
        "<script>x</script>",
    ]
    bring(said(1, pieces))
    html = Post.objects.get().html
    assert "<strong>پررنگ</strong>" in html
    assert 'href="https://a.example"' in html
    assert "*خام*" in html
    assert not any(bad in html for bad in ("<script", "javascript:"))


def test_what_has_no_words_is_told_and_counted(bring):
    report = bring(
        said(1), said(2, "", media_type="sticker", file="s.webp"), said(3, ""), said(4, "", photo="(File not included. Change data exporting settings to download.)"),
        {"id": 5, "type": "service", "action": "pin_message"},
    )  # fmt: skip
    assert [row.why for row in report.skipped] == [
        "a message of the kind sticker without words",
        "a message without words",
        "a picture that the export does not hold",
    ]
    assert report.remarks["notes of the service were left out (pin_message)"] == 1


def test_pictures_reactions_polls_and_edits_come_along(bring, tmp_path):
    photos = tmp_path / "ChatExport" / "photos"
    photos.mkdir(parents=True)
    (photos / "photo_1@x.jpg").write_bytes(PIXELS)
    poll = {"question": "کدام؟", "answers": [{"text": "چای", "voters": 3}, {"text": "قهوه", "voters": 1}]}
    bring(
        said(1, "", photo="photos/photo_1@x.jpg"), said(2, "", 1, poll=poll), said(3, "خوب", 2, reactions=[{"emoji": "👍", "count": 4}], edited_unixtime=str(START + 999)),
        said(4, "باز", 3, forwarded_from="کانال"),
    )  # fmt: skip
    assert "/media/" in Post.objects.get(number=1).html
    assert Picture.objects.get().post.number == 1
    assert "چای (3)" in Post.objects.get(number=2).html
    assert (Post.objects.get(number=3).score, Post.objects.get(number=3).edited_at is not None) == (4, True)
    assert "↪ کانال" in Post.objects.get(number=4).html


def test_people_are_known_by_their_number_and_may_have_no_name(bring):
    bring(said(1), said(2, "باز", 1, **{"from": "Sara N."}), said(3, "نه", 2, **{"from": None, "from_id": "user9"}))
    assert sorted(Member.objects.values_list("name", flat=True)) == ["Deleted account", "Sara"]


def test_several_chats_of_one_export_stay_apart(bring):
    chats = [{"name": "a", "id": number, "messages": [said(1, f"گپ {number}")]} for number in (5, 6)]
    bring(raw=json.dumps({"chats": {"list": chats}}).encode())
    assert talks() == [["گپ 5"], ["گپ 6"]]


def test_a_file_that_is_cut_keeps_what_came_before(bring, tmp_path):
    whole = json.dumps({"name": "x", "messages": [said(1, "یک"), said(2, "دو", 1)]}, indent=1)
    report = bring(raw=whole[:-90].encode())
    assert talks() == [["یک"]]
    assert report.skipped_count == 1
    assert any("cut off" in what for what in report.remarks)


def test_a_broken_message_costs_itself(bring):
    whole = json.dumps({"name": "x", "messages": [said(1, "یک"), said(2, "دو", 1), said(3, "سه", 2)]}, indent=1)
    report = bring(raw=whole.replace('"id": 2,', '"id": 2 oops').encode())
    assert talks() == [["یک", "سه"]]
    assert [row.why for row in report.skipped] == ["the message is broken, cut off or longer than 4 MB"]


def test_utf16_and_bytes_of_no_encoding_are_read(bring):
    whole = json.dumps({"name": "x", "messages": [said(1, "چای")]}, ensure_ascii=False)
    bring(raw=whole.encode("utf-16"))
    assert talks() == [["چای"]]
    report = bring(raw=whole.encode().replace("چای".encode(), "چای و قهوه ".encode() + b"\xff"))
    assert report.remarks["letters that are no UTF-8 stand as � in their texts"] >= 1


@pytest.mark.parametrize("value", [None, "x", -1, 10**30, [], {}, True, [1, [2], {"type": "bold"}], 1.5])
def test_a_strange_value_anywhere_breaks_nothing(bring, value):
    names = (
        "id",
        "type",
        "date_unixtime",
        "from",
        "from_id",
        "text",
        "reply_to_message_id",
        "photo",
        "file",
        "poll",
        "reactions",
        "edited_unixtime",
        "forwarded_from",
    )
    bring(
        *[
            said(number, **{name: value}) if name != "text" else said(number, value)
            for number, name in enumerate(names, 10)
        ],
        said(1),
        dry_run=True,
    )


def test_a_large_file_is_read_in_pieces(bring, monkeypatch):
    monkeypatch.setattr(json_stream, "CHUNK_BYTES", 700)
    report = bring(*[said(number, f"پیام شماره {number} " * 3, number) for number in range(1, 400)])
    assert report.new["topics"] + report.new["posts"] == 399
    assert report.skipped_count == 0


@pytest.mark.parametrize("content", [b"hello", b"{}", b'{"messages": []}', b'{"messages"', b"PK\x03\x04", b"[1]"])
def test_a_file_of_no_use_is_refused(bring, content):
    with pytest.raises(CannotImport):
        bring(raw=content)

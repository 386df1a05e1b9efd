"""Bad input gets a clear sentence, never a crash, and what was typed comes back."""

from html.parser import HTMLParser

import pytest

from patogh.hangout import actions
from patogh.hangout.actions import NewReply
from patogh.hangout.models import Post, Topic
from patogh.kit import limits
from patogh.trust.queries import number

HOSTILE = [
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://evil.example/p.png)", "<img src=x onerror=alert(1)>",
    "[x](data:text/html;base64,AAAA)", "> " * 5000 + "عمیق", "[" * 30_000, "*" * 40_000, "`" * 20_000, "a|" * 9000 + "\n" + "-|" * 9000,
    "\u202eمعکوس\u202c", "&#x3C;script&#x3E;", '<a href="vbscript:x">x</a>', "[a]: <javascript:x>\n[a]", "@" * 5000, "http://" + "a" * 9000,
]  # fmt: skip

HARMLESS = {
    "p",
    "br",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "ul",
    "ol",
    "li",
    "pre",
    "code",
    "em",
    "strong",
    "s",
    "a",
    "img",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


class Tags(HTMLParser):
    """Collects the tags of a text as a browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_becomes_harmless_html(question, other_member, text):
    tags = Tags()
    tags.feed(actions.reply(question, NewReply(text), by=other_member).html)
    assert {name for name, _ in tags.found} <= HARMLESS
    for _, given in tags.found:
        assert not any(name.startswith("on") for name in given)
        assert (given.get("href") or "/").startswith(("/", "#", "http://", "https://", "mailto:"))
        assert (given.get("src") or "/media/").startswith("/media/")


def test_a_megabyte_of_text_is_refused_with_a_sentence(question, member, signed_in):
    answer = signed_in(member).post(f"/t/{question.pk}/posts", {"text": "م" * 500_000})
    assert answer.status_code == 413
    assert str(limits.POST_TEXT_CHARS_MAX) in answer.content.decode() or "۵۰" in answer.content.decode()
    assert Post.objects.filter(topic=question).count() == 1


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": " \n "}, {"text": ["", "دومی خالی"][0]}, {"parent": "۹۹", "text": ""}]
)
def test_an_empty_reply_gets_a_sentence(question, member, signed_in, body):
    answer = signed_in(member).post(f"/t/{question.pk}/posts", body)
    assert answer.status_code == 400
    assert "اول چیزی بنویسید" in answer.content.decode()


@pytest.mark.parametrize("parent", ["abc", "-1", "99999999999999999999", "1.5", "۱", "\x00"])
def test_a_parent_of_a_wrong_kind_is_no_parent(question, member, signed_in, parent):
    assert signed_in(member).post(f"/t/{question.pk}/posts", {"text": "پاسخ", "parent": parent}).status_code in {
        302,
        404,
    }


def test_broken_bytes_do_not_break_the_page(question, member, signed_in):
    client = signed_in(member)
    body = b"text=" + b"%FF%FE%C3%28" + b"&title=%00"
    for address in (f"/t/{question.pk}/posts", "/topics", "/preview"):
        answer = client.post(address, body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code < 500


@pytest.mark.parametrize("field", ["kind", "space", "title", "tags", "promised_on", "poll_question", "option", "key"])
def test_every_field_of_the_composer_survives_nonsense_and_gives_the_text_back(space, agent, signed_in, field):
    body = {
        "title": "عنوان درست",
        "text": "متن دراز من که گم نمی‌شود",
        "space": "repair",
        "kind": "notice",
        field: "\u202e<b>" + "ن" * 3000 + "\x00",
    }
    answer = signed_in(agent).post("/topics", body)
    assert answer.status_code in {302, 400, 403, 409, 413}
    if answer.status_code != 302:
        assert "متن دراز من که گم نمی‌شود" in answer.content.decode()


def test_an_error_keeps_every_typed_character(space, member, signed_in):
    body = {
        "title": "ا",
        "text": "متن <b>من</b>\n  با فاصله",
        "space": "repair",
        "tags": "زین، ترمز",
        "poll_question": "کدام؟",
        "option": ["یک", "", "سه"],
    }
    page = signed_in(member).post("/topics", body).content.decode()
    for kept in ("متن &lt;b&gt;من&lt;/b&gt;\n  با فاصله", "زین، ترمز", "کدام؟", 'value="سه"'):
        assert kept in page


def test_sent_again_with_other_words_is_a_409_with_the_words(space, member, signed_in):
    client, body = signed_in(member), {"title": "عنوان درست", "text": "متن", "space": "repair", "key": "k"}
    first, again = client.post("/topics", body), client.post("/topics", body)
    assert first["Location"] == again["Location"]
    answer = client.post("/topics", {**body, "text": "متن دیگر"})
    assert answer.status_code == 409
    assert "متن دیگر" in answer.content.decode()
    assert Topic.objects.count() == 1


def test_two_tabs_get_a_409_and_nothing_is_lost(question, member, signed_in):
    client, address = signed_in(member), f"/t/{question.pk}/edit"
    client.post(address, {"title": "از این یکی", "text": "متن یک", "base": "0"})
    answer = client.post(address, {"title": "از آن یکی", "text": "متن دو", "base": "0"})
    assert answer.status_code == 409
    assert "متن دو" in answer.content.decode()


def test_writing_too_fast_gets_a_429_with_the_time_to_wait(question, member, signed_in):
    client = signed_in(member)
    answers = [
        client.post(f"/t/{question.pk}/posts", {"text": f"پاسخ {n}"}) for n in range(number("posts_per_minute") + 1)
    ]
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1]["Retry-After"]) <= 61
    assert "پاسخ 10" in answers[-1].content.decode()


@pytest.mark.parametrize("place", ["", "abc", "topic:x", "topic:" + "9" * 40, "edit:1/.."])
def test_a_draft_for_nowhere_is_a_404(member, signed_in, place):
    assert signed_in(member).post(f"/drafts/{place}", {"text": "x"}).status_code == 404


def test_numbers_beyond_every_key_are_not_found(member, signed_in):
    client = signed_in(member)
    for address in (
        "/t/99999999999999999999/posts",
        "/posts/99999999999999999999/bookmark",
        "/t/99999999999999999999/follow",
        "/merges/99999999999999999999",
    ):
        assert (client.delete if "merges" in address else client.post)(
            address, {"text": "x"} if "merges" not in address else ""
        ).status_code in {400, 404}

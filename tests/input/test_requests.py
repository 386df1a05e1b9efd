"""Requests that are wrong as requests: hosts, sizes, encodings, sessions, and addresses that lead elsewhere."""

import json

import pytest
from django.test import Client

from patogh.hangout.models import Post, Topic
from tests.house.access import body_of
from tests.input.sending import FORM, encoded, fault, sentence

pytestmark = pytest.mark.django_db
ELSEWHERE = ("https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "javascript:alert(1)", "http://testserver@evil.example", "\t//evil.example", "/%0d%0aLocation:%20//evil.example", "///evil.example", "http://testserver.evil.example/")  # fmt: skip
HOSTS = (
    "evil.example",
    "testserver.evil.example",
    "testserver, evil.example",
    "testserver:80@evil.example",
    "testserver\x00",
    "[::1",
    "a b",
    "",
)


@pytest.mark.parametrize("host", HOSTS)
def test_a_forged_host_is_refused(sender, host):
    client = sender("anonymous").walker.client
    assert client.get("/", headers={"host": host} if host else {"host": "."}).status_code == 400


def test_a_forwarded_host_changes_no_address_and_no_letter(sender, mailoutbox):
    client = sender("anonymous").walker.client
    forged = {
        "x-forwarded-host": "evil.example",
        "x-host": "evil.example",
        "forwarded": "host=evil.example",
        "x-forwarded-proto": "javascript",
    }
    page = client.get("/", headers=forged)
    client.post("/account/login/code/", {"contact": "mina@example.org"}, headers=forged)
    assert len(mailoutbox) == 1
    assert "evil.example" not in body_of(page) + mailoutbox[0].body + str(mailoutbox[0].message())


@pytest.mark.parametrize(
    "form",
    [
        "choices/theme",
        "choices/language",
        "account/login/",
        "account/logout/",
        "account/login/code/",
        "s/repair/follow",
        "@behrouz/follow",
    ],
)
def test_no_form_leads_elsewhere(sender, form):
    somebody = sender("anonymous" if form == "account/login/" else "member")
    fields = {"theme": "dark", "language": "fa", "login": "mina", "password": "zayande-rud-1405"}
    for elsewhere in ELSEWHERE:
        response = somebody.undone(f"/{form}", encoded({**fields, "next": elsewhere}))
        assert not response.headers.get("Location", "/").replace("\\", "/").startswith(("http", "//", "java", "\t"))
        assert fault(response) == ""


@pytest.mark.parametrize(
    "address",
    [
        "mina@example.org\nBcc: all@example.org",
        "mina@example.org\r\nSubject: x",
        "a@b.c\x0bd",
        '"\n"@example.org',
        "mina@example.org, all@example.org",
    ],
)
def test_no_letter_gets_a_second_address(sender, mailoutbox, address):
    for form, field in (
        ("account/login/code/", "contact"),
        ("account/signup/", "contact"),
        ("account/password/reset/", "email"),
    ):
        response = sender("anonymous").undone(
            f"/{form}",
            encoded(
                {
                    field: address,
                    "name": "نام\nBcc: all@example.org",
                    "age_band": "adult",
                    "password1": "zayande-rud-1405",
                }
            ),
        )
        assert fault(response) == ""
    assert [
        letter for letter in mailoutbox if len(letter.recipients()) != 1 or "all@example.org" in str(letter.message())
    ] == []


@pytest.mark.parametrize(
    ("name", "method", "field"),
    [
        ("topic_posts", "POST", "text"),
        ("topics", "POST", "text"),
        ("post_edit", "POST", "text"),
        ("topic_edit", "POST", "text"),
    ],
)
@pytest.mark.parametrize("text", ["آ" * 500_000, "a" * 1_000_000], ids=["Persian", "Latin"])
def test_a_megabyte_of_text_comes_back_with_a_sentence(sender, name, method, field, text):
    somebody = sender("member")
    response = somebody.send(name, method, {**somebody.usual(name), field: text})
    assert response.status_code in {400, 413}
    assert fault(response) == ""
    assert text[:90_000] in body_of(response)


@pytest.mark.parametrize("nest", [">" * 50_000, "[" * 50_000, "- " * 25_000, "*" * 50_000, "(" * 25_000 + ")" * 25_000, "`" * 49_999, "<b>" * 16_000, "![" * 25_000, "\n".join(" " * n + "- x" for n in range(300)), "~~a" * 16_000, "&#0;" * 12_000, "|a" * 20_000 + "\n" + "|-" * 20_000], ids=lambda nest: nest[:4])  # fmt: skip
def test_fifty_thousand_levels_are_text_or_a_refusal(sender, nest):
    somebody = sender("member")
    for name in ("topic_posts", "preview"):
        response = somebody.send(name, "POST", {"text": nest[:50_000]})
        assert fault(response) == ""


HOSTILE = (
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html,<script>alert(1)</script>)", "<javascript:alert(1)>", "![x](javascript:alert(1))",
    "[x](vbscript:x)", "<a href='java\tscript:alert(1)'>x</a>", "<svg/onload=alert(1)>", "<iframe src=//evil.example>", "<style>*{display:none}</style>",
    '[a](https://evil.example/"onmouseover=alert(1))', "<img src=x onerror=alert(1)>", "<form action=//evil.example><input name=password>", "<base href=//evil.example>",
    "[\u202egpj.exe](https://evil.example)", "<math><mi xlink:href='javascript:alert(1)'>", "![](https://evil.example/pixel.gif)", "<meta http-equiv=refresh content=0>",
)  # fmt: skip
DANGERS = (
    "javascript:",
    "vbscript:",
    "data:text",
    " onload=",
    " onerror=",
    " onmouseover=",
    "<iframe",
    "<style",
    "<form action=",
    "<base",
    "<math",
    "<meta http",
    'src="https://evil',
    "src=//evil",
)


def test_hostile_markdown_becomes_words(sender):
    somebody = sender("member")
    html = body_of(somebody.send("preview", "POST", {"text": "\n\n".join(HOSTILE)}))
    plain = html.replace("&lt;", "<|")
    assert [
        danger
        for danger in DANGERS
        if any(
            danger in tag
            for tag in plain.lower().split("<")
            if not tag.startswith("|") and danger in tag.partition(">")[0]
        )
    ] == []


def test_the_planted_danger_is_seen_by_the_same_eyes():
    """1 of 1: markup that was not cleaned."""
    assert any(danger in tag.partition(">")[0] for danger in DANGERS for tag in ["", "p>", "a href='javascript:x'>"])


def test_too_many_fields_are_too_much(sender):
    response = sender("member").undone("/topics", b"&".join(b"x%d=1" % n for n in range(5_000)))
    assert response.status_code == 413
    assert fault(response) == ""


KINDS = (
    FORM, "multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=" + "x" * 300, "application/json", "text/xml",
    "application/x-www-form-urlencoded; charset=utf-7", "", "x" * 500,
)  # fmt: skip
BODIES = {
    "empty": b"", "bytes": b"\x00\xff\xfe", "half": b"--x\r\nContent-Disposition: form-data; name=text\r\n\r\nhalf", "nested": b"{" * 50_000,
    "signs": b"=&=&==&%&%zz=%u1234",
}  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_a_body_of_any_kind_gets_an_answer(sender, body):
    somebody = sender("member")
    for kind in KINDS:
        for where in (somebody.address("topic_posts", "POST"), "/pictures", "/topics"):
            assert fault(somebody.undone(where, BODIES[body], kind)) == ""


def test_a_body_larger_than_we_read_is_too_large(sender):
    response = sender("member").undone("/topics", b"text=" + b"a" * 4_100_000)
    assert response.status_code == 413
    assert fault(response) == ""


LONG = "سه ساعت نوشتم که چطور توپی را باز کردم و هیچ‌کس نباید آن را از دست بدهد."


@pytest.mark.parametrize(
    ("name", "method"), [("topic_posts", "POST"), ("topics", "POST"), ("topic_edit", "POST"), ("post_edit", "POST")]
)
def test_a_session_that_ended_while_writing_loses_no_text(sender, people, name, method):
    somebody = sender("anonymous")
    client, where = somebody.walker.client, somebody.address(name, method)
    response = client.generic("POST", where, encoded({"text": LONG, "title": "توپی"}), content_type=FORM)
    assert response.status_code == 401
    assert LONG in body_of(response)
    client.force_login(people["member"])
    assert LONG in body_of(client.get("/account/kept"))


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_token_that_grew_old_gives_the_text_back(sender, language):
    somebody = sender("member", language, enforce_csrf_checks=True)
    response = somebody.send("topic_posts", "POST", {"text": LONG})
    assert response.status_code == 403
    assert LONG in body_of(response)
    assert fault(response, language) == ""


def test_a_form_sent_twice_is_one_post_and_other_words_are_a_conflict(sender):
    client = (somebody := sender("member")).walker.client
    where = somebody.address("topic_posts", "POST")
    first, second = (client.post(where, {"text": "یک بار", "key": "k-1"}) for _ in range(2))
    other = client.post(where, {"text": "سخن دیگر و بلندتر از پیش", "key": "k-1"})
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    assert Post.objects.filter(text="یک بار").count() == 1
    assert other.status_code == 409
    assert fault(other) == ""
    assert "سخن دیگر و بلندتر" in body_of(other)


def test_a_topic_sent_twice_is_one_topic_and_other_words_are_a_conflict(sender):
    client, said = (
        sender("member").walker.client,
        {"title": "یک عنوان تازه", "text": "یک متن", "space": "repair", "kind": "discussion", "key": "k-2"},
    )
    first, second = (client.post("/topics", said) for _ in range(2))
    other = client.post("/topics", {**said, "text": "متنی دیگر که باید بماند"})
    assert first.headers["Location"] == second.headers["Location"]
    assert Topic.objects.filter(title="یک عنوان تازه").count() == 1
    assert (other.status_code, fault(other)) == (409, "")
    assert "متنی دیگر که باید بماند" in body_of(other)


@pytest.mark.parametrize(("name", "of"), [("post_edit", "post_id"), ("topic_edit", "topic_id")])
def test_the_second_of_two_tabs_is_told_and_keeps_its_text(sender, name, of):
    client = (somebody := sender("member")).walker.client
    where = somebody.address(name, "POST")
    client.post(where, {**somebody.usual(name), "text": "از زبانه‌ی یکم", "base": "0"})
    second = client.post(where, {**somebody.usual(name), "text": "از زبانه‌ی دوم و نگه‌داشتنی", "base": "0"})
    assert (second.status_code, fault(second)) == (409, "")
    assert "از زبانه‌ی دوم و نگه‌داشتنی" in body_of(second)
    assert not Post.objects.filter(text__contains="دوم").exists()


def test_scripts_get_json_that_says_what_happened(sender):
    client = sender("member").walker.client
    response = client.post("/pictures", headers={"accept": "application/json"})
    assert {"error", "message"} <= {*json.loads(response.content)}
    assert sentence(response)


def test_a_cookie_of_any_kind_is_only_a_stranger(brand):
    for value in ("x" * 4_000, "\x00", "a=b", "' OR 1=1"):
        client = Client(raise_request_exception=False)
        client.cookies["patogh_session"] = value
        client.cookies["language"] = value
        client.cookies["messages"] = value
        client.cookies["patogh_csrf"] = value
        assert client.get("/").status_code == 200

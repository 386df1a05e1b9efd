from dataclasses import replace
from urllib.parse import urlencode

import pytest

from patogh.channels.connectors.client import Http
from patogh.channels.connectors.contract import TryLater, Unreachable
from patogh.channels.tests.social.conftest import at_work, called
from patogh.channels.webmention.connector import Webmention, speaker
from patogh.channels.webmention.forms import WebmentionForm
from patogh.channels.webmention.page import read_page

TARGET = "https://patogh.example/topics/7"
FORM = "application/x-www-form-urlencoded"
PAGE = f"""<html><head><title>وبلاگ نگار</title></head><body><article class="h-entry">
<a class="p-author h-card" href="/"><img class="u-photo" src="/n.jpg" alt="عکس">نگار رستمی</a>
<h1 class="p-name">نقد رکاب</h1><time class="dt-published" datetime="2026-11-22T08:00:00+00:00">دیروز</time>
<a class="u-url" href="/post">پیوند</a><div class="e-content"><p>در <a class="u-in-reply-to" href="{TARGET}#n3">پاتوق</a> گفتند.</p><p>بند دو &lt;خوب&gt;</p><script>bad()</script></div>
</article></body></html>"""
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def door(server):
    return at_work(sites="shop.example", refused="spam.example")


def called_with(source, target=TARGET):
    return called(urlencode({"source": source, "target": target}).encode(), content_type=FORM)


def looked(door, server, page, path="/post", target=TARGET):
    server.answers[path] = page
    (arrival,) = Webmention().work(door, {"source": server.url + path, "target": target})
    return arrival


def test_a_call_is_thanked_for_and_looked_at_later(door, server):
    answered = Webmention().receive(door, called_with("https://negar.example/post"))
    assert (answered.status, answered.arrivals) == (202, ())
    assert answered.later == ({"source": "https://negar.example/post", "target": TARGET},)
    assert server.asked == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("negar.example", TARGET),
        ("ftp://negar.example/", TARGET),
        (TARGET, TARGET + "#end"),
        ("https://negar.example/", "https://elsewhere.example/"),
        ("https://negar.example/", "javascript:alert(1)"),
        ("https://spam.example/", TARGET),
        ("https://a@negar.example/", TARGET),
        ("https://negar.example/" + "x" * 1000, TARGET),
        ("", ""),
        ("http://[", TARGET),
    ],
)
def test_addresses_that_cannot_be_are_refused_at_once(door, source, target):
    answered = Webmention().receive(door, called_with(source, target))
    assert (answered.status, answered.later) == (400, ())
    assert answered.body


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (called(b"", method="GET"), 405),
        (called(b"{}", content_type="application/json"), 415),
        (called(b"\xff\xfe", content_type=FORM), 400),
        (called(b"", content_type=FORM), 400),
        (called(b"&".join([b"a=1"] * 100), content_type=FORM), 400),
    ],
    ids=["GET", "JSON", "wrong encoding", "empty", "too many fields"],
)
def test_a_call_of_another_form_is_refused(door, call, status):
    assert Webmention().receive(door, call).status == status


def test_our_other_site_may_be_a_target(door):
    assert Webmention().receive(door, called_with("https://n.example/", "https://shop.example/a")).status == 202


def test_an_entry_is_read_with_its_author_words_and_time(door, server):
    arrival = looked(door, server, (200, HTML, PAGE.encode()))
    assert (arrival.kind, arrival.text) == ("mention", "در پاتوق گفتند.\n\nبند دو <خوب>")
    assert arrival.who is None  # an IP address is nobody's page
    assert arrival.happened_at.isoformat() == "2026-11-22T08:00:00+00:00"
    assert arrival.data["as"] == "reply"
    assert arrival.url == f"{server.url}/post"


@pytest.mark.parametrize(
    ("page", "known"),
    [
        ("/about", "https://negar.example/about"),
        ("https://famous.example/", "https://negar.example/"),
        ("/" + "x" * 400, "https://negar.example/"),
        ("javascript:alert(1)", "https://negar.example/"),
    ],
    ids=["own page", "page of another", "too long", "no page"],
)
def test_nobody_speaks_for_a_page_of_another_site(page, known):
    source = "https://negar.example/post"
    who = speaker(source, read_page(PAGE.replace('href="/">', f'href="{page}">'), source, TARGET))
    assert (who.kind, who.value, who.name, who.is_verified) == ("webmention", known, "نگار رستمی", False)


def test_the_same_page_twice_is_one_and_changed_words_come_again(door, server):
    first = looked(door, server, (200, HTML, PAGE.encode()))
    again = looked(door, server, (200, HTML, PAGE.encode()))
    changed = looked(door, server, (200, HTML, PAGE.replace("گفتند", "نوشتند").encode()))
    assert first.key == again.key != changed.key
    assert first.thread == changed.thread


@pytest.mark.parametrize(
    "answer",
    [
        (410, {}, b""),
        (404, {}, b""),
        (200, HTML, "<p>https://patogh.example/topics/7 بی پیوند</p>".encode()),
        (200, HTML, b"<a href='https://patogh.example/topics/70'>x</a>"),
    ],
    ids=["gone", "not found", "no link", "another link"],
)
def test_a_page_that_does_not_link_takes_back_what_it_said(door, server, answer):
    first = looked(door, server, (200, HTML, PAGE.encode()))
    gone = looked(door, server, answer)
    assert (gone.kind, gone.who, gone.data) == ("event", None, {"event": "deleted", "deletes_thread": first.thread})


def test_a_page_without_an_entry_says_its_title(door, server):
    arrival = looked(door, server, (200, HTML, f"<title>یک پیوند</title><a href='{TARGET}/'>x".encode()))
    assert (arrival.text, arrival.data["as"]) == ("یک پیوند", "mention")


def test_like_and_plain_text_are_known(door, server):
    like = looked(
        door, server, (200, HTML, f"<div class=h-entry><a class='u-like-of' href='{TARGET}'>♥</a></div>".encode())
    )
    plain = looked(door, server, (200, {"Content-Type": "text/plain"}, f"see {TARGET} there".encode()), "/plain")
    assert (like.data["as"], plain.text) == ("like", f"see {TARGET} there")


def test_a_page_in_windows_1256_is_read(door, server):
    page = f"<title>سلام</title><a href='{TARGET}'>x</a>".encode("cp1256")
    assert looked(door, server, (200, {"Content-Type": "text/html; charset=windows-1256"}, page)).text == "سلام"


@pytest.mark.parametrize("source", ["http://10.1.2.3/a", "http://169.254.169.254/", "http://localhost/a"])
def test_a_source_inside_our_own_network_is_not_opened(door, source):
    with pytest.raises(Unreachable):
        Webmention().work(door, {"source": source, "target": TARGET})


def test_a_service_inside_that_the_operator_named_for_others_is_not_opened(door, server):
    server.answers["/page"] = (200, {"Content-Type": "text/html"}, PAGE.encode())
    stranger = replace(door, http=Http())
    with pytest.raises(Unreachable):
        Webmention().work(stranger, {"source": f"{server.url}/page", "target": TARGET})
    assert server.asked == []


def test_a_source_that_leads_inside_is_not_followed(door, server):
    server.answers["/post"] = (302, {"Location": "http://10.0.0.1/"}, b"")
    with pytest.raises(Unreachable):
        Webmention().work(door, {"source": f"{server.url}/post", "target": TARGET})


@pytest.mark.parametrize(
    "answer", [(500, {}, b""), (403, {}, b""), (200, HTML, b"x" * 1_100_000)], ids=["down", "closed", "too large"]
)
def test_a_page_that_does_not_come_is_asked_again(door, server, answer):
    server.answers["/post"] = answer
    with pytest.raises(TryLater):
        Webmention().work(door, {"source": f"{server.url}/post", "target": TARGET})


@pytest.mark.parametrize(
    "page", ["<div>" * 20_000, "<a href='http://['>", "</p></p><a", "<div class=h-entry>" * 300, "\x00\ufffd&#xd800;"]
)
def test_a_hostile_page_is_read_to_its_end(door, server, page):
    assert looked(door, server, (200, HTML, page.encode())).kind == "event"


def test_host_names_alone_are_taken():
    assert WebmentionForm({"sites": "https://rekab.ir/ b.example"}).is_valid()
    assert "sites" in WebmentionForm({"sites": "a/b"}).errors

"""Webmentions that leave: found as the W3C Recommendation says (its cases by number), told once a link, told again when it goes."""

import datetime as dt
from urllib.parse import parse_qs

import pytest
from django.utils import timezone

from patogh.activity import jobs
from patogh.activity.models import Job
from patogh.channels.connectors.actions.setups import Words, add_setup, edit_setup, switch_off
from patogh.channels.connectors.client import Http, policy_for
from patogh.channels.connectors.contract import TryLater, Turned, Unreachable
from patogh.channels.models import Telling
from patogh.channels.plugs.webmentions import LOOK
from patogh.channels.tests.social.conftest import Turns, at_work
from patogh.channels.webmention import actions, discovery, limits, telling
from patogh.hangout import actions as hangout
from patogh.hangout.actions import NewReply, NewTopic

SOURCE = "https://rekab.example/t/7/p/1"
HTML = {"Content-Type": "text/html; charset=utf-8"}


class Many(dict):
    """Headers of which one comes more than once."""

    def __init__(self, *pairs):
        super().__init__(pairs)
        self.pairs = pairs

    def items(self):
        return self.pairs


def page(*, link="", html="<p>page</p>", **more):
    return (200, Many(*HTML.items(), *((("Link", link),) if link else ()), *more.items()), html.encode())


CASES = {
    "1 header, relative, without quotes": (page(link="</d/1/in?head=true>; rel=webmention"), "/d/1/in?head=true"),
    "2 header, whole": (page(link="<SERVER/d/in?head=true>; rel=webmention"), "/d/in?head=true"),
    "3 link, relative": (page(html='<link rel="webmention" href="/d/3/in">'), "/d/3/in"),
    "4 link, whole": (page(html='<link rel="webmention" href="SERVER/d/in">'), "/d/in"),
    "5 anchor, relative": (page(html='<p><a rel="webmention" href="/d/5/in">in</a>'), "/d/5/in"),
    "6 anchor, whole": (page(html='<a href="SERVER/d/in" rel="webmention">in</a>'), "/d/in"),
    "7 header in odd letters": (page(LinK="</d/7/in>; rel=webmention"), "/d/7/in"),
    "8 header in quotes": (page(link='</d/8/in>; rel="webmention"'), "/d/8/in"),
    "9 link with several rels": (page(html='<link rel="webmention somethingelse" href="/d/9/in">'), "/d/9/in"),
    "10 header with several rels": (page(link='</d/10/in>; rel="somethingelse  webmention"'), "/d/10/in"),
    "11 header before link before anchor": (
        page(link="</d/11/a>; rel=webmention", html='<link rel=webmention href="/d/11/b"><a rel=webmention href="/d/11/c">'),
        "/d/11/a",
    ),
    "12 not-webmention is none": (page(html='<link rel="not-webmention" href="/d/x"><a rel="webmention" href="/d/12/in">'), "/d/12/in"),
    "13 none in a comment": (page(html='<!-- <a href="/d/x" rel="webmention"> --><a rel="webmention" href="/d/13/in">'), "/d/13/in"),
    "14 none in escaped words": (page(html='<code>&lt;a href="/d/x" rel="webmention"&gt;</code><a rel="webmention" href="/d/14/in">'), "/d/14/in"),
    "15 empty is the page itself": (page(html='<link rel="webmention" href="">'), "/page"),
    "16 anchor before link": (page(html='<a rel="webmention" href="/d/16/a">a</a><link rel="webmention" href="/d/16/b">'), "/d/16/a"),
    "17 link before anchor": (page(html='<link rel="webmention" href="/d/17/b"><a rel="webmention" href="/d/17/a">a</a>'), "/d/17/b"),
    "18 several headers": ((200, Many(*HTML.items(), ("Link", "</d/x>; rel=other"), ("Link", "</d/18/in>; rel=webmention")), b""), "/d/18/in"),
    "19 several in one header": (page(link='</d/x,y>; rel="other", </d/19/in>; title="a, b; rel=no"; rel="webmention"'), "/d/19/in"),
    "20 a link without an address": (page(html='<link rel="webmention"><a href="/d/20/in" rel="webmention">in</a>'), "/d/20/in"),
    "21 a query stays": (page(html='<link rel="webmention" href="/d/in?query=yes&amp;b=2">'), "/d/in?query=yes&b=2"),
    "22 relative to the page": (page(html='<link rel="webmention" href="in">'), "/in"),
    "base": (page(html='<base href="/deep/er/"><link rel="webmention" href="in">'), "/deep/er/in"),
    "in a script, a style, a template, words": (
        page(html='<script>"<a rel=webmention href=/x>"</script><style><a rel=webmention href=/x></style><template><a rel=webmention href="/x"></template><textarea><a rel=webmention href="/x"></textarea>'),
        "",
    ),
    "rel in odd letters": (page(html='<LINK REL="WebMention" HREF="/d/in">'), "/d/in"),
    "no address of HTTP": (page(html='<link rel="webmention" href="javascript:alert(1)">'), ""),
    "a password in it": (page(html='<link rel="webmention" href="https://a:b@x.example/in">'), ""),
    "no HTML": ((200, {"Content-Type": "application/pdf"}, b'<link rel="webmention" href="/d/in">'), ""),
    "gone, but with a header": ((410, Many(("Link", "</d/in>; rel=webmention")), b""), "/d/in"),
    "none at all": (page(), ""),
    "half a tag": (page(html='<link rel="webmention" href="/d/in'), ""),
    "a header without an end": (page(link="<" * 5_000 + "; rel=webmention"), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_where_a_page_wants_to_be_told(server, name):
    (status, headers, body), expected = CASES[name]
    headers = Many(*((key, value.replace("SERVER", server.url)) for key, value in headers.items()))
    server.answers["/page"] = (status, headers, body.replace(b"SERVER", server.url.encode()))
    found = telling.found_endpoint(at_work(), f"{server.url}/page")
    assert found == (f"{server.url}{expected}" if expected else "")


def test_23_it_is_relative_to_where_the_redirects_end(server):
    server.answers["/page"] = (302, {"Location": "/far/away/page"}, b"")
    server.answers["/far/away/page"] = page(html='<a rel="webmention" href="in">in</a>')
    assert telling.found_endpoint(at_work(), f"{server.url}/page") == f"{server.url}/far/away/in"


def test_a_page_of_broken_tags_costs_no_time():
    assert discovery.of_page("<a " * 300_000, "https://x.example/") == ""


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "told"), (201, "told"), (202, "told"), (400, Turned), (404, Turned), (302, Turned), (408, TryLater), (429, TryLater), (500, TryLater)],
)  # fmt: skip
def test_what_an_endpoint_answers(server, status, outcome):
    server.answers["/page"] = page(link="</in?a=1>; rel=webmention")
    server.answers["/in"] = (status, {"Location": "/status/7", "Retry-After": "9"}, b"")
    if outcome == "told":
        found = telling.tell(at_work(), SOURCE, f"{server.url}/page")
        assert found == telling.Told(f"{server.url}/in?a=1", f"{server.url}/status/7" if status == 201 else "")
        _method, _path, query, headers, body = server.asked[-1]
        assert (query, headers["content-type"]) == ("a=1", "application/x-www-form-urlencoded")
        assert parse_qs(body.decode()) == {"source": [SOURCE], "target": [f"{server.url}/page"]}
    else:
        with pytest.raises(outcome):
            telling.tell(at_work(), SOURCE, f"{server.url}/page")


@pytest.mark.parametrize("place", ["http://127.0.0.1:9/in", "http://10.0.0.7/in", "http://169.254.169.254/in", "http://[::1]/in", "http://localhost/in"])  # fmt: skip
def test_an_endpoint_or_a_page_inside_is_never_asked(server, place):
    server.answers["/page"] = page(link=f"<{place}>; rel=webmention")
    with pytest.raises(Unreachable):
        telling.tell(at_work(), SOURCE, f"{server.url}/page")
    with pytest.raises(Unreachable):
        telling.found_endpoint(at_work(), place)


@pytest.fixture
def door(server, owner, settings, monkeypatch):
    """A setup that tells others; the test's server counts as the world outside."""
    settings.SITE_URL = "https://rekab.example"
    monkeypatch.setattr(Http, "foreign_policy", lambda _self, url: policy_for(url))
    server.answers["/page"] = page(link="</in>; rel=webmention")
    server.answers["/in"] = (202, {}, b"")
    return add_setup("webmention", Words("وب", {"sites": "ours.example", "refused": "", "sends": "on"}), by=owner)


@pytest.fixture
def asked(db, owner, member):
    """A public space, and a function that opens a topic in it."""
    space = hangout.open_space(hangout.SpaceFacts("public-place", "جا", "Place"), by=owner)
    return lambda text: hangout.open_topic(space, NewTopic("یک پیوند خوب برای همه", text), by=member)


def later(moment=None):
    """Let everything wait no longer."""
    Telling.objects.filter(state="waits").update(next_at=moment or timezone.now())
    return telling.tell_due()


def sent(server):
    return [parse_qs(body.decode()) for _method, path, _query, _headers, body in server.asked if path == "/in"]


def test_a_public_text_tells_each_page_once_and_again_when_it_changes_or_goes(door, server, asked, member, owner):
    topic = asked(
        f"ببینید: {server.url}/page و https://ours.example/x و https://rekab.example/t/1 و {server.url}/page#a"
    )
    jobs.drain()
    row = Telling.objects.get()
    assert (row.target, row.state) == (f"{server.url}/page", "waits")
    assert telling.tell_due() == 0  # it settles first
    assert later() == 1
    source = f"https://rekab.example/t/{topic.pk}/p/1"
    assert sent(server) == [{"source": [source], "target": [f"{server.url}/page"]}]
    jobs.drain()
    assert later() == 0
    hangout.trash_topic(topic, by=owner, why="other")
    jobs.drain()
    assert later() == 1
    assert len(sent(server)) == 2


def test_off_by_default_nothing_is_noted(server, owner, settings, asked):
    settings.SITE_URL = "https://rekab.example"
    add_setup("webmention", Words("وب", {"sites": "", "refused": ""}), by=owner)
    asked(f"ببینید: {server.url}/page")
    assert not Job.objects.filter(task=LOOK).exists()
    jobs.drain()
    assert not Telling.objects.exists()
    assert not server.asked


def test_what_strangers_may_not_read_tells_nobody(door, server, owner, member):
    space = hangout.open_space(hangout.SpaceFacts("closed-place", "پشت در", "Closed", access="private"), by=owner)
    hangout.open_topic(space, NewTopic("یک پیوند پنهان میان ما", f"{server.url}/page"), by=owner)
    jobs.drain()
    assert not Telling.objects.exists()


def test_a_link_that_goes_before_it_was_told_is_forgotten(door):
    text = actions.Text("hangout.post", "7", SOURCE)
    assert actions.plan_tellings(door, text, ["https://a.example/", "https://b.example/"]) == 2
    assert actions.plan_tellings(door, text, ["https://b.example/"]) == 1
    assert Telling.objects.get().target == "https://b.example/"


def test_pauses_that_are_asked_for_are_kept_and_in_the_end_it_is_given_up(door, server):
    server.answers["/in"] = Turns([(429, {"Retry-After": "7200"}, b""), (500, {}, b"")])
    actions.plan_tellings(door, actions.Text("hangout.post", "7", SOURCE), [f"{server.url}/page"])
    later()
    row = Telling.objects.get()
    assert dt.timedelta(seconds=7100) < row.next_at - timezone.now() <= dt.timedelta(seconds=7200)
    for _attempt in range(limits.ATTEMPTS_MAX):
        later()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.next_at) == ("dead", limits.ATTEMPTS_MAX, None)


def test_a_page_that_takes_none_and_one_that_refuses_are_left_alone(door, server):
    server.answers["/plain"] = page()
    server.answers["/in"] = (400, {}, b"no")
    actions.plan_tellings(
        door, actions.Text("hangout.post", "7", SOURCE), [f"{server.url}/page", f"{server.url}/plain"]
    )
    assert later() == 2
    assert set(Telling.objects.values_list("state", flat=True)) == {"deaf", "refused"}
    assert telling.tell_due() == 0


def test_while_the_channel_is_off_nothing_leaves(door, server, owner):
    actions.plan_tellings(door, actions.Text("hangout.post", "7", SOURCE), [f"{server.url}/page"])
    switch_off(door, by=owner)
    assert later() == 0
    assert not server.asked


def test_once_it_is_switched_off_in_the_settings_nothing_that_waits_leaves(door, server, owner):
    actions.plan_tellings(door, actions.Text("hangout.post", "7", SOURCE), [f"{server.url}/page"])
    edit_setup(door, Words("وب", {"sites": "ours.example", "refused": "", "sends": ""}), by=owner)
    assert later() == 0
    assert not server.asked


def test_a_reply_tells_under_its_own_address(door, server, asked, owner):
    topic = asked("بدون پیوند، فقط چند واژه")
    reply = hangout.reply(topic, NewReply(f"این را ببینید {server.url}/page"), by=owner)
    jobs.drain()
    assert Telling.objects.get().source.endswith(f"/t/{topic.pk}/p/{reply.number}")


def test_the_page_of_the_setup_shows_whom_we_told(door, server, signed_in, owner):
    actions.plan_tellings(door, actions.Text("hangout.post", "7", SOURCE), [f"{server.url}/page"])
    later()
    assert f"{server.url}/page" in signed_in(owner).get(f"/team/channels/{door.pk}").content.decode()


@pytest.mark.parametrize("link", ["ftp://x.example/", "https://a:b@x.example/", "https://[::1", "https://x.example/" + "a" * 3_000, "mailto:a@b.ir", "https:///x"])  # fmt: skip
def test_odd_links_are_no_pages(door, link):
    assert telling.wanted(door, [link]) == []

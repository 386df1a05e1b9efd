"""WebSub: a feed's hub is found, asked, answered, believed by its signature alone; asking goes on, rarely, beside it."""

import datetime as dt
import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from patogh.channels.connectors import polling
from patogh.channels.connectors.actions.setups import Words, add_setup, edit_setup
from patogh.channels.connectors.running import running
from patogh.channels.feed import websub
from patogh.channels.feed.connector import WAIT_S
from patogh.channels.models import DeadLetter, Message
from patogh.channels.tests.social.conftest import Turns
from patogh.kit.egress import Fetched

pytestmark = pytest.mark.django_db
HTML = "<p>دوچرخه</p>"


def atom(*numbers, hub="", own="", words=HTML):
    links = (f'<link rel="hub" href="{hub}"/>' if hub else "") + (f"<link rel='self' href='{own}'/>" if own else "")
    entries = "".join(
        f'<entry><id>urn:{n}</id><title>ت{n}</title><link rel="hub" href="https://evil.example/"/><updated>2026-11-22T08:00:00Z</updated>'
        f"<content type='html'><![CDATA[{words}]]></content></entry>"
        for n in numbers
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title><id>urn:f</id>{links}{entries}</feed>".encode()


def fetched(body=b"", url="https://blog.example/feed", **headers):
    return Fetched(url, 200, headers, body)


@pytest.mark.parametrize(
    ("got", "hub"),
    [
        (fetched(link='</hub>; rel="hub", <https://blog.example/feed.atom>; rel=self'), ("https://blog.example/hub", "https://blog.example/feed.atom")),
        (fetched(link="<https://a.example/>; rel=HUB, <https://b.example/>; rel=hub"), ("https://a.example/", "https://blog.example/feed")),
        (fetched(atom(1, hub="https://hub.example/?a=1&amp;b=2", own="/feed.atom")), ("https://hub.example/?a=1&b=2", "https://blog.example/feed.atom")),
        (fetched(b'<rss xmlns:a="http://www.w3.org/2005/Atom"><channel><a:link href="https://hub.example/" rel="hub"/><item/></channel></rss>'), ("https://hub.example/", "https://blog.example/feed")),
        (fetched(b'{"version": "https://jsonfeed.org/version/1.1", "feed_url": "https://blog.example/f.json", "hubs": [{"type": "rssCloud", "url": "https://no.example/"}, {"type": "WebSub", "url": "https://hub.example/"}]}'), ("https://hub.example/", "https://blog.example/f.json")),
        (fetched(atom(1)), None), (fetched(b"{"), None), (fetched(b""), None), (fetched(b"<link " * 90_000), None),
        (fetched(atom(1, hub="javascript:alert(1)")), None), (fetched(link="<https://a:b@x.example/>; rel=hub"), None),
    ],
    ids=["header", "first of two", "atom", "rss", "json", "none", "half JSON", "empty", "broken tags", "script", "password"],
)  # fmt: skip
def test_which_hub_a_feed_names(got, hub):
    found = websub.hub_of(got)
    assert (found and (found.url, found.topic)) == hub


@pytest.fixture
def feed(server, owner, settings, clock):
    """A feed whose hub is the same server."""
    settings.SITE_URL = "https://rekab.example"
    clock(0)
    server.answers["/feed"] = atom(1, hub="/hub", own=f"{server.url}/feed")
    server.answers["/hub"] = (202, {}, b"")
    return add_setup("feed", Words("وبلاگ", {"url": f"{server.url}/feed", "words": ""}), by=owner)


def poll(feed):
    taken = polling.poll(feed.pk, now=True)
    feed.refresh_from_db()
    return taken


def wishes(server):
    return [
        parse_qs(body.decode()) for method, path, _q, _h, body in server.asked if (method, path) == ("POST", "/hub")
    ]


@pytest.fixture
def asked(feed, server):
    """The feed was read once, and its hub asked for it; returns what it was asked."""
    poll(feed)
    return {name: values[0] for name, values in wishes(server)[0].items()}


@pytest.fixture
def verify(client, asked):
    """Return a function by which the hub asks whether we want it."""

    def ask(mode="subscribe", lease="864000", **more):
        said = {"hub.mode": mode, "hub.topic": asked["hub.topic"], "hub.challenge": "ch-7", "hub.lease_seconds": lease}
        path = urlsplit(asked["hub.callback"]).path
        return client.get(path, {**said, **{f"hub.{name}": value for name, value in more.items()}})

    return ask


@pytest.fixture
def push(client, asked):
    """Return a function by which the hub brings something, signed."""

    def bring(body, method="sha256", secret=None, path=None, **headers):
        mark = hmac.new((secret or asked["hub.secret"]).encode(), body, method).hexdigest()
        said = {"X-Hub-Signature": f"{method}={mark}", **headers}
        place = path or urlsplit(asked["hub.callback"]).path
        return client.post(place, body, content_type="application/atom+xml", headers=said)

    return bring


def test_the_hub_is_asked_with_a_secret_and_an_address_of_its_own(feed, server, asked):
    assert asked["hub.mode"] == "subscribe"
    assert asked["hub.topic"] == f"{server.url}/feed"
    assert asked["hub.callback"].startswith(f"https://rekab.example/channels/{feed.address}/websub/")
    assert len(asked["hub.secret"]) == 64 < 200
    assert asked["hub.secret"] not in str(feed.cursor)
    poll(feed)
    assert len(wishes(server)) == 1


def test_its_question_is_answered_and_then_the_feed_is_asked_rarely(feed, verify, clock):
    assert (feed.next_at - timezone.now()).total_seconds() <= WAIT_S or poll(feed)
    answer = verify()
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ch-7", "text/plain; charset=utf-8")
    poll(feed)
    assert (feed.next_at - timezone.now()).total_seconds() == 6 * 3600


@pytest.mark.parametrize(
    "wrong",
    [{"mode": "unsubscribe"}, {"mode": ""}, {"topic": "https://other.example/feed"}, {"challenge": ""}, {"challenge": "c" * 2_000}],
    ids=["not asked", "nothing", "another topic", "no challenge", "long"],
)  # fmt: skip
def test_what_we_did_not_ask_for_is_not_confirmed(feed, verify, wrong):
    assert verify(**wrong).status_code == 404
    feed.refresh_from_db()
    assert "noted" not in feed.cursor


@pytest.mark.parametrize("lease", ["", "x", "-5", "99999999999999", "0"])
def test_an_odd_lease_is_kept_within_bounds(feed, verify, lease):
    assert verify(lease=lease).status_code == 200
    feed.refresh_from_db()
    until = websub.lives_until(running(feed), feed.cursor["websub"])
    assert dt.timedelta(0) < until - timezone.now() <= dt.timedelta(seconds=websub.LEASE_S_MAX)


def test_what_the_hub_brings_is_kept_once_however_it_comes(feed, server, verify, push):
    verify()
    assert push(atom(2)).status_code == 200
    assert push(atom(2)).status_code == 200
    assert sorted(Message.objects.values_list("key", flat=True)) == ["urn:1", "urn:2"]
    server.answers["/feed"] = atom(2, 1, hub="/hub", own=f"{server.url}/feed")
    assert poll(feed).new == 0
    push(atom(2, words="<p>دیگر</p>"))
    assert Message.objects.filter(thread="urn:2").count() == 2
    server.answers["/feed"] = atom(2, 1, hub="/hub", own=f"{server.url}/feed", words="<p>دیگر</p>")
    assert poll(feed).new == 1  # the first one changed too, which nobody brought
    feed.refresh_from_db()
    assert feed.cursor["websub"]["misses"] == 1


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_every_way_of_signing_is_read(push, method):
    assert push(atom(2), method).status_code == 200
    assert Message.objects.filter(key="urn:2").exists()


@pytest.mark.parametrize(
    "mark", ["", "sha256=", "sha256=" + "0" * 64, "md5=" + hashlib.md5(b"x").hexdigest(), "sha256", "=é", None]
)
def test_a_forged_or_unsigned_call_leaves_nothing(push, mark):
    assert (
        push(atom(2), **({"X-Hub-Signature": mark} if mark is not None else {"X-Hub-Signature": "x"})).status_code
        == 401
    )
    assert not Message.objects.filter(key="urn:2").exists()
    assert not DeadLetter.objects.exists()


def test_a_call_to_an_address_that_was_given_to_nobody_is_over(feed, push, client):
    place = f"/channels/{feed.address}/websub/{'0' * 32}"
    assert push(atom(2), path=place).status_code == 410
    assert client.get(place, {"hub.mode": "subscribe", "hub.topic": "x", "hub.challenge": "c"}).status_code == 404
    assert client.put(place, b"x", content_type="text/plain").status_code == 410


def test_what_is_no_feed_is_a_dead_letter_and_the_hub_need_not_come_again(push):
    assert push(b"<html>").status_code == 202
    assert DeadLetter.objects.count() == 1


def test_too_much_is_refused(push):
    assert push(b" " * 2_000_001).status_code == 413


def test_another_feed_in_the_settings_ends_the_old_subscription(feed, server, verify, push, owner):
    verify()
    server.answers["/other"] = atom(9, hub="/hub")
    edit_setup(feed, Words("وبلاگ", {"url": f"{server.url}/other", "words": ""}), by=owner)
    poll(feed)
    assert wishes(server)[-1]["hub.topic"] == [f"{server.url}/other"]
    assert push(atom(2)).status_code == 410


def test_the_lease_is_renewed_before_it_ends_and_without_it_we_ask_as_before(feed, server, verify, clock):
    verify(lease="10000")
    clock(100)
    poll(feed)
    assert len(wishes(server)) == 1
    clock(140)
    poll(feed)
    assert len(wishes(server)) == 2
    clock(170)
    poll(feed)
    assert (feed.next_at - timezone.now()).total_seconds() == WAIT_S


def test_a_hub_in_trouble_is_asked_ever_more_rarely_and_the_feed_goes_on(feed, server, asked, clock):
    server.answers["/hub"] = Turns([(500, {}, b""), (429, {"Retry-After": "9"}, b""), (400, {}, b"no")])
    for minutes in (30, 61, 90, 120, 181, 300):
        clock(minutes)
        assert poll(feed).dead == 0
        assert feed.faults_count == 0
    assert len(wishes(server)) == 3  # at once, after an hour, after two more


def test_a_hub_that_says_no_is_left_alone_for_a_week(feed, server, verify, clock):
    assert verify("denied", reason="not you").status_code == 200
    clock(24 * 60)
    poll(feed)
    assert len(wishes(server)) == 1
    clock(8 * 24 * 60)
    poll(feed)
    assert len(wishes(server)) == 2


def test_a_hub_that_forgets_twice_is_not_relied_upon(feed, server, verify, clock):
    verify()
    poll(feed)
    for number in (2, 3):
        clock(number * 60)
        server.answers["/feed"] = atom(number, hub="/hub", own=f"{server.url}/feed")
        assert poll(feed).new == 1
    assert (feed.next_at - timezone.now()).total_seconds() == WAIT_S


def test_a_hub_inside_our_network_is_never_asked(feed, server):
    server.answers["/feed"] = atom(1, hub="http://10.0.0.7/hub", own=f"{server.url}/feed")
    assert poll(feed).new == 1
    assert feed.cursor["websub"]["answer"] == "Unreachable"


def test_the_page_of_the_setup_says_how_it_comes(feed, verify, push, signed_in, owner):
    verify()
    push(atom(2))
    said = signed_in(owner).get(f"/team/channels/{feed.pk}").content.decode()
    assert "/hub" in said

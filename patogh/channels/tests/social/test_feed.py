import datetime as dt

import pytest

from patogh.channels.connectors.contract import SetupBroken, TryLater, Unreachable, Unreadable
from patogh.channels.feed.connector import Feed
from patogh.channels.feed.forms import FeedForm
from patogh.channels.feed.reading import entries
from patogh.channels.tests.social.conftest import Turns, at_work

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
URL = "https://blog.example/feed.xml"
RSS2 = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>وبلاگ</title><link>https://blog.example</link>
<item><title>رکاب &amp; ما</title><link>/post/1</link><guid>tag:1</guid><pubDate>Sun, 22 Nov 2026 11:30:00 +0330</pubDate>
<description><![CDATA[<p>دوچرخهٔ <b>رکاب</b> را خریدم.</p><script>alert(1)</script>]]></description>
<enclosure url="/a.mp3" length="1234" type="audio/mpeg"/></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>urn:f</id><updated>2026-11-22T08:00:00Z</updated>
<entry><id>urn:1</id><title type="html">یک &lt;i&gt;عنوان&lt;/i&gt;</title><link href="https://blog.example/1"/><updated>2026-11-22T08:00:00Z</updated>
<author><name>نگار</name><uri>https://negar.example/</uri></author><content type="html">&lt;p&gt;متن&lt;/p&gt;</content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://b.example"><title>t</title></channel><item rdf:about="https://b.example/1"><title>t1</title><link>https://b.example/1</link><dc:date>2026-11-22T08:00:00+00:00</dc:date></item></rdf:RDF>"""
RSS09 = '<rss version="0.91"><channel><title>t</title><item><title>t1</title><link>https://b.example/1</link></item></channel></rss>'
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [{"id": 7, "url": "https://j.example/7", "title": "ت",
"content_html": "<p>متن</p>", "date_published": "2026-11-22T08:00:00Z", "authors": [{"name": "علی", "url": "https://ali.example"}],
"attachments": [{"url": "https://j.example/a.pdf", "mime_type": "application/pdf", "size_in_bytes": 10}]}]}"""
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><rss version='2.0'><channel><title>&j;</title><item><title>&j;</title><guid>1</guid></item></channel></rss>"
)


@pytest.fixture
def feed(server):
    return at_work(url=f"{server.url}/feed", words="")


def read(text, kind="application/xml"):
    return entries(text if isinstance(text, bytes) else text.encode(), kind, URL, NOW)


def test_rss_is_words_with_its_own_time_and_whole_addresses():
    (entry,) = read(RSS2)
    assert (entry.title, entry.text) == ("رکاب & ما", "دوچرخهٔ رکاب را خریدم.")
    assert entry.said_at == dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
    assert entry.url == "https://blog.example/post/1"
    assert [(file.url, file.size_bytes) for file in entry.files] == [("https://blog.example/a.mp3", 1234)]
    assert entry.arrival(is_edit=False).who is None


def test_atom_knows_an_author_by_their_page():
    (entry,) = read(ATOM)
    arrival = entry.arrival(is_edit=False)
    assert (arrival.subject, arrival.text, arrival.key, arrival.kind) == ("یک عنوان", "متن", "urn:1", "mention")
    assert (arrival.who.kind, arrival.who.value, arrival.who.is_verified) == (
        "webmention",
        "https://negar.example/",
        False,
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [(RDF, "https://b.example/1"), (RSS09, "https://b.example/1"), (JSON, "7")],
    ids=["RSS 1", "RSS 0.91", "JSON Feed"],
)
def test_older_and_other_dialects_are_read(text, key):
    assert [entry.key for entry in read(text)] == [key]


def test_an_address_of_mail_in_a_feed_makes_nobody_known():
    text = ATOM.replace("<uri>https://negar.example/</uri>", "<email>negar@example.org</email>")
    assert read(text)[0].arrival(is_edit=False).who is None


@pytest.mark.parametrize(
    "date",
    [
        "",
        "<pubDate>yesterday</pubDate>",
        "<pubDate>Sun, 22 Nov 2099 11:30:00 GMT</pubDate>",
        "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>",
    ],
)
def test_a_missing_or_wrong_date_is_the_moment_it_was_found(date):
    text = f"<rss version='2.0'><channel><item><title>t</title><guid>1</guid>{date}</item></channel></rss>"
    assert read(text)[0].said_at == NOW


def test_the_same_entry_twice_is_one_and_a_shared_id_is_none():
    item = "<item><guid>{}</guid><link>https://b.example/{}</link><title>{}</title></item>"
    twice = [item.format("1", "1", "t"), item.format("1", "1", "t")]
    shared = [item.format("same", "1", "a"), item.format("same", "2", "b")]
    assert len(read(f"<rss version='2.0'><channel>{''.join(twice)}</channel></rss>")) == 1
    assert len(read(f"<rss version='2.0'><channel>{''.join(shared)}</channel></rss>")) == 2


def test_an_entry_without_any_id_is_known_by_its_words():
    (entry,) = read("<rss version='2.0'><channel><item><title>تنها عنوان</title></item></channel></rss>")
    assert entry.key == entry.digest


def test_a_wrongly_claimed_character_set_is_found_out():
    (entry,) = read(RSS2.encode(), "text/xml; charset=iso-8859-1")
    assert entry.title == "رکاب & ما" or "رکاب" in entry.text


def test_windows_1256_is_read():
    text = '<?xml version="1.0" encoding="windows-1256"?><rss version="2.0"><channel><item><title>سلام</title><guid>1</guid></item></channel></rss>'
    assert read(text.encode("cp1256"), "")[0].title == "سلام"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html><body>nothing",
        "{}",
        '{"version": 5}',
        "\x00\xff",
        "{" * 5000,
        "/etc/passwd",
        "https://inside.example/feed",
    ],
)
def test_what_is_no_feed_is_said_to_be_none(text):
    with pytest.raises(Unreadable):
        read(text)


def test_a_bomb_of_entities_stays_small():
    try:
        found = read(BOMB)
    except Unreadable:
        found = []
    assert all(len(entry.title) < 1000 for entry in found)


def test_an_outer_entity_is_not_opened():
    text = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><rss version='2.0'><channel><item><guid>1</guid><title>a&e;b</title></item></channel></rss>"
    assert all("root" not in entry.title for entry in read(text))


def test_a_feed_that_breaks_off_gives_what_came_before():
    assert [entry.key for entry in read(RSS2.split("</channel>", maxsplit=1)[0] + "<item><title>نیمه")][:1] != []


def test_the_second_asking_costs_one_short_answer(feed, server):
    server.answers["/feed"] = Turns(
        [(200, {"ETag": '"v1"', "Last-Modified": "Sun, 22 Nov 2026 08:00:00 GMT"}, RSS2.encode()), (304, {}, b"")]
    )
    first = Feed().poll(feed, {})
    second = Feed().poll(feed, first.cursor)
    assert (len(first.arrivals), len(second.arrivals)) == (1, 0)
    assert server.asked[1][3]["if-none-match"] == '"v1"'
    assert second.cursor == first.cursor


def test_a_changed_entry_comes_as_an_edit_and_an_old_one_not_at_all(feed, server):
    server.answers["/feed"] = Turns(
        [RSS2.encode(), RSS2.replace("خریدم", "فروختم").encode(), RSS2.replace("خریدم", "فروختم").encode()]
    )
    first = Feed().poll(feed, {})
    second = Feed().poll(feed, first.cursor)
    third = Feed().poll(feed, second.cursor)
    assert second.arrivals[0].data["edit_of"] == first.arrivals[0].key
    assert second.arrivals[0].thread == first.arrivals[0].thread
    assert third.arrivals == ()


def test_a_feed_that_moved_for_good_is_asked_there_from_now_on(feed, server):
    server.answers["/feed"] = (301, {"Location": "/new"}, b"")
    server.answers["/new"] = RSS2.encode()
    polled = Feed().poll(feed, {})
    Feed().poll(feed, polled.cursor)
    assert [asked[1] for asked in server.asked] == ["/feed", "/new", "/new"]


def test_a_feed_that_is_elsewhere_for_now_is_asked_at_home_again(feed, server):
    server.answers["/feed"] = (302, {"Location": "/new"}, b"")
    server.answers["/new"] = RSS2.encode()
    assert Feed().poll(feed, {}).cursor["url"] == feed.settings["url"]


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://[::1]/",
        "file:///etc/passwd",
        "gopher://x/",
    ],
)
def test_a_feed_that_leads_inside_is_not_followed(feed, server, target):
    server.answers["/feed"] = (301, {"Location": target}, b"")
    with pytest.raises(Unreachable):
        Feed().poll(feed, {})


def test_a_feed_that_leads_in_a_circle_stops(feed, server):
    server.answers["/feed"] = (302, {"Location": "/feed"}, b"")
    with pytest.raises(SetupBroken):
        Feed().poll(feed, {})
    assert len(server.asked) < 8


@pytest.mark.parametrize(
    ("status", "expected"), [(410, SetupBroken), (403, SetupBroken), (404, TryLater), (500, TryLater), (429, TryLater)]
)
def test_what_a_feed_refuses_means_something(feed, server, status, expected):
    server.answers["/feed"] = (status, {}, b"")
    with pytest.raises(expected):
        Feed().poll(feed, {})


def test_too_large_a_feed_is_not_read(feed, server):
    server.answers["/feed"] = b"x" * 2_100_000
    with pytest.raises(TryLater):
        Feed().poll(feed, {})


def test_only_entries_with_our_words_are_kept_whatever_their_letters(feed, server):
    feed.settings["words"] = "ركاب"
    server.answers["/feed"] = RSS2.encode()
    assert len(Feed().poll(feed, {}).arrivals) == 1
    feed.settings["words"] = "زین"
    assert Feed().poll(feed, {}).arrivals == ()


@pytest.mark.parametrize(
    ("said", "wait_s"), [("max-age=1200", 1200), ("max-age=1", 900), ("max-age=99999999", 21600), ("no-store", 1800)]
)
def test_a_feed_says_how_often_it_is_asked_within_reason(feed, server, said, wait_s):
    server.answers["/feed"] = (200, {"Cache-Control": said}, RSS2.encode())
    assert Feed().poll(feed, {}).wait_s == wait_s


def test_trying_counts_the_entries(feed, server):
    server.answers["/feed"] = JSON.encode()
    assert "1" in Feed().tried(feed) or "۱" in Feed().tried(feed)


@pytest.mark.parametrize("url", ["", "blog.example", "https://user:pw@b.example/", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused(url):
    assert "url" in FeedForm({"url": url}).errors
    assert FeedForm({"url": "feed://b.example/rss"}).is_valid()


def test_a_large_feed_is_read_if_it_is_whole_and_not_mended_if_it_is_broken():
    item = "<item><guid>{}</guid><title>t</title><description>" + "x" * 900 + "</description></item>"
    whole = "<rss version='2.0'><channel>" + "".join(item.format(place) for place in range(300))
    assert len(read(whole + "</channel></rss>")) == 200
    with pytest.raises(Unreadable):
        read(whole + "<a " * 1000)

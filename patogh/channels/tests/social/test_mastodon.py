import datetime as dt
import json

import pytest

from patogh.channels.connectors.contract import Outgoing, SetupBroken, TryLater, Turned, Unreadable
from patogh.channels.connectors.splitting import graphemes
from patogh.channels.mastodon import reading
from patogh.channels.mastodon.connector import Mastodon
from patogh.channels.mastodon.forms import MastodonForm
from patogh.channels.tests.social.conftest import Turns, at_work

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
NOTES, STATUSES = "/api/v1/notifications", "/api/v1/statuses"


@pytest.fixture
def account(server):
    server.answers["/api/v2/instance"] = {"domain": "toot.example"}
    return at_work(server=server.url, token="token-1234", hashtags="", visibility="unlisted", chars_max=500)


def status(number="110", **more):
    return {
        "id": number, "created_at": "2026-11-22T08:00:00.000Z", "visibility": "public", "language": "fa",
        "url": f"https://other.example/@sara/{number}", "content": '<p>سلام <span class="h-card"><a href="#">@<span>rekab</span></a></span></p><p>بند دوم<br>خط ۲ &amp; 🚲</p>',
        "account": {"acct": "Sara@other.example", "display_name": "سارا 🌿", "url": "https://other.example/@sara", "bot": False}, **more,
    }  # fmt: skip


def note(place, kind="mention", **more):
    return {"id": place, "type": kind, "status": status(**more)}


def test_a_mention_is_words_without_html():
    found = reading.arrival(status(), "toot.example", NOW)
    assert found.text == "سلام @rekab\n\nبند دوم\nخط ۲ & 🚲"
    assert (found.key, found.kind, found.who.value, found.who.name) == (
        "110",
        "mention",
        "@sara@other.example",
        "سارا 🌿",
    )
    assert found.happened_at == dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
    assert found.data == {"visibility": "public", "language": "fa"}


def test_a_neighbour_has_the_domain_of_the_house():
    found = reading.arrival(status(account={"acct": "ali"}), "toot.example", NOW)
    assert found.who.value == "@ali@toot.example"


def test_a_direct_one_is_a_message():
    assert reading.arrival(status(visibility="direct"), "x", NOW).kind == "message"


def test_warnings_polls_and_pictures_come_along():
    media = [
        {"type": "image", "url": "https://f.example/a.webp", "description": "چرخ کج"},
        {"type": "audio", "remote_url": "https://f.example/b"},
        {"type": "unknown", "url": None},
    ]
    found = reading.arrival(
        status(spoiler_text="غر زدن", sensitive=True, poll={"options": [{"title": "آری"}]}, media_attachments=media),
        "x",
        NOW,
    )
    assert (found.subject, found.data["sensitive"]) == ("غر زدن", True)
    assert found.text.endswith("- آری")
    assert [(file.name, file.media_type) for file in found.files] == [("چرخ کج", "image/webp"), ("b", "audio/mpeg")]


@pytest.mark.parametrize(
    "broken",
    [{}, {"id": 5}, {"id": "5", "account": {}}, {"id": "5", "account": {"acct": "a b"}}, {"id": "5", "account": []}],
)
def test_a_status_without_number_or_author_cannot_be_read(broken):
    with pytest.raises(Unreadable):
        reading.arrival(broken, "x", NOW)


def test_polling_takes_what_is_new_oldest_first_and_knows_an_edit(account, server):
    server.answers[NOTES] = [
        note("9"),
        note("10", number="111"),
        note("11", "update", edited_at="2026-11-22T09:00:00Z", content="<p>نو</p>"),
    ]
    polled = Mastodon().poll(account, {"notifications": "8"})
    assert [arrival.key for arrival in polled.arrivals] == ["110", "111", "110:edit:2026-11-22T09:00:00Z"]
    assert polled.arrivals[2].data["edit_of"] == "110"
    watched = {"111": "", "110": "2026-11-22T09:00:00Z"}
    assert {name: polled.cursor[name] for name in ("notifications", "home", "watched")} == {
        "notifications": "11", "home": "toot.example", "watched": watched,
    }  # fmt: skip
    assert polled.wait_s == 60
    query = server.asked[1][2]
    assert "min_id=8" in query
    assert server.asked[1][3]["authorization"] == "Bearer token-1234"


def test_a_hashtag_is_watched_beside_and_bots_are_not(account, server):
    account.settings["hashtags"] = "رکاب bike"
    server.answers[NOTES] = []
    server.answers["/api/v1/timelines/tag/%D8%B1%DA%A9%D8%A7%D8%A8"] = [status("120")]
    server.answers["/api/v1/timelines/tag/bike"] = [
        status("120"),
        status("121", account={"acct": "b@c.example", "bot": True}),
    ]
    polled = Mastodon().poll(account, {})
    assert [arrival.key for arrival in polled.arrivals] == ["120"]
    assert polled.cursor["tag:bike"] == "121"


def test_one_unreadable_status_stops_nothing(account, server):
    server.answers[NOTES] = [note("9", account=None), note("10", number="111"), {"id": "12", "type": "mention"}]
    polled = Mastodon().poll(account, {})
    assert [arrival.key for arrival in polled.arrivals] == ["111"]
    assert len(polled.letters) == 2
    assert json.loads(polled.letters[0].body)["id"] == "110"


def test_a_full_page_is_asked_on_at_once(account, server):
    server.answers[NOTES] = [note(str(100 + place), number=str(place)) for place in range(40)]
    assert Mastodon().poll(account, {"notifications": "1"}).wait_s == 0


def test_an_almost_used_up_count_is_waited_for(account, server):
    reset = (account.now() + dt.timedelta(seconds=200)).isoformat().replace("+00:00", "Z")
    server.answers[NOTES] = (200, {"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": reset}, [])
    assert 190 <= Mastodon().poll(account, {}).wait_s <= 202


@pytest.mark.parametrize(
    ("status_said", "headers", "body", "expected"),
    [
        (401, {}, {"error": "The access token is invalid"}, SetupBroken),
        (403, {}, {"error": "outside the authorized scopes"}, SetupBroken),
        (503, {}, b"", TryLater),
        (200, {}, b"<html>", Unreadable),
        (200, {}, {"error": "?"}, Unreadable),
        (429, {"X-RateLimit-Reset": "nonsense"}, {}, TryLater),
    ],
    ids=["wrong token", "no right", "down", "html", "no list", "pause"],
)
def test_what_the_server_refuses_means_something(account, server, status_said, headers, body, expected):
    server.answers[NOTES] = (status_said, headers, body)
    with pytest.raises(expected):
        Mastodon().poll(account, {})


def test_the_moment_of_a_pause_is_kept(account, server):
    reset = (account.now() + dt.timedelta(seconds=100)).isoformat()
    server.answers[NOTES] = (429, {"X-RateLimit-Reset": reset}, {})
    with pytest.raises(TryLater) as caught:
        Mastodon().poll(account, {})
    assert 90 <= caught.value.after_s <= 101


@pytest.mark.parametrize(
    ("theirs", "ours"), [("public", "unlisted"), ("unlisted", "unlisted"), ("private", "private"), ("direct", "direct")]
)
def test_an_answer_is_never_seen_by_more_than_the_question(account, server, theirs, ours):
    server.answers[f"{STATUSES}/110"] = status(visibility=theirs)
    server.answers[STATUSES] = {"id": "200"}
    assert Mastodon().send(account, Outgoing("k", "mastodon", "sara@other.example", "سلام", reply_to="110")) == "200"
    (sent,) = server.bodies(STATUSES)
    assert sent == {"status": "@sara@other.example سلام", "visibility": ours, "in_reply_to_id": "110"}


def test_without_a_question_only_the_one_sees_it(account, server):
    server.answers[STATUSES] = {"id": "200"}
    Mastodon().send(account, Outgoing("k", "mastodon", "sara@other.example", "سلام"))
    assert server.bodies(STATUSES)[0]["visibility"] == "direct"


def test_a_long_answer_is_a_chain_whose_keys_stay_the_same(account, server):
    server.answers[STATUSES] = Turns([{"id": str(number)} for number in (200, 201, 202, 200, 201, 202)])
    message = Outgoing("k", "mastodon", "sara@other.example", "واژه‌ای دراز با نیم‌فاصله " * 40)
    Mastodon().send(account, message)
    Mastodon().send(account, message)
    posts = [asked for asked in server.asked if asked[1] == STATUSES]
    keys = [asked[3]["idempotency-key"] for asked in posts]
    assert keys[: len(keys) // 2] == keys[len(keys) // 2 :]
    assert len(set(keys)) > 1
    assert [json.loads(asked[4]).get("in_reply_to_id") for asked in posts[:2]] == [None, "200"]
    assert all(len(graphemes(json.loads(asked[4])["status"])) <= 520 for asked in posts)


@pytest.mark.parametrize("gone", ["/110", ""])
def test_an_answer_to_what_is_gone_or_refused_stops_there(account, server, gone):
    server.answers[f"{STATUSES}/110"] = status()
    server.answers[f"{STATUSES}{gone}"] = (404 if gone else 422, {}, {"error": "Validation failed"})
    with pytest.raises(Turned):
        Mastodon().send(account, Outgoing("k", "mastodon", "a@b.example", "سلام", reply_to="110"))


def test_trying_says_who_we_are(account, server):
    server.answers["/api/v1/accounts/verify_credentials"] = {"acct": "rekab"}
    assert Mastodon().tried(account) == "@rekab@127.0.0.1"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("server", "ftp://x"),
        ("server", "https://a@b.example"),
        ("server", "https://b.example/path"),
        ("token", "a b c d e f g h"),
        ("hashtags", "a-b"),
        ("hashtags", "a b c d e f g h i j k"),
        ("chars_max", "0"),
    ],
)
def test_settings_that_cannot_be_are_refused(field, value):
    said = {
        "server": "toot.example",
        "token": "token-1234",
        "hashtags": "",
        "visibility": "unlisted",
        "chars_max": "500",
    }
    assert MastodonForm(said).is_valid()
    assert field in MastodonForm(said | {field: value}).errors

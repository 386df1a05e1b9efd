import pytest

from patogh.channels.bluesky import sessions, writing
from patogh.channels.bluesky.connector import Bluesky
from patogh.channels.bluesky.forms import BlueskyForm
from patogh.channels.connectors.contract import Outgoing, SetupBroken, TryLater, Turned, Unreachable
from patogh.channels.tests.jetstream import Jetstream
from patogh.channels.tests.social.conftest import Turns, at_work

US = "did:plc:" + "r" * 24
SARA = "did:plc:" + "s" * 24
POST = "app.bsky.feed.post"
ME = {"did": US, "accessJwt": "access-1", "refreshJwt": "refresh-1"}


@pytest.fixture
def stream(server, settings):
    made = Jetstream()
    settings.CHANNELS_INSIDE = f"{server.place} {made.place}"
    yield made
    made.ws.shutdown()


@pytest.fixture
def account(server, stream):
    sessions.forget()
    server.answers["/xrpc/com.atproto.identity.resolveHandle"] = {"did": US}
    server.answers["/xrpc/com.atproto.server.createSession"] = ME
    server.answers["/xrpc/app.bsky.actor.getProfiles"] = {
        "profiles": [{"did": SARA, "handle": "sara.example", "displayName": "سارا"}]
    }
    yield at_work(
        handle="rekab.example",
        password="abcd-efgh",
        words="",
        server=server.url,
        stream=f"ws://{stream.place}/subscribe",
    )
    sessions.forget()


def posted(rkey="3kx", us=1_763_800_000_000_000, did=SARA, operation="create", **record):
    commit = {"rev": "1", "operation": operation, "collection": POST, "rkey": rkey, "cid": "bafy1"}
    if operation != "delete":
        commit["record"] = {
            "$type": POST,
            "text": "سلام @rekab.example",
            "createdAt": "2026-11-22T08:00:00.000Z",
            "langs": ["fa"],
            **record,
        }
    return {"did": did, "time_us": us, "kind": "commit", "commit": commit}


def naming(did=US):
    return [
        {
            "index": {"byteStart": 9, "byteEnd": 23},
            "features": [{"$type": "app.bsky.richtext.facet#mention", "did": did}],
        }
    ]


def test_a_post_that_names_us_is_a_mention_by_name(account, stream):
    stream.says = [posted(facets=naming())]
    polled = Bluesky().poll(account, {})
    (arrival,) = polled.arrivals
    assert (arrival.key, arrival.kind) == (f"at://{SARA}/{POST}/3kx", "mention")
    assert (arrival.who.kind, arrival.who.value, arrival.who.name, arrival.who.traits) == (
        "bluesky",
        SARA,
        "سارا",
        {"username": "sara.example"},
    )
    assert arrival.url == f"https://bsky.app/profile/{SARA}/post/3kx"
    assert arrival.data == {"cid": "bafy1", "language": "fa"}
    assert polled.cursor["us"] == 1_763_800_000_000_000
    assert f"wantedCollections={POST}" in stream.paths[0]


def test_the_next_run_begins_a_little_before_the_last_event(account, stream):
    Bluesky().poll(account, {"did": US, "handle": "rekab.example", "us": 1_763_800_000_000_000})
    assert "cursor=1763799998000000" in stream.paths[0]


@pytest.mark.parametrize(
    ("record", "is_ours"),
    [
        ({"facets": naming(SARA)}, False),
        ({"reply": {"root": {"uri": f"at://{US}/{POST}/1"}, "parent": {"uri": f"at://{SARA}/{POST}/2"}}}, True),
        ({"embed": {"record": {"uri": f"at://{US}/{POST}/1"}}}, True),
        ({"embed": {"record": {"record": {"uri": f"at://{US}/{POST}/1"}}, "media": {}}}, True),
        ({"text": "دوچرخه‌های ركاب"}, True),
        ({"text": "در رکابش"}, False),
        ({"facets": 5, "reply": "x", "embed": [], "text": None, "langs": {}}, False),
    ],
    ids=["another", "answer", "quote", "quote with pictures", "word in Arabic letters", "another word", "nonsense"],
)
def test_what_is_about_us(account, stream, record, is_ours):
    account.settings["words"] = "رکاب"
    stream.says = [posted(**({"text": "-"} | record))]
    assert bool(Bluesky().poll(account, {}).arrivals) is is_ours


def test_our_own_posts_are_no_mentions(account, stream):
    stream.says = [posted(did=US, facets=naming())]
    assert Bluesky().poll(account, {}).arrivals == ()


def test_edits_and_deletions_of_what_we_have_are_told(account, stream):
    stream.says = [
        posted(facets=naming()),
        posted(operation="update", us=1_763_800_000_000_001, facets=naming(), text="نو"),
    ]
    first = Bluesky().poll(account, {})
    stream.says = [
        posted(operation="delete", us=1_763_800_000_000_002),
        posted("other", operation="delete", us=1_763_800_000_000_003),
    ]
    second = Bluesky().poll(account, first.cursor)
    uri = f"at://{SARA}/{POST}/3kx"
    assert first.arrivals[1].data["edit_of"] == uri
    assert [(arrival.kind, arrival.data) for arrival in second.arrivals] == [
        ("event", {"event": "deleted", "deletes": uri})
    ]


def test_nonsense_in_the_stream_stops_nothing(account, stream):
    stream.says = [
        "half a {",
        b"\xff\xfe",
        "[]",
        {"kind": "identity"},
        {"did": 5, "commit": {"record": []}},
        posted(facets=naming()),
    ]
    assert len(Bluesky().poll(account, {}).arrivals) == 1


def test_pictures_of_a_post_come_by_address(account, stream):
    image = {"alt": "چرخ", "image": {"ref": {"$link": "bafkrei1"}, "mimeType": "image/jpeg", "size": 9}}
    stream.says = [posted(facets=naming(), embed={"images": [image, {"image": {"ref": {"$link": "../x"}}}]})]
    (file,) = Bluesky().poll(account, {}).arrivals[0].files
    assert (file.name, file.url.endswith(f"{SARA}/bafkrei1@jpeg")) == ("چرخ", True)


def test_without_names_a_mention_still_comes(account, server, stream):
    server.answers["/xrpc/app.bsky.actor.getProfiles"] = (500, {}, b"")
    stream.says = [posted(facets=naming())]
    assert Bluesky().poll(account, {}).arrivals[0].who.name == ""


def test_a_handle_of_nobody_stops_the_setup(account, server):
    server.answers["/xrpc/com.atproto.identity.resolveHandle"] = (400, {}, {"error": "InvalidRequest"})
    with pytest.raises(SetupBroken):
        Bluesky().poll(account, {})


def test_a_stream_that_is_none_is_asked_again(account, server):
    account.settings["stream"] = server.url.replace("http", "ws") + "/subscribe"
    with pytest.raises(TryLater):
        Bluesky().poll(account, {})


@pytest.mark.parametrize(
    "place", ["ws://10.0.0.1/subscribe", "wss://169.254.169.254/subscribe", "http://bsky.example/"]
)
def test_a_stream_inside_our_own_network_is_not_opened(account, place):
    account.settings["stream"] = place
    with pytest.raises(Unreachable):
        Bluesky().poll(account, {})


def answering(server, number="9"):
    root = {"uri": f"at://{US}/{POST}/1", "cid": "c1"}
    server.answers["/xrpc/app.bsky.feed.getPosts"] = {
        "posts": [{"uri": f"at://{SARA}/{POST}/3kx", "cid": "c2", "record": {"reply": {"root": root}}}]
    }
    server.answers["/xrpc/com.atproto.repo.createRecord"] = {"uri": f"at://{US}/{POST}/{number}", "cid": "c9"}
    return root


def test_an_answer_stands_in_its_thread(account, server):
    root = answering(server)
    sent = Bluesky().send(
        account,
        Outgoing(
            "k", "bluesky", SARA, "سپاس، https://rekab.ir/a را ببینید #دوچرخه", reply_to=f"at://{SARA}/{POST}/3kx#bafy1"
        ),
    )
    assert sent == f"at://{US}/{POST}/9"
    (body,) = server.bodies("/xrpc/com.atproto.repo.createRecord")
    assert body["record"]["reply"] == {"root": root, "parent": {"uri": f"at://{SARA}/{POST}/3kx", "cid": "c2"}}
    link = body["record"]["facets"][0]
    assert (
        body["record"]["text"].encode()[link["index"]["byteStart"] : link["index"]["byteEnd"]] == b"https://rekab.ir/a"
    )
    assert body["record"]["facets"][1]["features"][0]["tag"] == "دوچرخه"


def test_a_long_answer_is_a_chain_under_keys_that_stay(account, server):
    answering(server)
    message = Outgoing("k", "bluesky", SARA, "خانوادهٔ 👨‍👩‍👧‍👦 ما " * 60, reply_to=f"at://{SARA}/{POST}/3kx")
    Bluesky().send(account, message)
    first = [body["rkey"] for body in server.bodies("/xrpc/com.atproto.repo.createRecord")]
    Bluesky().send(account, message)
    assert [body["rkey"] for body in server.bodies("/xrpc/com.atproto.repo.createRecord")] == first * 2
    assert len(first) > 2
    assert all(len(key) == 13 and key[0] in "234567abcdefghij" for key in first)


def test_a_post_that_was_written_but_not_answered_is_found(account, server):
    answering(server)
    server.answers["/xrpc/com.atproto.repo.createRecord"] = (400, {}, {"error": "InvalidRequest", "message": "exists"})
    server.answers["/xrpc/com.atproto.repo.getRecord"] = {"uri": f"at://{US}/{POST}/9", "cid": "c9"}
    assert (
        Bluesky().send(account, Outgoing("k", "bluesky", SARA, "سلام", reply_to=f"at://{SARA}/{POST}/3kx"))
        == f"at://{US}/{POST}/9"
    )


def test_a_session_that_is_over_is_renewed(account, server):
    answering(server)
    over = (400, {}, {"error": "ExpiredToken"})
    server.answers["/xrpc/app.bsky.feed.getPosts"] = Turns(
        [over, (200, {}, server.answers["/xrpc/app.bsky.feed.getPosts"])]
    )
    server.answers["/xrpc/com.atproto.server.refreshSession"] = ME | {"accessJwt": "access-2"}
    Bluesky().send(account, Outgoing("k", "bluesky", SARA, "سلام", reply_to=f"at://{SARA}/{POST}/3kx"))
    used = [
        headers["authorization"]
        for _m, path, _q, headers, _b in server.asked
        if path.endswith(("getPosts", "refreshSession"))
    ]
    assert used == ["Bearer access-1", "Bearer refresh-1", "Bearer access-2"]


def test_a_wrong_password_stops_the_setup(account, server):
    server.answers["/xrpc/com.atproto.server.createSession"] = (401, {}, {"error": "AuthenticationRequired"})
    with pytest.raises(SetupBroken):
        Bluesky().tried(account)


def test_a_pause_is_kept(account, server):
    until = int(account.now().timestamp()) + 90
    server.answers["/xrpc/com.atproto.server.createSession"] = (
        429,
        {"ratelimit-reset": str(until)},
        {"error": "RateLimitExceeded"},
    )
    with pytest.raises(TryLater) as caught:
        Bluesky().tried(account)
    assert 80 <= caught.value.after_s <= 90


@pytest.mark.parametrize("reply_to", ["", "https://x", f"at://{SARA}/{POST}/gone"])
def test_only_posts_that_are_there_are_answered(account, server, reply_to):
    server.answers["/xrpc/app.bsky.feed.getPosts"] = {"posts": []}
    with pytest.raises(Turned):
        Bluesky().send(account, Outgoing("k", "bluesky", SARA, "سلام", reply_to=reply_to))


def test_trying_says_who_we_are_and_nothing_shows_the_secrets(account):
    assert US in Bluesky().tried(account)
    assert "access-1" not in repr(sessions.session(account))
    assert "abcd" not in repr(account)


def test_names_become_facets_only_where_somebody_has_them():
    text = "ما و @sara.example و @nobody.example و a@b.example"
    found = writing.facets(text, {"sara.example": SARA}.get)
    assert [one["features"][0]["did"] for one in found] == [SARA]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("handle", "rekab"),
        ("handle", "a b.c"),
        ("words", "ab"),
        ("server", "ftp://x"),
        ("stream", "https://x"),
        ("stream", "wss://x/?a=1"),
    ],
)
def test_settings_that_cannot_be_are_refused(field, value):
    said = {
        "handle": "@Rekab.example",
        "password": "abcd",
        "words": "رکاب، rekab",
        "server": "https://bsky.social",
        "stream": "wss://j.example/subscribe",
    }
    assert BlueskyForm(said).is_valid()
    assert field in BlueskyForm(said | {field: value}).errors

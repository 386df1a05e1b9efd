"""Statuses of Mastodon that were deleted or changed after we had them."""

import pytest

from patogh.activity.models import Activity
from patogh.channels.connectors import polling
from patogh.channels.connectors.actions.setups import Words, add_setup
from patogh.channels.connectors.contract import SetupBroken, TryLater
from patogh.channels.mastodon import watching
from patogh.channels.mastodon.connector import Mastodon
from patogh.channels.models import Attachment, Message
from patogh.channels.tests.social.conftest import at_work
from patogh.channels.tests.social.test_mastodon import NOTES, STATUSES, note, status

OLD = {"home": "toot.example", "notifications": "1", "looked_at": ""}


@pytest.fixture
def account(server):
    server.answers[NOTES] = []
    return at_work(server=server.url, token="token-1234", hashtags="", visibility="unlisted", chars_max=500)


def test_what_is_gone_is_told_and_watched_no_longer(account, server):
    server.answers[STATUSES] = [status("111")]
    polled = Mastodon().poll(account, {**OLD, "watched": {"110": "", "111": ""}})
    assert [(one.key, one.kind, one.data) for one in polled.arrivals] == [
        ("110#deleted", "event", {"event": "deleted", "deletes": "110"})
    ]
    assert polled.cursor["watched"] == {"111": ""}
    assert "id%5B%5D=110&id%5B%5D=111" in [query for _m, path, query, _h, _b in server.asked if path == STATUSES]


def test_what_was_changed_comes_again_once(account, server):
    server.answers[STATUSES] = [status("110", edited_at="2026-11-22T09:00:00Z", content="<p>نو</p>")]
    polled = Mastodon().poll(account, {**OLD, "watched": {"110": ""}})
    assert [(one.key, one.text, one.data["edit_of"]) for one in polled.arrivals] == [
        ("110:edit:2026-11-22T09:00:00Z", "نو", "110")
    ]
    again = Mastodon().poll(account, {**polled.cursor, "looked_at": ""})
    assert again.arrivals == ()


@pytest.mark.parametrize(
    ("answer", "expected"), [((500, {}, b""), TryLater), ((429, {}, b""), TryLater), ((401, {}, b""), SetupBroken)], ids=["down", "pause", "token"]
)  # fmt: skip
def test_a_server_in_trouble_deletes_nothing(account, server, answer, expected):
    server.answers[STATUSES] = []
    server.answers[f"{STATUSES}/110"] = answer
    with pytest.raises(expected):
        Mastodon().poll(account, {**OLD, "watched": {"110": ""}})


def test_a_second_look_that_fails_holds_up_no_news_and_is_taken_again(account, server):
    server.answers[NOTES], server.answers[STATUSES] = [note("12", number="120")], (500, {}, b"")
    polled = Mastodon().poll(account, {**OLD, "watched": {"110": ""}})
    assert [one.key for one in polled.arrivals] == ["120"]
    kept = {name: polled.cursor[name] for name in ("notifications", "watched", "looked_at")}
    assert kept == {"notifications": "12", "watched": {"110": "", "120": ""}, "looked_at": ""}


def test_one_that_is_missing_in_a_list_but_there_stays(account, server):
    server.answers[STATUSES] = []
    server.answers[f"{STATUSES}/110"] = status("110")
    polled = Mastodon().poll(account, {**OLD, "watched": {"110": ""}})
    assert polled.arrivals == ()
    assert polled.cursor["watched"] == {"110": ""}


def test_an_older_server_is_asked_one_by_one_a_few_at_a_time(account, server):
    server.answers[STATUSES] = (404, {}, b"<html>")
    known = {str(number): "" for number in range(100, 130)}
    polled = Mastodon().poll(account, {**OLD, "watched": known})
    asked = [path for _m, path, _q, _h, _b in server.asked if path.startswith(f"{STATUSES}/")]
    assert len(asked) == watching.DOUBTS_MAX == len(polled.arrivals)
    assert set(polled.cursor["watched"]) == set(known) - {str(number) for number in range(100, 105)}


def test_it_is_looked_now_and_then_and_in_turn(account, server):
    server.answers[STATUSES] = [status(str(number)) for number in range(100, 130)]
    known = {str(number): "" for number in range(100, 130)}
    first = Mastodon().poll(account, {**OLD, "watched": known})
    looks = len(server.asked)
    second = Mastodon().poll(account, first.cursor)
    assert not [path for _m, path, _q, _h, _b in server.asked[looks:] if path == STATUSES]
    assert next(iter(second.cursor["watched"])) == str(100 + watching.A_LOOK_MAX)


@pytest.mark.parametrize("watched", [7, [], {"x" * 999: 7}, {"1": {"a": 1}}, None], ids=["number", "list", "long", "object", "none"])  # fmt: skip
def test_an_odd_cursor_stops_nothing(account, server, watched):
    server.answers[STATUSES] = {"odd": 1}
    assert Mastodon().poll(account, {**OLD, "watched": watched, "looked_at": 7}).wait_s > 0


def test_so_many_are_watched_and_no_more(account, server):
    watch = watching.Watch({}, account.now())
    for number in range(watching.WATCHED_MAX + 5):
        watch.note({"id": str(number)})
    assert len(watch.cursor["watched"]) == watching.WATCHED_MAX
    assert "0" not in watch.cursor["watched"]


@pytest.mark.django_db
@pytest.mark.parametrize("visibility", ["public", "direct"])
def test_what_was_deleted_there_is_emptied_here_with_one_activity(server, owner, visibility):
    picture = {"type": "image", "url": "https://f.example/a.webp", "description": "چرخ"}
    server.answers["/api/v2/instance"] = {"domain": "toot.example"}
    server.answers[NOTES] = [
        note("9", visibility=visibility, media_attachments=[picture]),
        note("10", "update", visibility=visibility, edited_at="2026-11-22T09:00:00Z", content="<p>نو</p>"),
    ]
    server.answers[STATUSES] = [status("110", visibility=visibility)]
    said = {"server": server.url, "token": "token-1234", "hashtags": "", "visibility": "unlisted", "chars_max": 500}
    row = add_setup("mastodon", Words("توت", said), by=owner)
    polling.poll(row.pk, now=True)
    assert Message.objects.filter(setup=row).exclude(text="").count() == 2
    server.answers[NOTES], server.answers[STATUSES] = [], []
    for _turn in range(2):
        row.refresh_from_db()
        row.cursor = {**row.cursor, "looked_at": "", "watched": {"110": ""}}
        row.save()
        polling.poll(row.pk, now=True)
    for message in Message.objects.filter(setup=row):
        assert (message.text, message.subject, list(message.data)) == ("", "", ["gone_at"])
    assert not Attachment.objects.exists()
    told = Activity.objects.get(verb="channels.words_taken_back")
    assert (told.identity_id, told.data["rows"]) == (Message.objects.first().identity_id, 2)

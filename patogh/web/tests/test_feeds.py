"""Feeds: the same entries as Atom and as JSON Feed 1.1."""

import json

import pytest

from patogh.hangout import actions
from patogh.hangout.actions import NewReply, NewTopic, SpaceFacts


@pytest.fixture
def space(owner):
    return actions.open_space(SpaceFacts("repair", "تعمیر"), by=owner)


@pytest.fixture
def topic(space, member):
    return actions.open_topic(space, NewTopic("توپی «تق‌تق» <می‌کند>", "صدا می‌دهد."), by=member)


@pytest.mark.parametrize("path", ["/feeds/all", "/s/repair", "/t/{}"])
def test_a_feed_comes_in_both_forms(topic, other_member, stranger, path):
    actions.reply(topic, NewReply("چربش کنید."), by=other_member)
    path = path.format(topic.pk)
    atom, said = stranger.get(f"{path}.atom"), stranger.get(f"{path}.json")
    assert said.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(said.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"].endswith(f"{path}.json")
    assert len(feed["items"]) == atom.content.decode().count("<entry>") > 0
    for item in feed["items"]:
        assert {"id", "url", "title", "content_html", "date_published", "authors"} <= item.keys()


def test_what_is_behind_a_door_is_in_no_feed(owner, topic, stranger):
    cellar = actions.open_space(SpaceFacts("cellar", "زیرزمین", access="private"), by=owner)
    inside = actions.open_topic(cellar, NewTopic("قناری‌زرد", "قناری‌زرد"), by=owner)
    assert stranger.get("/s/cellar.json").status_code == 404
    assert stranger.get(f"/t/{inside.pk}.json").status_code == 404
    assert "قناری‌زرد" not in stranger.get("/feeds/all.json").content.decode()

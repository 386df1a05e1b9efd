"""Cards of links: words of an outside page, fetched through the one guarded client, never its HTML."""

import pytest

from patogh.activity.jobs import drain
from patogh.hangout import actions
from patogh.hangout.actions import NewReply
from patogh.hangout.actions.previews import Card, card_of
from patogh.hangout.models import LinkPreview, Topic
from patogh.kit import egress
from patogh.kit.egress import EgressRefused, Fetched

URL = "https://cycling.example/hub"
PAGE = """<html><head><title>توپی عقب</title><meta property="og:title" content="همه‌چیز دربارهٔ توپی">
<meta name="description" content="<b>گریس</b> و بلبرینگ"></head><body><meta property="og:title" content="نه"></body>"""


def answered(body: str, status: int = 200, kind: str = "text/html; charset=utf-8"):
    return lambda url, **_limits: Fetched(status=status, url=url, headers={"content-type": kind}, body=body.encode())


def test_a_link_gets_a_card_of_words(question, other_member, monkeypatch):
    monkeypatch.setattr(egress, "fetch", answered(PAGE))
    version = Topic.objects.get(pk=question.pk).version
    actions.reply(question, NewReply(f"ببین {URL}"), by=other_member)
    drain()
    card = LinkPreview.objects.get()
    assert (card.state, card.title, card.about, card.site) == (
        "ready",
        "همه‌چیز دربارهٔ توپی",
        "<b>گریس</b> و بلبرینگ",
        "cycling.example",
    )
    assert Topic.objects.get(pk=question.pk).version > version + 1


def test_the_same_link_is_fetched_once(question, other_member, member, monkeypatch):
    asked = []
    monkeypatch.setattr(egress, "fetch", lambda url, **_limits: asked.append(url) or answered(PAGE)(url))
    for person in (other_member, member):
        actions.reply(question, NewReply(f"ببین {URL}"), by=person)
    drain()
    assert asked == [URL]


def test_what_may_not_be_fetched_gets_no_card(question, other_member, monkeypatch):
    def refuse(url, **_limits):
        raise EgressRefused

    monkeypatch.setattr(egress, "fetch", refuse)
    actions.reply(question, NewReply("http://127.0.0.1/admin"), by=other_member)
    drain()
    assert LinkPreview.objects.get().state == "failed"


@pytest.mark.parametrize(("body", "kind"), [(b"\x89PNG", "image/png"), (b"", "application/json"), (b"{}", "")])
def test_what_is_no_page_has_no_card(body, kind):
    assert card_of(body, kind, URL) is None


def test_hostile_pages_give_words_at_most():
    hostile = (
        b"<title>" + b"<script>alert(1)</script>" * 9000 + b"<meta property=og:title content='" + b"x" * 9000 + b"'>"
    )
    card = card_of(hostile, "text/html; charset=nonsense", URL)
    assert isinstance(card, Card)
    assert len(card.title) <= 200

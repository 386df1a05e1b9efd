"""What is held, hidden, blocked or behind a door leaves the house on no way: page, feed, API, mail, push, webhook, live, ZIP, log."""

import datetime as dt
import types
import zipfile

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from patogh.activity import jobs, live
from patogh.api.models import WebhookMessage
from patogh.api.webhooks import actions as webhooks
from patogh.api.webhooks.tests.conftest import _fresh, receiver  # noqa: F401 - a receiver of webhooks
from patogh.channels import actions as channels
from patogh.channels import tasks
from patogh.channels.push import actions as push
from patogh.channels.push import channel
from patogh.conftest import made_member
from patogh.hangout import actions
from patogh.hangout.actions import NewReply, NewTopic, SpaceFacts, gate
from patogh.hangout.models import Post
from patogh.people.leaving import packing
from patogh.people.models import Member, Notice
from patogh.people.notice_kinds import notice_kinds
from patogh.trust import actions as trust
from patogh.trust.models import ReviewItem
from patogh.trust.nouns import Ruling, Subject
from tests.house.access import body_of, client_of

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 22, 6, 30, tzinfo=dt.UTC)
KEY = "kenari"  # stands beside every canary; a search for it may find none of them
HELD, HIDDEN, DOOR, BLOCKED, FLAG, APPEAL, NOTE = (
    f"canary{name}" for name in ("held", "hidden", "door", "blocked", "flag", "appeal", "note")
)
SECRETS = (HELD, HIDDEN, DOOR, FLAG, APPEAL, NOTE)
PAGES = ("/", "/talk", "/feeds/all.atom", "/feeds/all.json", "/s/repair", "/s/repair.atom", "/s/repair.json", "/sitemap.xml", "/sitemap-1.xml", "/moderation", "/moderation.csv", "/search?q=kenari", "/search?q=kenari&kind=question", "/search/suggest?q=kena", "/similar?title=kenari kenari", "/@mina", "/@mina/posts", "/@mina/topics", "/@behrouz", "/members?q=kenari")  # fmt: skip
OWN = ("/notices", "/me/moderation", "/me/settings/notices")
API = ("/topics", "/spaces", "/tags", "/notices", "/moderation-log", "/me/flags", "/me/decisions", "/me/bookmarks", "/members/mina/posts", "/members/mina/topics", "/search?q=kenari", "/search/suggestions?q=kena", "/search/similar?q=kenari kenari", "/review")  # fmt: skip


class Town:
    """Who said what before whom."""

    def __init__(self, owner, member, other_member, moderator):
        self.owner, self.mina, self.reza, self.moderator = owner, member, other_member, moderator
        self.parviz = made_member("parviz", "پرویز")
        self.space = actions.open_space(SpaceFacts("repair", "تعمیر"), by=owner)
        self.topic = actions.open_topic(self.space, NewTopic("توپی عقب", "صدا می‌دهد @reza"), by=member)
        actions.follow(self.topic, by=other_member)
        actions.follow(self.space, by=other_member)

    def hold(self):
        """Let a reply, a topic and an edit wait for review."""
        trust.list_word("زرورق", "selling", by=self.moderator)
        gate.reply_or_hold(self.topic.pk, NewReply(f"@reza زرورق بخرید، خیلی خوب است {HELD} {KEY}"), by=self.mina)
        gate.open_or_hold(
            self.space, NewTopic(f"زرورق {HELD} {KEY}", f"زرورق @reza {HELD} {KEY}", tags=(HELD,)), by=self.mina
        )
        edit = actions.PostEdit(f"زرورق @reza {HELD} {KEY}")
        assert gate.edit_post_or_hold(self.topic.posts.get(number=1), edit, by=self.mina).is_held

    def hide(self):
        """Write something for Reza that a moderator hides, with words for its author and words of an appeal."""
        post = actions.reply(self.topic, NewReply(f"@reza ببین {HIDDEN} {KEY}"), by=self.mina)
        trust.flag(Subject("hangout.post", str(post.pk)), "spam", FLAG, by=self.parviz)
        item = ReviewItem.objects.get(subject_id=str(post.pk), state="open", kind="flags")
        decision = trust.decide(item, Ruling("hide", "insult", NOTE), by=self.moderator)
        trust.appeal(decision, APPEAL, by=self.mina)
        assert Post.objects.get(pk=post.pk).hidden_at

    def whisper(self):
        """Say something behind a door and name Reza, who is outside."""
        cellar = actions.open_space(
            SpaceFacts("cellar", f"زیرزمین {DOOR} {KEY}", about=DOOR, access="private"), by=self.owner
        )
        actions.let_in(cellar, self.mina, by=self.owner)
        topic = actions.open_topic(
            cellar, NewTopic(f"راز {DOOR} {KEY}", f"@reza {DOOR} {KEY}", tags=(DOOR,)), by=self.owner
        )
        actions.reply(topic, NewReply(f"@reza {DOOR} {KEY}"), by=self.mina)
        answer = gate.reply_or_hold(topic.pk, NewReply(f"زرورق بخرید، خیلی خوب است {DOOR} {KEY}"), by=self.mina)
        assert answer.is_held
        assert ReviewItem.objects.filter(space_id=cellar.pk).exists()


@pytest.fixture
def hands():
    """The hands of a clock."""
    with time_machine.travel(START, tick=False) as traveller:
        yield lambda minutes: traveller.move_to(START + dt.timedelta(minutes=minutes))


@pytest.fixture
def heard(monkeypatch, settings, caplog):
    """All that leaves while a test runs, by its way."""
    found = {"push": [], "live": []}
    monkeypatch.setattr(
        channel, "told", lambda _member, message, *, topic: found["push"].append(message.decode()) or topic
    )
    settings.HUB_PUBLISH_URL = "http://127.0.0.1:9/"
    monkeypatch.setattr(
        live, "_sender", lambda: types.SimpleNamespace(put=lambda said: found["live"].append(str(said)))
    )
    monkeypatch.setattr(live, "transaction", types.SimpleNamespace(on_commit=lambda do, **_options: do()))
    caplog.set_level("INFO")
    return found


@pytest.fixture
def town(owner, member, other_member, moderator, receiver, hands, heard):
    """The town, with Reza listening on all channels and a webhook for everything in the open."""
    Member.objects.update(joined_at=START - dt.timedelta(days=90), trust_level=2)
    EmailAddress.objects.get_or_create(user=other_member, email="reza@example.org", verified=True, primary=True)
    Member.objects.filter(pk=other_member.pk).update(email="reza@example.org")
    for one in (member, other_member):
        one.refresh_from_db()
    push.allow_device(push.Subscription("https://8.8.8.8/reza", "p", "a"), by=other_member)
    kinds = [kind for kind in notice_kinds() if kind.startswith("hangout.")]
    channels.choose(other_member, {(kind, way): "soon" for kind in kinds for way in ("mail", "push")}, by=other_member)
    webhooks.add_endpoint(webhooks.EndpointWords(receiver.url, "*", "", "staff"), by=owner)
    tasks.plan_digests()
    made = Town(owner, member, other_member, moderator)
    jobs.drain()
    return made


def let_out(hands, minutes):
    """Let time pass and everything leave that is due."""
    jobs.drain()
    hands(minutes)
    Member.objects.update(last_seen_at=timezone.now())
    tasks.plan_digests()
    for way in ("mail", "push"):
        tasks.deliver_due(way)
    jobs.drain()


def said(one) -> str:
    """Everything that a mail says."""
    return "\n".join([str(one.message()), one.subject, one.body, *(str(other) for other, _kind in one.alternatives)])


def sung(found: dict[str, str], words) -> list[str]:
    """Say which words are heard where."""
    return [f"{word} in {where}" for where, text in found.items() for word in words if word in text]


def outgoing(heard, member, tmp_path, caplog) -> dict[str, str]:
    """All that went out to somebody who may read none of it."""
    with zipfile.ZipFile(packing.pack(member, tmp_path / "copy.zip")) as archive:
        copy = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    mails = "\n".join(said(one) for one in mail.outbox if member.email in one.to)
    return {"mail": mails, "push": "\n".join(heard["push"]), "live": "\n".join(heard["live"]), "webhooks": "\n".join(WebhookMessage.objects.values_list("body", flat=True)), "ZIP": copy, "log": caplog.text}  # fmt: skip


@pytest.mark.parametrize("deed", ["hold", "hide", "whisper"])
@pytest.mark.parametrize("is_told_first", [False, True])
def test_no_canary_leaves_the_house(town, heard, hands, tmp_path, caplog, deed, is_told_first):
    if deed == "whisper":
        trust.list_word("زرورق", "selling", by=town.moderator)
    getattr(town, deed)()
    if is_told_first:
        jobs.drain()
    let_out(hands, 11)
    let_out(hands, 9 * 24 * 60)
    assert any("reza@example.org" in one.to for one in mail.outbox)  # the ways out are open
    assert heard["push"] and WebhookMessage.objects.exists()
    assert sung(outgoing(heard, town.reza, tmp_path, caplog), SECRETS) == []


def test_no_canary_is_on_any_page_or_answer(town, hands):
    for deed in ("hold", "hide", "whisper"):
        getattr(town, deed)()
    let_out(hands, 11)
    stranger, reza, navid = Client(raise_request_exception=False), client_of(town.reza), client_of(town.moderator)
    topics = [f"/t/{town.topic.pk}", f"/t/{town.topic.pk}.atom", f"/t/{town.topic.pk}.json"]
    found = {}
    for path in [*PAGES, *topics]:
        found |= {f"{path} to a stranger": body_of(stranger.get(path, follow=True))}
    for path in [*PAGES, *topics, *OWN]:
        found |= {f"{path} to Reza": body_of(reza.get(path, follow=True))}
    for path in [*API, f"/topics/{town.topic.pk}", f"/topics/{town.topic.pk}/posts"]:
        found |= {f"{path} of the API to Reza": body_of(asked(reza, path))}
    assert sung(found, SECRETS) == []
    behind = {path: body_of(asked(navid, path)) for path in ("/review", "/review?kind=held", "/search?q=kenari")}
    behind |= {path: body_of(navid.get(path)) for path in ("/review", "/review?kind=held", "/notices", "/moderation")}
    item = ReviewItem.objects.exclude(space_id=town.space.pk).exclude(space_id=None).get()
    behind |= {
        "item": body_of(navid.get(f"/review/{item.pk}")),
        "API item": body_of(asked(navid, f"/review/{item.pk}")),
    }
    assert sung(behind, [DOOR]) == []


def asked(client, path: str):
    return client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {client.token}"})


@pytest.mark.parametrize("when", ["before", "after"])
def test_whoever_is_blocked_reaches_nobody_however_late_the_block(town, heard, hands, tmp_path, caplog, when):
    if when == "before":
        trust.block_member(town.parviz, by=town.reza)
    actions.reply(town.topic, NewReply(f"@reza ببین {BLOCKED}"), by=town.parviz)
    jobs.drain()
    if when == "after":
        trust.block_member(town.parviz, by=town.reza)
    actions.reply(town.topic, NewReply("سلام @reza"), by=town.mina)
    let_out(hands, 11)
    let_out(hands, 9 * 24 * 60)
    ways = outgoing(heard, town.reza, tmp_path, caplog)
    assert "سلام" in ways["push"]
    assert sung({way: ways[way] for way in ("mail", "push")}, [BLOCKED]) == []


def test_the_words_of_a_report_are_for_moderators_alone(town, hands):
    town.hide()
    let_out(hands, 11)
    mina = client_of(town.mina)
    pages = ("/me/moderation", "/notices", "/moderation", "/moderation.csv")
    found = {path: body_of(mina.get(path)) for path in pages}
    found |= {path: body_of(asked(mina, path)) for path in ("/me/decisions", "/notices", "/moderation-log")}
    found["mails"] = "\n".join(said(one) for one in mail.outbox)
    assert sung(found, [FLAG]) == []
    assert sung({"who": "".join(found.values())}, [town.parviz.name, town.moderator.name]) == []
    assert Notice.objects.filter(member=town.mina).exists()

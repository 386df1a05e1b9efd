"""The team hears of a visitor once a quiet period, sees what is unread, and its pages follow the conversation."""

import datetime as dt

import pytest
from django.urls import reverse

from patogh.activity import jobs
from patogh.channels.chat import limits
from patogh.channels.chat.tasks import WROTE
from patogh.channels.connectors import sending, talks
from patogh.channels.connectors.actions import silencing
from patogh.channels.models import Delivery, Message, TalkSeen
from patogh.channels.tests.chat.conftest import REZA, message, visitor
from patogh.people.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(ask):
    """Return a function by which a visitor writes, and the worker works."""
    count = iter(range(100))

    def say(**more):
        assert ask("messages", message(key=f"key-{next(count):08}", **more))[0].status_code == 200
        jobs.drain()
        return Message.objects.filter(way="in").latest("pk")

    return say


def notices(member):
    return Notice.objects.filter(member=member, kind=WROTE)


def test_those_who_answer_are_told_without_the_words_and_members_are_not(said, owner, agent, member):
    row = said(text="شمارهٔ کارتم ۶۰۳۷ است")
    for one in (owner, agent):
        notice = notices(one).get()
        assert (notice.url, notice.count) == (reverse("channel_talk", args=[row.pk]), 1)
        assert "۶۰۳۷" not in notice.title
    assert not notices(member).exists()
    assert set(Delivery.objects.filter(kind=WROTE).values_list("channel", flat=True)) <= {"mail", "push"}


def test_one_conversation_gives_one_notice_a_quiet_period(said, agent, clock):
    for minute in (0, 1, 5):
        clock(minute)
        said()
    assert notices(agent).get().count == 1
    clock(6)
    said(token=REZA)
    assert notices(agent).count() == 2
    clock(limits.QUIET_S // 60 + 2)
    said()
    assert sorted(one.count for one in notices(agent)) == [1, 2]


def test_whoever_looks_at_it_is_not_told_and_opening_it_reads_the_notice(said, signed_in, agent, owner):
    row = said()
    assert notices(agent).get().read_at is None
    signed_in(agent).get(reverse("channel_talk", args=[row.pk]))
    assert notices(agent).get().read_at is not None
    agent.refresh_from_db()
    assert agent.unread_notices_count == 0
    assert TalkSeen.objects.get(member=agent).message_id == row.pk
    assert notices(owner).get().read_at is None


def test_a_silenced_visitor_gives_no_notice(said, chat, owner, agent):
    said()
    Notice.objects.all().delete()
    silencing.silence(chat, visitor(), by=owner)
    jobs.drain()
    assert not notices(agent).exists()


def test_the_list_marks_what_was_not_opened_until_it_is_and_again_after_more(said, signed_in, agent, chat, owner):
    row, page = said(), signed_in(agent)

    def marks():
        return page.get(reverse("channel_talks")).content.decode().count("tag fir")

    assert marks() == 1
    page.get(reverse("channel_talk", args=[row.pk]))
    assert marks() == 0
    said()
    assert marks() == 1
    sending.write(chat, visitor(), "بفرمایید", purpose="service", by=owner, thread=visitor().value)
    assert marks() == 0


def test_what_is_old_is_unread_for_nobody(said, agent):
    row = said()
    Message.objects.update(recorded_at=row.recorded_at - dt.timedelta(days=31))
    assert talks.unread(Message.objects.all(), agent) == set()


def test_the_pages_of_the_team_are_knocked_at_by_what_comes_and_leaves(ask, chat, owner, monkeypatch):
    knocks = []
    monkeypatch.setattr("patogh.channels.plugs.chat.live.publish", lambda *said: knocks.append(said))
    ask("messages", message(text="راز"))
    row = Message.objects.get()
    sending.write(chat, visitor(), "بفرمایید", purpose="service", by=owner, thread=row.thread)
    sending.send_due(chat.pk)
    ours = [data for channel, _event, data in knocks if channel == talks.LIVE]
    assert ours == [{"subject": talks.name_of(row)}] * 3
    assert "راز" not in str(knocks)


def test_a_page_asks_for_its_own_piece_again(said, signed_in, agent):
    row, page = said(), signed_in(agent)
    place = reverse("channel_talk", args=[row.pk])
    whole = page.get(place).content.decode()
    assert f'data-live-get="{place}"' in whole
    assert f'data-live-subject="{talks.name_of(row)}"' in whole
    for one, begins in ((place, "<ol"), (reverse("channel_talks"), "<div")):
        piece = page.get(one, headers={"HX-Request": "true"}).content.decode().strip()
        assert piece.startswith(begins)
        assert "<html" not in piece

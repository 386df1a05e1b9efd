"""What the channels say on the page of a person."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.channels.models import Message, Setup
from patogh.channels.plugs import persons
from patogh.people.identifying import identity_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(brand):
    """Somebody who wrote to our bot on Bale, once."""
    known = identity_of("bale", "@maryam_s", verified=True, name="مریم صالحی")
    setup = Setup.objects.create(connector="bale", name="ربات", address="a" * 24, made_at=timezone.now())
    said(setup, known, "in", 2)
    return known


def said(setup, known, way, hours):
    at = timezone.now() - dt.timedelta(hours=hours)
    return Message.objects.create(
        setup=setup, connector=setup.connector, way=way, key=f"{way}{hours}", thread="77", identity=known, text="سلام",
        state="came" if way == "in" else "sent", happened_at=at, recorded_at=at,
    )  # fmt: skip


def asked(known, viewer):
    return {"person": known.person, "identities": [known], "viewer": viewer}


def test_a_message_without_an_answer_waits_in_the_sentence(writer, agent):
    clause = persons.person_clauses(**asked(writer, agent))[0]
    assert clause.is_waiting and "۲ ساعت پیش" in clause.html


def test_an_answered_message_waits_no_more(writer, agent):
    said(Setup.objects.get(), writer, "out", 1)
    assert persons.person_clauses(**asked(writer, agent)) == []


def test_the_head_offers_the_channel_they_wrote_on_to_those_who_may_write(writer, agent, moderator):
    ways = persons.person_ways(**asked(writer, agent))
    assert [one.words for one in ways] == ["پیام در بله"] and "thread=77" in ways[0].url
    assert persons.person_ways(**asked(writer, moderator)) == []


def test_a_channel_that_is_off_is_not_offered(writer, agent):
    Setup.objects.update(state="off")
    assert persons.person_ways(**asked(writer, agent)) == []

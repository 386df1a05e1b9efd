"""Messages as conversations, and answering them."""

import pytest
from django.urls import reverse

from patogh.channels.connectors import arrivals, sending
from patogh.channels.connectors.contract import Arrival, Known
from patogh.channels.models import Message, Silenced
from patogh.channels.tests.connectors.conftest import NOW

pytestmark = pytest.mark.django_db
PLACE = {"url": "https://1.1.1.1/in"}


def came(setup, key, who="mina@example.org", thread="", text="سلام"):
    arrivals.take(setup.pk, [Arrival(key, "message", Known("email", who), NOW, text=text, thread=thread)])
    return Message.objects.get(setup=setup, key=key, way="in")


@pytest.fixture
def boss(signed_in, owner):
    return signed_in(owner)


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


def test_a_thread_is_one_line_and_without_threads_whoever_wrote_is(boss, set_up):
    row = set_up("webhook")
    first, second = came(row, "a", thread="t"), came(row, "b", thread="t", who="reza@example.org")
    third, fourth = came(row, "c"), came(row, "d")
    shown = page(boss, "channel_messages", row.pk)
    assert [f'id="message-{one.pk}"' in shown for one in (first, second, third, fourth)] == [False, True, False, True]
    assert f'id="message-{fourth.pk}"' in page(boss, "channel_talks")


def test_an_answer_goes_to_whoever_wrote_last_once_a_form(boss, set_up, owner):
    row = set_up("email", smtp_host="smtp.example.org")
    came(row, "1@example.org", thread="t@example.org")
    asked = came(row, "2@example.org", who="reza@example.org", thread="t@example.org")
    place = reverse("channel_talk", args=[asked.pk])
    for _twice in range(2):
        assert boss.post(place, {"text": "بفرمایید", "key": "form-1"}).status_code == 302
    sent = Message.objects.get(way="out")
    assert (sent.identity.value, sent.thread, sent.reply_to, sent.by, sent.purpose) == (
        "reza@example.org", "t@example.org", "2@example.org", owner, "service",
    )  # fmt: skip
    shown = page(boss, "channel_talk", asked.pk)
    assert "بفرمایید" in shown
    assert owner.name in shown


@pytest.mark.parametrize(
    "said", [{}, {"text": ""}, {"text": " \n"}, {"text": "س" * 100_001}, {"text": "x", "key": "../.."}]
)
def test_an_answer_without_words_or_with_too_many_is_refused(boss, set_up, said):
    asked = came(set_up("email", smtp_host="smtp.example.org"), "1@example.org")
    answer = boss.post(reverse("channel_talk", args=[asked.pk]), said)
    assert answer.status_code == 400
    assert not Message.objects.filter(way="out").exists()


def test_a_channel_that_cannot_write_to_them_offers_no_answer(boss, set_up):
    asked = came(set_up("feed"), "1")
    assert 'id="answer"' not in page(boss, "channel_talk", asked.pk)
    assert boss.post(reverse("channel_talk", args=[asked.pk]), {"text": "سلام"}).status_code == 400


def test_who_is_no_longer_heard_is_dropped_and_heard_again(boss, set_up):
    row = set_up("webhook")
    asked = came(row, "a")
    place = reverse("channel_silence", args=[asked.pk])
    boss.post(place)
    arrivals.take(row.pk, [Arrival("b", "message", Known("email", "mina@example.org"), NOW, text="باز هم")])
    assert not Message.objects.filter(key="b").exists()
    boss.post(place, {"_method": "DELETE"})
    assert not Silenced.objects.exists()
    assert came(row, "b").text == "سلام"


def test_agents_answer_and_members_see_nothing(signed_in, agent, member, set_up, brand):
    asked = came(set_up("email", smtp_host="smtp.example.org"), "1@example.org")
    place = reverse("channel_talk", args=[asked.pk])
    assert signed_in(agent).post(place, {"text": "بفرمایید"}).status_code == 302
    stranger = signed_in(member)
    assert [stranger.get(one).status_code for one in (place, reverse("channel_talks"))] == [404, 404]
    assert stranger.post(place, {"text": "x"}).status_code == 404


def test_a_link_with_a_thread_leads_to_it(boss, set_up):
    row = set_up("webhook")
    asked = came(row, "a", thread="t")
    answer = boss.get(reverse("channel_messages", args=[row.pk]), {"thread": "t"})
    assert answer["Location"] == reverse("channel_talk", args=[asked.pk])
    assert boss.get(reverse("channel_messages", args=[row.pk]), {"thread": "\0nothing"}).status_code == 200


def test_thirty_conversations_and_lines_cost_as_many_queries_as_one(boss, set_up, owner, django_assert_max_num_queries):
    row = set_up("email", smtp_host="smtp.example.org")
    asked = came(row, "1@example.org")
    places = [reverse("channel_talks"), reverse("channel_talk", args=[asked.pk])]
    counts = []
    for more in (0, 30):
        for number in range(more):
            came(row, f"x{number}@example.org", who=f"w{number}@example.org")
            sending.write(row, asked.identity, "بله", purpose="service", by=owner)
        for place in places:
            boss.get(place)
            with django_assert_max_num_queries(30) as few:
                boss.get(place)
            counts.append(len(few))
    assert counts[:2] == counts[2:]

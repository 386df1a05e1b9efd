"""Who is told what, and how it is signed; judged by the independent verifier of Standard Webhooks."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from patogh.api.models import WebhookAttempt, WebhookDelivery, WebhookMessage
from patogh.api.webhooks import actions, wanted
from patogh.api.webhooks.actions import EndpointWords
from patogh.api.webhooks.tests.conftest import make_due, told
from patogh.hangout import actions as hangout
from patogh.people import actions as people


def reply(topic, member, text="خار خلاص‌کن را چرب کنید."):
    return hangout.reply(topic, hangout.NewReply(text), by=member)


def test_a_reply_is_told_and_the_independent_verifier_takes_it(topic, endpoint, receiver, other_member):
    post = reply(topic, other_member)
    told()
    [(headers, body)] = receiver.got
    said = Webhook(endpoint.secret).verify(body, headers)
    assert said["type"] == "hangout.reply_posted"
    assert said["data"]["actor"]["handle"] == "reza"
    assert said["data"]["subject"]["excerpt"] == "خار خلاص‌کن را چرب کنید."
    assert said["data"]["subject"]["url"].endswith(f"/t/{topic.pk}/p/{post.number}")
    assert WebhookDelivery.objects.get().state == "delivered"


def test_a_forged_body_is_refused_by_the_verifier(topic, endpoint, receiver, other_member):
    reply(topic, other_member)
    told()
    [(headers, body)] = receiver.got
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(body + b" ", headers)


def test_both_secrets_sign_for_a_day_after_a_rotation(topic, endpoint, receiver, owner, other_member):
    fresh = actions.rotate_secret(endpoint, by=owner)
    reply(topic, other_member)
    told()
    [(headers, body)] = receiver.got
    assert len(headers["webhook-signature"].split()) == 2
    assert Webhook(endpoint.secret).verify(body, headers) == Webhook(fresh.secret).verify(body, headers)


def test_the_secret_before_is_silent_after_its_day(topic, endpoint, receiver, owner, other_member):
    fresh = actions.rotate_secret(endpoint, by=owner)
    fresh.secret_old_until = timezone.now() - dt.timedelta(seconds=1)
    fresh.save()
    reply(topic, other_member)
    told()
    [(headers, body)] = receiver.got
    Webhook(fresh.secret).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(body, headers)


def test_only_what_the_patterns_name_is_told(topic, receiver, owner, other_member):
    actions.add_endpoint(EndpointWords(receiver.url, "hangout.topic_opened people.*"), by=owner)
    reply(topic, other_member)
    people.follow_member(topic.author, by=other_member)
    told()
    assert receiver.got == []


@pytest.mark.parametrize(("reach", "heard"), [("public", False), ("members", False), ("staff", True)])
def test_what_the_team_alone_sees_is_told_to_the_team_alone(topic, receiver, owner, reach, heard):
    actions.add_endpoint(EndpointWords(receiver.url, "hangout.topic_pinned", reach=reach), by=owner)
    hangout.pin_topic(topic, by=owner)
    told()
    assert bool(receiver.got) is heard


@pytest.mark.parametrize("opted", [False, True])
def test_what_is_said_behind_closed_doors_needs_to_be_asked_for(receiver, owner, space, opted):
    inside = hangout.open_space(hangout.SpaceFacts("workshop", "پشت کارگاه", access="private"), by=owner)
    words = EndpointWords(receiver.url, "hangout.*", reach="staff", takes_private=opted)
    actions.add_endpoint(words, by=owner)
    topic = hangout.open_topic(inside, hangout.NewTopic("قناری‌زرد", "قناری‌زرد"), by=owner)
    hangout.pin_topic(topic, by=owner)
    told()
    assert any("قناری‌زرد".encode() in body for _, body in receiver.got) is opted


def test_what_is_out_of_sight_by_now_has_no_words(topic, endpoint, receiver, other_member):
    hangout.trash_post(reply(topic, other_member, "مرغ‌سیاه"), by=other_member, why="")
    told()
    [(_, body)] = receiver.got
    assert json.loads(body)["data"]["subject"].keys() == {"kind", "id"}


def test_an_activity_is_told_once_however_often_its_job_runs(topic, endpoint, receiver, other_member):
    reply(topic, other_member)
    told()
    message = WebhookMessage.objects.get()
    again = actions.News(message.type, message.body, (endpoint.pk,), message.activity_id)
    assert actions.fan_out(again) == message
    told()
    assert len(receiver.got) == 1


def test_without_endpoints_an_activity_costs_one_look_in_five_seconds(topic, other_member):
    assert not wanted.is_wanted("hangout.reply_posted")
    with CaptureQueriesContext(connection) as queries:
        reply(topic, other_member)
    assert not [query for query in queries if "webhook" in query["sql"] or "fan_out" in query["sql"]]


def test_ten_endpoints_cost_as_many_queries_to_look_through_as_one(topic, receiver, owner, other_member):
    def looked(activity):
        from patogh.api.webhooks import queries

        with CaptureQueriesContext(connection) as asked:
            assert queries.hearers(activity)
        return len(asked)

    from patogh.activity.models import Activity

    actions.add_endpoint(EndpointWords(receiver.url, "hangout.*"), by=owner)
    reply(topic, other_member)
    activity = Activity.objects.get(verb="hangout.reply_posted")
    before = looked(activity)
    for _ in range(9):
        actions.add_endpoint(EndpointWords(receiver.url, "hangout.*"), by=owner)
    assert looked(activity) == before


def test_an_erased_member_is_in_no_message(topic, endpoint, receiver, other_member):
    from patogh.api.webhooks.hooks import erase_extras

    reply(topic, other_member)
    reply(topic, topic.author, "ممنون @reza")
    told()
    erase_extras(other_member, text=True)
    assert not WebhookMessage.objects.filter(body__contains="reza").exists()
    assert not WebhookAttempt.objects.exists()


def test_a_month_later_nothing_is_kept(topic, endpoint, receiver, other_member):
    reply(topic, other_member)
    told()
    WebhookMessage.objects.update(created_at=timezone.now() - dt.timedelta(days=31))
    assert actions.forget_old() == 1
    assert not WebhookDelivery.objects.exists()


def test_what_waited_while_it_was_paused_is_told_when_it_is_on_again(topic, endpoint, receiver, owner, other_member):
    receiver.answers = [(500, {}, b"")]
    reply(topic, other_member)
    told()
    actions.pause_endpoint(endpoint, by=owner)
    make_due()
    reply(topic, other_member, "دیگر گفته نمی‌شود")
    told()
    assert len(receiver.got) == 1
    actions.resume_endpoint(endpoint, by=owner)
    make_due()
    assert [json.loads(body)["type"] for _, body in receiver.got] == ["hangout.reply_posted"] * 2

"""Receivers that answer late, badly, elsewhere or never."""

import datetime as dt

import pytest
from django.utils import timezone
from django.utils.http import http_date

from patogh.activity.models import Activity, Job
from patogh.api.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from patogh.api.webhooks import actions, limits, policy, sending
from patogh.api.webhooks.actions import EndpointWords
from patogh.api.webhooks.tests.conftest import make_due, told
from patogh.hangout import actions as hangout
from patogh.kit import egress
from patogh.kit.egress import EgressRefused
from patogh.people.models import Notice


@pytest.fixture
def one(topic, endpoint, other_member):
    """One thing to tell."""
    hangout.reply(topic, hangout.NewReply("یک پاسخ"), by=other_member)


def row():
    return WebhookDelivery.objects.get()


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, b"<h1>\x00 oops"),
        (404, {}, b""),
        (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b""),
        (307, {"Location": "http://127.0.0.1:1/"}, b""),
        (200, {"Content-Length": "x"}, b"garbage"),
        (0, {}, b""),
        (999, {}, b"?"),
    ],
)
def test_a_bad_answer_is_tried_again_under_the_same_id(one, receiver, answer):
    receiver.answers = [answer]
    told()
    first = row()
    if first.state == "waiting":
        assert timezone.now() < first.due_at < timezone.now() + dt.timedelta(seconds=7)
        make_due()
        assert row().state == "delivered"
    ids = {headers["webhook-id"] for headers, _ in receiver.got}
    assert len(ids) == 1
    assert len({body for _, body in receiver.got}) == 1


def test_an_answer_that_never_ends_is_cut(one, receiver):
    receiver.answers = [(200, {}, b"x" * 200_000)]
    told()
    assert row().state == "delivered"
    assert len(WebhookAttempt.objects.get().answer) == limits.ANSWER_BYTES_MAX


def test_a_receiver_that_hangs_costs_its_deadline_only(one, endpoint, receiver, monkeypatch):
    monkeypatch.setattr(
        egress, "send", lambda *_words, **facts: pytest.fail("no") if facts["timeout_s"] != 10 else _slow()
    )
    told()
    assert row().last_error == "the other side is too slow"


def _slow():
    raise egress.EgressFailed("the other side is too slow")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120), ("9999999", limits.RETRY_AFTER_S_MAX), ("-5", 0), ("soon", 0), ("٣", 0), ("", 0), ("1" * 5000, 0)],
)
def test_retry_after_is_honoured_within_reason(said, seconds):
    if len(said) > 4300:
        assert sending.retry_after_s(said, timezone.now()) == 0
    else:
        assert sending.retry_after_s(said, timezone.now()) == seconds


def test_retry_after_may_be_a_date():
    now = timezone.now()
    assert 55 <= sending.retry_after_s(http_date(now.timestamp() + 60), now) <= 60


def test_a_receiver_that_asks_for_silence_gets_it_for_everything(topic, endpoint, receiver, other_member):
    receiver.answers = [(429, {"Retry-After": "600"}, b"")]
    for number in range(3):
        hangout.reply(topic, hangout.NewReply(f"پاسخ {number}"), by=other_member)
    told()
    assert len(receiver.got) == 1
    make_due()
    assert len(receiver.got) == 4
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_a_receiver_that_is_gone_is_told_nothing_more_and_the_owner_hears_of_it(one, endpoint, receiver, owner):
    receiver.answers = [(410, {}, b"")]
    told()
    assert WebhookEndpoint.objects.get().paused_why == "gone"
    assert row().state == "failed"
    assert Notice.objects.get(member=owner).kind == "api.webhook_paused"


def test_after_the_last_attempt_it_is_given_up_and_can_be_sent_again(one, endpoint, receiver, owner):
    receiver.answers = [(500, {}, b"")] * (len(limits.RETRY_S) + 1)
    told()
    for _ in limits.RETRY_S:
        make_due()
    assert row().state == "failed"
    assert WebhookEndpoint.objects.get().paused_at is None
    assert actions.replay_failed(endpoint, timezone.now() - dt.timedelta(days=1), by=owner) == 1
    told()
    assert row().state == "delivered"
    assert WebhookAttempt.objects.count() == len(limits.RETRY_S) + 2


def test_nothing_taken_for_five_days_pauses_it(one, endpoint, receiver):
    receiver.answers = [(500, {}, b"")] * 20
    told()
    for _ in limits.RETRY_S:
        make_due(days=5, minutes=1)
    assert WebhookEndpoint.objects.get().paused_why == "failing"
    assert Activity.objects.get(verb="api.webhook_paused").data == {"why": "failing"}


def test_the_waits_grow_over_a_day():
    waits = [actions.deliveries.retry_delay_s(number) for number in range(1, len(limits.RETRY_S) + 1)]
    assert 4 <= waits[0] <= 6
    assert sum(waits) > 0.8 * 86_400


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest", "http://10.0.0.1/", "http://2130706433/",
        "https://0x7f.1/", "http://[::ffff:127.0.0.1]/", "ftp://1.1.1.1/", "http://1.1.1.1:22/", "http://user@1.1.1.1/",
    ],
)  # fmt: skip
def test_no_endpoint_leads_inside(url):
    with pytest.raises(EgressRefused):
        policy.examine(url)


def test_an_address_that_leads_inside_by_now_is_not_told(topic, owner, other_member, monkeypatch):
    monkeypatch.setattr(policy, "policy_for", lambda _url: egress.Policy(resolve=lambda _host, _port: ["10.0.0.7"]))
    actions.add_endpoint(EndpointWords("https://rebound.example/in", "hangout.*"), by=owner)
    hangout.reply(topic, hangout.NewReply("یک پاسخ"), by=other_member)
    told()
    assert row().last_error == "the address leads inside or is not allowed"


def test_only_the_very_address_that_the_operator_named_may_be_inside(settings):
    settings.WEBHOOKS_INSIDE = "10.0.0.5:9000"
    policy.examine("http://10.0.0.5:9000/in")
    for url in ("http://10.0.0.5/in", "http://10.0.0.5:9001/", "http://10.0.0.6:9000/", "http://x@10.0.0.5:9000/"):
        with pytest.raises(EgressRefused):
            policy.examine(url)


def test_a_turn_that_was_killed_is_taken_up_by_the_sweep(one, endpoint, receiver):
    from patogh.activity.relay import relay
    from patogh.api.webhooks.tasks import fan_out, sweep

    relay()
    fan_out(str(Activity.objects.get(verb="hangout.reply_posted").pk))
    Job.objects.all().delete()  # the worker died with its jobs
    WebhookEndpoint.objects.update(sending_until=timezone.now() + dt.timedelta(seconds=30))
    sweep()
    assert not Job.objects.filter(task="api.send_webhooks").exists()
    WebhookEndpoint.objects.update(sending_until=timezone.now() - dt.timedelta(seconds=1))
    sweep()
    told()
    assert row().state == "delivered"


def test_two_turns_never_send_to_one_endpoint_at_once(one, endpoint, receiver):
    assert actions.claim_turn(endpoint.pk) is not None
    assert actions.claim_turn(endpoint.pk) is None
    actions.release_turn(endpoint.pk)
    assert actions.claim_turn(endpoint.pk) is not None

"""The pages of those who look after webhooks, the command, and the example of the documentation."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.activity.models import Activity
from patogh.api.models import WebhookDelivery, WebhookEndpoint
from patogh.api.webhooks import actions
from patogh.api.webhooks.actions import EndpointWords
from patogh.api.webhooks.tests.conftest import told
from patogh.conf import cli
from patogh.hangout import actions as hangout

FORM = {"url": "https://1.1.1.1/in", "patterns": "hangout.*", "reach": "public", "description": "انبار"}


@pytest.fixture
def admin(owner, signed_in):
    return signed_in(owner)


def test_an_endpoint_is_added_and_its_secret_is_shown_once(admin):
    page = admin.post("/team/webhooks", FORM)
    made = WebhookEndpoint.objects.get()
    assert page.status_code == 201
    assert made.secret in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    for path in ("/team/webhooks", f"/team/webhooks/{made.pk}"):
        assert made.secret not in admin.get(path).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://127.0.0.1/in"), ("url", "http://169.254.169.254/"), ("url", "ftp://1.1.1.1/"), ("url", "http://"),
        ("url", ""), ("url", "https://1.1.1.1/\x00"), ("url", "https://" + "a" * 2_100), ("patterns", "hangout.moon"),
        ("patterns", ""), ("patterns", "* " * 21 + "x"), ("patterns", "\x00"), ("reach", "everybody"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence_beside_its_field(admin, field, value):
    page = admin.post("/team/webhooks", {**FORM, field: value})
    assert page.status_code == 400
    assert "aria-invalid" in page.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_a_pattern_that_comes_twice_is_kept_once(admin):
    admin.post("/team/webhooks", {**FORM, "patterns": "hangout.*, people.* hangout.*"})
    assert WebhookEndpoint.objects.get().patterns == "hangout.* people.*"


def test_an_endpoint_is_changed_paused_resumed_and_removed(admin):
    admin.post("/team/webhooks", FORM)
    path = f"/team/webhooks/{WebhookEndpoint.objects.get().pk}"
    admin.post(path, {**FORM, "reach": "staff", "takes_private": "on"})
    admin.post(f"{path}/pause")
    row = WebhookEndpoint.objects.get()
    assert (row.reach, row.takes_private, row.paused_why) == ("staff", True, "by_hand")
    assert admin.post(f"{path}/test").status_code == 409
    admin.delete(f"{path}/pause")
    assert WebhookEndpoint.objects.get().paused_at is None
    assert admin.delete(path).status_code == 302
    assert not WebhookEndpoint.objects.exists()
    verbs = Activity.objects.filter(verb__startswith="api.webhook_").order_by("pk").values_list("verb", flat=True)
    assert [verb.removeprefix("api.webhook_") for verb in verbs] == ["added", "edited", "paused", "resumed", "removed"]


def test_a_new_secret_is_shown_once(admin, endpoint):
    page = admin.post(f"/team/webhooks/{endpoint.pk}/secret").content.decode()
    fresh = WebhookEndpoint.objects.get()
    assert fresh.secret in page and fresh.secret != endpoint.secret and fresh.secret_old == endpoint.secret


def test_a_test_is_sent_and_its_answer_is_in_the_log(admin, endpoint, receiver):
    receiver.answers = [(500, {}, "<b>خراب</b>".encode())]
    admin.post(f"/team/webhooks/{endpoint.pk}/test")
    told()
    log = admin.get(f"/team/webhooks/{endpoint.pk}?state=waiting").content.decode()
    assert "patogh.test" in log
    page = admin.get(f"/team/webhooks/deliveries/{WebhookDelivery.objects.get().pk}").content.decode()
    assert "&lt;b&gt;خراب&lt;/b&gt;" in page


def test_a_message_that_arrived_can_be_sent_again_under_its_id(admin, endpoint, receiver):
    admin.post(f"/team/webhooks/{endpoint.pk}/test")
    told()
    assert admin.post(f"/team/webhooks/deliveries/{WebhookDelivery.objects.get().pk}").status_code == 302
    told()
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 2


def test_the_log_costs_the_same_for_thirty_rows_as_for_one(admin, owner, endpoint):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            admin.get(f"/team/webhooks/{endpoint.pk}")
        return len(queries)

    actions.send_test(endpoint, by=owner)
    asked()
    one = asked()
    for _ in range(29):
        actions.send_test(endpoint, by=owner)
    assert asked() == one


def test_members_do_not_know_the_pages(member, endpoint, signed_in):
    for path in ("/team/webhooks", f"/team/webhooks/{endpoint.pk}"):
        assert signed_in(member).get(path).status_code == 404


@pytest.mark.parametrize("state", ["", "moon", "failed"])
@pytest.mark.parametrize("after", ["", "x", "W10"])
def test_no_address_of_the_log_falls_over(admin, endpoint, state, after):
    assert admin.get(f"/team/webhooks/{endpoint.pk}", {"state": state, "after": after}).status_code in {200, 400}


def test_there_are_at_most_fifty(admin, owner, monkeypatch):
    from patogh.api.webhooks import limits

    monkeypatch.setattr(limits, "ENDPOINTS_MAX", 1)
    admin.post("/team/webhooks", FORM)
    assert admin.post("/team/webhooks", FORM).status_code == 400
    assert WebhookEndpoint.objects.count() == 1


def test_the_command_lists_tests_and_replays(endpoint, receiver, monkeypatch):
    monkeypatch.setattr("patogh.conf.cli.webhooks.start_django", lambda: None)

    def patogh(*words):
        return CliRunner().invoke(cli.main, ["webhooks", *words])

    assert json.loads(patogh("list", "--json").output)[0]["state"] == "on"
    assert "arrived: 204" in patogh("test", str(endpoint.pk)).output
    receiver.answers = [(500, {}, b"")]
    failed = patogh("test", str(endpoint.pk))
    assert failed.exit_code == 1
    assert "answered 500" in failed.stderr
    WebhookDelivery.objects.filter(state="waiting").update(state="failed")
    assert "1 messages" in patogh("replay", str(endpoint.pk)).output
    assert patogh("replay").exit_code == 2


def test_the_example_of_the_documentation_takes_ours_and_no_other(topic, endpoint, receiver, other_member):
    text = (Path(__file__).resolve().parents[4] / "docs" / "webhooks.md").read_text(encoding="utf-8")
    known: dict = {}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1], known)
    hangout.reply(topic, hangout.NewReply("یک پاسخ"), by=other_member)
    told()
    [(headers, body)] = receiver.got
    assert known["is_from_patogh"](endpoint.secret, headers, body)
    assert not known["is_from_patogh"](endpoint.secret, headers, body + b"x")
    assert not known["is_from_patogh"](endpoint.secret, headers, body, now=1_000_000)
    other = actions.add_endpoint(EndpointWords(receiver.url), by=None)
    assert not known["is_from_patogh"](other.secret, headers, body)

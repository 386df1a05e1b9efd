"""The page of notices, the preview, and the door out of every mail."""

import re

import pytest
from django.test import Client

from patogh.channels import actions, unsubscribing
from patogh.channels.models import Choice, Delivery, Reach, Terms

pytestmark = pytest.mark.django_db
TERMS = {
    "quiet_from": "22", "quiet_to": "7", "weekends": "1", "digest": "daily", "digest_day": "6", "digest_hour": "9",
    "mails_a_day": "5",
}  # fmt: skip


def test_choices_are_kept_and_shown(member, signed_in):
    client = signed_in(member)
    client.post("/me/settings/notices", {"hangout.replied:mail": "weekly", "hangout.replied:inapp": "now"})
    assert Choice.objects.get(kind="hangout.replied", channel="mail").when == "weekly"
    html = client.get("/me/settings/notices").content.decode()
    assert re.search(r'name="hangout.replied:mail".*?value="weekly" selected', html)


def test_a_choice_that_is_none_is_refused_in_words(member, signed_in):
    answer = signed_in(member).post("/me/settings/notices", {"hangout.replied:mail": "whenever"})
    assert answer.status_code == 400
    assert "گزینه" in answer.content.decode()


def test_terms_are_kept(member, signed_in):
    signed_in(member).post("/me/settings/notices/terms", TERMS)
    terms = Terms.objects.get()
    assert (terms.quiet_from_min, terms.quiet_to_min, terms.digest_day, terms.mails_a_day) == (1320, 420, 6, 5)
    assert terms.is_quiet_at_weekends


@pytest.mark.parametrize("wrong", [{"quiet_to": ""}, {"digest_day": "7"}, {"digest_hour": "۲۵"}, {"mails_a_day": "-1"}])
def test_terms_that_make_no_sense_are_refused(wrong, member, signed_in):
    assert signed_in(member).post("/me/settings/notices/terms", {**TERMS, **wrong}).status_code == 400
    assert not Terms.objects.exists()


def test_a_silence_begins_and_ends(member, signed_in):
    client = signed_in(member)
    client.post("/me/settings/notices/silence", {"hours": "24"})
    assert Terms.objects.get().muted_until is not None
    client.delete("/me/settings/notices/silence")
    assert Terms.objects.get().muted_until is None


def test_the_page_says_what_left_and_what_did_not(member, tell, signed_in):
    tell(member)
    Delivery.objects.update(state="skipped", why="seen", ended_at=Delivery.objects.get().created_at)
    assert "پیش‌تر دیده بودید" in signed_in(member).get("/me/settings/notices").content.decode()


def test_an_address_that_bounced_can_be_tried_again(member, signed_in):
    for _ in range(2):
        actions.note_bounce("mina@example.org", True, "550 5.1.1")
    client = signed_in(member)
    assert "mina@example.org" in client.get("/me/settings/notices").content.decode()
    client.post("/me/settings/notices/reach")
    assert not Reach.objects.exists()


def test_the_page_costs_the_same_for_one_and_for_thirty(member, tell, signed_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(member)
    tell(member, topic=1)
    for _ in range(2):
        client.get("/me/settings/notices")
    with CaptureQueriesContext(connection) as one:
        client.get("/me/settings/notices")
    for topic in range(2, 31):
        tell(member, topic=topic, kind="hangout.mentioned", subject=Delivery(pk=topic))
    with django_assert_num_queries(len(one)):
        client.get("/me/settings/notices")


def test_one_click_unsubscribes_without_sign_in_or_token(member):
    client = Client(enforce_csrf_checks=True)
    url = f"/unsubscribe/{unsubscribing.token(member, 'hangout.replied')}"
    assert "<form" in client.get(url).content.decode()
    assert not Choice.objects.exists(), "a look changes nothing: scanners follow links"
    answer = client.post(url, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Choice.objects.get(member=member, channel="mail").when == "never"
    assert "no-store" in answer.headers["Cache-Control"]


def test_unsubscribing_is_undone_on_the_same_page(member):
    actions.choose(member, {("hangout.replied", "mail"): "daily"}, by=member)
    client = Client()
    url = f"/unsubscribe/{unsubscribing.token(member, 'hangout.replied')}"
    undo = re.search(r'name="undo" value="([^"]+)"', client.post(url).content.decode())
    client.post(url, {"undo": undo[1]})
    assert Choice.objects.get(member=member).when == "daily"


def test_all_mails_and_the_digest_end_with_one_button(member):
    Client().post(f"/unsubscribe/{unsubscribing.token(member, 'digest')}", {"what": "all"})
    assert Terms.objects.get().digest == "never"
    assert set(Choice.objects.values_list("when", flat=True)) == {"never"}


def test_what_waits_does_not_leave_after_unsubscribing(member, tell):
    tell(member)
    actions.unsubscribe(member, "all", by=member)
    assert Delivery.objects.get().why == "unsubscribed"


@pytest.mark.parametrize("token", ["x", "WzEsImEiXQ:1:x", "a" * 3000, "%00"])
def test_a_link_that_nobody_made_is_not_found(token, brand):
    assert Client().post(f"/unsubscribe/{token}").status_code == 404


def test_ones_undo_does_not_change_another(member, other_member):
    theirs = unsubscribing.undo_token(other_member, {"hangout.replied": "now"})
    url = f"/unsubscribe/{unsubscribing.token(member, 'hangout.replied')}"
    assert Client().post(url, {"undo": theirs}).status_code == 404


def test_the_preview_says_that_nothing_would_come(member, signed_in):
    assert "ایمیلی هم نمی‌آید" in signed_in(member).get("/me/digest").content.decode()

"""The pages of segments: building by rows or text with a count, and taking people out only with consent."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patogh.activity import jobs
from patogh.activity.models import Activity
from patogh.conftest import made_member
from patogh.people import consent
from patogh.people.models import Identity
from patogh.segments import actions
from patogh.segments.models import Membership, Segment

pytestmark = pytest.mark.django_db
ROW = {
    "sign": "",
    "what": "fact:joined",
    "op": ">=",
    "amount": "1",
    "unit": "TOMAN",
    "when": "within",
    "length": "400",
    "called": "",
    "value": "",
    "name": "تازه‌ها",
}


def posted(**more):
    return {"mode": "rows", "join": "all", "about": "", "do": "save", **ROW, **more}


@pytest.fixture
def as_owner(client, owner):
    client.force_login(owner)
    return client


def test_a_segment_is_built_from_rows_and_filled(as_owner, member):
    answer = as_owner.post(reverse("team_segment_new"), posted())
    assert answer.status_code == 302, answer.content.decode()
    jobs.drain()
    segment = Segment.objects.get()
    page = as_owner.get(reverse("team_segment", args=[segment.pk])).content.decode()
    assert segment.members_count == 2
    assert "در ۴۰۰ روز گذشته" in page
    assert "joined within 400 days" in page


def test_looking_counts_and_says_why_without_saving(as_owner, member):
    page = as_owner.post(reverse("team_segment_new"), posted(do="look")).content.decode()
    assert "۲ نفر" in page
    assert member.name in page
    assert not Segment.objects.exists()


def test_htmx_gets_only_the_part_it_aims_at(as_owner, member):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#segment-look"}
    answer = as_owner.post(reverse("team_segment_new"), posted(do=""), headers=headers)
    assert answer.content.decode().strip().startswith('<div id="segment-look"')


def test_a_row_more_comes_alone_with_all_its_inputs(as_owner, member):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#segment-rows"}
    answer = as_owner.post(reverse("team_segment_new"), posted(do="add"), headers=headers)
    page = answer.content.decode()
    assert (answer.status_code, page.count('name="what"'), "<html" in page) == (200, 2, False)


def test_a_fault_in_the_text_is_told_with_its_place(as_owner):
    answer = as_owner.post(
        reverse("team_segment_new"), {"mode": "text", "rule": "asked >= two", "name": "x", "do": "save"}
    )
    assert answer.status_code == 400
    assert "خط ۱، حرف ۱۰" in answer.content.decode()


def test_an_analyst_sees_no_small_number_and_nobody(client, owner, make, member):
    segment = make("joined within 400 days")
    client.force_login(made_member("ziba", "زیبا آزاد", "analyst"))
    page = client.get(reverse("team_segment", args=[segment.pk])).content.decode()
    assert "&lt; ۱۰" in page
    assert "@mina" not in page
    assert client.get(reverse("team_segment_rule", args=[segment.pk])).status_code == 404


def test_only_addresses_with_a_standing_consent_are_taken_out_and_the_road_says_so(as_owner, owner, make, member):
    segment = make("joined within 400 days")
    address = Identity.objects.create(kind="email", value="mina@example.org", person=member.identity.person)
    asking = {"purpose": "offers", "channel": "mail", "reason": "پیشنهاد نوروز"}
    answer = as_owner.post(reverse("team_segment_export", args=[segment.pk]), asking)
    assert b"mina@example.org" not in answer.content
    consent.give(address, "offers", "mail", words="بله", method="form", evidence={"form": "x"}, language="fa")
    answer = as_owner.post(reverse("team_segment_export", args=[segment.pk]), asking)
    assert b"mina@example.org" in answer.content
    steps = Activity.objects.filter(verb="segments.members_exported").order_by("pk")
    assert [step.data["people"] for step in steps] == [0, 1]
    assert (
        as_owner.post(reverse("team_segment_export", args=[segment.pk]), {**asking, "reason": " "}).status_code == 400
    )


@pytest.mark.parametrize("purpose", ["service", "profiling", "nothing", ""])
def test_nobody_is_taken_out_for_what_nobody_is_asked_about(as_owner, make, member, purpose):
    segment = make("joined within 400 days")
    Identity.objects.create(kind="email", value="mina@example.org", person=member.identity.person)
    asking = {"purpose": purpose, "channel": "mail", "reason": "فراخوان"}
    answer = as_owner.post(reverse("team_segment_export", args=[segment.pk]), asking)
    assert answer.status_code == 400 and b"mina@example.org" not in answer.content
    assert b'value="service"' not in answer.content
    assert not Activity.objects.filter(verb="segments.members_exported").exists()


def test_a_list_costs_the_same_with_one_and_with_thirty(as_owner, owner, make, member):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            as_owner.get(reverse("team_segments"))
        return len(seen)

    make("asked ever", "یکم")
    as_owner.get(reverse("team_segments"))
    one = cost()
    for at in range(29):
        actions.make_segment(f"گروه {at}", "asked ever", by=owner)
    assert cost() == one
    assert Membership.objects.count() == 0

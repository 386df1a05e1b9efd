"""Moderation and notices by a program: both sides of them."""

import pytest

from patogh.people.models import DataCopy, Member
from patogh.trust.models import Held, ReviewItem

pytestmark = pytest.mark.django_db


def test_a_report_is_decided_appealed_and_answered_by_another(answer, member, other_member, moderator, owner, program):
    mina, reza, navid, behrouz = program(member), program(other_member), program(moderator), program(owner)
    flagged = mina.post(f"/posts/{answer.pk}/flags", {"reason": "spam", "words": "آگهی است"})
    assert flagged.status_code == 201, flagged.content.decode()
    item = navid.get("/review?kind=flags").json()["items"][0]
    assert (item["member"]["handle"], item["flags"], item["reasons"]) == ("reza", 1, ["spam"])
    assert navid.put(f"/review/{item['id']}/claim").status_code == 204
    made = navid.post(f"/review/{item['id']}/decisions", {"what": "hide", "reason": "spam", "words": "آگهی"})
    assert made.status_code == 201, made.content.decode()
    assert program(member).get(f"/posts/{answer.pk}").status_code == 404
    decision = reza.get("/me/decisions").json()["items"][0]
    assert decision["can_appeal"] is True and decision["words"] == "آگهی"
    appeal = reza.post(f"/me/decisions/{decision['id']}/appeals", {"words": "آگهی نبود"}).json()
    assert (
        behrouz.put(f"/review/appeals/{appeal['id']}", {"outcome": "lifted", "answer": "درست می‌گویید"}).json()[
            "outcome"
        ]
        == "lifted"
    )
    assert program(member).get(f"/posts/{answer.pk}").status_code == 200
    assert mina.get("/me/flags").json()["items"][0]["reason"] == "spam"


def test_what_is_held_is_answered_202_with_its_reasons_and_only_its_author_reads_it(
    question, other_member, member, program
):
    reza = program(other_member, level=0)
    text = "ببینید https://a.example https://a.example/2 کسکش"
    said = reza.post(f"/topics/{question.pk}/posts", {"text": text}, **{"Idempotency-Key": "h"})
    assert said.status_code == 202, said.content.decode()
    assert said.json()["held"] is True and said.json()["reasons"]
    assert reza.post(f"/topics/{question.pk}/posts", {"text": text}, **{"Idempotency-Key": "h"}).content == said.content
    assert Held.objects.count() == 1
    assert reza.get("/me/waiting").json()["items"][0]["id"] == said.json()["id"]
    assert "کسکش" not in program(member).get(f"/topics/{question.pk}/posts").content.decode()
    assert program(member).delete(f"/me/waiting/{said.json()['id']}").status_code == 404
    assert reza.delete(f"/me/waiting/{said.json()['id']}").status_code == 204


def test_a_member_sees_no_queue(answer, member, moderator, program):
    mina = program(member)
    mina.post(f"/posts/{answer.pk}/flags", {"reason": "spam"})
    item = ReviewItem.objects.get().pk
    for method, path in (
        ("GET", "/review"),
        ("GET", f"/review/{item}"),
        ("PUT", f"/review/{item}/claim"),
        ("DELETE", "/sanctions/1"),
    ):
        assert mina.ask(method, path, {} if method == "PUT" else None).status_code == 404
    assert program(moderator, "write:posts").get("/review").status_code == 403


def test_a_moderator_silences_and_lifts(other_member, question, moderator, program):
    navid, reza = program(moderator), program(other_member)
    made = navid.post(
        "/members/reza/sanctions", {"sanction": "silence", "words": "سه بار آگهی", "reason": "spam", "days": 3}
    )
    assert made.status_code == 201, made.content.decode()
    assert reza.post(f"/topics/{question.pk}/posts", {"text": "سلام"}).status_code == 403
    assert reza.get("/me").json()["silenced_until"]
    assert navid.get("/moderation-log").json()["items"][0]["sanction"] == "silence"


def test_a_member_blocks_and_unblocks(member, other_member, program):
    mina = program(member)
    assert mina.put("/members/reza/block").status_code == 204
    assert mina.get("/me/blocks").json()["items"][0]["person"]["handle"] == "reza"
    assert mina.delete("/members/reza/block").status_code == 204


def test_a_member_chooses_what_she_hears_of(member, program):
    mina = program(member)
    kind = next(iter(mina.get("/me/notice-choices").json()["choices"]))
    assert (
        mina.patch("/me/notice-choices", {"choices": {kind: {"mail": "weekly"}}}).json()["choices"][kind]["mail"]
        == "weekly"
    )
    assert mina.patch("/me/notice-choices", {"choices": {"no.such": {"mail": "now"}}}).status_code == 400
    assert mina.patch("/me/notice-terms", {"digest": "daily"}).json()["digest"] == "daily"
    assert mina.put("/me/silence", {"hours": 8}).json()["muted_until"]
    assert mina.delete("/me/silence").status_code == 204


def test_a_device_with_bad_keys_or_an_inside_address_is_refused(member, program):
    mina = program(member)
    bad = {"endpoint": "https://127.0.0.1/push", "p256dh": "B" * 87, "auth": "A" * 22}
    assert mina.post("/me/devices", bad).status_code in {400, 403, 422}
    assert mina.get("/me/devices").json()["items"] == []


def test_a_member_asks_for_her_data_and_reads_her_notices(question, member, other_member, program):
    mina = program(member)
    assert mina.post("/me/copies").json()["state"] == "waiting"
    assert DataCopy.objects.filter(member=member).count() == 1
    assert mina.get("/notices").json() == {"items": [], "next": None}
    assert mina.put("/notices/seen").status_code == 204
    assert Member.objects.get(pk=member.pk).unread_notices_count == 0

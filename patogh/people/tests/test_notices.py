import uuid

import pytest

from patogh.people import actions, notice_kinds
from patogh.people.models import Notice

pytestmark = pytest.mark.django_db


def told(member, actor, activity_id=None, subject=None, kind="people.member_followed"):
    return actions.give_notice(
        member, kind, subject or member, actor=actor, activity_id=activity_id or uuid.uuid4(), url="/@reza", title="قفل"
    )


def test_several_of_a_kind_are_one_line_with_a_count(member, other_member, moderator, agent):
    for actor in (other_member, moderator, agent):
        told(member, actor)
    notice = Notice.objects.get()
    member.refresh_from_db()
    assert (notice.count, notice.actor, member.unread_notices_count) == (3, agent, 1)
    assert notice_kinds.words_of(notice, "fa")[1] == "و 2 نفر دیگر شما را دنبال می‌کنند"


def test_one_activity_counts_once_however_often_and_of_whatever_kind(member, other_member):
    same = uuid.uuid4()
    told(member, other_member, same)
    assert told(member, other_member, same) is None
    assert told(member, other_member, same, kind="hangout.mentioned") is None
    assert Notice.objects.get().count == 1


def test_nobody_is_told_of_themselves_or_of_whom_they_muted(member, other_member):
    actions.mute_member(other_member, by=member)
    assert told(member, member) is None
    assert told(member, other_member) is None


def test_after_reading_a_new_line_begins(member, other_member, moderator):
    told(member, other_member)
    actions.see_notices(by=member)
    told(member, moderator)
    member.refresh_from_db()
    assert (Notice.objects.count(), member.unread_notices_count) == (2, 1)


def test_seeing_one_notice_leaves_the_others_new(member, other_member):
    first = told(member, other_member)
    told(member, other_member, subject=other_member)
    actions.see_notice(first.pk, by=member)
    member.refresh_from_db()
    assert member.unread_notices_count == 1


def test_nobody_reads_another_member_s_notices(member, other_member, signed_in):
    notice = told(member, other_member)
    signed_in(other_member).post(f"/notices/{notice.pk}/read")
    notice.refresh_from_db()
    assert notice.read_at is None


def test_open_pages_hear_of_the_count_after_commit(member, other_member, monkeypatch):
    heard = []
    monkeypatch.setattr("patogh.activity.live.publish", lambda *said: heard.append(said))
    told(member, other_member)
    assert heard == [(f"member:{member.pk}", "notice", {"unread": 1})]


def test_the_page_shows_and_clears_what_is_new(member, other_member, signed_in):
    told(member, other_member)
    client = signed_in(member)
    page = client.get("/notices").content.decode()
    assert "رضا نجفی" in page
    assert "۱ خبر تازه" in page
    client.post("/notices")
    assert "همه</b> را دیده‌اید" in client.get("/notices").content.decode()


def test_the_page_asks_as_much_for_thirty_as_for_one(member, other_member, signed_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(member)
    told(member, other_member)
    client.get("/notices")
    with CaptureQueriesContext(connection) as one:
        client.get("/notices")
    for number in range(29):
        Notice.objects.create(
            member=member,
            kind="x",
            subject_kind="t",
            subject_id=str(number),
            actor=other_member,
            url="/",
            created_at=member.joined_at,
            happened_at=member.joined_at,
        )
    with CaptureQueriesContext(connection) as thirty:
        client.get("/notices")
    assert len(one) == len(thirty)

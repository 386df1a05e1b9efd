"""The pages of those who look after channels."""

import pytest
from django.urls import reverse

from patogh.activity.models import Activity
from patogh.channels.connectors import arrivals
from patogh.channels.connectors.actions import dead, setups
from patogh.channels.connectors.contract import Arrival, File, Known
from patogh.channels.models import Attachment, DeadLetter, Halt, Message, Setup
from patogh.channels.tests.connectors.conftest import NOW

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def boss(signed_in, owner):
    return signed_in(owner)


def message(key="m-1", **more):
    return Arrival(key, "message", Known("email", "mina@example.org", name="مینا"), NOW, text="سلام", **more)


def test_a_channel_is_set_up_and_its_secret_is_never_shown(boss, brand):
    data = {"setup_name": "صندوق", "secret": SECRET, "rules": "", "url": ""}
    answer = boss.post(reverse("channel_add", args=["webhook"]), data, follow=True)
    page = answer.content.decode()
    row = Setup.objects.get()
    assert row.name in page
    assert row.address in page
    assert SECRET not in page
    assert SECRET.encode() not in bytes(row.secrets)
    assert Activity.objects.filter(verb="channels.setup_added").count() == 1


def test_an_empty_secret_keeps_the_one_that_is_there(boss, set_up):
    row = set_up("webhook")
    boss.post(reverse("channel_setup", args=[row.pk]), {"setup_name": "نو", "secret": "", "rules": "", "url": ""})
    from patogh.channels.connectors.running import running

    row.refresh_from_db()
    assert row.name == "نو"
    assert running(row).settings["secret"] == SECRET


def test_what_the_form_refuses_is_said(boss, brand):
    data = {"setup_name": "x", "secret": "short", "rules": "nonsense", "url": "ftp://x"}
    answer = boss.post(reverse("channel_add", args=["webhook"]), data)
    assert answer.status_code == 400
    assert not Setup.objects.exists()


def test_the_list_tells_how_each_is_with_as_many_queries_for_thirty(boss, set_up, django_assert_max_num_queries):
    rows = [set_up("webhook") for _ in range(2)]
    setups.break_setup(rows[0], "the password is wrong")
    boss.get(reverse("channel_setups"))
    with django_assert_max_num_queries(20) as few:
        page = boss.get(reverse("channel_setups")).content.decode()
    assert rows[0].name in page
    before = len(few)
    for _ in range(28):
        set_up("webhook")
    with django_assert_max_num_queries(20) as many:
        boss.get(reverse("channel_setups"))
    assert len(many) == before


def test_one_switch_and_the_switch_of_all(boss, set_up):
    row = set_up("webhook")
    boss.post(reverse("channel_switch", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "off"
    boss.post(reverse("channel_switch", args=[row.pk]), {"_method": "DELETE"})
    row.refresh_from_db()
    assert row.state == "on"
    boss.post(reverse("channel_halt"), {"reason": "می‌بینیم چه شده"})
    boss.post(reverse("channel_halt"), {"reason": "دوباره"})
    assert Halt.objects.filter(ended_at=None).count() == 1
    assert "می‌بینیم" in boss.get(reverse("channel_setups")).content.decode()
    boss.post(reverse("channel_halt"), {"_method": "DELETE"})
    assert not Halt.objects.filter(ended_at=None).exists()


def test_messages_are_shown_and_a_file_is_only_downloaded(boss, set_up, signed_in, member):
    row = set_up("webhook")
    page = b"<script>alert(1)</script>"
    arrivals.take(row.pk, [message(files=(File("a/b\u202egpj.exe", "text/html", page),))])
    shown = boss.get(reverse("channel_messages", args=[row.pk])).content.decode()
    assert "سلام" in shown
    place = reverse("channel_file", args=[Attachment.objects.get().pk])
    got = boss.get(place)
    assert b"".join(got.streaming_content) == page
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"].startswith("attachment")
    assert signed_in(member).get(place).status_code == 404


def test_a_letter_is_shown_replayed_and_dropped(boss, set_up):
    row = set_up("webhook")
    from patogh.channels.connectors import letters

    one = dead.lay_aside(row, letters.written(message()), {"form": "arrival"}, "it was a Monday")
    two = dead.lay_aside(row, "<b>چه؟</b>".encode(), {"form": "arrival"}, "nonsense")
    assert "&lt;b&gt;" in boss.get(reverse("channel_letter", args=[two.pk])).content.decode()
    boss.post(reverse("channel_letter", args=[one.pk]))
    assert Message.objects.get().text == "سلام"
    boss.post(reverse("channel_letters", args=[row.pk]))
    assert DeadLetter.objects.get(pk=two.pk).replayed_at is None
    boss.post(reverse("channel_letter", args=[two.pk]), {"_method": "DELETE"})
    row.refresh_from_db()
    assert row.dead_count == 0
    assert bytes(DeadLetter.objects.get(pk=two.pk).body) == b""


def test_nobody_else_sees_these_pages(signed_in, agent, set_up):
    row = set_up("webhook")
    client = signed_in(agent)
    for name in ("channel_setup", "channel_letters"):
        assert client.get(reverse(name, args=[row.pk])).status_code == 404
    assert client.post(reverse("channel_halt")).status_code == 404

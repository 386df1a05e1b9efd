"""What arrives: once only, as a message, an identity and one activity; what cannot be taken is a letter."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.activity.jobs import drain
from patogh.activity.models import Activity
from patogh.channels.connectors import arrivals, limits, receiving
from patogh.channels.connectors.actions.taking_back import A_STEP_ROWS, take_back
from patogh.channels.connectors.contract import (
    Arrival,
    File,
    Known,
    Turned,
)  # fmt: skip
from patogh.channels.connectors.errors import StillUnreadable
from patogh.channels.models import Attachment, DeadLetter, Message
from patogh.channels.tests.connectors.conftest import NOW
from patogh.channels.tests.connectors.engine.puppets import WHO, fresh, message
from patogh.people.models import Identity

pytestmark = pytest.mark.django_db


def test_what_arrives_is_a_message_an_identity_and_one_activity(setup):
    taken = arrivals.take(setup.pk, [message(), message()])
    assert (taken.new, taken.known) == (1, 1)
    row = Message.objects.get()
    activity = Activity.objects.get(verb="channels.message_received")
    assert (row.identity.value, row.text, activity.identity_id) == ("mina@example.org", "سلام", row.identity_id)
    assert (activity.source, activity.key, activity.audience) == (f"channel:{setup.pk}", "m-1", "staff")
    assert fresh(setup).came_count == 1


def test_the_same_key_through_another_setup_is_another_message(setup, set_up):
    other = set_up("webhook")
    assert arrivals.take(setup.pk, [message()]).new == arrivals.take(other.pk, [message()]).new == 1


def test_a_time_to_come_or_without_a_zone_is_mended(setup):
    odd = [
        NOW + dt.timedelta(days=4000),
        NOW.replace(tzinfo=None),
        dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=14))),
    ]
    arrivals.take(setup.pk, [message(f"m-{place}", at=at) for place, at in enumerate(odd)])
    assert all(row.happened_at <= timezone.now() for row in Message.objects.all())
    assert Message.objects.get(key="m-1").happened_at == NOW


def test_hostile_words_become_words_that_a_database_holds(setup):
    text = "سلام\x00\ud83d " + "ي" * 300_000
    arrivals.take(
        setup.pk, [message("k" * 9000, text=text, subject="a\nb\x07", url="javascript:x", data={"a\x00": "\x00b"})]
    )
    row = Message.objects.get()
    assert len(row.text) == limits.TEXT_CHARS_MAX
    assert "\x00" not in row.text
    assert (row.subject, row.url, row.data, row.key[:7]) == ("a b", "", {"a": "b"}, "sha256:")


def test_a_claim_that_cannot_be_read_is_no_claim_and_the_message_stays(setup):
    who = Known("email", "mina@example.org", also=(("phone", "12", False), ("nonsense", "x", True)))
    assert arrivals.take(setup.pk, [message(who=who)]).new == 1


def test_a_sender_that_cannot_be_read_is_a_dead_letter_and_stops_nothing(setup):
    taken = arrivals.take(setup.pk, [message("a", who=Known("phone", "not a number")), message("b")])
    assert (taken.new, taken.dead) == (1, 1)
    assert fresh(setup).dead_count == 1
    with pytest.raises(StillUnreadable):
        receiving.replay(DeadLetter.objects.get(), by=None)


def test_somebody_erased_leaves_nothing_behind(setup, member):
    from patogh.people.actions.erasing import keep_out
    from patogh.people.leaving import sources

    keep_out(member.pk, [sources.digest("email", "gone@example.org")])
    taken = arrivals.take(setup.pk, [message(who=Known("email", "gone@example.org"))])
    assert (taken.new, taken.dropped) == (0, 1)
    assert not Message.objects.exists()
    assert not Identity.objects.filter(value="gone@example.org").exists()


def test_what_nobody_takes_is_a_dead_letter(setup):
    assert arrivals.take(setup.pk, [Arrival("r-1", "return", WHO, NOW)]).dead == 1


def test_an_event_goes_the_way_of_the_intake(setup):
    event = Arrival("e-1", "event", WHO, NOW, data={"event": "Ride Finished", "properties": {"km": 42}})
    assert arrivals.take(setup.pk, [event]).new == 1
    assert arrivals.take(setup.pk, [event]).known == 1
    assert Activity.objects.get(verb="persons.event_tracked").data["event"] == "Ride Finished"


# Files


def test_files_are_kept_within_caps_and_sniffed(setup):
    files = tuple(File(f"{n}.pdf", "text/html", b"%PDF-1.7 " + bytes([n])) for n in range(30))
    arrivals.take(setup.pk, [message(files=(*files, File("../../etc/passwd", "image/png", b"MZ")) * 40)])
    rows = list(Attachment.objects.order_by("pk"))
    kept = [row for row in rows if row.file]
    assert (len(rows), len(kept)) == (limits.ATTACHMENTS_NAMED_MAX, limits.ATTACHMENTS_MAX)
    assert {row.media_type for row in kept} == {"application/pdf"}
    assert {row.why_left_out for row in rows[limits.ATTACHMENTS_MAX :]} == {"too_many"}
    assert not [row for row in rows if "/" in row.name]


def test_a_message_that_is_known_leaves_no_file_behind(setup, settings):
    from pathlib import Path

    one = message(files=(File("a.txt", "text/plain", b"x"),))
    arrivals.take(setup.pk, [one])
    arrivals.take(setup.pk, [one, one])
    arrivals.take(setup.pk, [message("m-2", who=Known("phone", "no"), files=one.files)])
    assert len(list(Path(settings.MEDIA_ROOT, "channels").iterdir())) == 1


def test_a_file_at_an_address_is_taken_after_its_message(setup, puppet):
    arrivals.take(setup.pk, [message(files=(File("a.pdf", url="puppet:1"), File("b.pdf", url="puppet:2")))])
    puppet.says = [(b"%PDF-1.7", "text/html"), Turned("gone")]
    drain()
    first, second = Attachment.objects.order_by("pk")
    assert (bool(first.file), first.media_type, second.why_left_out) == (True, "application/pdf", "turned")


def test_a_text_of_many_versions_is_taken_back_whole(setup):
    versions = [message(), *(message(f"m-1:edit:{at}", text=f"نوشتهٔ {at}") for at in range(A_STEP_ROWS + 1))]
    arrivals.take(setup.pk, versions)
    assert take_back(setup.pk, key="m-1", thread="", at=NOW) == len(versions)
    assert not Message.objects.exclude(text="").exists()
    assert take_back(setup.pk, key="m-1", thread="", at=NOW) == 0
    assert Activity.objects.filter(verb="channels.words_taken_back").count() == 1

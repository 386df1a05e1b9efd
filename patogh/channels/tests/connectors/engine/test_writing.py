"""What leaves: once, with consent, given up and sent again; and what erasure takes along."""

import pytest
from django.utils import timezone

from patogh.activity.models import Activity
from patogh.channels.connectors import arrivals, limits, polling, queries, sending
from patogh.channels.connectors.actions import leaving
from patogh.channels.connectors.contract import (
    Arrival,
    File,
    Known,
    TryLater,
    Turned,
)  # fmt: skip
from patogh.channels.connectors.errors import CannotWrite
from patogh.channels.models import Message, Setup
from patogh.channels.tests.connectors.conftest import NOW
from patogh.channels.tests.connectors.engine.puppets import fresh, message, state_of
from patogh.people.actions.elsewhere import forget_identities
from patogh.people.consent.errors import NoConsent
from patogh.people.identifying import identity_of
from patogh.people.models import Identity

pytestmark = pytest.mark.django_db


def test_a_message_leaves_once_with_its_own_name(setup, puppet, written):
    rows = [written(key="k-1"), written(key="k-1"), written("دو")]
    assert sending.send_due(setup.pk) == 2
    assert sending.send_due(setup.pk) == 0
    assert puppet.sent[0].key == "k-1"
    assert Message.objects.get(pk=rows[0].pk).channel_key == "there-0"
    assert fresh(setup).left_count == Activity.objects.filter(verb="channels.message_sent").count() == 2


def test_a_refused_one_holds_up_nothing(setup, puppet, written):
    first, second = written(), written()
    puppet.says = [Turned("blocked by them")]
    assert sending.send_due(setup.pk) == 2
    assert (state_of(first), state_of(second)) == ("refused", "sent")


def test_a_busy_channel_is_left_alone_until_it_said(setup, puppet, written):
    first, second = written(), written()
    puppet.says = [TryLater("answered 429", after_s=90)]
    assert sending.send_due(setup.pk) == 0
    assert (state_of(first), state_of(second), len(puppet.sent)) == ("waiting", "waiting", 0)
    assert (fresh(setup).send_at - timezone.now()).total_seconds() > 80
    assert queries.due_to_send(timezone.now()) == []
    assert polling.poll(setup.pk).new == 0
    assert fresh(setup).send_faults_count == 1


def test_a_message_in_the_hand_of_a_killed_turn_leaves_after_its_lease(setup, puppet, written):
    row = written()
    leaving.take_next(setup.pk)
    assert sending.send_due(setup.pk) == 0
    Message.objects.filter(pk=row.pk).update(next_at=timezone.now())
    assert sending.send_due(setup.pk) == 1


def test_a_message_is_given_up_after_many_attempts_and_sent_again_by_hand(setup, puppet, written, owner):
    row = written()
    Message.objects.filter(pk=row.pk).update(attempts=limits.SEND_ATTEMPTS_MAX - 1)
    puppet.says = [TryLater("no answer")]
    sending.send_due(setup.pk)
    assert state_of(row) == "dead"
    leaving.retry_message(row, by=owner)
    Setup.objects.filter(pk=setup.pk).update(send_at=None)
    assert sending.send_due(setup.pk) == 1


def test_nothing_leaves_without_consent_and_none_that_was_withdrawn_meanwhile(setup, puppet, owner):
    from patogh.people import consent

    person = identity_of("email", "mina@example.org", verified=True)
    with pytest.raises(NoConsent):
        sending.write(setup, person, "تخفیف", purpose="offers", by=owner)
    consent.give(person, "offers", "mail", method="form", words="بله", evidence={}, language="fa", by=owner)
    row = sending.write(setup, person, "تخفیف", purpose="offers", by=owner)
    consent.withdraw(person, "offers", "mail", method="form", words="نه", evidence={}, language="fa", by=owner)
    sending.send_due(setup.pk)
    assert (state_of(row), puppet.sent) == ("refused", [])


def test_a_receipt_tells_what_became_of_it_in_any_order(setup, puppet, written):
    row = written()
    sending.send_due(setup.pk)
    refused = Arrival("r-1", "receipt", None, NOW, reply_to="there-0", data={"state": "refused", "why": "no such box"})
    sent = Arrival("r-2", "receipt", None, NOW, reply_to="there-0", data={"state": "sent"})
    arrivals.take(
        setup.pk, [refused, sent, Arrival("r-3", "receipt", None, NOW, reply_to="unknown", data={"state": "sent"})]
    )
    assert state_of(row) == "refused"


def test_nothing_is_written_to_somebody_who_was_erased(setup, puppet, written, owner):
    row = written()
    person = row.identity
    forget_identities([person.pk])
    person.refresh_from_db()
    with pytest.raises(CannotWrite):
        sending.write(setup, person, "سلام", purpose="service", by=owner)
    sending.send_due(setup.pk)
    assert puppet.sent == [] and not Message.objects.filter(pk=row.pk, state__in=("waiting", "sending")).exists()


# Leaving


def test_somebody_who_is_erased_takes_messages_and_files_along(setup, settings, django_capture_on_commit_callbacks):
    from pathlib import Path

    from patogh.channels.connectors.actions.forgetting import files_of, forget_messages

    arrivals.take(
        setup.pk,
        [
            message(files=(File("نقشه.txt", "text/plain", b"x"),)),
            message("m-2", who=Known("email", "reza@example.org")),
        ],
    )
    mine = list(Identity.objects.filter(value="mina@example.org").values_list("pk", flat=True))
    assert files_of(mine)[0][0].endswith("نقشه.txt")
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_messages(mine) == 1
    assert Message.objects.get().identity.value == "reza@example.org"
    assert not list(Path(settings.MEDIA_ROOT, "channels").iterdir())

"""Nobody waits for a witness: replies and pages of the book ask nothing outside, however long the witnesses are away."""

import datetime as dt
import socket

import pytest
import time_machine
from django.utils import timezone

from patogh.activity.jobs import drain
from patogh.hangout import actions
from patogh.hangout.actions import NewReply
from patogh.kit.tlog.cosignature import CosignatureSigner
from patogh.ledger.actions import sealing
from patogh.ledger.actions.book import enter
from patogh.ledger.actions.enlisting import Described, add_witness
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.models import SealedCheckpoint, Submission
from patogh.ledger.queries import book

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(settings, tmp_path, owner, monkeypatch):
    """A book with a witness far away; returns the addresses at which this house knocks."""
    settings.DATA, settings.BOOK_ORIGIN = tmp_path / "data", "test.example/book"
    settings.DATA.mkdir()
    vkey = CosignatureSigner.generate("club.example").vkey
    add_witness(Described(vkey, "https://club.example/", "انجمن", "Club", "users"), by=owner)
    knocked = []

    def refused(*address, **_how):
        knocked.append(address)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    sealing.forget_comparison()
    return knocked


def test_pages_of_the_book_and_replies_ask_nothing_outside(asked, question, other_member, member, signed_in, stranger):
    enter("idea.withdrawn.v1", {"idea": 1}, key="line:1", owner=member)
    append_waiting()
    for path in ("/book", "/book/lines", "/book/lines/0", "/book/how", "/book/balance", "/book/log", "/"):
        stranger.get(path)
    answer = signed_in(other_member).post(f"/t/{question.pk}/posts", {"text": "پاسخ"})
    assert answer.status_code == 302
    signed_in(other_member).get("/me/book")
    assert asked == []
    sealing.seal()
    assert asked  # the signer alone knocks


def test_hours_without_witnesses_hold_up_closed_things_alone(asked, question, other_member, member):
    result = enter("idea.withdrawn.v1", {"idea": 1}, key="line:1", owner=member)
    began = timezone.now()
    for hour in range(6):
        with time_machine.travel(began + dt.timedelta(hours=hour), tick=False):
            actions.reply(question, NewReply(f"پاسخِ ساعت {hour} که می‌ماند"), by=other_member)
            drain()
            append_waiting()
            sealing.seal()
            assert book.standing_of(Submission.objects.get(pk=result.pk)).state == "pending"
    assert not Submission.objects.filter(state="waiting").exists()
    assert not SealedCheckpoint.objects.filter(quorum_met=True).exists()
    assert SealedCheckpoint.objects.exists()
    assert question.posts.count() == 7

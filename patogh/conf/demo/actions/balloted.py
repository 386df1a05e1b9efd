"""Two polls of the demo: one that was sealed, opened and recounted, and an open one whose opening stands in the book."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from patogh.conf.demo.actions.rows import chunks
from patogh.hangout import actions as hangout
from patogh.hangout.actions import NewPoll, NewTopic
from patogh.hangout.ballots import actions as ballots
from patogh.hangout.ballots.terms import Vote
from patogh.hangout.models import Poll, Topic
from patogh.kit import ballots as sealing

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk
    from patogh.people.models import Member

ASKED: Final = dt.timedelta(days=24)
VOTERS: Final = 40
ASKER: Final = "kaveh"
TITLE: Final = "نام دوچرخهٔ کودک سال آینده، با رأی سربسته"
TEXT: Final = (
    "سه نام از میان ۱۴۰ پیشنهاد شما مانده است و این بار نمی‌خواهیم کسی پیش از پایان بداند کدام جلوست.\n\n"
    "هر رأی در مرورگر خودتان مهر می‌شود و در **دفتر باز** می‌نشیند؛ پس از پایان مُهرها باز می‌شوند و هر کسی می‌تواند "
    "دوباره بشمارد. اگر حساب ما با حساب شما نخواند، همین‌جا بنویسید."
)
QUESTION: Final = "نام دوچرخهٔ کودک چه باشد؟"
OPTIONS: Final = ("رودک", "گنجشک", "فرفره")
CHANCES: Final = (19, 13, 8)
OPEN_QUESTION: Final = "چهارباغ"
Step = Callable[[], object]


class _Voter:
    """A member with the key that the browser would have made."""

    def __init__(self, member: Member) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self.member = member
        self._private = Ed25519PrivateKey.generate()
        self.key = self._private.public_key().public_bytes_raw().hex()

    def vote(self, poll: str, choice: int, nonce: bytes) -> Vote:
        """Return the sealed ballot of a choice."""
        seal = sealing.seal_of(poll, choice, nonce)
        signature = self._private.sign(sealing.ballot_text(poll, self.key, seal)).hex()
        return Vote(self.key, seal, signature, choice, nonce.hex())


class _Sealed:
    """The sealed poll, from its question to its result."""

    def __init__(self, talk: Talk) -> None:
        rng = random.Random("sealed poll")  # noqa: S311 - a seeded demo
        old = [
            member
            for member in talk.members
            if talk.now - member.joined_at > dt.timedelta(days=90) and member.suspended_until is None
            and member.silenced_until is None and not member.is_minor
        ]  # fmt: skip
        self.talk, self.rng = talk, rng
        self.voters = [_Voter(member) for member in rng.sample(old, min(VOTERS, len(old) - 1))]
        self.asker = next(member for member in talk.members if member.handle == ASKER)
        self.topic: Topic | None = None

    @property
    def poll(self) -> Poll:
        """The poll, once it was asked."""
        return Poll.objects.get(topic=self.topic)

    def ask(self) -> None:
        """Ask, and let everybody enrol."""
        poll = NewPoll(QUESTION, OPTIONS, is_sealed=True)
        new = NewTopic(TITLE, TEXT, "discussion", ("کودک", "رأی"), poll=poll)
        self.topic = hangout.open_topic(self.talk.spaces["workshop"], new, by=self.asker, channel="demo")

    def enrol(self) -> None:
        """Put everybody on the roll, and fix it."""
        for voter in self.voters:
            ballots.enrol(self.poll, voter.key, by=voter.member)
        ballots.start_voting(self.poll, by=self.asker)

    def cast(self, some: list[_Voter]) -> None:
        """Let some vote."""
        poll = self.poll
        for voter in some:
            choice = self.rng.choices(range(len(OPTIONS)), CHANCES)[0]
            ballots.cast_ballot(poll, voter.vote(poll.record.ref, choice, self.rng.randbytes(32)), by=voter.member)

    def count(self) -> None:
        """Close, open the seals, and count."""
        poll = self.poll
        ballots.close_poll(poll, by=self.asker)
        while ballots.open_some(poll.pk):
            pass

    def finish(self, at: dt.datetime) -> None:
        """Have the result."""
        ballots.count_due(at)


def poll_of_the_year(talk: Talk) -> list[tuple[dt.datetime, Step]]:
    """Return the steps of the sealed poll: asked, enrolled for, voted in for nine days, counted, and final once seen."""
    began, poll = talk.now - ASKED, _Sealed(talk)
    steps: list[tuple[dt.datetime, Step]] = [(began, poll.ask), (began + dt.timedelta(days=2), poll.enrol)]
    for day, some in enumerate(chunks(poll.voters[: VOTERS - 3], 5)):
        at = began + dt.timedelta(days=3 + day, hours=2)
        steps.append((at, lambda some=some: poll.cast(some)))  # type: ignore[misc]
    end = began + dt.timedelta(days=12)
    late = end + dt.timedelta(days=3)
    return [
        *steps,
        (end, poll.count),
        (late, lambda: poll.finish(late)),
        (late + dt.timedelta(days=2), ballots.finish_due),
    ]


def ask_openly() -> list[tuple[dt.datetime, Step]]:
    """Return the step by which an open poll of a story enters the book."""
    found = Poll.objects.select_related("topic").filter(question__startswith=OPEN_QUESTION, record=None)
    return [(poll.topic.created_at, lambda poll=poll: ballots.record_poll(poll, is_sealed=False)) for poll in found]  # type: ignore[misc]

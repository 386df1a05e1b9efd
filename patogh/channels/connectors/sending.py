"""Writing through a connector, and one turn of sending: in order, at the channel's pace, never without consent."""

from __future__ import annotations

import logging
import time
from typing import TypedDict, Unpack

from django.utils.translation import gettext as _

from patogh.channels.connectors import cleaning, limits
from patogh.channels.connectors.actions import leaving, setups, turns
from patogh.channels.connectors.client import TurnOver
from patogh.channels.connectors.contract import (
    Connector,
    ConnectorError,
    Outgoing,
    Running,
    SetupBroken,
    TryLater,
    Turned,
    Unreachable,
    Unsure,
)
from patogh.channels.connectors.errors import CannotWrite, NothingToWrite
from patogh.channels.connectors.running import connector_of, running, told
from patogh.channels.models import Message, Setup
from patogh.kit import ids
from patogh.kit.errors import Busy, PatoghError
from patogh.people import consent
from patogh.people.identifying import is_erased
from patogh.people.models import Identity, Member
from patogh.people.queries import brand

logger = logging.getLogger(__name__)
pause = time.sleep
_WAITING = (TryLater, Unreachable, Busy, SetupBroken, Unsure)


class Words(TypedDict, total=False):
    """What else is said of a message."""

    subject: str
    thread: str
    reply_to: str
    key: str


def write(
    setup: Setup, identity: Identity, text: str, *, purpose: str, by: Member | None, **words: Unpack[Words]
) -> Message:
    """Write a message that leaves with the next turn; returns it, waiting.

    Raises NothingToWrite, CannotWrite, and what `consent.may_send` raises: then nothing is written.
    """
    connector = connector_of(setup)
    said = cleaning.text(text, limits.TEXT_CHARS_MAX + 1).strip()
    if not said or len(said) > limits.TEXT_CHARS_MAX:
        raise NothingToWrite(most=limits.TEXT_CHARS_MAX)
    if "send" not in connector.can or identity.kind not in connector.identity_kinds or is_erased(identity):
        raise CannotWrite
    consent.may_send(identity, purpose, way_of(connector, identity), sender_of(setup))
    draft = leaving.Draft(
        words.get("key") or ids.token(20), said, purpose, cleaning.line(words.get("subject", ""), limits.SUBJECT_CHARS_MAX),
        words.get("thread", ""), words.get("reply_to", ""),
    )  # fmt: skip
    return leaving.write_message(setup, identity, draft, by=by)


def way_of(connector: Connector, identity: Identity) -> str:
    """Return the channel that a consent names: that of the kind of identity, or the connector itself."""
    way = consent.way_of(identity) or connector.name
    if way not in consent.ways():
        consent.way(consent.Way(way, connector.icon, connector.fa, connector.en))
    return way


def sender_of(setup: Setup) -> str:
    """Return the sender that a consent names: the number or address that a setup writes from, or "" for the house."""
    return str(setup.plain.get("sender") or "")[:80]


def send_due(setup_id: int) -> int:
    """Take a turn of sending, if it is due and nobody else does; returns how many left."""
    setup = turns.claim_sending(setup_id)
    if setup is None:
        return 0
    try:
        return _send_due(setup)
    finally:
        turns.release(setup_id, "sending_until")


def _send_due(setup: Setup) -> int:
    """Send one after the other until nothing is due or something is wrong with the setup."""
    ends, left, at_work = time.monotonic() + limits.TURN_S_MAX, 0, None
    try:
        connector, at_work = connector_of(setup), running(setup)
    except PatoghError as error:
        setups.break_setup(setup, told(error))
        return 0
    if not connector.knows_again:
        for lost in leaving.left_in_hand(setup.pk):
            leaving.note_unsure(lost, _("We were interrupted while it left."))
    for place in range(limits.SENDS_A_TURN_MAX):
        message = leaving.take_next(setup.pk) if time.monotonic() < ends else None
        if message is None:
            break
        if place:
            pause(min(1 / connector.sends_per_s, 5))
        if not _sent(connector, at_work, setup, message):
            break
        left += 1
    return left


def _sent(connector: Connector, at_work: Running, setup: Setup, message: Message) -> bool:
    """Send one message; False when the setup has to wait or is broken."""
    try:
        channel_key = _let_out(connector, at_work, setup, message)
    except Exception as error:  # noqa: BLE001 - whatever a connector does is a fault of its setup and of nothing else
        return _not_sent(at_work, setup, message, error)
    leaving.note_sent(message, channel_key)
    turns.note_left(setup.pk)
    return True


def _not_sent(at_work: Running, setup: Setup, message: Message, error: Exception) -> bool:
    """Note why a message did not leave; returns whether the next one may."""
    if isinstance(error, PatoghError) and not isinstance(error, _WAITING):
        leaving.settle(message, "refused", told(error, at_work))  # Turned, no consent (any more), too young
        return True
    if isinstance(error, TurnOver):
        leaving.give_back(message, "", 0)
    elif isinstance(error, Unsure):
        turns.note_send_fault(at_work.id, told(error, at_work), None)
        leaving.note_unsure(message, told(error, at_work))
    elif isinstance(error, SetupBroken):
        leaving.give_back(message, told(error, at_work), 0)
        setups.break_setup(setup, told(error, at_work))
    else:
        if not isinstance(error, PatoghError):
            logger.error("the connector %s failed to send", setup.connector, exc_info=error)
        _failed(at_work, message, error)
    return False


@consent.sender("channels.connectors", purpose="given", channel="connector", why="whoever writes names the purpose")
def _let_out(connector: Connector, at_work: Running, setup: Setup, message: Message) -> str:
    """Ask for consent once more, right before it leaves, and send."""
    identity = message.identity
    if identity is None or is_erased(identity):
        raise Turned("the address is gone")
    way, sender = way_of(connector, identity), sender_of(setup)
    consent.may_send(identity, message.purpose, way, sender)
    text = consent.closed(message.text, identity, message.purpose, way, language=brand().language, sender=sender)
    return connector.send(
        at_work,
        Outgoing(
            key=message.key, kind=identity.kind, value=identity.value, text=text, subject=message.subject,
            thread=message.thread, reply_to=message.reply_to, purpose=message.purpose,
            way_out=consent.way_out(identity, message.purpose, sender),
        ),
    )  # fmt: skip


def _failed(at_work: Running, message: Message, error: Exception) -> None:
    """Let a message wait, or give it up after the last attempt; and let the setup rest."""
    words = told(error, at_work) if isinstance(error, ConnectorError) else type(error).__name__
    after_s = error.after_s if isinstance(error, TryLater) else None
    turns.note_send_fault(at_work.id, words, after_s)
    if message.attempts >= limits.SEND_ATTEMPTS_MAX:
        leaving.settle(message, "dead", words)
    else:
        leaving.give_back(message, words, turns.wait_s(message.attempts, after_s))

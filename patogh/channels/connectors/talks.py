"""Messages as conversations: by the channel's own thread, or by whose they are where the channel knows no threads."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from patogh.channels.connectors import limits, registry
from patogh.channels.models import Message, Setup, Silenced, TalkSeen
from patogh.kit.errors import NotFound
from patogh.kit.pages import Order, Page, paged
from patogh.people.models import Identity, Member
from patogh.persons.queries.team import Shown, shown

LIVE: Final = "talks"  # the hub's channel of the team's pages: it knocks and carries no words


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation: its setup, whom an answer goes to, what it answers; `can_answer` where the channel can write to them."""

    setup: Setup
    identity: Identity | None
    newest: Message
    asked: Message | None
    can_answer: bool
    is_silenced: bool

    @property
    def reply_to(self) -> str:
        """The channel's own name of what is answered."""
        return self.asked.key if self.asked is not None else ""


def talk_page(setup: Setup | None, *, after: str | None, before: str | None) -> Page[Message]:
    """Return a page of conversations, each by its newest message; of one setup or of all."""
    later = Message.objects.filter(setup=OuterRef("setup"), pk__gt=OuterRef("pk"))
    in_thread = later.filter(thread=OuterRef("thread")).exclude(thread="")
    of_same = later.filter(identity=OuterRef("identity"), thread="")
    rows = Message.objects.exclude(Exists(in_thread) & ~Q(thread="")).exclude(Exists(of_same) & Q(thread=""))
    rows = rows.filter(setup=setup) if setup is not None else rows.exclude(setup=None)
    rows = rows.select_related("identity__person", "by", "setup").prefetch_related("attachments")
    return paged(rows, Order("pk", "pk"), after=after, before=before)


def talk(message_id: int) -> Talk:
    """Return the conversation that a message belongs to; raises NotFound."""
    row = Message.objects.select_related("setup", "identity").filter(pk=message_id).first()
    if row is None or row.setup is None:
        raise NotFound
    rows = _said(row)
    newest = rows.order_by("-pk").first() or row
    asked = rows.filter(way="in").exclude(identity=None).order_by("-pk").first()
    identity = asked.identity if asked is not None else row.identity
    silenced = identity is not None and Silenced.objects.filter(setup=row.setup, identity=identity).exists()
    return Talk(row.setup, identity, newest, asked, _can_answer(row.setup, identity), silenced)


def newest_of(setup: Setup, thread: str) -> Message | None:
    """Return the newest message of a channel's own thread, or None."""
    return Message.objects.filter(setup=setup, thread=thread[:250]).exclude(thread="").order_by("-pk").first()


def name_of(message: Message) -> str:
    """Return the name of a message's conversation: a digest, so that it tells nothing."""
    whose = f"thread:{message.thread}" if message.thread else f"identity:{message.identity_id or -message.pk}"
    return hashlib.sha256(f"{message.setup_id}:{whose}".encode()).hexdigest()[:32]


def first_of(message: Message) -> Message:
    """Return the first message of a message's conversation; a notice is about that one, however long it goes on."""
    return _said(message).order_by("pk").first() or message


def unread(rows: Iterable[Message], member: Member) -> set[int]:
    """Return which of these, the newest of their conversations, wait and were not opened by a member; one query.

    What is older than UNREAD_DAYS_MAX, or only about us, waits for nobody.
    """
    since = timezone.now() - dt.timedelta(days=limits.UNREAD_DAYS_MAX)
    names = {
        row.pk: name_of(row) for row in rows if row.way == "in" and row.kind == "message" and row.recorded_at > since
    }
    seen = TalkSeen.objects.filter(member=member, talk__in=set(names.values())) if names else ()
    far = {row.talk: row.message_id for row in seen}
    return {pk for pk, name in names.items() if far.get(name, 0) < pk}


def said_page(of: Talk, *, after: str | None, before: str | None) -> Page[Message]:
    """Return a page of what was said in a conversation, the newest first."""
    rows = _said(of.newest).select_related("by", "identity__person").prefetch_related("attachments")
    return paged(rows, Order("pk", "pk"), after=after, before=before)


def faces(rows: Iterable[Message], language: str) -> dict[int, Shown]:
    """Return whose messages are, by the identity's number; a few statements for a page."""
    identities = {row.identity_id: row.identity for row in rows if row.identity is not None}
    persons = {one.person_id: one.person for one in identities.values() if one.person is not None}
    known = {one.person.pk: one for one in shown(list(persons.values()), language)}
    return {pk: known[one.person_id] for pk, one in identities.items() if pk is not None and one.person_id in known}


def _said(row: Message) -> QuerySet[Message, Any]:
    """Return the messages of the conversation of a message."""
    rows = Message.objects.filter(setup=row.setup)
    if row.thread:
        return rows.filter(thread=row.thread)
    return rows.filter(identity=row.identity, thread="") if row.identity_id else rows.filter(pk=row.pk)


def _can_answer(setup: Setup, identity: Identity | None) -> bool:
    made = registry.connectors().get(setup.connector)
    return made is not None and identity is not None and "send" in made.can and identity.kind in made.identity_kinds

"""The connectors' verbs, and their place on the pages of others."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from patogh.activity import verb
from patogh.channels.connectors import tasks as connector_tasks
from patogh.channels.connectors.actions.dead import forget_letters_of
from patogh.channels.connectors.actions.forgetting import files_of, forget_messages
from patogh.channels.models import Message
from patogh.kit.hooks import hookimpl
from patogh.looks.hooks import NavItem
from patogh.people.leaving.belonging import identities_of
from patogh.people.models import Member
from patogh.people.notice_kinds import notice_kind
from patogh.people.queries import may
from patogh.persons.hookspecs import Group, Told

SHOWN_CHARS = 280

for _name, _type, _fa, _en in (
    ("message_received", "Create", "پیامی فرستاد", "wrote a message"),
    ("mention_found", "Announce", "دربارهٔ ما نوشت", "wrote about us"),
    ("message_written", "Create", "پیامی نوشت", "wrote a message to somebody"),
    ("message_sent", "Create", "پیامی فرستاد و رسید", "sent a message to somebody"),
    ("message_doubted", "Update", "پیامی شاید رسیده باشد", "a message may have arrived, or not"),
    ("message_confirmed", "Update", "دید که پیامی رسیده است", "saw that a message had arrived"),
    ("message_retried", "Update", "پیامی را دوباره فرستاد", "sent a message again"),
    ("setup_added", "Add", "راهی تازه افزود", "added a channel"),
    ("setup_edited", "Update", "تنظیم راهی را عوض کرد", "changed a channel"),
    ("setup_switched_off", "Update", "راهی را خاموش کرد", "switched a channel off"),
    ("setup_switched_on", "Undo", "راهی را روشن کرد", "switched a channel on"),
    ("setup_broke", "Update", "راهی از کار افتاد", "a channel stopped working"),
    ("setup_tried", "View", "راهی را آزمود", "tried a channel"),
    ("sender_silenced", "Ignore", "کسی را در راهی بی‌صدا کرد", "no longer hears somebody at a channel"),
    ("sender_heard", "Undo", "کسی را در راهی دوباره می‌شنود", "hears somebody at a channel again"),
    ("letter_replayed", "Create", "نامهٔ مانده‌ای را دوباره خواند", "replayed a dead letter"),
    ("words_taken_back", "Delete", "نوشته‌اش را پس گرفت", "took back what they wrote"),
    ("letter_dropped", "Delete", "نامهٔ مانده‌ای را دور انداخت", "dropped a dead letter"),
    ("all_halted", "Update", "همهٔ راه‌ها را خاموش کرد", "stopped every channel"),
    ("all_resumed", "Undo", "راه‌ها را دوباره روشن کرد", "started the channels again"),
):
    verb(f"channels.{_name}", type=_type, fa=_fa, en=_en, visible="staff")

notice_kind(
    "channels.setup_broke", icon="triangle-alert",
    fa=("راه «{title}» از کار افتاد و منتظر شماست", "راه «{title}» از کار افتاد و منتظر شماست"),
    en=("the channel “{title}” stopped working and waits for you", "the channel “{title}” stopped working and waits for you"),
    label=("ازکارافتادن راه‌ها", "A channel stops working"),
)  # fmt: skip
notice_kind(
    connector_tasks.DOUBTED, icon="triangle-alert",
    fa=("پیامی از راه «{title}» شاید رسیده باشد؛ نگاه کنید", "پیامی از راه «{title}» شاید رسیده باشد؛ نگاه کنید"),
    en=("a message over “{title}” may have arrived; have a look", "a message over “{title}” may have arrived; have a look"),
    label=("پیامی که شاید رسیده باشد", "A message that may have arrived"),
)  # fmt: skip


@hookimpl
def account_items(member: Member) -> list[NavItem]:
    """Put the channels into the menu of those who look after them."""
    talks = [NavItem(_("Conversations"), reverse("channel_talks"), icon="message-square", order=72)]
    if not may(member, "channels.setup"):
        return talks if may(member, "channels.write") else []
    return [*talks, NavItem(_("Channels"), reverse("channel_setups"), icon="messages-square", order=73)]


@hookimpl
def road_groups() -> list[Group]:
    """Return the lanes of what comes over channels."""
    wrote = ("channels.message_received", "channels.message_written", "channels.message_sent")
    return [
        Group("messages", "پیام‌ها", "Messages", "message-square", wrote),
        Group("mentions", "یادکردها", "Mentions", "at-sign", ("channels.mention_found",)),
    ]


@hookimpl
def activities_told(activities: list[Any], viewer: Any) -> dict[uuid.UUID, Told]:  # noqa: ARG001 - the page's right is all
    """Return how messages and mentions are told on a person's road; one query."""
    mine = {one.pk: int(one.subject_id) for one in activities if one.subject_kind == "channels.message"}
    rows = Message.objects.in_bulk(set(mine.values())) if mine else {}
    return {activity: _told(rows[pk]) for activity, pk in mine.items() if pk in rows}


def _told(message: Message) -> Told:
    """Return a message as one stop of a road."""
    title = message.subject or (_("wrote about us") if message.kind == "mention" else "")
    if "gone_at" in message.data:
        title = _("They took this back.")
    tag = {
        "refused": _("refused"),
        "dead": _("given up"),
        "waiting": _("waits"),
        "sending": _("waits"),
        "unsure": _("perhaps arrived"),
    }
    return Told(
        title=str(title), words=message.text[:SHOWN_CHARS], url=message.url, tag=str(tag.get(message.state, "")),
        tint="anar" if message.state in {"refused", "dead", "unsure"} else "", is_quote=message.way == "in",
    )  # fmt: skip


@hookimpl
def belongings(member: Member) -> list[tuple[str, str]]:
    """Give members the files of their messages."""
    return files_of(list(identities_of(member)))


@hookimpl
def erase_extras(member: Member) -> None:
    """Erase the messages of somebody erased, with their files, and the dead letters that name them."""
    mine = list(identities_of(member))
    forget_letters_of(mine)
    forget_messages(mine)


@hookimpl
def identities_erased(identities: list[int]) -> None:
    """Erase the messages of these identities, with their files, and the dead letters that name them."""
    forget_letters_of(identities)
    forget_messages(identities)

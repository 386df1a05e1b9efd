"""An update of a Bot API as an arrival."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Arrival, ArrivalKind, File, Known, Unreadable

PHOTO_NAME: Final = "photo.jpg"
# Content with a file: its field, the name it gets where it has none, its media type.
FILES: Final = (
    ("animation", "animation.mp4", "video/mp4"),
    ("document", "document", ""),
    ("audio", "audio.mp3", "audio/mpeg"),
    ("voice", "voice.ogg", "audio/ogg"),
    ("video", "video.mp4", "video/mp4"),
    ("video_note", "video-note.mp4", "video/mp4"),
)
# What is no message of somebody, but news about the chat.
_SERVICE: Final = frozenset({
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo", "group_chat_created",
    "supergroup_chat_created", "channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id",
    "migrate_from_chat_id", "pinned_message", "proximity_alert_triggered", "boost_added", "chat_background_set",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden",
    "general_forum_topic_unhidden", "video_chat_scheduled", "video_chat_started", "video_chat_ended",
    "video_chat_participants_invited", "write_access_allowed",
})  # fmt: skip
_GROUPS: Final = frozenset({"group", "supergroup"})


class Reading:
    """Reads the updates of one bot: `kind` is the kind of its identities, `bot` its username, `groups` what it takes there."""

    def __init__(self, kind: str, bot: str, groups: str, now: dt.datetime) -> None:
        self.kind, self.bot, self.groups, self.now = kind, bot.lstrip("@").lower(), groups, now

    def update(self, update: Mapping[str, Any]) -> Arrival | None:
        """Return what an update says, or None where nobody says anything to us; raises Unreadable."""
        for field in ("message", "edited_message"):
            if field in update:
                return self._message(facts.obj(update[field]), is_edit=field == "edited_message")
        if "callback_query" in update:
            return self._pressed(facts.obj(update["callback_query"]))
        if "my_chat_member" in update:
            return self._standing(facts.obj(update["my_chat_member"]), facts.whole(update.get("update_id")))
        return None

    def _message(self, said: Mapping[str, Any], *, is_edit: bool) -> Arrival | None:
        chat, number = facts.obj(said.get("chat")), facts.whole(said.get("message_id"))
        place = facts.whole(chat.get("id"))
        if place is None or number is None:
            raise Unreadable
        who = self._who(said)
        if who is None or not _SERVICE.isdisjoint(said) or not self._wanted(said, chat):
            return None
        key = f"{place}:{number}"
        data = _data(said)
        if is_edit:
            data["edit_of"] = key
            key = f"{key}:edit:{facts.whole(said.get('edit_date')) or 0}"
        return Arrival(
            key=key, kind=_kind(chat), who=who, text=_text(said), data=data, files=tuple(_files(said)),
            thread=_thread(said, place), reply_to=_reply_to(said, place), url=_link(chat, number),
            happened_at=facts.moment(said.get("edit_date" if is_edit else "date"), self.now),
        )  # fmt: skip

    def _who(self, said: Mapping[str, Any]) -> Known | None:
        """Return the author; None for bots and for those who speak as a channel or a group."""
        author = facts.obj(said.get("from"))
        number = facts.whole(author.get("id"))
        if number is None or author.get("is_bot") is True:
            return None
        also = _own_phone(facts.obj(said.get("contact")), number)
        return Known(self.kind, str(number), is_verified=True, name=_name(author), also=also, traits=_traits(author))

    def _wanted(self, said: Mapping[str, Any], chat: Mapping[str, Any]) -> bool:
        """Tell whether a message is for us: a private one is, one in a group when it names, answers or commands the bot."""
        if chat.get("type") not in _GROUPS or self.groups == "all":
            return chat.get("type") != "channel"
        if self.groups == "none":
            return False
        if not self.bot:
            return True
        answered = facts.obj(facts.obj(said.get("reply_to_message")).get("from"))
        text = _text(said).lower()
        is_command = text.startswith("/") and "@" not in text.split(None, 1)[0]
        return is_command or f"@{self.bot}" in text or facts.words(answered.get("username")).lower() == self.bot

    def _pressed(self, pressed: Mapping[str, Any]) -> Arrival | None:
        """Return a pressed button as a message that says what stands on it in the bot's own words."""
        below, key = facts.obj(pressed.get("message")), facts.line(pressed.get("id"), 64)
        place = facts.whole(facts.obj(below.get("chat")).get("id"))
        who = self._who(pressed)
        if not key or who is None or place is None:
            return None
        said = facts.words(pressed.get("data"), 200)
        return Arrival(
            key=f"press:{key}", kind="message", who=who, text=said, happened_at=self.now, thread=str(place),
            reply_to=f"{place}:{facts.whole(below.get('message_id'))}", data={"button": said},
        )  # fmt: skip

    def _standing(self, said: Mapping[str, Any], number: int | None) -> Arrival | None:
        """Return that somebody blocked the bot, or let it write again."""
        chat, who = facts.obj(said.get("chat")), self._who(said)
        state = facts.line(facts.obj(said.get("new_chat_member")).get("status"), 20)
        if chat.get("type") != "private" or who is None or number is None or state not in {"kicked", "member"}:
            return None
        name = "bot_blocked" if state == "kicked" else "bot_unblocked"
        who = replace(who, traits={**who.traits, "blocks_our_bot": state == "kicked"})
        return Arrival(
            key=f"standing:{number}", kind="event", who=who, data={"event": name},
            happened_at=facts.moment(said.get("date"), self.now),
        )  # fmt: skip


def _kind(chat: Mapping[str, Any]) -> ArrivalKind:
    return "mention" if chat.get("type") in _GROUPS else "message"


def _thread(said: Mapping[str, Any], place: int) -> str:
    topic = facts.whole(said.get("message_thread_id")) if said.get("is_topic_message") is True else None
    return f"{place}/{topic}" if topic is not None else str(place)


def _reply_to(said: Mapping[str, Any], place: int) -> str:
    number = facts.whole(facts.obj(said.get("reply_to_message")).get("message_id"))
    return f"{place}:{number}" if number is not None else ""


def _link(chat: Mapping[str, Any], number: int) -> str:
    name = facts.line(chat.get("username"), 64)
    return f"https://t.me/{name}/{number}" if name.isascii() and chat.get("type") == "supergroup" and name else ""


def _name(author: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (facts.line(author.get(part), 64) for part in ("first_name", "last_name"))))


def _traits(author: Mapping[str, Any]) -> dict[str, str]:
    found = {
        "username": facts.line(author.get("username"), 64),
        "language": facts.line(author.get("language_code"), 12),
    }
    return {name: value for name, value in found.items() if value}


def _own_phone(contact: Mapping[str, Any], author: int) -> tuple[tuple[str, str, bool], ...]:
    """Return the phone number of a shared contact where the channel says that it is the author's own."""
    phone = facts.line(contact.get("phone_number"), 32)
    if not phone or facts.whole(contact.get("user_id")) != author:
        return ()
    bare = phone.lstrip("+")
    plus = phone.startswith("+") or (bare.isascii() and bare.isdigit() and not bare.startswith("0"))
    return (("phone", f"+{bare}" if plus else phone, True),)


def _text(said: Mapping[str, Any]) -> str:
    return facts.words(said.get("text")) or facts.words(said.get("caption")) or _other_words(said)


def _other_words(said: Mapping[str, Any]) -> str:
    """Return what a message without words says."""
    contact, place, venue = (facts.obj(said.get(name)) for name in ("contact", "location", "venue"))
    if contact:
        return f"{_name(contact)} {facts.line(contact.get('phone_number'), 32)}".strip()
    if venue:
        return f"{facts.line(venue.get('title'))}\n{facts.line(venue.get('address'))}".strip()
    if isinstance(place.get("latitude"), (int, float)) and isinstance(place.get("longitude"), (int, float)):
        return f"geo:{place['latitude']},{place['longitude']}"
    for name in ("sticker", "dice"):
        if name in said:
            return facts.words(facts.obj(said[name]).get("emoji"), 40)
    return facts.line(facts.obj(said.get("poll")).get("question"), 300)


def _data(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the house may want to know besides the words."""
    data: dict[str, Any] = {}
    text = facts.words(said.get("text"))
    if text.startswith("/"):
        command, _space, payload = text[1:].partition(" ")
        data["command"] = command.partition("@")[0].lower()[:64]
        data["payload"] = payload.strip()[:200]
    if album := facts.line(said.get("media_group_id"), 64):
        data["album"] = album
    if "sticker" in said:
        data["sticker"] = facts.line(facts.obj(said["sticker"]).get("set_name"), 64)
    if "forward_origin" in said or "forward_date" in said:
        data["forwarded"] = True
    return data


def _files(said: Mapping[str, Any]) -> list[File]:
    """Return the files of a message, named by the number under which the bot may take them."""
    found = []
    photos = [photo for photo in facts.objs(said.get("photo")) if photo.get("file_id")]
    if photos:
        found.append(_file(max(photos, key=_area), PHOTO_NAME, "image/jpeg"))
    for field, name, media_type in FILES:
        if field in said and not (field == "document" and "animation" in said):
            found.append(_file(facts.obj(said[field]), name, media_type))
    return [file for file in found if file.url]


def _area(photo: Mapping[str, Any]) -> int:
    return (facts.whole(photo.get("width")) or 0) * (facts.whole(photo.get("height")) or 0)


def _file(said: Mapping[str, Any], name: str, media_type: str) -> File:
    number = facts.line(said.get("file_id"), 200)
    return File(
        name=facts.line(said.get("file_name"), 120) or name,
        media_type=facts.line(said.get("mime_type"), 80) or media_type,
        url=f"bot-file:{number}" if number else "",
        size_bytes=max(0, facts.whole(said.get("file_size")) or 0),
    )

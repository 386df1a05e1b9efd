"""Telegram and Bale: one adapter for two Bot APIs of one shape."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from patogh.channels.connectors import facts, splitting
from patogh.channels.connectors.contract import (
    Answered,
    Arrival,
    Call,
    Connector,
    ConnectorError,
    File,
    Forged,
    Outgoing,
    Polled,
    Running,
    SetupBroken,
    Turned,
    Unreadable,
    Unsure,
)
from patogh.channels.telegram import wire
from patogh.channels.telegram.forms import BaleForm, TelegramForm
from patogh.channels.telegram.reading import Reading

UPDATES_MAX: Final = 100
TEXT_UNITS_MAX: Final = 4096
PHOTO_BYTES_MAX: Final = 10_000_000
WAIT_S: Final = 3
IDLE_S: Final = 3600
KINDS: Final = ("message", "edited_message", "callback_query", "my_chat_member")
FILE_WORD: Final = "bot-file:"
_SHOWN_IN: Final = "x-telegram-bot-api-secret-token"


class Bot(Connector):
    """What bots of both have in common."""

    can = frozenset({"receive", "poll", "send"})
    secret_fields = ("token",)
    sends_per_s = 20.0
    knows_again = False
    has_secret_header: ClassVar[bool]

    def receive(self, setup: Running, call: Call) -> Answered:
        """Read one update that the bot's server brings."""
        said = call.headers.get(_SHOWN_IN, "") if self.has_secret_header else call.tail.strip("/")
        if call.method != "POST" or not hmac.compare_digest(said.encode(), secret_of(setup).encode()):
            raise Forged
        update = facts.loads(call.body)
        if not isinstance(update, dict) or facts.whole(update.get("update_id")) is None:
            raise Unreadable(_("This is not an update of a bot."))
        arrival = self._reading(setup).update(update)
        return Answered((arrival,) if arrival else ())

    def poll(self, setup: Running, cursor: Mapping[str, Any]) -> Polled:
        """Take the updates that wait; the cursor tells the server which ones it may forget."""
        if setup.settings.get("way") == "webhook":
            return Polled((), cursor, IDLE_S)
        offset = facts.whole(cursor.get("offset")) or 0
        said = {"offset": offset, "limit": UPDATES_MAX, "timeout": 0, "allowed_updates": list(KINDS)}
        updates = wire.ask(setup, "getUpdates", said)
        if not isinstance(updates, list):
            raise Unreadable(_("The bot's server answered in a way we could not read."))
        arrivals, letters, reading = [], [], self._reading(setup)
        for update in facts.objs(updates):
            offset = max(offset, (facts.whole(update.get("update_id")) or -1) + 1)
            try:
                arrivals.append(reading.update(update))
            except Unreadable:
                letters.append(_letter(update))
        found = tuple(arrival for arrival in arrivals if arrival)
        return Polled(found, {"offset": offset}, 0 if len(updates) >= UPDATES_MAX else WAIT_S, tuple(letters))

    def replayed(self, setup: Running, body: bytes) -> tuple[Arrival, ...]:
        """Read an update once more that could not be read; raises Unreadable."""
        arrival = self._reading(setup).update(facts.obj(facts.loads(body)))
        return (arrival,) if arrival else ()

    def send(self, setup: Running, message: Outgoing) -> str:
        """Send a text in pieces of at most 4096, and each file after it. A bot's server knows no key of ours: what it may
        have taken is not sent again, and a row of pieces that breaks off is a person's to look at.
        """
        place, _slash, topic = (message.thread or message.value).partition("/")
        said: dict[str, Any] = {"chat_id": facts.whole(place) or place}
        if facts.whole(topic) is not None:
            said["message_thread_id"] = facts.whole(topic)
        chat, _colon, answered = message.reply_to.partition(":")
        number_there = facts.whole(answered.partition(":")[0])
        if chat == place and number_there is not None:
            said |= self._reply(number_there)
        number = ""
        try:
            for words in splitting.pieces(message.text, TEXT_UNITS_MAX, splitting.utf16_units):
                sent = self._said(setup, said, words)
                number = number or sent
                said = {name: value for name, value in said.items() if not name.startswith("reply")}
            for file in message.files:
                sent = _sent_file(setup, said, file)
                number = number or sent
        except ConnectorError as error:
            if number:
                raise Unsure(_("The beginning of it was sent, the rest was not: %(why)s") % {"why": error}) from error
            raise
        if not number:
            raise Turned(_("There is nothing to send."))
        return number

    def fetched(self, setup: Running, url: str, limit_bytes: int) -> tuple[bytes, str]:
        """Take a file of a message: ask where it lies, and read it there."""
        if not url.startswith(FILE_WORD):
            return super().fetched(setup, url, limit_bytes)
        found = facts.obj(wire.ask(setup, "getFile", {"file_id": url.removeprefix(FILE_WORD)}))
        path = facts.line(found.get("file_path"), 400)
        if not path or ".." in path or "?" in path or "#" in path:
            raise Turned(_("The file is not there any more."))
        return super().fetched(setup, wire.file_url(setup, path), limit_bytes)

    def tried(self, setup: Running) -> str:
        """Ask who the bot is."""
        me = facts.obj(wire.ask(setup, "getMe", {}))
        return f"@{facts.line(me.get('username'), 64)}"

    def opened(self, setup: Running) -> None:
        """Tell the bot's server where to bring updates, or that we come for them."""
        if setup.settings.get("way") != "webhook":
            wire.ask(setup, "deleteWebhook", {})
            return
        if not setup.url.startswith("https://"):
            raise SetupBroken(_("A bot's server calls only addresses that begin with https://"))
        if self.has_secret_header:
            said = {"url": setup.url, "secret_token": secret_of(setup), "allowed_updates": list(KINDS)}
        else:
            said = {"url": f"{setup.url.rstrip('/')}/{secret_of(setup)}"}
        wire.ask(setup, "setWebhook", said)

    def closed(self, setup: Running) -> None:
        """Stop the calls."""
        if setup.settings.get("way") == "webhook":
            wire.ask(setup, "deleteWebhook", {})

    def _said(self, setup: Running, said: Mapping[str, Any], words: str) -> str:
        body = {**said, "text": words}
        try:
            sent = wire.ask(setup, "sendMessage", body, once=True)
        except wire.Moved as moved:
            sent = wire.ask(setup, "sendMessage", {**body, "chat_id": moved.chat}, once=True)
        return _number(sent, said["chat_id"])

    def _reply(self, number: int) -> dict[str, Any]:
        return {"reply_to_message_id": number}

    def _reading(self, setup: Running) -> Reading:
        said = setup.settings
        return Reading(self.name, str(said.get("bot", "")), str(said.get("groups", "addressed")), setup.now())


class Telegram(Bot):
    """A bot on Telegram."""

    name = "telegram"
    icon = "send"
    fa = "تلگرام"
    en = "Telegram"
    identity_kinds = ("telegram",)
    form = TelegramForm
    has_secret_header = True

    def _reply(self, number: int) -> dict[str, Any]:
        return {"reply_parameters": {"message_id": number, "allow_sending_without_reply": True}}


class Bale(Bot):
    """A bot on Bale; its server sends no secret header, so the secret stands in the address."""

    name = "bale"
    icon = "send"
    fa = "بله"
    en = "Bale"
    identity_kinds = ("bale",)
    form = BaleForm
    has_secret_header = False


def secret_of(setup: Running) -> str:
    """Return the word by which the bot's server shows that it is the one: made of its token and our address."""
    key = str(setup.settings["token"]).encode()
    return hmac.new(key, b"patogh webhook " + setup.address.encode(), hashlib.sha256).hexdigest()


def _letter(update: Mapping[str, Any]) -> Unreadable:
    body = json.dumps(update, ensure_ascii=True).encode()
    return Unreadable(_("A message of the bot could not be understood."), body=body)


def _number(sent: Any, chat: Any) -> str:
    """Return the number of what was sent in the form of an arrival's key."""
    found = facts.obj(sent)
    place = facts.whole(facts.obj(found.get("chat")).get("id"))
    return f"{chat if place is None else place}:{facts.whole(found.get('message_id')) or 0}"


def _sent_file(setup: Running, said: Mapping[str, Any], file: File) -> str:
    """Send a file that we hold: a small picture as one, everything else as a document."""
    plain = {name: str(value) for name, value in said.items() if not isinstance(value, dict)}
    size = len(file.content or b"")
    is_photo = file.media_type in {"image/jpeg", "image/png"} and size <= PHOTO_BYTES_MAX
    method, field = ("sendPhoto", "photo") if is_photo else ("sendDocument", "document")
    try:
        sent = wire.upload(setup, method, plain, field, file)
    except wire.Moved as moved:
        sent = wire.upload(setup, method, {**plain, "chat_id": str(moved.chat)}, field, file)
    return _number(sent, said["chat_id"])

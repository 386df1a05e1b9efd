"""The chat as a connector: visitors write over `chat.views`, answers wait here until their browser asks."""

from __future__ import annotations

import datetime as dt
import json
from typing import ClassVar

from patogh.channels.chat import limits, reading
from patogh.channels.chat.forms import ChatForm
from patogh.channels.connectors.contract import Answered, Arrival, Call, Connector, Known, Outgoing, Running
from patogh.kit.errors import NotFound, PatoghError

MESSAGES = "chat/messages"


class Chat(Connector):
    """A chat on the brand's own sites."""

    name = "chat"
    icon = "message-square"
    fa = "گفت‌وگوی سایت"
    en = "Web chat"
    can = frozenset({"receive", "send"})
    identity_kinds = ("chat",)
    secret_fields: ClassVar = ("secret",)
    sends_per_s = 50.0
    receive_bytes_max = limits.BODY_BYTES_MAX
    form = ChatForm
    panel = "channels/chat/_panel.html"

    def receive(self, setup: Running, call: Call) -> Answered:
        """Read a message of a visitor. What cannot be read is refused, not laid aside: anybody may send it."""
        try:
            if call.tail != MESSAGES or call.method != "POST":
                raise NotFound
            said = reading.message(call.body, str(setup.settings.get("secret") or ""))
        except PatoghError as error:
            return Answered((), error.status, told(error), "application/json")
        return Answered((_arrival(setup, said, call),), 200, b'{"ok":true}', "application/json")

    def send(self, setup: Running, message: Outgoing) -> str:  # noqa: ARG002 - the browser takes it from our own rows
        """Let an answer stand where the visitor's browser finds it (`answers.told`)."""
        return message.key

    def tried(self, setup: Running) -> str:
        """Say on which sites it stands."""
        return ", ".join(str(setup.settings.get("origins") or "").split())[:100]


def told(error: PatoghError) -> bytes:
    """Return a refusal as the script reads it."""
    return json.dumps({"error": str(error), "code": error.code}, ensure_ascii=False).encode()


def _arrival(setup: Running, said: reading.Said, call: Call) -> Arrival:
    """Return a message with everything that it claims of its writer."""
    who, also = said.who, []
    if who.is_proved:
        also.append(("segment-user", f"{setup.settings.get('users') or 'chat'}:{who.id}", True))
    if who.email:
        also.append(("email", who.email, False))
    return Arrival(
        key=f"{said.visitor}:{said.key}", kind="message",
        who=Known("chat", said.visitor, is_verified=True, name=who.name, also=tuple(also)),
        happened_at=call.at - dt.timedelta(seconds=said.age_s), text=said.text, thread=said.visitor, url=said.page,
        files=said.files,
    )  # fmt: skip

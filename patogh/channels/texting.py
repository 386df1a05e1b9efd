"""What the connectors of text messages share: reading their forms, numbers, words of leaving, and the house's own codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from django import forms
from django.utils.translation import gettext as _

from patogh.channels.connectors.contract import Call, ConnectorError, Outgoing, Unreadable
from patogh.channels.connectors.running import connector_of, running
from patogh.channels.models import Halt, Setup
from patogh.kit import ids, persian
from patogh.people.consent import sender

SMS_CONNECTORS: Final = ("kavenegar", "twilio")
FIELDS_MAX: Final = 200
CODE_TURN_S: Final = 15.0
# Iran's regulator (1401/06): 11 leaves a number's advertising and 12 joins again; beside it the words that people write.
LEAVING: Final = frozenset({"11", "لغو", "لغو11", "stop", "stopall", "unsubscribe", "cancel", "end", "quit"})
JOINING: Final = frozenset({"12", "عضویت12", "start", "unstop"})
_NOISE: Final = re.compile(r"[\s\u200c\u200d\u200e\u200f\ufeff.,،!؛:\"'«»*#-]+")


def wish(text: str) -> str:
    """Return "leave", "join" or "" for what somebody wrote: the whole message must be the word."""
    plain = _NOISE.sub("", persian.digits_en(persian.chars(text[:60]))).casefold() if len(text) <= 60 else ""
    if plain in LEAVING:
        return "leave"
    return "join" if plain in JOINING else ""


def form_of(call: Call) -> dict[str, str]:
    """Return the fields of a call, those of its body before those of its address; raises Unreadable."""
    try:
        said = call.body.decode("utf-8")
        pairs = parse_qsl(said, keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict", encoding="utf-8")
    except (UnicodeDecodeError, ValueError) as error:
        raise Unreadable("the form is no UTF-8 or has too many fields") from error
    return {**dict(call.query), **dict(pairs)}


def clean_server(said: str) -> str:
    """Return the address of a service without its last slash; raises ValidationError."""
    said = said.strip().rstrip("/")
    try:
        parts = urlsplit(said)
    except ValueError as error:
        raise forms.ValidationError(_("Write a whole address that begins with https://")) from error
    if parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc or parts.query:
        raise forms.ValidationError(_("Write a whole address that begins with https://"))
    return said


def number_of(fields: Mapping[str, str], name: str) -> str:
    """Return a field that has to be there; raises Unreadable."""
    said = persian.digits_en(fields.get(name, "")).strip()
    if not said or len(said) > 40:
        raise Unreadable(f"{name} is missing or too long")
    return said


class HouseSender:
    """Sends the house's own codes through the first SMS channel that is on; name it in PATOGH_SMS_SENDER."""

    @sender("channels.house_sms", purpose="service", channel="sms", why="Sign-in codes that somebody asked for.")
    def send(self, phone: str, text: str) -> None:
        """Send at once; raises OSError when no channel is on or the service does not take it."""
        setup = Setup.objects.filter(connector__in=SMS_CONNECTORS, state="on").order_by("pk").first()
        if setup is None or Halt.objects.filter(ended_at=None).exists():
            raise OSError("no channel for text messages is on")
        try:
            at_work = running(setup, turn_s=CODE_TURN_S)
            connector_of(setup).send(at_work, Outgoing(key=ids.token(20), kind="phone", value=phone, text=text))
        except ConnectorError as error:
            raise OSError(f"{setup.connector}: {type(error).__name__}") from error

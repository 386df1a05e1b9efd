"""Twilio's Messages resource (API 2010-04-01) and its signed webhooks for what comes and what was delivered."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from patogh.channels import texting
from patogh.channels.connectors.contract import (
    Answered,
    Arrival,
    Call,
    Connector,
    File,
    Forged,
    Known,
    Outgoing,
    Running,
    SetupBroken,
    TryLater,
    Turned,
    Unreadable,
    Unsure,
)
from patogh.channels.twilio.forms import TwilioForm
from patogh.kit.egress import Fetched

FILES_MAX: Final = 10
SENT: Final = {"sent", "delivered"}
REFUSED: Final = {"failed", "undelivered", "canceled"}
# Error codes that mean our own settings are wrong: account, token, or a number that is not ours.
_BROKEN: Final = frozenset({20003, 20404, 21212, 21606, 21659, 21660, 21701})
_LATER: Final = frozenset({14107, 20429, 21611, 63038})
_NOTHING: Final = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


class Twilio(Connector):
    """Text messages through Twilio."""

    name = "twilio"
    icon = "smartphone"
    fa = "پیامک (تویلیو)"
    en = "Text messages (Twilio)"
    can = frozenset({"receive", "send"})
    identity_kinds = ("phone",)
    secret_fields: ClassVar = ("token",)
    sends_per_s = 1.0
    knows_again = False
    receive_bytes_max = 64 * 1024
    form = TwilioForm

    def receive(self, setup: Running, call: Call) -> Answered:
        """Read a signed call: a text to our number, or what became of one of ours."""
        if call.method != "POST":
            raise Forged("only signed forms are taken")
        _check(setup, call)
        fields = texting.form_of(Call(call.method, call.tail, {}, call.headers, call.body, call.at))
        is_delivery = call.tail.strip("/").partition("/")[0] == "status" or "Body" not in fields
        arrival = _delivery(fields, call) if is_delivery else _message(fields, call)
        return Answered((arrival,) if arrival else (), body=_NOTHING, media_type="text/xml; charset=utf-8")

    def send(self, setup: Running, message: Outgoing) -> str:
        """Send one text. Twilio knows no key of ours, so it is asked once; the address of its reports names our key, so that
        the report of a text whose answer was lost says that it is there.
        """
        number = str(setup.settings["sender"])
        form = {
            "To": message.value, "Body": message.text, "StatusCallback": f"{setup.url}status/{_named(message.key)}",
            ("MessagingServiceSid" if number.startswith("MG") else "From"): number,
        }  # fmt: skip
        got = setup.http.request(
            "POST",
            _place(setup, "/Messages.json"),
            form=form,
            headers=_proof(setup),
            limit_bytes=200_000,
            credentials=True,
            once=True,
        )
        if got.status not in {200, 201}:
            _refused(got, _read(got))
        try:
            key = str(_read(got).get("sid") or "")
        except TryLater as error:
            raise Unsure(*error.args) from error
        if not key:
            raise Unsure("answered without a number of the message")
        return key

    def tried(self, setup: Running) -> str:
        """Ask for the account and say which number writes."""
        got = setup.http.request(
            "GET", _place(setup, ".json"), headers=_proof(setup), limit_bytes=200_000, credentials=True
        )
        if got.status != 200:
            raise SetupBroken(f"answered {got.status}")
        return f"{str(_read(got).get('friendly_name', ''))[:60]} {setup.settings['sender']}".strip()

    def fetched(self, setup: Running, url: str, limit_bytes: int) -> tuple[bytes, str]:
        """Take a picture that came along; our token goes to the service alone."""
        server = f"{setup.settings['server']}/"
        got = setup.http.request(
            "GET", url, limit_bytes=limit_bytes, redirects=0 if url.startswith(server) else 3, timeout_s=20,
            headers=_proof(setup) if url.startswith(server) else {}, foreign=True,
        )  # fmt: skip
        if got.status in {301, 302, 303, 307, 308}:
            got = setup.http.request(
                "GET", got.headers.get("location", ""), limit_bytes=limit_bytes, redirects=2, timeout_s=20, foreign=True
            )
        if got.status != 200:
            raise Turned(f"answered {got.status}")
        return got.body, got.headers.get("content-type", "").partition(";")[0]


def signature(token: str, url: str, fields: Mapping[str, str]) -> str:
    """Return Twilio's signature: HMAC-SHA1 over the address and the sorted fields, in Base64 (twilio.com/docs/usage/security)."""
    said = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return base64.b64encode(
        hmac.new(token.encode(), said.encode("utf-8", "surrogatepass"), hashlib.sha1).digest()
    ).decode()


def url_of(setup: Running, call: Call) -> str:
    """Return the whole address that was called, as the service signs it."""
    return setup.url + call.tail + (f"?{urlencode(dict(call.query))}" if call.query else "")


def _check(setup: Running, call: Call) -> None:
    """Raise Forged where the signature is not that of the account's token."""
    try:
        fields = texting.form_of(Call(call.method, call.tail, {}, call.headers, call.body, call.at))
    except Unreadable as error:
        raise Forged("the form cannot be read, so its signature cannot be checked") from error
    said = call.headers.get("x-twilio-signature", "")
    wanted = signature(str(setup.settings.get("token", "")), url_of(setup, call), fields)
    if not setup.settings.get("token") or not hmac.compare_digest(said.encode(), wanted.encode()):
        raise Forged("the signature is wrong or missing")


def _message(fields: dict[str, str], call: Call) -> Arrival:
    count = fields.get("NumMedia", "0")
    files = tuple(
        File(
            name=f"media-{place + 1}",
            media_type=fields.get(f"MediaContentType{place}", ""),
            url=fields[f"MediaUrl{place}"],
        )
        for place in range(min(int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0, FILES_MAX))
        if fields.get(f"MediaUrl{place}")
    )
    who = texting.number_of(fields, "From")
    return Arrival(
        key=texting.number_of(fields, "MessageSid"), kind="message", who=Known("phone", who), happened_at=call.at,
        text=fields["Body"], thread=who, files=files,
        data={"to": fields.get("To", "")[:40], **({"answered": True} if fields.get("OptOutType") else {})},
    )  # fmt: skip


def _delivery(fields: dict[str, str], call: Call) -> Arrival | None:
    key = texting.number_of(fields, "MessageSid")
    status = fields.get("MessageStatus") or fields.get("SmsStatus") or ""
    if not status:
        raise Unreadable("neither a message nor a delivery")
    if status not in SENT and status not in REFUSED:
        return None
    why = f"{status} {fields.get('ErrorCode', '')}".strip()[:100]
    data = {"state": "refused", "why": why} if status in REFUSED else {"state": "sent"}
    data["ours"] = _key_in(call.tail)
    return Arrival(key=f"{key}:{status}", kind="receipt", who=None, happened_at=call.at, reply_to=key, data=data)


def _named(key: str) -> str:
    """Return a key of ours as a piece of an address."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _key_in(tail: str) -> str:
    """Return the key of ours that the address of a report names, "" for none."""
    named = tail.strip("/").partition("/")[2]
    try:
        return base64.b64decode(f"{named}{'=' * (-len(named) % 4)}", altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _place(setup: Running, tail: str) -> str:
    return f"{setup.settings['server']}/2010-04-01/Accounts/{setup.settings['account']}{tail}"


def _proof(setup: Running) -> dict[str, str]:
    said = f"{setup.settings['account']}:{setup.settings['token']}".encode()
    return {"Authorization": f"Basic {base64.b64encode(said).decode()}"}


def _read(got: Fetched) -> dict[str, Any]:
    try:
        said = json.loads(got.body)
    except (ValueError, RecursionError) as error:
        raise TryLater(f"answered {got.status} without JSON") from error
    if not isinstance(said, dict):
        raise TryLater(f"answered {got.status} with something else")
    return said


def _refused(got: Fetched, said: dict[str, Any]) -> None:
    """Raise what an error means."""
    code = said.get("code")
    if code in _BROKEN or got.status == 404:
        raise SetupBroken(f"answered {code or got.status}")
    if code in _LATER:
        raise TryLater(f"answered {code}")
    raise Turned(f"answered {code or got.status}")

"""Kavenegar's REST service and its two callbacks (kavenegar.com/rest.html): a GET or POST for each message and each delivery."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar, Final

from patogh.channels import texting
from patogh.channels.connectors.contract import (
    Answered,
    Arrival,
    Call,
    Connector,
    Known,
    Outgoing,
    Running,
    SetupBroken,
    TryLater,
    Turned,
    Unreadable,
)
from patogh.channels.kavenegar.forms import KavenegarForm
from patogh.kit.egress import Fetched

OK: Final = 200
# What a delivery's number means; the ones before (1 queued, 2 planned, 4 and 5 handed on) tell nothing that we keep.
SENT: Final = {"4", "5", "10"}
REFUSED: Final = {
    "6": "failed", "11": "not delivered", "13": "cancelled", "14": "the receiver blocks advertising", "100": "unknown message",
}  # fmt: skip
_BROKEN: Final = {
    401: "the account is closed", 403: "the API key is wrong", 404: "the method is unknown", 407: "this address may not use the key",
    412: "the number that writes is not yours", 418: "the credit is used up",
}  # fmt: skip
_LATER: Final = frozenset({402, 405, 409, 429, 451})
_LOCAL_BITS: Final = 8


class Kavenegar(Connector):
    """Text messages through Kavenegar."""

    name = "kavenegar"
    icon = "smartphone"
    fa = "پیامک (کاوه‌نگار)"
    en = "Text messages (Kavenegar)"
    can = frozenset({"receive", "send"})
    identity_kinds = ("phone",)
    secret_fields: ClassVar = ("api_key",)
    sends_per_s = 20.0
    receive_bytes_max = 64 * 1024
    form = KavenegarForm

    def receive(self, setup: Running, call: Call) -> Answered:  # noqa: ARG002 - nothing is signed here
        """Read a message to our line, or what became of one of ours."""
        fields = texting.form_of(call)
        if "message" in fields:
            arrival: Arrival | None = _message(fields, call)
        elif "status" in fields:
            arrival = _delivery(fields, call)
        else:
            raise Unreadable("neither a message nor a delivery")
        return Answered((arrival,) if arrival else (), body=b"ok")

    def send(self, setup: Running, message: Outgoing) -> str:
        """Send one text; the same key twice is one text (Kavenegar's localid)."""
        got = _asked(setup, "sms/send.json", {
            "receptor": receptor(message.value), "sender": str(setup.settings["sender"]), "message": message.text,
            "localid": str(local_id(message.key)),
        })  # fmt: skip
        entry = got[0] if got else {}
        key = str(entry.get("messageid", ""))
        if not key:
            raise TryLater("answered without a number of the message")
        if str(entry.get("status", "")) in REFUSED:
            raise Turned(REFUSED[str(entry["status"])])
        return key

    def tried(self, setup: Running) -> str:
        """Ask for the account and say which line writes."""
        _asked(setup, "account/info.json", {})
        return str(setup.settings["sender"])


def receptor(phone: str) -> str:
    """Return an E.164 number as Kavenegar takes it: 0912… inside of Iran, 00… elsewhere."""
    plain = phone.removeprefix("+")
    return f"0{plain[2:]}" if plain.startswith("98") else f"00{plain}"


def local_id(key: str) -> int:
    """Return our key as the whole number by which Kavenegar knows a message again."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:_LOCAL_BITS], "big") >> 1


def _message(fields: dict[str, str], call: Call) -> Arrival:
    return Arrival(
        key=texting.number_of(fields, "messageid"), kind="message", who=Known("phone", texting.number_of(fields, "from")),
        happened_at=call.at, text=fields["message"], thread=texting.number_of(fields, "from"),
        data={"to": fields.get("to", "")[:40]},
    )  # fmt: skip


def _delivery(fields: dict[str, str], call: Call) -> Arrival | None:
    key, status = texting.number_of(fields, "messageid"), texting.number_of(fields, "status")
    if status not in SENT and status not in REFUSED:
        return None
    data = {"state": "refused", "why": REFUSED[status]} if status in REFUSED else {"state": "sent"}
    return Arrival(key=f"{key}:{status}", kind="receipt", who=None, happened_at=call.at, reply_to=key, data=data)


def _asked(setup: Running, method: str, form: dict[str, str]) -> list[dict[str, Any]]:
    """Ask the service and return the entries of its answer; raises what its number means."""
    url = f"{setup.settings['server']}/v1/{setup.settings['api_key']}/{method}"
    got = setup.http.request("POST", url, form=form, limit_bytes=200_000)
    said = _read(got)
    told = said.get("return")
    status = told.get("status") if isinstance(told, dict) else None
    status = status if isinstance(status, int) else got.status
    if status in _BROKEN:
        raise SetupBroken(_BROKEN[status])
    if status in _LATER:
        raise TryLater(f"answered {status}")
    if status != OK:
        raise Turned(f"answered {status}")
    entries = said.get("entries")
    found = entries if isinstance(entries, list) else [entries]
    return [one for one in found if isinstance(one, dict)]


def _read(got: Fetched) -> dict[str, Any]:
    """Return the answer's JSON; a page that is none is a service that is not well."""
    try:
        said = json.loads(got.body)
    except (ValueError, RecursionError) as error:
        raise TryLater(f"answered {got.status} without JSON") from error
    if not isinstance(said, dict):
        raise TryLater(f"answered {got.status} with something else")
    return said

"""Any program that can send and take signed JSON: Standard Webhooks in both directions."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, ClassVar

from patogh.channels.connectors.contract import (
    Answered,
    Arrival,
    Call,
    Connector,
    Forged,
    Known,
    Outgoing,
    Running,
    SetupBroken,
    Turned,
    Unreadable,
)
from patogh.channels.webhook import mapping
from patogh.channels.webhook.forms import WebhookForm
from patogh.kit import signing

KINDS = frozenset({"message", "mention", "order", "customer", "event", "receipt"})


class Webhook(Connector):
    """Signed JSON from and to any program."""

    name = "webhook"
    icon = "share-2"
    fa = "وب‌هوک امضاشده"
    en = "Signed webhook"
    can = frozenset({"receive", "send"})
    identity_kinds = (
        "email",
        "phone",
        "member",
        "import",
        "segment-user",
        "telegram",
        "bale",
        "mastodon",
        "shop-customer",
    )
    secret_fields: ClassVar = ("secret",)
    sends_per_s = 10.0
    receive_bytes_max = 256 * 1024
    form = WebhookForm

    def receive(self, setup: Running, call: Call) -> Answered:
        """Read a signed call; the id in its header is the key unless a rule names another."""
        message_id = _checked(setup, call)
        try:
            said = json.loads(call.body)
        except (ValueError, RecursionError) as error:
            raise Unreadable("the body is no JSON") from error
        rules = mapping.rules(str(setup.settings.get("rules") or ""))
        many = said if isinstance(said, list) else [said]
        found = [_arrival(mapping.read(one, rules), call, message_id, place) for place, one in enumerate(many[:200])]
        return Answered(tuple(found), status=200, body=b'{"ok":true}', media_type="application/json")

    def send(self, setup: Running, message: Outgoing) -> str:
        """Send a message as signed JSON to the address of the settings."""
        url = str(setup.settings.get("url") or "")
        if not url:
            raise Turned("no address to write to")
        body = json.dumps(_told(message), ensure_ascii=False).encode()
        at = int(setup.now().timestamp())
        headers = {
            "Content-Type": "application/json", "webhook-id": message.key, "webhook-timestamp": str(at),
            "webhook-signature": signing.signature(_secret(setup), message.key, at, body),
        }  # fmt: skip
        got = setup.http.request("POST", url, body=body, headers=headers, credentials=True)
        if got.status == 410:
            raise SetupBroken("answered 410: the receiver is gone")
        if not 200 <= got.status < 300:
            raise Turned(f"answered {got.status}")
        return message.key

    def tried(self, setup: Running) -> str:
        """Say what is set up; the secret must be there."""
        _secret(setup)
        return str(setup.settings.get("url") or "")[:100]


def _secret(setup: Running) -> str:
    said = str(setup.settings.get("secret") or "")
    if not said:
        raise SetupBroken("there is no secret")
    return said


def _checked(setup: Running, call: Call) -> str:
    """Return the id of a call whose signature is good and fresh; raises Forged."""
    message_id, at = call.headers.get("webhook-id", ""), call.headers.get("webhook-timestamp", "")
    if not message_id or len(message_id) > 250 or not (at.isascii() and at.isdecimal()) or len(at) > 12:
        raise Forged("the headers of a signature are missing")
    if abs(call.at.timestamp() - int(at)) > signing.TOLERANCE_S:
        raise Forged("the signature is too old")
    said = call.headers.get("webhook-signature", "")
    if not signing.is_signed(said, _secret(setup), message_id, int(at), call.body):
        raise Forged("the signature is wrong")
    return message_id


def _arrival(found: dict[str, Any], call: Call, message_id: str, place: int) -> Arrival:
    """Return what one object of the body says."""
    kind = mapping.words(found.get("type")) or "message"
    if kind == "return":
        raise Unreadable("what came back is told in its order")
    if kind not in KINDS:
        raise Unreadable(f"a type that is none: {kind[:40]}")
    data = found.get("data")
    facts = dict(data) if isinstance(data, dict) else {}
    if kind == "event":
        facts = {"event": mapping.words(found.get("event")), "properties": facts}
    return Arrival(
        key=mapping.words(found.get("key")) or (f"{message_id}:{place}" if place else message_id),
        kind=kind,  # type: ignore[arg-type]
        who=_who(found),
        happened_at=_moment(found.get("at"), call.at),
        text=mapping.words(found.get("text")),
        subject=mapping.words(found.get("subject")),
        thread=mapping.words(found.get("thread")),
        reply_to=mapping.words(found.get("reply_to")),
        url=mapping.words(found.get("url")),
        data=facts,
    )


def _who(found: dict[str, Any]) -> Known | None:
    """Return who it is from: what was named, or else the address or number; the rest are claims."""
    kind, value = mapping.words(found.get("who.kind")), mapping.words(found.get("who.value"))
    claims = [(name, mapping.words(found.get(f"who.{name}"))) for name in ("email", "phone")]
    every = ([(kind, value)] if kind and value else []) + [claim for claim in claims if claim[1]]
    if not every:
        return None
    also = tuple((one[0], one[1], False) for one in every[1:])
    return Known(every[0][0], every[0][1], name=mapping.words(found.get("who.name")), also=also)


def _moment(said: Any, now: dt.datetime) -> dt.datetime:
    """Return a time of ISO 8601 or of seconds since 1970; what cannot be read is now."""
    try:
        if isinstance(said, int | float) and not isinstance(said, bool):
            return dt.datetime.fromtimestamp(said, dt.UTC)
        return dt.datetime.fromisoformat(str(said))
    except (ValueError, OverflowError, OSError):
        return now


def _told(message: Outgoing) -> dict[str, Any]:
    return {
        "id": message.key, "type": "message", "to": {"kind": message.kind, "value": message.value}, "text": message.text,
        "subject": message.subject, "thread": message.thread, "reply_to": message.reply_to, "purpose": message.purpose,
    }  # fmt: skip

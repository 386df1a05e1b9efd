"""WebSub (W3C Recommendation): a feed that names a hub is brought to us by it; we still ask now and then, in case it forgets."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from django.conf import settings

from patogh.channels.connectors import facts
from patogh.channels.connectors.client import TurnOver
from patogh.channels.connectors.contract import Answered, Call, ConnectorError, Forged, Running, Unreadable
from patogh.channels.connectors.linking import link_of, whole
from patogh.kit.egress import Fetched

TAIL: Final = "websub/"
LEASE_S: Final = 10 * 86_400
LEASE_S_MIN: Final = 300
LEASE_S_MAX: Final = 30 * 86_400
ASK_S_MIN: Final = 3_600  # between two wishes that nothing came of: doubling, to a day
ASK_S_MAX: Final = 86_400
MISSES_MAX: Final = 2
DENIED_S: Final = 7 * 86_400
URL_CHARS_MAX: Final = 1_000
CHALLENGE_CHARS_MAX: Final = 1_000
HEAD_CHARS_MAX: Final = 60_000
_METHODS: Final = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
_LINK: Final = re.compile(r"<(?:[\w-]{1,20}:)?link\b([^<>]{1,3000})>", re.IGNORECASE)
_FIRST: Final = re.compile(r"<(?:[\w-]{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"([\w:-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True, slots=True)
class Hub:
    """Who brings a feed, and by which address it knows that feed."""

    url: str
    topic: str


def hub_of(got: Fetched) -> Hub | None:
    """Return the hub that a feed names: in its Link header, else in itself; None for none."""
    header = got.headers.get("link", "")
    hub, topic = link_of(header, "hub"), link_of(header, "self")
    if hub is None:
        hub, inside = _named_inside(got.body)
        topic = topic if topic is not None else inside
    place = whole(got.url, hub, URL_CHARS_MAX) if hub and hub.strip() else ""
    own = whole(got.url, topic, URL_CHARS_MAX) if topic and topic.strip() else ""
    return Hub(place, own or got.url) if place else None


def renewed(setup: Running, kept: Mapping[str, Any], hub: Hub | None) -> dict[str, Any]:
    """Return what is remembered of a subscription, after asking the hub for it where it is time; a hub in trouble is no fault."""
    said = facts.obj(kept.get("websub"))
    if hub is None or not setup.url.startswith(("https://", "http://")):
        return {}
    if (said.get("hub"), said.get("topic")) != (hub.url, hub.topic):
        said = {"hub": hub.url, "topic": hub.topic}
    if _is_forgetful(setup, said) or not _is_time(setup, said):
        return said
    tries = 0 if _is_answered(setup, said) else facts.whole(said.get("tries")) or 0
    said |= {"asked_at": setup.now().isoformat(), "tries": min(tries + 1, 20)}
    try:
        got = setup.http.request(
            "POST", hub.url, form=_wish(setup, hub), timeout_s=10, limit_bytes=20_000, foreign=True
        )
        said["answer"] = got.status
    except TurnOver:
        raise
    except ConnectorError as error:
        said["answer"] = type(error).__name__
    return said


def remembered(kept: Mapping[str, Any]) -> Hub | None:
    """Return the hub of a feed that says today only that nothing is new."""
    said = facts.obj(kept.get("websub"))
    hub, topic = facts.line(said.get("hub"), URL_CHARS_MAX), facts.line(said.get("topic"), URL_CHARS_MAX)
    return Hub(hub, topic) if hub and topic else None


def lives_until(setup: Running, said: Mapping[str, Any]) -> dt.datetime | None:
    """Return until when the hub brings this feed; None where it does not (any more), or forgot something."""
    noted = noted_of(setup)
    until = _moment(noted.get("until"))
    is_ours = noted.get("topic") == said.get("topic") and not noted.get("denied_at")
    return until if until is not None and until > setup.now() and is_ours and not _is_forgetful(setup, said) else None


def missed(setup: Running, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is remembered, with one more time that the feed held something which its hub had not brought."""
    return {**said, "misses": (facts.whole(said.get("misses")) or 0) + 1, "missed_at": setup.now().isoformat()}


def _is_forgetful(setup: Running, said: Mapping[str, Any]) -> bool:
    """Tell whether a hub forgot too much lately to be relied upon."""
    at = _moment(said.get("missed_at"))
    is_many = (facts.whole(said.get("misses")) or 0) >= MISSES_MAX
    return is_many and at is not None and (setup.now() - at).total_seconds() < DENIED_S


def noted_of(setup: Running) -> dict[str, Any]:
    """Return what the hub's calls left behind."""
    return facts.obj(facts.obj(setup.cursor.get("noted")).get("websub"))


def verified(setup: Running, call: Call) -> Answered:
    """Answer the hub's question whether we asked for this (5.3), or its word that we get nothing (5.2)."""
    said = facts.obj(setup.cursor.get("websub"))
    mode, topic = call.query.get("hub.mode", ""), call.query.get("hub.topic", "")
    if not said.get("asked_at") or topic != said.get("topic") or not is_ours(setup, call, topic):
        return Answered(status=404)
    now = setup.now()
    if mode == "denied":
        why = facts.line(call.query.get("hub.reason"), 200)
        return Answered(noted={"websub": {"topic": topic, "denied_at": now.isoformat(), "why": why}})
    challenge = call.query.get("hub.challenge", "")
    if mode != "subscribe" or not challenge or len(challenge) > CHALLENGE_CHARS_MAX:
        return Answered(status=404)
    lease_s = facts.whole(call.query.get("hub.lease_seconds", "")) or LEASE_S
    until = now + dt.timedelta(seconds=min(max(lease_s, LEASE_S_MIN), LEASE_S_MAX))
    lease = {"topic": topic, "until": until.isoformat(), "began_at": now.isoformat()}
    return Answered(body=challenge.encode(), noted={"websub": lease})


def checked(setup: Running, call: Call) -> str:
    """Return the topic of a signed call (8); raises Forged. "" for one of a subscription that is over."""
    topic = facts.line(facts.obj(setup.cursor.get("websub")).get("topic"), URL_CHARS_MAX)
    if not topic or not is_ours(setup, call, topic):
        return ""
    method, _equals, mark = call.headers.get("x-hub-signature", "").strip().partition("=")
    made = _METHODS.get(method.strip().lower())
    if made is None:
        raise Forged("the hub's signature is missing, or of a kind that we do not know")
    right = hmac.new(secret_of(setup, topic).encode(), call.body, made).hexdigest()
    if not hmac.compare_digest(right.encode(), mark.strip().lower().encode("utf-8", "replace")):
        raise Forged("the hub's signature is wrong")
    return topic


def is_ours(setup: Running, call: Call, topic: str) -> bool:
    """Tell whether a call came to the address that was given to a hub for this topic."""
    return hmac.compare_digest(call.tail.encode("utf-8", "replace"), tail_of(setup, topic).encode())


def tail_of(setup: Running, topic: str) -> str:
    """Return the end of our address for a topic; nobody can guess it."""
    return TAIL + _mark(setup, "address", topic)[:32]


def secret_of(setup: Running, topic: str) -> str:
    """Return the secret with which a hub signs what it brings."""
    return _mark(setup, "secret", topic)


def _mark(setup: Running, what: str, topic: str) -> str:
    said = f"websub {what} {setup.address} {topic}"
    return hmac.new(settings.SECRET_KEY.encode(), said.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _wish(setup: Running, hub: Hub) -> dict[str, str]:
    return {
        "hub.callback": f"{setup.url.rstrip('/')}/{tail_of(setup, hub.topic)}", "hub.mode": "subscribe",
        "hub.topic": hub.topic, "hub.secret": secret_of(setup, hub.topic), "hub.lease_seconds": str(LEASE_S),
    }  # fmt: skip


def _is_time(setup: Running, said: Mapping[str, Any]) -> bool:
    """Tell whether the hub is to be asked: a fifth of the lease before its end, and not too often where nothing came of it."""
    now, noted, until = setup.now(), noted_of(setup), lives_until(setup, said)
    began, denied, asked = (
        _moment(noted.get("began_at")),
        _moment(noted.get("denied_at")),
        _moment(said.get("asked_at")),
    )
    if denied is not None and noted.get("topic") == said.get("topic") and (now - denied).total_seconds() < DENIED_S:
        return False
    if until is not None and began is not None and now < until - (until - began) / 5:
        return False
    if asked is None or _is_answered(setup, said):
        return True
    pause = min(ASK_S_MIN << max((facts.whole(said.get("tries")) or 1) - 1, 0), ASK_S_MAX)
    return (now - asked).total_seconds() >= pause


def _is_answered(setup: Running, said: Mapping[str, Any]) -> bool:
    """Tell whether the hub has come back since it was asked last."""
    asked, began = _moment(said.get("asked_at")), _moment(noted_of(setup).get("began_at"))
    return asked is not None and began is not None and began >= asked


def _named_inside(body: bytes) -> tuple[str | None, str | None]:
    """Return the hub and the own address that stand in a feed, before its first entry."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _named_in_json(body)
    text = body[:HEAD_CHARS_MAX].decode("utf-8", "replace")
    first = _FIRST.search(text)
    found: dict[str, str] = {}
    for link in _LINK.finditer(text[: first.start()] if first else text):
        said = {name.lower(): unescape(double or single) for name, double, single in _ATTRIBUTE.findall(link[1])}
        for rel in said.get("rel", "").lower().split():
            found.setdefault(rel, said.get("href", ""))
    return found.get("hub"), found.get("self")


def _named_in_json(body: bytes) -> tuple[str | None, str | None]:
    try:
        said = facts.obj(facts.loads(body))
    except Unreadable:
        return None, None
    hubs = [hub for hub in facts.objs(said.get("hubs")) if facts.line(hub.get("type"), 20).lower() == "websub"]
    return (facts.line(hubs[0].get("url"), URL_CHARS_MAX) if hubs else None), facts.line(
        said.get("feed_url"), URL_CHARS_MAX
    )


def _moment(said: Any) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(said)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=dt.UTC)

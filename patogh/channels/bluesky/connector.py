"""Bluesky: mentions out of Jetstream, answers as posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from patogh.channels.bluesky import sessions, writing
from patogh.channels.bluesky.forms import BlueskyForm
from patogh.channels.bluesky.reading import Reading, named
from patogh.channels.bluesky.stream import COLLECTION, Stream
from patogh.channels.connectors import facts, splitting
from patogh.channels.connectors.contract import (
    Arrival,
    Connector,
    ConnectorError,
    Outgoing,
    Polled,
    Running,
    SetupBroken,
    Turned,
)
from patogh.kit.errors import PatoghError

GRAPHEMES_MAX: Final = 300
WAIT_S: Final = 20
SEEN_MAX: Final = 200
PROFILES_MAX: Final = 25


class Bluesky(Connector):
    """An account of ours on Bluesky or another server of the AT Protocol."""

    name = "bluesky"
    icon = "globe"
    fa = "بلواسکای"
    en = "Bluesky"
    can = frozenset({"poll", "send"})
    identity_kinds = ("bluesky",)
    secret_fields = ("password",)
    sends_per_s = 0.5
    form = BlueskyForm

    def poll(self, setup: Running, cursor: Mapping[str, Any]) -> Polled:
        """Read the stream from where we stopped until now, or for as long as a turn may last."""
        handle = str(setup.settings["handle"])
        did = facts.line(cursor.get("did"), 250) if cursor.get("handle") == handle else ""
        did = did or _did_of(setup, handle)
        if not did:
            raise SetupBroken(_("Nobody has this handle."))
        seen = [uri for uri in cursor.get("seen") or [] if isinstance(uri, str)]
        stream = Stream(setup, facts.whole(cursor.get("us")) or 0)
        reading = Reading(did, str(setup.settings.get("words", "")), setup.now())
        found: dict[str, Arrival] = {}
        for event in stream.events():
            arrival = reading.arrival(event) or reading.removed(event, {*seen, *found})
            if arrival is not None:
                found.setdefault(arrival.key, arrival)
        mentions = [arrival for arrival in found.values() if arrival.kind == "mention"]
        arrivals = [*_with_names(setup, mentions), *(one for one in found.values() if one.kind != "mention")]
        seen = list(dict.fromkeys([*seen, *(arrival.key for arrival in mentions)]))[-SEEN_MAX:]
        kept = {"did": did, "handle": handle, "us": stream.cursor, "seen": seen}
        return Polled(tuple(arrivals), kept, WAIT_S if stream.is_live or stream.cursor == cursor.get("us") else 0)

    def send(self, setup: Running, message: Outgoing) -> str:
        """Answer a post; what is longer than 300 characters becomes a chain. There are no private messages here."""
        if not message.reply_to.startswith("at://"):
            raise Turned(_("On Bluesky we only answer posts; everything there is public."))
        root, below = self._answered(setup, message.reply_to.partition("#")[0])
        first = ""
        for place, words in enumerate(_pieces(message.text)):
            below = self._posted(
                setup, words, {"root": root, "parent": below}, writing.post_key(f"{message.key}:{place}")
            )
            first = first or below["uri"]
        if not first:
            raise Turned(_("There is nothing to send."))
        return first

    def tried(self, setup: Running) -> str:
        """Begin a session and say who we are."""
        sessions.forget()
        return f"@{setup.settings['handle']} ({sessions.session(setup).did})"

    def _answered(self, setup: Running, uri: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return the beginning of a thread and the post that is answered, each by address and version."""
        posts = facts.objs(sessions.get(setup, "app.bsky.feed.getPosts", {"uris": uri}).get("posts"))
        if not posts:
            raise Turned(_("What this answers is not there any more."))
        below = _reference(posts[0])
        root = _reference(facts.obj(facts.obj(facts.obj(posts[0].get("record")).get("reply")).get("root")))
        return (root if root["uri"] else below), below

    def _posted(self, setup: Running, words: str, reply: Mapping[str, Any], rkey: str) -> dict[str, str]:
        """Write a post under a key of ours, so that one that was written and not answered is found and not doubled."""
        did = sessions.session(setup).did
        place = {"repo": did, "collection": COLLECTION, "rkey": rkey}
        record = {
            "$type": COLLECTION, "text": words, "reply": dict(reply), "facets": writing.facets(words, lambda name: _did_of(setup, name)),
            "createdAt": setup.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        }  # fmt: skip
        try:
            return _reference(sessions.post(setup, "com.atproto.repo.createRecord", {**place, "record": record}))
        except Turned:
            known = _there(setup, place)
            if known["uri"]:
                return known
            raise


def _there(setup: Running, place: Mapping[str, str]) -> dict[str, str]:
    try:
        return _reference(sessions.get(setup, "com.atproto.repo.getRecord", place))
    except Turned:
        return _reference({})


def _reference(said: Mapping[str, Any]) -> dict[str, str]:
    return {"uri": facts.line(said.get("uri"), 250), "cid": facts.line(said.get("cid"), 100)}


def _did_of(setup: Running, handle: str) -> str:
    """Return whose handle it is, "" where nobody's."""
    try:
        said = sessions.open_get(setup, "com.atproto.identity.resolveHandle", {"handle": handle})
    except Turned:
        return ""
    return facts.line(said.get("did"), 250)


def _with_names(setup: Running, arrivals: list[Arrival]) -> list[Arrival]:
    """Return arrivals with the names of their authors; a name is worth no fault."""
    dids = list(dict.fromkeys(arrival.who.value for arrival in arrivals if arrival.who))
    try:
        profiles: list[dict[str, Any]] = []
        for start in range(0, len(dids), PROFILES_MAX):
            said = sessions.get(setup, "app.bsky.actor.getProfiles", {"actors": dids[start : start + PROFILES_MAX]})
            profiles += facts.objs(said.get("profiles"))
    except (ConnectorError, PatoghError):
        return arrivals
    return named(arrivals, profiles)


def _pieces(text: str) -> list[str]:
    return splitting.pieces(text, GRAPHEMES_MAX, lambda words: len(splitting.graphemes(words)))

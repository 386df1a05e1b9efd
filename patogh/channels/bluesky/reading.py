"""A post of the stream as an arrival, if it is about us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from patogh.channels.bluesky.stream import COLLECTION
from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Arrival, File, Known
from patogh.kit import persian

PICTURES: Final = "https://cdn.bsky.app/img/feed_fullsize/plain"
MENTION: Final = "app.bsky.richtext.facet#mention"


class Reading:
    """What is about us: posts that mention, answer or quote the account `did`, or hold one of the words."""

    def __init__(self, did: str, words: str, now: dt.datetime) -> None:
        self.did, self.now = did, now
        self.words = [key for word in words.split(",") if (key := persian.key(word))]

    def arrival(self, event: Mapping[str, Any]) -> Arrival | None:
        """Return a new or changed post that is about us; None for everything else, however it looks."""
        commit = facts.obj(event.get("commit"))
        author, record = facts.line(event.get("did"), 250), facts.obj(commit.get("record"))
        is_post = commit.get("collection") == COLLECTION and commit.get("operation") in {"create", "update"}
        if not is_post or not author.startswith("did:") or author == self.did or not self._is_ours(record):
            return None
        uri = address(author, commit)
        reply = facts.obj(record.get("reply"))
        root, parent = (facts.line(facts.obj(reply.get(name)).get("uri"), 250) for name in ("root", "parent"))
        is_edit = commit.get("operation") == "update"
        version = facts.line(commit.get("cid"), 100)
        return Arrival(
            key=f"{uri}#{version}" if is_edit else uri,
            kind="mention",
            who=Known("bluesky", author, is_verified=True),
            happened_at=facts.moment(record.get("createdAt"), self.now),
            text=facts.words(record.get("text"), 3_000),
            thread=root or uri,
            reply_to=parent,
            url=f"https://bsky.app/profile/{author}/post/{uri.rpartition('/')[2]}",
            files=tuple(_files(author, facts.obj(record.get("embed")))),
            data=_data(record, version) | ({"edit_of": uri} if is_edit else {}),
        )

    def removed(self, event: Mapping[str, Any], seen: set[str]) -> Arrival | None:
        """Return that a post which we have was deleted by who wrote it."""
        commit = facts.obj(event.get("commit"))
        uri = address(facts.line(event.get("did"), 250), commit)
        if commit.get("operation") != "delete" or uri not in seen:
            return None
        at = facts.moment((facts.whole(event.get("time_us")) or 0) / 1_000_000, self.now)
        return Arrival(
            key=f"{uri}#deleted", kind="event", who=None, happened_at=at, data={"event": "deleted", "deletes": uri}
        )

    def _is_ours(self, record: Mapping[str, Any]) -> bool:
        ours = f"at://{self.did}/"
        reply, embed = facts.obj(record.get("reply")), facts.obj(record.get("embed"))
        quoted = facts.obj(embed.get("record"))
        led = [
            facts.obj(reply.get("parent")).get("uri"), facts.obj(reply.get("root")).get("uri"), quoted.get("uri"),
            facts.obj(quoted.get("record")).get("uri"),
        ]  # fmt: skip
        if any(isinstance(uri, str) and uri.startswith(ours) for uri in led) or self.did in _mentioned(record):
            return True
        said = f" {persian.key(facts.words(record.get('text'), 3_000))} " if self.words else ""
        return any(f" {word} " in said for word in self.words)


def address(author: str, commit: Mapping[str, Any]) -> str:
    """Return the at:// address of a post."""
    return f"at://{author}/{COLLECTION}/{facts.line(commit.get('rkey'), 64)}"


def named(arrivals: list[Arrival], profiles: list[dict[str, Any]]) -> list[Arrival]:
    """Return the arrivals with the names that their authors go by."""
    known = {facts.line(one.get("did"), 250): one for one in profiles}
    return [_named(arrival, known.get(arrival.who.value, {}) if arrival.who else {}) for arrival in arrivals]


def _named(arrival: Arrival, profile: Mapping[str, Any]) -> Arrival:
    handle = facts.line(profile.get("handle"), 250)
    if arrival.who is None or not handle:
        return arrival
    name = facts.line(profile.get("displayName"), 120) or handle
    return replace(arrival, who=replace(arrival.who, name=name, traits={"username": handle}))


def _mentioned(record: Mapping[str, Any]) -> Iterator[str]:
    for facet in facts.objs(record.get("facets")):
        for feature in facts.objs(facet.get("features")):
            if feature.get("$type") == MENTION:
                yield facts.line(feature.get("did"), 250)


def _files(author: str, embed: Mapping[str, Any]) -> Iterator[File]:
    """Return the pictures of a post, also of one that quotes."""
    for image in [*facts.objs(embed.get("images")), *facts.objs(facts.obj(embed.get("media")).get("images"))][:4]:
        blob = facts.obj(image.get("image"))
        cid = facts.line(facts.obj(blob.get("ref")).get("$link"), 100)
        if cid.isalnum():
            name = facts.line(image.get("alt"), 120) or "picture.jpg"
            size = max(facts.whole(blob.get("size")) or 0, 0)
            yield File(name, "image/jpeg", url=f"{PICTURES}/{author}/{cid}@jpeg", size_bytes=size)


def _data(record: Mapping[str, Any], version: str) -> dict[str, Any]:
    langs = record.get("langs")
    found = {"cid": version, "language": facts.line(langs[0], 12) if isinstance(langs, list) and langs else ""}
    return {name: value for name, value in found.items() if value}

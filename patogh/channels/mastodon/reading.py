"""A status of the Mastodon API as an arrival."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Arrival, File, Known, Unreadable
from patogh.channels.connectors.plainly import plain_text

_MEDIA: Final = {"image": "image/jpeg", "gifv": "video/mp4", "video": "video/mp4", "audio": "audio/mpeg"}
_SUFFIXES: Final = {
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".ogg": "audio/ogg",
    ".webm": "video/webm",
}


def arrival(status: Mapping[str, Any], home: str, now: dt.datetime, *, is_edit: bool = False) -> Arrival | None:
    """Return a status as what arrived; None for one of a bot; `home` is the domain of names without one; raises Unreadable."""
    number, account = facts.line(status.get("id"), 64), facts.obj(status.get("account"))
    who = author(account, home)
    if not number or who is None:
        raise Unreadable
    edited = facts.line(status.get("edited_at"), 40)
    is_private = status.get("visibility") == "direct"
    return Arrival(
        key=f"{number}:edit:{edited}" if is_edit and edited else number,
        kind="message" if is_private else "mention",
        who=who,
        happened_at=facts.moment(edited if is_edit and edited else status.get("created_at"), now),
        text=_text(status),
        subject=facts.line(status.get("spoiler_text"), 400),
        thread=facts.line(status.get("in_reply_to_id"), 64) or number,
        reply_to=facts.line(status.get("in_reply_to_id"), 64),
        url=facts.line(status.get("url"), 1000) or facts.line(status.get("uri"), 1000),
        files=tuple(_files(status)),
        data=_data(status, number if is_edit and edited else ""),
    )


def author(account: Mapping[str, Any], home: str) -> Known | None:
    """Return the author as @name@domain; None where there is no name."""
    acct = facts.line(account.get("acct"), 250).lstrip("@").lower()
    if not acct or " " in acct:
        return None
    whole = acct if "@" in acct else f"{acct}@{home}"
    traits = {"page": facts.line(account.get("url"), 500)}
    if account.get("bot") is True:
        traits["bot"] = "yes"
    return Known(
        "mastodon", f"@{whole}", is_verified=True, name=facts.line(account.get("display_name"), 120),
        traits={name: value for name, value in traits.items() if value},
    )  # fmt: skip


def _text(status: Mapping[str, Any]) -> str:
    said = plain_text(facts.words(status.get("content"), 400_000))
    options = [
        facts.line(option.get("title"), 200) for option in facts.objs(facts.obj(status.get("poll")).get("options"))
    ]
    return "\n".join(filter(None, (said, *(f"- {option}" for option in options))))


def _data(status: Mapping[str, Any], edit_of: str) -> dict[str, Any]:
    tags = [facts.line(tag.get("name"), 80) for tag in facts.objs(status.get("tags"))[:20]]
    found: dict[str, Any] = {
        "visibility": facts.line(status.get("visibility"), 20), "language": facts.line(status.get("language"), 12),
        "tags": [tag for tag in tags if tag], "edit_of": edit_of,
    }  # fmt: skip
    if status.get("sensitive") is True:
        found["sensitive"] = True
    return {name: value for name, value in found.items() if value}


def _files(status: Mapping[str, Any]) -> list[File]:
    """Return what is attached, by its address; its description is its name."""
    found = []
    for media in facts.objs(status.get("media_attachments")):
        url = facts.line(media.get("url"), 1000) or facts.line(media.get("remote_url"), 1000)
        suffix = PurePosixPath(urlsplit(url).path).suffix.lower() if url.startswith(("http://", "https://")) else ""
        kind = _SUFFIXES.get(suffix) or _MEDIA.get(facts.line(media.get("type"), 20), "")
        if url:
            name = facts.line(media.get("description"), 120) or PurePosixPath(urlsplit(url).path).name
            found.append(File(name=name or "file", media_type=kind, url=url))
    return found

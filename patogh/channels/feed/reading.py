"""The entries of a feed, whatever its dialect: RSS 0.9 to 2.0 and Atom by feedparser, JSON Feed by hand."""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import io
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext as _

from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Arrival, File, Known, Unreadable
from patogh.channels.connectors.plainly import plain_text

ENTRIES_MAX: Final = 200
FILES_MAX: Final = 5
MENDED_BYTES_MAX: Final = 200_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `key` is its own for ever, `digest` changes with its words."""

    key: str
    digest: str
    title: str
    text: str
    url: str
    author: str
    page: str
    said_at: dt.datetime
    files: tuple[File, ...]

    def arrival(self, *, is_edit: bool) -> Arrival:
        """Return it as what arrived; who has a page of their own is known by it."""
        who = Known("webmention", self.page, name=self.author) if self.page else None
        data = {"author": self.author} if self.author else {}
        return Arrival(
            key=f"{self.key}:edit:{self.digest}" if is_edit else self.key, kind="mention", who=who, text=self.text,
            subject=self.title, url=self.url, thread=self.key, happened_at=self.said_at, files=self.files,
            data=data | ({"edit_of": self.key} if is_edit else {}),
        )  # fmt: skip


def entries(body: bytes, content_type: str, url: str, now: dt.datetime) -> list[Entry]:
    """Return the entries of a feed, oldest first, each once; raises Unreadable for what is no feed."""
    said = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    found = _of_json(body, url, now) if said[:1] == b"{" else _of_xml(body, content_type, url, now)
    alone: dict[str, Entry] = {}
    for entry in found:
        alone.setdefault(entry.key, entry)
    return sorted(alone.values(), key=lambda entry: entry.said_at)


def _of_xml(body: bytes, content_type: str, url: str, now: dt.datetime) -> Iterator[Entry]:
    """Read RSS and Atom. feedparser gets a stream and nothing else: a text it would take for an address or a file's name."""
    import feedparser  # heavy, and only the worker reads feeds

    if len(body) > MENDED_BYTES_MAX and not _is_well_formed(body):
        raise Unreadable(_("This feed is broken, and too large to be mended."), body=body[:100_000])
    headers = {"content-type": content_type or "application/xml", "content-location": url}
    try:
        # A character set that the feed claims wrongly is feedparser's to find out; sanitising is not needed for plain words.
        read = feedparser.parse(
            io.BytesIO(body), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
    except Exception as error:  # a library that reads what strangers write may stumble in any way
        raise Unreadable(_("This feed could not be read."), body=body[:100_000]) from error
    if not read.get("version") and not read.get("entries"):
        raise Unreadable(_("This is not a feed."), body=body[:100_000])
    items = [(item, _identity(item), _absolute(url, item.get("link"))) for item in read["entries"][:ENTRIES_MAX]]
    pairs = {(name, link) for _item, name, link in items}
    shared = {name for name, number in Counter(name for name, _link in pairs).items() if number > 1}
    for item, name, link in items:
        # A feed that gives its entries one id is known by their links too.
        key = f"{name}\n{link}" if name in shared else name or link
        yield _entry(
            key, title=plain_text(facts.words(item.get("title"), 2_000), 400), html=_html(item), url=link, now=now,
            author=_author(item), page=_page(item),
            said_at=_stamp(item, now), files=_enclosures(item, url),
        )  # fmt: skip


def _is_well_formed(body: bytes) -> bool:
    """Tell whether XML has no mistake: feedparser mends what has some, in time that grows with the square of its size."""
    from xml.parsers import expat

    try:
        expat.ParserCreate().Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return True


def _identity(item: Mapping[str, Any]) -> str:
    return facts.line(item.get("id"), 1000) or facts.line(item.get("link"), 1000)


def _html(item: Mapping[str, Any]) -> str:
    """Return the longest of what an entry says of itself."""
    bodies = [facts.words(part.get("value"), 400_000) for part in facts.objs(item.get("content"))]
    return max([*bodies, facts.words(item.get("summary"), 400_000)], key=len)


def _stamp(item: dict[str, Any], now: dt.datetime) -> dt.datetime:
    for name in ("published_parsed", "updated_parsed"):
        found = dict.get(item, name)  # feedparser's own get takes one name for the other
        if isinstance(found, time.struct_time):
            try:
                return facts.moment(calendar.timegm(found), now)
            except (ValueError, OverflowError):
                continue
    return now


def _author(item: Mapping[str, Any]) -> str:
    """Return the author's name, never an address of mail in its place."""
    name = facts.line(facts.obj(item.get("author_detail")).get("name"), 120) or facts.line(item.get("author"), 120)
    return "" if "@" in name else name


def _page(item: Mapping[str, Any]) -> str:
    """Return the author's own page; a mail address in a feed is nobody's wish to be written to, so it is left there."""
    return facts.page_of(facts.line(facts.obj(item.get("author_detail")).get("href"), 500))


def _enclosures(item: Mapping[str, Any], base: str) -> tuple[File, ...]:
    found = []
    for one in facts.objs(item.get("enclosures"))[:FILES_MAX]:
        size = facts.whole(one.get("length")) or 0
        found.append(_file(_absolute(base, one.get("href")), facts.line(one.get("type"), 80), size))
    return tuple(file for file in found if file.url)


def _of_json(body: bytes, url: str, now: dt.datetime) -> Iterator[Entry]:
    """Read JSON Feed 1.0 and 1.1."""
    read = facts.obj(facts.loads(body))
    if "jsonfeed.org" not in facts.line(read.get("version"), 200):
        raise Unreadable(_("This is not a feed."), body=body[:100_000])
    for item in facts.objs(read.get("items"))[:ENTRIES_MAX]:
        number = item.get("id")
        link = _absolute(url, item.get("url") or item.get("external_url"))
        author = next(iter([*facts.objs(item.get("authors")), facts.obj(item.get("author"))]), {})
        page = facts.line(author.get("url"), 500)
        yield _entry(
            facts.line(str(number) if isinstance(number, (int, float)) else number, 1000) or link,
            title=facts.line(item.get("title"), 400), url=link, now=now,
            html=facts.words(item.get("content_html"), 400_000),
            text=facts.words(item.get("content_text")) or facts.words(item.get("summary")),
            author=facts.line(author.get("name"), 120), page=facts.page_of(page),
            said_at=facts.moment(item.get("date_published") or item.get("date_modified"), now),
            files=tuple(
                _file(_absolute(url, one.get("url")), facts.line(one.get("mime_type"), 80), facts.whole(one.get("size_in_bytes")) or 0)
                for one in facts.objs(item.get("attachments"))[:FILES_MAX] if one.get("url")
            ),
        )  # fmt: skip


def _entry(key: str, *, title: str, html: str, url: str, now: dt.datetime, text: str = "", **more: Any) -> Entry:
    """Make an entry; one without any id is known by what it says."""
    said = plain_text(html) or text
    digest = hashlib.sha256(f"{title}\n{said}".encode("utf-8", "replace")).hexdigest()[:12]
    whole = key or digest
    short = (
        whole
        if len(whole) <= 150 and "\n" not in whole
        else hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
    )
    return Entry(key=short, digest=digest, title=title, text=said, url=url, **{"said_at": now, **more})


def _file(url: str, media_type: str, size: int) -> File:
    return File(PurePosixPath(urlsplit(url).path).name[:120] or "file", media_type, url=url, size_bytes=max(size, 0))


def _absolute(base: str, said: Any) -> str:
    """Return a whole address of HTTP, or "" for one that is none."""
    try:
        found = urljoin(base, facts.line(said, 1000)) if said else ""
        return found if urlsplit(found).scheme in {"http", "https"} else ""
    except ValueError:
        return ""

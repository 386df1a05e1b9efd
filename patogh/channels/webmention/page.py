"""What stands on the page that mentions us: whether it links to us, and the h-entry in it (microformats2, as far as we need)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from patogh.channels.connectors import facts
from patogh.channels.connectors.plainly import HTML_CHARS_MAX, plain_text, tamed

_VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_LINKS: Final = (
    dict.fromkeys(("a", "area", "link"), "href")
    | dict.fromkeys(("img", "video", "audio", "source"), "src")
    | {"blockquote": "cite", "q": "cite"}
)
_KINDS: Final = {"u-like-of": "like", "u-repost-of": "repost", "u-bookmark-of": "bookmark", "u-in-reply-to": "reply"}
_WORDS: Final = frozenset({"e-content", "p-summary", "p-name"})
DEPTH_MAX: Final = 200
TEXT_CHARS_MAX: Final = 2_000


@dataclass
class Page:
    """A page as far as we look: its links, and of its first h-entry the words, author, time, address and kind."""

    links: set[str] = field(default_factory=set)
    title: str = ""
    words: dict[str, str] = field(default_factory=dict)
    author: str = ""
    author_page: str = ""
    alt: str = ""
    published: str = ""
    url: str = ""
    kind: str = "mention"

    def text(self) -> str:
        """Return what the entry says, else the page's title."""
        found = self.words.get("e-content") or self.words.get("p-summary") or self.words.get("p-name") or self.title
        return plain_text(found, TEXT_CHARS_MAX)

    def said_at(self, now: dt.datetime) -> dt.datetime:
        """Return when it was published, as it claims."""
        return facts.moment(self.published.replace(" ", "T", 1) or None, now)


@dataclass
class _Open:
    """An element that is open: its tag, its classes, and where its words begin."""

    tag: str
    classes: frozenset[str]
    start: int
    inside: str


class _Reader(HTMLParser):
    """Walks once through a page; what a browser would mend is only closed."""

    def __init__(self, base: str, target: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base, self.target, self.page = base, target, Page()
        self.open: list[_Open] = []
        self.html: list[str] = []
        self.entries = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        classes = frozenset(said.get("class", "").split())
        self._note(tag, said, classes)
        if tag == "br":
            self.html.append("<br>")
        if tag in _VOID or len(self.open) >= DEPTH_MAX:
            return
        self.html.append("<p>" if tag in {"p", "div", "li", "blockquote"} else "")
        if "h-entry" in classes:
            self.entries += 1
        inside = self.open[-1].inside if self.open else ""
        inside = "card" if "p-author" in classes or ("h-card" in classes and inside == "entry") else inside
        inside = "entry" if "h-entry" in classes and self.entries == 1 else inside
        self.open.append(_Open(tag, classes, len(self.html), inside))

    def handle_endtag(self, tag: str) -> None:
        if tag not in {one.tag for one in self.open[-DEPTH_MAX:]}:
            return
        while self.open:
            closed = self.open.pop()
            self._closed(closed)
            if closed.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1].tag not in {"script", "style"}:
            self.html.append(data.replace("&", "&amp;").replace("<", "&lt;"))

    def close(self) -> None:
        super().close()
        while self.open:
            self._closed(self.open.pop())

    def _note(self, tag: str, said: Mapping[str, str], classes: frozenset[str]) -> None:
        """Note the link of an element, and what its classes say of it."""
        link = absolute(self.base, said.get(_LINKS.get(tag, ""), ""))
        if link and len(self.page.links) < 5_000:
            self.page.links.add(link)
        inside = self.open[-1].inside if self.open else ""
        if inside == "card" or "p-author" in classes:
            self._author(tag, said, classes, link)
        elif inside == "entry":
            if "dt-published" in classes and not self.page.published:
                self.page.published = facts.line(said.get("datetime") or said.get("value"), 60)
            if "u-url" in classes and not self.page.url:
                self.page.url = link
        if same(link, self.target):
            self.page.kind = next((kind for name, kind in _KINDS.items() if name in classes), self.page.kind)

    def _author(self, tag: str, said: Mapping[str, str], classes: frozenset[str], link: str) -> None:
        is_page = "u-url" in classes or ("p-author" in classes and tag == "a")
        if is_page and link and not self.page.author_page:
            self.page.author_page = link
        if tag == "img" and "u-photo" in classes:
            self.page.alt = facts.line(said.get("alt"), 120)

    def _closed(self, closed: _Open) -> None:
        """Keep the words of an element that ends, where its classes ask for them."""
        words = "".join(self.html[closed.start :])
        if closed.tag == "title" and not self.page.title:
            self.page.title = words
        if closed.inside == "card" and {"p-author", "p-name", "h-card"} & closed.classes:
            if "p-name" in closed.classes or not self.page.author:
                self.page.author = plain_text(words, 120).replace("\n", " ")
        elif closed.inside == "entry":
            for name in _WORDS & closed.classes:
                self.page.words.setdefault(name, words[:HTML_CHARS_MAX])


def read_page(html: str, base: str, target: str) -> Page:
    """Return what stands on a page; never raises, whatever stands there."""
    reader = _Reader(base, target)
    reader.feed(tamed(html))
    reader.close()
    reader.page.author = reader.page.author or reader.page.alt
    return reader.page


def absolute(base: str, said: str) -> str:
    """Return a whole address of HTTP, "" for everything else."""
    try:
        found = urljoin(base, said.strip()) if said.strip() else ""
        return found[:2000] if urlsplit(found).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def same(link: str, target: str) -> bool:
    """Tell whether two addresses are one: the part after # and the slash at the end do not count."""
    return bool(link) and _bare(link) == _bare(target)


def _bare(url: str) -> str:
    try:
        parts = urlsplit(urldefrag(url).url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{(parts.hostname or '')}{port}{re.sub('/+$', '', parts.path)}{query}"


def decoded(body: bytes, kind: str) -> str:
    """Return the text of a page, in the character set that it or its server names, else in UTF-8."""
    named = re.search(r"charset=[\"']?([\w-]{1,40})", kind) or re.search(
        rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", body[:4096]
    )
    name = "utf-8" if named is None else named[1].decode() if isinstance(named[1], bytes) else named[1]
    try:
        return body.decode(name, "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")

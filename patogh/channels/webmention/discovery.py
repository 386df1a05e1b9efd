"""Where a page wants to be told of links to it (W3C Webmention, 3.1.2): its Link header, else its first link or anchor."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

from patogh.channels.connectors import linking
from patogh.channels.connectors.plainly import tamed
from patogh.channels.webmention import limits

REL: Final = "webmention"
_ASIDE: Final = frozenset({"template", "textarea", "title"})  # what stands in them is no element of the page


def of_header(header: str, base: str) -> str:
    """Return the endpoint that a Link header (RFC 8288) names, whole; "" for none."""
    named = linking.link_of(header, REL)
    return "" if named is None else whole(base, named)


def of_page(html: str, base: str) -> str:
    """Return the endpoint of the first <link> or <a> of a page that names one; "" for none. Never raises."""
    reader = _Reader()
    reader.feed(tamed(html[: limits.HTML_CHARS_MAX]))
    reader.close()
    if reader.found is None:
        return ""
    return whole(whole(base, reader.base) or base, reader.found)


def whole(base: str, said: str) -> str:
    """Return a whole address without its fragment; an empty one is the page itself; "" for what is none."""
    return linking.whole(base, said, limits.URL_CHARS_MAX).partition("#")[0]


class _Reader(HTMLParser):
    """Walks through a page to the first endpoint; comments and escaped words are no elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: str | None = None
        self.base = ""
        self.aside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(reversed(attrs))  # of two attributes of one name a browser takes the first
        if tag in _ASIDE:
            self.aside += 1
        if tag == "base" and not self.base:
            self.base = said.get("href") or ""
        rels = (said.get("rel") or "").lower().split()
        if self.found is None and not self.aside and tag in {"link", "a"} and REL in rels and "href" in said:
            self.found = said["href"] or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _ASIDE:
            self.aside = max(self.aside - 1, 0)

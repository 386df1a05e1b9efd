"""The words of a piece of HTML, as plain text: paragraphs and lines kept, everything else let go."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from patogh.channels.connectors import facts

HTML_CHARS_MAX: Final = 400_000
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip
_SILENT: Final = frozenset(["script", "style", "template", "head", "noscript", "iframe", "object", "svg", "math"])
_NO_TAG: Final = re.compile(r"<(?![a-zA-Z/!?][^<>]{0,5000}>)")
_SPACES: Final = re.compile(r"[ \t\r\n\f\u00a0]+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(_SPACES.sub(" ", data))


def tamed(html: str) -> str:
    """Return HTML, cut, without comments and with every `<` that begins no tag as a letter.

    The standard library's parser takes time squared for tags and comments that never end; after this it has none.
    """
    return _NO_TAG.sub("&lt;", _without_comments(html[:HTML_CHARS_MAX]))


def _without_comments(html: str) -> str:
    kept, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        kept.append(html[at:start])
        end = html.find("-->", start)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, html[at:]])


def plain_text(html: str, chars_max: int = facts.TEXT_CHARS_MAX) -> str:
    """Return the words of HTML; never raises, whatever stands in it."""
    reader = _Reader()
    reader.feed(tamed(html))
    reader.close()
    said = "\n".join(line.strip(" ") for line in "".join(reader.parts).split("\n"))
    return facts.words(re.sub(r"\n{3,}", "\n\n", said).strip(), chars_max)

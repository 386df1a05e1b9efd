"""HTML of other houses to our Markdown, for importers. Unknown tags lose their shell and keep their text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

_DROPPED: Final = frozenset(
    {"script", "style", "template", "noscript", "head", "title", "iframe", "object", "svg", "math"},
)
_WRAPS: Final = {"em": "*", "i": "*", "strong": "**", "b": "**", "s": "~~", "strike": "~~", "del": "~~"}
_RAISED: Final = {
    "sup": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"),
    "sub": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"),
}
_BLOCKS: Final = frozenset({"p", "div", "section", "article", "table", "tr", "dl", "dt", "dd", "figure", "center"})
_HEADINGS: Final = {f"h{level}": "#" * level for level in range(1, 7)}
_SAFE_HREF: Final = re.compile(r"(?:https?://|mailto:|/(?!/))", re.IGNORECASE)
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>])")
_LINE_START: Final = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+](?=\s)|>|\d{1,9}(?=[.)]\s)|={2,}|-{2,}|~{3,})", re.MULTILINE)
_LINK_BREAKERS: Final = re.compile(r"[\s<>()\\\u0000-\u001f]")
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_DEPTH_MAX: Final = 20


def html_to_markdown(html: str) -> str:
    """Return Markdown that says what the HTML says: paragraphs, links, code, quotes, lists, emphasis, headings.

    Pictures of this house stay pictures, others become links. Script, style and embedded things go with their content; other tags go and their text stays.
    Never raises on broken HTML; quotes and lists nested deeper than 20 are flattened.
    """
    reader = _Reader()
    reader.feed(_closed(html.replace("\x00", "").replace("\x1f", "")))
    reader.close()
    return reader.finish()


@dataclass(slots=True)
class _Holder:
    """An open quote or list item, and what it puts before its first line and before the others."""

    tag: str
    first: str
    rest: str
    lists: int  # how many lists were open when it began


@dataclass(slots=True)
class _Block:
    """A written block, the holders it stands in, and whether it was a paragraph or other block of its own."""

    text: str
    holders: list[_Holder]
    opens_item: bool
    loose: bool


class _Reader(HTMLParser):
    """Writes Markdown block by block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[_Block] = []
        self.inline: list[str] = []
        self.holders: list[_Holder] = []
        self.loose = False
        self.lists: list[int | None] = []  # the next number, or None for bullets
        self.links: list[tuple[str, int]] = []
        self.dropped: list[str] = []
        self.pre: list[str] | None = None
        self.code = False
        self.start = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _DROPPED:
            self.dropped.append(tag)
        if self.dropped or self.pre is not None:
            return
        if tag in _BLOCKS or tag in _HEADINGS or tag == "hr":
            self._block_start(tag)
        elif tag in {"blockquote", "ul", "ol", "li", "pre"}:
            self._holder_start(tag, given)
        else:
            self._inline_start(tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _DROPPED:
            self.handle_starttag(tag, attrs)
            if tag not in {"br", "hr", "img"}:
                self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.dropped:
            if tag in self.dropped:
                del self.dropped[self.dropped.index(tag) :]
        elif self.pre is not None:
            if tag == "pre":
                self._end_pre()
        elif tag in {"blockquote", "ul", "ol", "li"}:
            self._holder_end(tag)
        elif tag in _BLOCKS or tag in _HEADINGS:
            self._flush()
        else:
            self._inline_end(tag)

    def handle_data(self, data: str) -> None:
        if self.dropped:
            return
        if self.pre is not None:
            self.pre.append(data)
        elif self.code:
            self.inline.append(_SPACE.sub(" ", data))
        else:
            self.inline.append(_SPECIAL.sub(r"\\\1", _SPACE.sub(" ", data)))

    def finish(self) -> str:
        """Close what was left open and return the whole text."""
        if self.pre is not None:
            self._end_pre()
        self._flush()
        written: list[str] = []
        for before, block in zip([None, *self.blocks], self.blocks, strict=False):
            written += [_between(before, block) if before else "", block.text]
        return "".join(written).replace("\x1f", "").strip("\n")

    def _block_start(self, tag: str) -> None:
        self._flush()
        self.loose = True
        if tag == "hr":
            self._write("---")
        elif tag in _HEADINGS:
            self.start = _HEADINGS[tag] + " "

    def _holder_start(self, tag: str, given: dict[str, str]) -> None:
        self._flush()
        if tag == "pre":
            self.pre = []
        elif tag in {"ul", "ol"}:
            start = given.get("start", "1")
            number = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1
            self.lists.append(number if tag == "ol" else None)
        else:
            if tag == "li":
                self._close_items(len(self.lists))
            if len(self.holders) < _DEPTH_MAX:
                first = "> " if tag == "blockquote" else self._marker()
                rest = first if tag == "blockquote" else " " * len(first)
                self.holders.append(_Holder(tag, first, rest, len(self.lists)))

    def _marker(self) -> str:
        number = self.lists[-1] if self.lists else None
        if number is None:
            return "- "
        self.lists[-1] = number + 1
        return f"{number}. "

    def _holder_end(self, tag: str) -> None:
        self._flush()
        if tag == "li":
            self._close_items(len(self.lists))
        elif tag in {"ul", "ol"} and self.lists:
            self._close_items(len(self.lists))
            self.lists.pop()
        elif tag == "blockquote" and any(holder.tag == tag for holder in self.holders):
            while self.holders.pop().tag != tag:
                continue

    def _close_items(self, lists: int) -> None:
        """Close the items of the innermost list that an author left open."""
        while self.holders and self.holders[-1].tag == "li" and self.holders[-1].lists >= lists:
            self.holders.pop()

    def _inline_start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self.inline.append("\n")
        elif tag == "a":
            self.links.append((given.get("href", "").strip(), len(self.inline)))
        elif tag == "img":
            self._picture(given)
        elif tag in {"code", "kbd", "tt", "samp"} and not self.code:
            self.code = True
            self.inline.append("\x1fcode")
        elif tag in _WRAPS or tag in _RAISED:
            self.inline.append("\x1f" + tag)

    def _inline_end(self, tag: str) -> None:
        if tag == "a" and self.links:
            href, at = self.links.pop()
            words = self._take(at)
            self.inline.append(_link(words.strip(), href) if words.strip() else words)
        elif tag in {"code", "kbd", "tt", "samp"} and self.code:
            self.code = False
            self._wrap("\x1fcode", _code)
        elif tag in _WRAPS:
            mark = _WRAPS[tag]
            self._wrap("\x1f" + tag, lambda words: _wrapped(words, mark))
        elif tag in _RAISED:
            self._wrap("\x1f" + tag, lambda words: words.translate(_RAISED[tag]))

    def _wrap(self, opening: str, shape: Callable[[str], str]) -> None:
        for at in range(len(self.inline) - 1, -1, -1):
            if self.inline[at] == opening:
                self.inline[at] = ""
                words = self._take(at)
                self.inline.append(shape(words))
                return

    def _take(self, at: int) -> str:
        words = "".join(part for part in self.inline[at:] if not part.startswith("\x1f"))
        del self.inline[at:]
        return words

    def _picture(self, given: dict[str, str]) -> None:
        words = _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", given.get("alt", "")).strip())
        source = given.get("src", "").strip()
        if source.startswith("/media/"):
            self.inline.append(f"![{words}]({_LINK_BREAKERS.sub(_percent, source)})")
        elif self.links:
            self.inline.append(words or "…")
        elif words or _SAFE_HREF.match(source):
            self.inline.append(_link(words or _SPECIAL.sub(r"\\\1", source), source))

    def _flush(self) -> None:
        """Write the gathered inline text as one block."""
        words = "".join(part for part in self.inline if not part.startswith("\x1f"))
        self.inline.clear()
        self.links.clear()
        self.code = False
        text = "\n".join(line.strip(" ") for line in words.split("\n")).strip("\n")
        if text:
            self._write(self.start + (_SPACE.sub(" ", text) if self.start else _LINE_START.sub(_escaped_start, text)))
        self.start = ""

    def _end_pre(self) -> None:
        body = "".join(self.pre or []).replace("\r\n", "\n").removeprefix("\n").rstrip("\n")
        self.pre = None
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", body)), default=0))
        if body.strip():
            self.loose = True
            self._write(f"{fence}\n{body}\n{fence}")

    def _write(self, text: str) -> None:
        first = "".join(holder.first for holder in self.holders)
        rest = "".join(holder.rest for holder in self.holders)
        opens_item = any(holder.tag == "li" and holder.first != holder.rest for holder in self.holders)
        for holder in self.holders:
            holder.first = holder.rest
        lines = text.split("\n")
        block = "\n".join([first + lines[0], *((rest + line).rstrip() for line in lines[1:])])
        self.blocks.append(_Block(block, list(self.holders), opens_item, self.loose))
        self.loose = False


def _between(before: _Block, block: _Block) -> str:
    """Return the line ends between two blocks: a quote goes on through the empty line, plain items stand close."""
    shared = ""
    for one, other in zip(before.holders, block.holders, strict=False):
        if one is not other:
            break
        shared += one.rest
    in_item = any(holder.tag == "li" for holder in before.holders)
    if block.opens_item and in_item and not (block.loose or before.loose):
        return "\n"
    return f"\n{shared.rstrip()}\n"


def _closed(html: str) -> str:
    """Make text of tags and comments that never end: the parser would look for their end again and again."""
    comments = html.rfind("-->") + 1
    html = html[:comments] + html[comments:].replace("<!--", "&lt;!--")
    tags = html.rfind(">") + 1
    return html[:tags] + html[tags:].replace("<", "&lt;")


def _escaped_start(found: re.Match[str]) -> str:
    """Escape what would begin a heading, list, quote or ruler; only punctuation takes a backslash."""
    space, mark = found.groups()
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def _link(words: str, href: str) -> str:
    if not _SAFE_HREF.match(href):
        return words
    return f"[{words}]({_LINK_BREAKERS.sub(_percent, href)})"


def _percent(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def _code(words: str) -> str:
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", words)), default=0))
    gap = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{gap}{words}{gap}{fence}" if words.strip() else words


def _wrapped(words: str, mark: str) -> str:
    inner = words.strip()
    if not inner:
        return words
    lead = words[: len(words) - len(words.lstrip())]
    return f"{lead}{mark}{inner}{mark}{words[len(words.rstrip()) :]}"

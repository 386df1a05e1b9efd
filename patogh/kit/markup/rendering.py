"""Markdown (CommonMark, tables, strikethrough, bare addresses, mentions) to HTML that is safe to store and to send.

Leaf blocks carry dir="auto". A block that only holds other blocks (quote, list, table) carries the direction of its
first letter instead: "auto" does not look into children that have a dir of their own (HTML Standard, §3.2.6.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

import nh3

from patogh.kit import limits, persian
from patogh.kit.markup.reading import excerpt, is_hostile, readable

if TYPE_CHECKING:  # loaded with the first text that needs it: a tenth of the start of every process
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

RENDER_VERSION: Final = 1
_NESTING_MAX = 60
_EXTERNAL_REL = "nofollow ugc noopener"
_EXTERNAL = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_KEPT_LINK = re.compile(r"https?://|mailto:|/|#", re.IGNORECASE)
_PICTURE = re.compile(r"/media/(?!.*\.\.)[\w./-]+")
_MENTION = re.compile(r"(?<![\w@/.-])@([A-Za-z0-9_]{3,30})(?![A-Za-z0-9_@])")
_BARE = re.compile(r"://[^\s<>\"«»،؛؟\[\]`|\\^{}]+")
_BARE_END = ".,;:!?'*_~"
_SCHEME = re.compile(r"(?:^|[^A-Za-z0-9])(https?)$", re.IGNORECASE)
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}
_LEAVES = frozenset({"paragraph_open", "heading_open", "td_open", "th_open"})
_HOLDERS = frozenset({"blockquote_open", "bullet_list_open", "ordered_list_open", "list_item_open", "table_open"})
# Lines that begin with a letter and hold nothing but letters, digits and harmless marks: what most people write.
_LETTER = "[A-Za-z\u0621-\u064a\u067e-\u06d3]"
_INSIDE = "[A-Za-z0-9\u0621-\u064a\u0660-\u0669\u067e-\u06d3\u06f0-\u06f9\u200c\u064b-\u0655\u066a-\u066c .,:;!?+()'\"%،؛؟«»…–—-]"
_SIMPLE = re.compile(rf"\n*(?=[^\n])(?:{_LETTER}{_INSIDE}*+(?<! )(?:\n+|\Z))+")
_BLANK_LINES = re.compile(r"\n{2,}")
_BREAK = "<br>\n"
_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text after rendering: safe HTML, plain text, a one-line excerpt, and what it points to, each once, in order."""

    html: str
    text: str
    excerpt: str
    mentions: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    """What a walk over the tokens collects."""

    texts: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    mentions: dict[str, None] = field(default_factory=dict)
    links: dict[str, None] = field(default_factory=dict)
    pictures: dict[str, None] = field(default_factory=dict)


def render(markdown: str) -> Rendered:
    """Return a member's text as HTML and as what others need of it; raises TextTooLong.

    Raw HTML shows as text. Only pictures under /media/ are shown; others become links. Handles in `mentions` and
    addresses in `links` are cut off at POST_MENTIONS_MAX and POST_LINKS_MAX.
    """
    source = readable(markdown)
    if is_hostile(source):
        return _plain(source)
    if _SIMPLE.fullmatch(source):
        return _simple(source)
    parser = _parser()
    tokens = parser.parse(source)
    if any(token.level >= _NESTING_MAX - 2 for token in tokens):
        return _plain(source)
    found = _Found()
    for token in tokens:
        _shape(token, found)
    _give_directions(tokens)
    html = _cleaner.clean(parser.renderer.render(tokens, parser.options, {})).strip()
    text = "\n".join(found.texts)
    return Rendered(
        html,
        text,
        excerpt("\n".join(found.said).strip() or text),
        list(found.mentions)[: limits.POST_MENTIONS_MAX],
        list(found.links)[: limits.POST_LINKS_MAX],
        list(found.pictures),
    )


def _simple(source: str) -> Rendered:
    """Render words without any sign that Markdown knows: the same as the long way gives, several times as fast."""
    paragraphs = [part for part in _BLANK_LINES.split(source.strip("\n")) if part]
    html = "\n".join(f'<p dir="auto">{part.replace(chr(10), _BREAK)}</p>' for part in paragraphs)
    text = "\n".join(paragraphs)
    return Rendered(html, text, excerpt(text))


def _plain(source: str) -> Rendered:
    """Show a hostile text as escaped paragraphs."""
    paragraphs = [part.strip("\n") for part in _PARAGRAPHS.split(source) if part.strip()]
    html = "\n".join(f'<p dir="auto">{escape(part, quote=False).replace(chr(10), "<br>")}</p>' for part in paragraphs)
    return Rendered(html, "\n".join(paragraphs), excerpt(source))


def _shape(token: Token, found: _Found) -> None:
    """Adjust one block token and collect its text."""
    if token.type in _LEAVES:
        token.attrSet("dir", "auto")
    if token.tag in _HEADINGS:
        token.tag = _HEADINGS[token.tag]
    if token.type in {"fence", "code_block"}:
        found.texts.append(token.content.rstrip("\n"))
        found.said.append(found.texts[-1])
    elif token.type == "inline":
        token.children = list(_inline(token.children or [], found))
        words = _words(token.children)
        token.content = words
        if words.strip():
            found.texts.append(words)
            found.said.append(_words([child for child in token.children if child.type != "image"]))


def _inline(children: list[Token], found: _Found) -> Iterator[Token]:
    """Yield inline tokens with links marked, foreign pictures turned into links and mentions found."""
    open_links = 0
    for token in children:
        if token.type == "link_open":
            open_links += 1
            _mark_link(token, found)
            yield token
        elif token.type == "image":
            yield from _picture(token, found, in_link=open_links > 0)
        elif token.type == "text" and not open_links:
            yield from _with_mentions(token, found)
        else:
            open_links -= token.type == "link_close"
            if token.type == "code_inline":
                token.attrSet("dir", "auto")
            yield token


def _mark_link(token: Token, found: _Found) -> None:
    href = str(token.attrGet("href") or "")
    token.attrs = {key: value for key, value in token.attrs.items() if key in {"href", "title"}}
    if not _KEPT_LINK.match(href):
        token.attrs.pop("href", None)
    elif _EXTERNAL.match(href):
        token.attrs["rel"] = _EXTERNAL_REL
        found.links[href] = None


def _picture(token: Token, found: _Found, *, in_link: bool) -> Iterator[Token]:
    src = str(token.attrGet("src") or "")
    alt = token.content.strip()
    if _PICTURE.fullmatch(src):
        found.pictures[src] = None
        token.attrs = {"src": src, "alt": "", "loading": "lazy", "decoding": "async"}
        yield token
    elif in_link or not _EXTERNAL.match(src):
        yield _text(alt)
    else:
        link = _token("link_open", "a", 1, attrs={"href": src})
        _mark_link(link, found)
        yield from (link, _text(alt or src), _token("link_close", "a", -1))


def _with_mentions(token: Token, found: _Found) -> Iterator[Token]:
    done = 0
    for match in _MENTION.finditer(token.content):
        handle = match[1].lower()
        found.mentions[handle] = None
        yield _text(token.content[done : match.start()])
        yield _token("link_open", "a", 1, attrs={"class": "mention", "dir": "ltr", "href": f"/@{handle}"})
        yield _text(match[0])
        yield _token("link_close", "a", -1)
        done = match.end()
    yield _text(token.content[done:]) if done else token


def _text(content: str) -> Token:
    return _token("text", "", 0, content=content)


def _token(kind: str, tag: str, nesting: Any, **more: Any) -> Token:
    from markdown_it.token import Token

    return Token(kind, tag, nesting, **more)


def _words(children: Sequence[Token]) -> str:
    """Return the plain text of inline tokens."""
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(breaks.get(token.type, token.content) for token in children)


def _give_directions(tokens: list[Token]) -> None:
    """Give blocks that hold blocks the direction of their first text; walks from the end, so each is seen once."""
    first = ""
    waiting: list[str] = []
    below: Token | None = None
    for token in reversed(tokens):
        if token.type == "inline" and token.content.strip():
            first = token.content
        elif token.nesting == -1:
            waiting.append(first)
            first = ""
        elif token.nesting == 1:
            after = waiting.pop()
            if token.type == "list_item_open" and below is not None and below.hidden:
                token.attrSet("dir", "auto")
            elif token.type in _HOLDERS and first:
                token.attrSet("dir", "rtl" if persian.is_rtl(first) else "ltr")
            first = first or after
        below = token


def _bare_address(state: StateInline, silent: bool) -> bool:
    """Inline rule: a bare http or https address becomes a link; punctuation after it, Persian too, stays outside."""
    if state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.pending[-8:])
    match = _BARE.match(state.src, state.pos, state.posMax)
    rest = _trimmed(match[0]) if match else ""
    if scheme is None or len(rest) <= len("://"):
        return False
    href = state.md.normalizeLink(scheme[1] + rest)
    if not state.md.validateLink(href):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = scheme[1] + rest
        state.push("link_close", "a", -1)
    state.pos += len(rest)
    return True


def _trimmed(address: str) -> str:
    """Drop closing punctuation that belongs to the sentence: marks, and a bracket that the address did not open."""
    end, unopened = len(address), address.count(")") - address.count("(")
    while end and (address[end - 1] in _BARE_END or (address[end - 1] == ")" and unopened > 0)):
        end -= 1
        unopened -= address[end] == ")"
    return address[:end]


def _image(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType,
) -> str:  # fmt: skip
    tokens[idx].attrs["alt"] = tokens[idx].content
    return self.renderToken(tokens, idx, options, env)


def _code(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    del self, options, env
    token = tokens[idx]
    language = re.sub(r"[^\w+#.-]", "", token.info.split(maxsplit=1)[0])[:30] if token.info.strip() else ""
    name = f' class="language-{language}"' if language else ""
    return f'<pre dir="ltr"><code{name}>{escape(token.content)}</code></pre>\n'


@cache
def _parser() -> MarkdownIt:
    """Make the parser with the first text that needs it."""
    from markdown_it import MarkdownIt

    options = {"html": False, "breaks": True, "maxNesting": _NESTING_MAX}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", "bare_address", _bare_address)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("fence", _code)
    parser.add_render_rule("code_block", _code)
    return parser


_cleaner = nh3.Cleaner(
    tags={
        "p", "br", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "code", "em", "strong", "s", "a",
        "img", "hr", "table", "thead", "tbody", "tr", "th", "td",
    },
    attributes={
        "*": {"dir"}, "a": {"href", "rel", "class", "title"}, "img": {"src", "alt", "loading", "decoding"},
        "code": {"class"}, "ol": {"start"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)  # fmt: skip

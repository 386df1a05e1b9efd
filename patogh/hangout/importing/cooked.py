"""Discourse's posts: which of raw and cooked says more, and cooked HTML without what belongs to Discourse's own pages."""

from __future__ import annotations

import html
import re
from typing import Any, Final

from patogh.hangout.importing import plain, reading

_EMOJI: Final = re.compile(r'<img\b[^>]*\bclass="emoji[^>]*>')
_DRESS: Final = re.compile(r'<img\b[^>]*\bclass="(?:avatar|site-icon)[^>]*>')
_META: Final = re.compile(r'<div class="meta">.*?</div>', re.DOTALL)
_LIGHTBOX: Final = re.compile(r'<a\b[^>]*\bclass="lightbox"[^>]*>(.*?)</a>', re.DOTALL)
_ONEBOX: Final = re.compile(r'<aside class="onebox[^>]*>.*?</aside>', re.DOTALL)
_HREF: Final = re.compile(r'\bhref="([^"]+)"')
_IMG: Final = re.compile(r"<img\b[^>]*>")
_SRC: Final = re.compile(r'\bsrc="([^"]+)"')
_ALT: Final = re.compile(r'\balt="([^"]*)"')
_RICH: Final = re.compile(r"upload://|\[quote|\[poll|\[details|<[a-z]+[ >/]", re.IGNORECASE)
_RAW_PICTURE: Final = re.compile(r"!\[([^\]\n]*)\]\(([^)\s]+)[^)]*\)")
_SHORT: Final = re.compile(r"\|\d+x\d+(?:,\s*\d+%)?")


def body_of(row: dict[str, Any]) -> tuple[str, list[tuple[str, str, str]]]:
    """Return a post's body for `plain.markdown_of`, and its pictures (name in the body, source, words for it).

    Its raw Markdown is kept as it was written, unless it leans on Discourse (uploads, quotes, polls): then what Discourse
    made of it says more.
    """
    raw, made = reading.words(row.get("raw")), reading.words(row.get("cooked"))
    if raw and not (made and _RICH.search(raw)):
        body = _SHORT.sub("", raw)
        return body, [(src, src, alt) for alt, src in _RAW_PICTURE.findall(body)]
    body = cleaned(made)
    found = []
    for picture in _IMG.findall(body):
        if src := _SRC.search(picture):
            alt = _ALT.search(picture)
            found.append((src[1], html.unescape(src[1]), html.unescape(alt[1]) if alt else ""))
    return plain.HTML + body, found


def cleaned(made: str) -> str:
    """Return cooked HTML with emoji as words, previews as links, and pictures without their frames."""
    made = _EMOJI.sub(lambda found: alt[1] if (alt := _ALT.search(found[0])) else "", made)
    made = _META.sub("", _DRESS.sub("", made))
    made = _LIGHTBOX.sub(_larger, made)
    return _ONEBOX.sub(_address, made)


def handle(username: str) -> str:
    """Return the handle here that is closest to a user name there."""
    return re.sub(r"[^a-z0-9_]", "_", username.lower())[:30]


def _larger(found: re.Match[str]) -> str:
    """Return the picture of a frame at its full size."""
    href = _HREF.search(found[0])
    alt = _ALT.search(found[1])
    return f'<img src="{href[1]}" alt="{alt[1] if alt else ""}">' if href else found[1]


def _address(found: re.Match[str]) -> str:
    href = _HREF.search(found[0])
    return f'<p><a href="{href[1]}">{href[1]}</a></p>' if href else ""

"""Plain text and small markup of other houses to our Markdown: what was no markup there is none here."""

from __future__ import annotations

import re
from typing import Final

from patogh.kit import markup

HTML: Final = "\x01html\n"
MAIL: Final = "\x01mail\n"
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<])")
_START: Final = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+](?=\s)|\d{1,9}(?=[.)]\s)|={2,}|-{2,}|~{3,})")
_QUOTE: Final = re.compile(r"^((?:> ?)+)(.*)$")
_ADDRESS: Final = re.compile(r"(https?://[^\s<>\"]+)")
_BBCODE: Final = (
    (re.compile(r"\[quote=?[^\]]*\]\s*(.*?)\s*\[/quote\]", re.DOTALL | re.IGNORECASE), "quote"),
    (re.compile(r"\[url=([^\]\s]+)\](.*?)\[/url\]", re.DOTALL | re.IGNORECASE), r"[\2](\1)"),
    (re.compile(r"\[b\](.*?)\[/b\]", re.DOTALL | re.IGNORECASE), r"**\1**"),
    (re.compile(r"\[i\](.*?)\[/i\]", re.DOTALL | re.IGNORECASE), r"*\1*"),
    (re.compile(r"\[img[^\]]*\]\s*(\S+?)\s*\[/img\]", re.IGNORECASE), r"![](\1)"),
)


def markdown_of(body: str) -> str:
    """Return a body in our Markdown: HTML and mail by their mark, anything else is Markdown (with BBCode) already."""
    if body.startswith(HTML):
        return markup.html_to_markdown(body[len(HTML) :])
    if body.startswith(MAIL):
        return plain(body[len(MAIL) :])
    return without_bbcode(body) if "[/" in body else body


def plain(text: str) -> str:
    """Return plain text as Markdown that shows it as it stands; lines that begin with > stay quotes."""
    lines, was_quote = [], False
    for line in text.expandtabs(4).split("\n"):
        quoted = _QUOTE.match(line)
        if quoted:
            depth = quoted[1].count(">")
            lines.append(f"{'> ' * depth}{escaped(quoted[2].lstrip())}")
        else:
            if was_quote and line.strip():
                lines.append("")
            indent = len(line) - len(line.lstrip(" "))
            lines.append("\u00a0" * min(indent, 20) + escaped(line.lstrip(" ")))
        was_quote = bool(quoted)
    return "\n".join(lines)


def escaped(line: str) -> str:
    """Return one line of plain text so that Markdown shows it as it stands; addresses stay as they are."""
    parts = _ADDRESS.split(line)
    parts[::2] = [_SPECIAL.sub(r"\\\1", part) for part in parts[::2]]
    return _START.sub(_shielded, "".join(parts))


def _shielded(found: re.Match[str]) -> str:
    sign = found[2]
    return f"{found[1]}{sign}\\" if sign[0].isdigit() else f"{found[1]}\\{sign}"


def without_bbcode(text: str) -> str:
    """Return Markdown in place of the usual BBCode; quotes within quotes are taken from the inside."""
    for pattern, made in _BBCODE:
        for _ in range(5):
            changed = pattern.sub(_quoted if made == "quote" else made, text)
            if changed == text:
                break
            text = changed
    return text


def _quoted(found: re.Match[str]) -> str:
    return "\n" + "\n".join(f"> {line}" for line in found[1].split("\n")) + "\n\n"

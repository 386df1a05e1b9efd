"""What a chat message says: its text with its dress as HTML, its pictures, its poll, and what had to be left out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from patogh.hangout.importing import plain, reading

_WRAPS: Final = {
    "bold": "strong", "italic": "em", "strikethrough": "del", "code": "code", "pre": "pre", "blockquote": "blockquote",
}  # fmt: skip
_PICTURE_ENDINGS: Final = (".jpg", ".jpeg", ".png", ".webp")
_LEFT_OUT: Final = "(File "


@dataclass(slots=True)
class Said:
    """A message's body for `plain.markdown_of`; empty with the reason where nothing of it can come."""

    body: str = ""
    why: str = ""
    likes: int = 0
    pictures: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def said(row: dict[str, Any]) -> Said:
    """Return what a message says."""
    found = Said(likes=_likes(row.get("reactions")))
    parts = []
    if forwarded := reading.words(row.get("forwarded_from"), 100):
        parts.append(f"<p><em>↪ {escape(forwarded)}</em></p>")
    if text := _text(row.get("text")):
        parts.append(f"<div>{text}</div>")
    poll = row.get("poll")
    if isinstance(poll, dict):
        parts.append(_poll(poll))
    has_words = bool(text) or isinstance(poll, dict)
    _media(row, found, parts, has_words=has_words)
    if has_words or found.pictures:
        found.body = plain.HTML + "".join(parts)
    elif not found.why:
        found.why = "a message without words"
    return found


def loaded(text: str) -> str:
    """Return a JSON string's value, mended of mangling."""
    try:
        return reading.words(json.loads(text), 200)
    except ValueError:
        return ""


def _text(value: Any) -> str:
    """Return a text as HTML: a string, or a list of strings and dressed pieces."""
    pieces = value if isinstance(value, list) else [value]
    return "".join(_piece(piece) for piece in pieces).strip()


def _piece(piece: Any) -> str:
    if isinstance(piece, str):
        return _lines(piece)
    if not isinstance(piece, dict):
        return ""
    kind, text = piece.get("type"), reading.words(piece.get("text"))
    if kind in _WRAPS:
        inner = escape(text, quote=False) if kind == "pre" else _lines(text)
        return f"<{_WRAPS[kind]}>{inner}</{_WRAPS[kind]}>" if text.strip() else _lines(text)
    if kind == "text_link":
        return f'<a href="{escape(reading.words(piece.get("href"), 2000))}">{_lines(text)}</a>'
    return _lines(text)


def _lines(text: str) -> str:
    return escape(reading.unmangled(text), quote=False).replace("\n", "<br>")


def _poll(poll: dict[str, Any]) -> str:
    """Return a poll as a list of its answers with their votes: who voted is not in an export."""
    given = poll.get("answers")
    answers = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    rows = "".join(
        f"<li>{_lines(reading.words(one.get('text'), 200))} ({reading.whole(one.get('voters'))})</li>"
        for one in answers
    )
    return f"<p><strong>{_lines(reading.words(poll.get('question'), 300))}</strong></p><ul>{rows}</ul>"


def _media(row: dict[str, Any], found: Said, parts: list[str], *, has_words: bool) -> None:
    """Add the picture of a message, or say what else it carried."""
    photo, file = reading.words(row.get("photo"), 500), reading.words(row.get("file"), 500)
    kind = reading.words(row.get("media_type"), 40) or "file"
    is_sticker = kind in {"sticker", "animation"}
    source = photo or (file if file.lower().endswith(_PICTURE_ENDINGS) and not is_sticker else "")
    if source.startswith(_LEFT_OUT):
        found.why = "a picture that the export does not hold"
        found.notes += ["pictures that the export does not hold"] if has_words else []
    elif source:
        words = source.rpartition("/")[2].rpartition(".")[0]
        parts.append(f'<p><img src="{escape(source)}" alt="{escape(words)}"></p>')
        found.pictures.append((escape(source), words))
    elif file or row.get("media_type"):
        found.why = f"a message of the kind {kind} without words"
        found.notes += [f"files of the kind {kind} were left out, their words came"] if has_words else []


def _likes(reactions: Any) -> int:
    rows = [row for row in reactions if isinstance(row, dict)] if isinstance(reactions, list) else []
    return sum(max(0, reading.whole(row.get("count"))) for row in rows)

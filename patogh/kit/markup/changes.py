"""The difference between two versions of a text, word by word, as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html import escape
from typing import NamedTuple

from patogh.kit import limits

_WORDS = re.compile(r"\s+|[^\s\w]|[\w\u200c]+")


class _Piece(NamedTuple):
    tag: str  # "", "del" or "ins"
    text: str


def diff(old: str, new: str) -> str:
    """Return both versions as one HTML text: each line a <p dir="auto">, what went in <del>, what came in <ins>.

    Lines are matched first and words only inside changed lines; a changed passage of more than DIFF_WORDS_MAX words
    is shown whole, removed and inserted, so the work stays bounded.
    """
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[_Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
        gone, come = "".join(before[i1:i2]), "".join(after[j1:j2])
        pieces += [_Piece("", gone)] if tag == "equal" else _words(gone, come)
    return "\n".join(_paragraphs(pieces))


def _words(gone: str, come: str) -> list[_Piece]:
    before, after = _WORDS.findall(gone), _WORDS.findall(come)
    if not before or not after or len(before) + len(after) > limits.DIFF_WORDS_MAX:
        return [_Piece("del", gone), _Piece("ins", come)]
    pieces: list[_Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(_Piece("", "".join(before[i1:i2])))
        else:
            pieces += [_Piece("del", "".join(before[i1:i2])), _Piece("ins", "".join(after[j1:j2]))]
    return pieces


def _paragraphs(pieces: list[_Piece]) -> Iterator[str]:
    line: list[str] = []
    for tag, text in pieces:
        for number, part in enumerate(text.split("\n")):
            if number:
                yield from _paragraph(line)
                line = []
            if part:
                safe = escape(part.rstrip("\r"), quote=False)
                line.append(f"<{tag}>{safe}</{tag}>" if tag else safe)
    yield from _paragraph(line)


def _paragraph(line: list[str]) -> Iterator[str]:
    if "".join(line).strip():
        yield f'<p dir="auto">{"".join(line)}</p>'

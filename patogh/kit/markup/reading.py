"""What is done to a text before Markdown sees it: invisible trickery goes, and hostile shapes are recognised."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from patogh.kit import limits
from patogh.kit.errors import TooLarge

_TRICKS = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]",
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINES = re.compile("\r\n?|[\u2028\u2029]")

# Shapes that no person writes and that make a Markdown parser slow or lose text (measured with markdown-it-py 4).
_BRACKETS_MAX = 1_000
_LINES_MAX = 5_000
_TABLE_CELLS_MAX = 5_000
_RUN = re.compile(r"([*_~`!])\1{199}")
_DEEP = re.compile(
    rf"^(?:[ \t]*+(?:>|[-+*](?=[ \t])|\d{{1,9}}[.)](?=[ \t]))){{{limits.NESTING_LEVELS_MAX + 1}}}",
    re.MULTILINE,
)
_RULER = re.compile(r"^[ \t]*[|:-][ \t|:-]*$", re.MULTILINE)


class TextTooLong(TooLarge):
    """A text with more characters than POST_TEXT_CHARS_MAX."""

    code = "text_too_long"
    sentence = _("This text has %(chars)s characters; at most %(chars_max)s fit. Please split it into parts.")


def readable(text: str) -> str:
    """Return the text with NUL, control, direction-override and isolate characters gone and one kind of line end.

    Lone surrogates become U+FFFD. Raises TextTooLong before anything else looks at the text.
    """
    if len(text) > limits.POST_TEXT_CHARS_MAX:
        raise TextTooLong(chars=len(text), chars_max=limits.POST_TEXT_CHARS_MAX)
    return _SURROGATES.sub("\ufffd", _TRICKS.sub("", _LINES.sub("\n", text)))


def is_hostile(text: str) -> bool:
    """Tell whether a text is shaped to hurt a parser; it is then shown as plain paragraphs, so nothing is lost."""
    lines = text.count("\n")
    if text.count("[") > _BRACKETS_MAX or lines > _LINES_MAX or _RUN.search(text) or _DEEP.search(text):
        return True
    rulers = (ruler[0].count("|") + 1 for ruler in _RULER.finditer(text) if "-" in ruler[0])
    return any(columns * lines > _TABLE_CELLS_MAX for columns in rulers if columns > 1)


def excerpt(text: str, chars_max: int = limits.EXCERPT_CHARS_MAX) -> str:
    """Return plain text on one line, cut after a whole word within `chars_max` characters, with "…" if it was cut."""
    line = " ".join(text[: chars_max * 4 + 200].split())
    if len(line) <= chars_max:
        return line
    cut = line[:chars_max].rpartition(" ")[0] or line[: chars_max - 1]
    return cut.rstrip(" ،,.;:؛-–") + "…"

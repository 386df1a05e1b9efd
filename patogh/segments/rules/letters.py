"""From text to tokens, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from patogh.kit import persian
from patogh.segments import limits
from patogh.segments.errors import BadRule

_DIGITS: Final = "0-9۰-۹٠-٩"
_TOKEN = re.compile(
    rf"""\s*(?:
    (?P<date>[{_DIGITS}]{{4}}-[{_DIGITS}]{{2}}-[{_DIGITS}]{{2}}(?![\w-]))
  | (?P<number>-?[{_DIGITS}][{_DIGITS}_]*(?:\.[{_DIGITS}]+)?(?:e[+-]?[0-9]+)?)
  | (?P<word>[A-Za-z_][A-Za-z0-9_.-]*)
  | (?P<handle>@[A-Za-z0-9_]+)
  | "(?P<text>(?:[^"\\]|\\.)*)"
  | «(?P<quoted>[^»]*)»
  | (?P<mark><=|>=|!=|[=<>()\[\],])
  | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_ESCAPES: Final = {"n": "\n", "t": "\t"}


@dataclass(frozen=True)
class Token:
    """One word of a rule: "date", "number", "word", "handle", "text", "mark" or "end"; `at` is its place."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    """Return the tokens of a rule, "end" last; raises BadRule at the first letter that belongs to none."""
    if len(text) > limits.RULE_CHARS_MAX:
        raise BadRule(_("A rule may have %(most)s letters at most."), text=text, most=limits.RULE_CHARS_MAX)
    found, at = [], 0
    while True:
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise BadRule(_("“%(what)s” has no meaning here."), text=text, at=at, what=text[at : at + 12])
        kind = str(match.lastgroup)
        found.append(_token(kind, match.group(kind), match.start(kind)))
        if kind == "end":
            return found
        at = match.end()


def _token(kind: str, text: str, at: int) -> Token:
    if kind in {"date", "number"}:
        return Token(kind, persian.digits_en(text).replace("_", ""), at)
    if kind == "text":
        return Token("text", re.sub(r"\\(.)", lambda one: _ESCAPES.get(one[1], one[1]), text, flags=re.DOTALL), at)
    return Token("text" if kind == "quoted" else kind, text, at)

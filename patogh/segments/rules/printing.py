"""A tree as its one canonical text: `parse(text_of(rule)) == rule`."""

from __future__ import annotations

import hashlib
import re

from patogh.segments.rules.nodes import Agreed, All, Any, Did, Has, Leaf, Not, Related, Rule, Says, Value, When, Window
from patogh.segments.rules.values import KEYWORDS

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_HANDLE = re.compile(r"@[A-Za-z0-9_]+")


def text_of(rule: Rule) -> str:
    """Return the canonical text of a rule."""
    if isinstance(rule, Not):
        return f"not {_inner(rule.part, All | Any)}"
    if isinstance(rule, All):
        return " and ".join(_inner(part, All | Any) for part in rule.parts)
    if isinstance(rule, Any):
        return " or ".join(_inner(part, Any) for part in rule.parts)
    return _leaf(rule)


def digest_of(text: str) -> str:
    """Return the name by which a rule's count is kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def word_of(value: Value) -> str:
    """Return a value as a rule writes it: bare where it can be, else in quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    if (_BARE.fullmatch(value) and value not in KEYWORDS) or _HANDLE.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def window_of(window: Window) -> str:
    """Return a window as a rule writes it."""
    if window.kind == "within":
        return f"within {window.length} {window.unit}"
    if window.kind == "since":
        return f"since {window.start}"
    if window.kind == "before":
        return f"before {window.end}"
    if window.kind == "between":
        return f"between {window.start} and {window.end}"
    return "ever"


def _inner(part: Rule, bracketed: object) -> str:
    text = text_of(part)
    return f"({text})" if isinstance(part, bracketed) else text  # type: ignore[arg-type]


def _leaf(leaf: Leaf) -> str:
    if isinstance(leaf, Did):
        return _did(leaf)
    if isinstance(leaf, Says):
        head = f"trait({word_of(leaf.name)})" if leaf.kind == "trait" else leaf.name
        tail = "" if leaf.op in {"known", "unknown"} else f" {word_of(leaf.value)}"
        return f"{head} {leaf.op}{tail}"
    if isinstance(leaf, When):
        return f"{leaf.name} {window_of(leaf.window)}"
    if isinstance(leaf, Has):
        return (
            f"came({leaf.kind})" if leaf.how == "came" else f"has({leaf.kind}{', verified' * (leaf.how == 'verified')})"
        )
    if isinstance(leaf, Agreed):
        return f"consent({word_of(leaf.purpose)}, {word_of(leaf.channel)})"
    assert isinstance(leaf, Related)  # noqa: S101 - the last kind there is
    return f"{leaf.name}({word_of(leaf.value)})"


def _did(did: Did) -> str:
    head = did.word + (f"({word_of(did.name)})" if did.name else "")
    if did.filters:
        head += "[" + ", ".join(f"{word_of(one.key)} {one.op} {word_of(one.value)}" for one in did.filters) + "]"
    if not did.unit and did.window.kind == "ever" and (did.op, did.amount) == ("=", 0):
        return f"{head} never"
    if not did.unit and (did.op, did.amount) == (">=", 1):
        return f"{head} {window_of(did.window)}"
    unit = f" {did.unit}" if did.unit else ""
    return f"{head} {did.op} {did.amount}{unit} {window_of(did.window)}"

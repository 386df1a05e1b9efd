"""What to look for, as a small tree that either database's query language can say.

Tokens are cut by `search.tokens` and hold letters, digits and our signs only, so nothing that somebody types is ever
read as an operator.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """One token, or with `beginning` every token that starts with it."""

    text: str
    beginning: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Every part."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part."""

    parts: tuple[Expression, ...]


Expression = Token | All | Any


def every(parts: Iterable[Expression]) -> Expression:
    """Return the parts joined by AND."""
    found = tuple(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else All(found)


def some(parts: Iterable[Expression]) -> Expression:
    """Return the parts joined by OR."""
    found = tuple(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else Any(found)


def as_fts5(expression: Expression) -> str:
    """Return the MATCH argument for SQLite's FTS5."""
    if isinstance(expression, Token):
        return f'"{expression.text}"{" *" if expression.beginning else ""}'
    return f"({(' AND ' if isinstance(expression, All) else ' OR ').join(map(as_fts5, expression.parts))})"


def as_tsquery(expression: Expression) -> str:
    """Return the text of a PostgreSQL tsquery."""
    if isinstance(expression, Token):
        return f"'{expression.text}'{':*' if expression.beginning else ''}"
    return f"({(' & ' if isinstance(expression, All) else ' | ').join(map(as_tsquery, expression.parts))})"

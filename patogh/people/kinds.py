"""The kinds of identities: what one channel knows somebody by, each with its one normal form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of identity.

    `normal(text)` returns the one form that is stored and compared, or raises a PatoghError that says what is wrong.
    `is_unique`: two different verified ones are two people as far as a machine may say. `reaches` is the channel that
    writes to it ("mail", "sms", "telegram", …), or "".
    """

    name: str
    icon: str
    fa: str
    en: str
    normal: Callable[[str], str]
    is_unique: bool = False
    reaches: str = ""

    def title(self, language: str) -> str:
        """Return what people call this kind."""
        return self.fa if language == "fa" else self.en


_kinds: dict[str, Kind] = {}


def identity_kind(made: Kind) -> Kind:
    """Offer a kind; raises ValueError for a second one of that name."""
    if _kinds.setdefault(made.name, made) is not made:
        raise ValueError(f"identity kind {made.name} is registered twice")
    return made


def kinds() -> dict[str, Kind]:
    """Return every kind by name."""
    return dict(_kinds)


def kind(name: str) -> Kind:
    """Return a kind; raises KeyError."""
    return _kinds[name]

"""Every setting that a brand may give, read from the environment once, each with its meaning (docs/operate.md lists them)."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One setting: its name in the environment, what it is when not given, and what it means."""

    name: str
    default: str
    meaning: str


SETTINGS: dict[str, Setting] = {}


def text(name: str, default: str, meaning: str) -> str:
    """Read a setting as written and list it for the documentation check."""
    SETTINGS[name] = Setting(name, default, meaning)
    return os.environ.get(name, default)


def flag(name: str, default: bool, meaning: str) -> bool:
    """Read a yes-or-no setting: 1, true, yes and on mean yes."""
    return text(name, "1" if default else "0", meaning).strip().lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int, meaning: str) -> int:
    """Read a whole number; raises SystemExit with one clear line where it is none."""
    raw = text(name, str(default), meaning)
    try:
        return int(raw)
    except ValueError:
        raise SystemExit(f"patogh: {name} must be a whole number, not {raw!r}.") from None


def words(name: str, default: str, meaning: str) -> list[str]:
    """Read a list whose items are separated by commas or spaces."""
    return text(name, default, meaning).replace(",", " ").split()

"""WCAG 2.2 contrast of the pairs that the design promises, read from the tokens themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TOKENS: Final = Path(__file__).parent / "static" / "looks" / "tokens.css"
_TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})\b")

GROUNDS = ("paper", "sheet", "well")
TEXTS = ("ink", "ink-2", "ink-3", "fir-7", "saf-7", "anar-7", "laj-7", "pes-7")
OWN_WASH = ("fir", "saf", "anar", "laj", "pes")
FILLS = (("on-fir", "fir-6"), ("on-saf", "saf-5"), ("on-anar", "anar-5"), ("paper", "ink"))
GRAPHICS = (("fir-5", "paper"), ("fir-6", "sheet"), ("line-3", "sheet"), ("line-3", "paper"), ("anar-5", "sheet"))


@dataclass(frozen=True, slots=True)
class Pair:
    """A foreground on a ground, the ratio it has, and the least it must have."""

    front: str
    ground: str
    ratio: float
    least: float


def themes() -> dict[str, dict[str, str]]:
    """Return the colour tokens of the light and the dark theme as hex."""
    css = TOKENS.read_text(encoding="utf-8")
    light, dark = css.split("[data-theme=dark]{", 1)
    return {"light": dict(_TOKEN.findall(light)), "dark": dict(_TOKEN.findall(dark.split("}", 1)[0]))}


def pairs(tokens: dict[str, str]) -> list[Pair]:
    """Return every promised pair of a theme with its ratio."""
    wanted = [(text, ground, 4.5) for text in TEXTS for ground in GROUNDS]
    wanted += [(f"{name}-7", f"{name}-1", 4.5) for name in OWN_WASH]
    wanted += [(text, ground, 4.5) for text, ground in FILLS] + [(mark, ground, 3.0) for mark, ground in GRAPHICS]
    return [Pair(front, ground, ratio(tokens[front], tokens[ground]), least) for front, ground, least in wanted]


def ratio(first: str, second: str) -> float:
    """Return the WCAG contrast ratio of two hex colours, 1 to 21."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a hex colour (WCAG 2.2)."""
    parts = [int(colour.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

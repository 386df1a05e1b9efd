"""Girih tiles: the avatars of members, the seal, the star, the empty field and the brand mark. Pure geometry.

Star polygons {n/k} after Lee (1987) and Kaplan, "Islamic Star Patterns" (2005): chords join each tip to the k-th next.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from typing import Final

Point = tuple[float, float]

# Ground, star, inlay, core: pairs of tiles that hold 3:1 between ground and star in both themes.
PALETTES: Final = (
    ("#0C6F70", "#F4E9D2", "#35B3AB", "#E4A11B"),
    ("#24376F", "#F4E9D2", "#6F8BD6", "#E4A11B"),
    ("#E4A11B", "#5B2F12", "#F9E2AE", "#0C6F70"),
    ("#B4573A", "#FBEBD8", "#E59A76", "#24376F"),
    ("#17A19B", "#FFFBF2", "#0A5557", "#E4A11B"),
    ("#8E2B35", "#F8E3D3", "#D9747A", "#E4A11B"),
    ("#EADCC0", "#0A6466", "#C9A86A", "#B4573A"),
    ("#56702A", "#F5EFD9", "#A4BE6C", "#E4A11B"),
    ("#3B3A36", "#E9DFCB", "#17A19B", "#E4A11B"),
    ("#D8E9E2", "#24376F", "#17A19B", "#B4573A"),
)
# Ground and line of the quiet fields: muted pigments, so that a list of them stays calm beside real pictures.
FIELDS: Final = (
    ("#EFE4CD", "#CDB486"),
    ("#DCEAE4", "#93BDB4"),
    ("#E3E7F1", "#A8B4D6"),
    ("#F3E1D3", "#D6A88F"),
    ("#E8EDD8", "#AFC08A"),
    ("#F4E3C0", "#D8A94F"),
)
STARS: Final = ((8, 3), (10, 3), (12, 5), (6, 2), (8, 2), (10, 4), (12, 4), (9, 3))


@lru_cache(maxsize=4096)
def avatar(seed: str) -> str:
    """Return the tile of a member as an SVG document; the same seed gives the same tile for ever."""
    digest = hashlib.sha256(seed.encode()).digest()
    ground, star, inlay, core = PALETTES[digest[0] % len(PALETTES)]
    points, skip = STARS[digest[1] % len(STARS)]
    turn = (math.pi / points) * (digest[2] % 2)
    outer, inner = star_outline(points, skip, 35.5, turn)
    petals = "".join(
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{7.5 if points <= 8 else 5.2}" fill="{inlay}"/>'
        for x, y in ring(points, 41, turn + math.pi / points)
    )
    if digest[3] % 3:
        heart = _two_stars(points, skip, inner, turn, (ground, core if digest[4] % 2 else inlay))
    else:
        heart = _rosette(points, inner, turn, (inlay, ground, core))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80"><clipPath id="c"><circle cx="40" cy="40" r="40"/>'
        f'</clipPath><g clip-path="url(#c)"><rect width="80" height="80" fill="{ground}"/>{petals}'
        f"{_polygon(outer, star)}{heart}</g></svg>"
    )


@lru_cache(maxsize=1024)
def field(seed: str) -> str:
    """Return a quiet strapwork, 176 by 110, for a thing without a picture; the same seed gives the same one for ever."""
    digest = hashlib.sha256(seed.encode()).digest()
    ground, line = FIELDS[digest[4] % len(FIELDS)]
    points, skip = STARS[digest[1] % len(STARS)]
    cell, turn = 44 + 11 * (digest[2] % 3), (math.pi / points) * (digest[3] % 2)
    outer, inner = star_outline(points, skip, cell / 2, turn, 0)
    heart, _ = star_outline(points, skip, inner * 0.9, turn, 0)
    places = "".join(
        f'<use href="#s" x="{column * cell + (cell / 2 if row % 2 else 0):g}" y="{row * cell * 0.866 + 12:g}"/>'
        for row in range(-1, int(110 / cell / 0.866) + 2)
        for column in range(-1, 176 // cell + 2)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 176 110" width="352" height="220" preserveAspectRatio="xMidYMid '
        f'slice"><defs><g id="s" fill="none" stroke="{line}" stroke-width="1.4" stroke-linejoin="round"><polygon '
        f'points="{_text(outer)}"/><polygon points="{_text(heart)}" fill="{line}" fill-opacity=".28"/></g></defs>'
        f'<rect width="176" height="110" fill="{ground}"/>{places}</svg>'
    )


@lru_cache(maxsize=16)
def seal(size: int = 148) -> str:
    """Return the seal of the open book, `size` pixels wide (40 or more); its colours come from the stylesheet."""
    rim = [ring(32, 97 if i % 2 else 91, 0, 100)[i] for i in range(32)]
    lines = "".join(f'<path class="seal-line" d="{_chords(16, skip, 84)}"/>' for skip in (6, 5))
    core, _ = star_outline(8, 3, 45, math.pi / 8, 100)
    ground = '<circle class="seal-ground" cx="100" cy="100" r="86"/>'
    return (
        f'<svg class="seal-art" viewBox="0 0 200 200" width="{size}" height="{size}" fill="none" aria-hidden="true">'
        f'<polygon class="seal-rim" points="{_text(rim)}"/>{ground}{lines}'
        f'<circle class="seal-well" cx="100" cy="100" r="47"/><polygon class="seal-core" points="{_text(core)}"/>'
        '<path class="seal-check" d="M86 101l10 10 18-21" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


@lru_cache(maxsize=1)
def star() -> str:
    """Return the small eight-point star that always and only means: written in the open book."""
    points, _ = star_outline(8, 3, 11, 0, 12)
    return f'<svg class="i star" viewBox="0 0 24 24" aria-hidden="true"><polygon points="{_text(points)}"/></svg>'


@lru_cache(maxsize=4)
def empty(width: int = 360, height: int = 150) -> str:
    """Return the field of an empty state: a strapwork that is only half drawn; the rest is the reader's."""
    shape, _ = star_outline(8, 3, 30, 0, 0)
    cells = []
    for row in range(-1, height // 60 + 2):
        for column in range(-1, width // 60 + 2):
            x, y = column * 60 + 30, row * 60 + 15
            near = 1 - abs(x - width / 2) / (width / 2)
            if near > 0:
                cells.append(_outlined(_moved(shape, x, y), near))
    saffron = f'<polygon points="{_text(_moved(shape, width / 2, 75))}" fill="var(--saf-5)" stroke="none"/>'
    return (
        f'<svg class="empty-art" viewBox="0 0 {width} {height}" width="{width}" height="{height}" fill="none" '
        f'stroke="currentColor" aria-hidden="true">{"".join(cells)}{saffron}</svg>'
    )


@lru_cache(maxsize=4)
def mark(size: int = 30) -> str:
    """Return the wheel and star of the bar, in the colours of the page."""
    points, _ = star_outline(8, 3, 7.2, 0, 16)
    return (
        f'<svg class="mark" viewBox="0 0 32 32" width="{size}" height="{size}" fill="none" aria-hidden="true"><circle '
        f'cx="16" cy="16" r="13.6" stroke="currentColor" stroke-width="3.4"/><polygon points="{_text(points)}" '
        'fill="var(--saf-5)"/></svg>'
    )


@lru_cache(maxsize=16)
def app_icon(colour: str) -> str:
    """Return the icon of the installed app as an SVG document: a light wheel and star on a `colour` (hex) ground."""
    points, _ = star_outline(8, 3, 7.2, 0, 16)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 48 48"><rect x="-8" y="-8" width="48" height="48" '
        f'fill="{colour}"/><circle cx="16" cy="16" r="13.6" fill="none" stroke="#FFFCF5" stroke-width="3.4"/>'
        f"{_polygon(points, '#F3C04F')}</svg>"
    )


def ring(count: int, radius: float, turn: float = 0.0, centre: float = 40.0) -> list[Point]:
    """Return `count` points on a circle, clockwise from the top."""
    angles = [turn + 2 * math.pi * i / count for i in range(count)]
    return [(centre + radius * math.sin(a), centre - radius * math.cos(a)) for a in angles]


def star_outline(
    count: int, skip: int, radius: float, turn: float = 0.0, centre: float = 40.0
) -> tuple[list[Point], float]:
    """Return the outline of {count/skip}, tips at `radius`, and the radius of its notches (where chords cross)."""
    inner = radius * math.cos(math.pi * skip / count) / math.cos(math.pi * (skip - 1) / count)
    tips, notches = ring(count, radius, turn, centre), ring(count, inner, turn + math.pi / count, centre)
    return [point for pair in zip(tips, notches, strict=True) for point in pair], inner


def _two_stars(count: int, skip: int, inner: float, turn: float, fills: tuple[str, str]) -> str:
    second, inner2 = star_outline(count, max(2, skip - 1), inner * 1.02, turn + math.pi / count)
    core, _ = star_outline(count, max(2, skip - 1), inner2 * 0.92, turn)
    return _polygon(second, fills[0]) + _polygon(core, fills[1])


def _rosette(count: int, inner: float, turn: float, fills: tuple[str, str, str]) -> str:
    core, _ = star_outline(8, 3, inner * 0.62, turn)
    heart = f'<circle cx="40" cy="40" r="3.2" fill="{fills[2]}"/>'
    return _polygon(ring(count, inner * 0.98, turn), fills[0]) + _polygon(core, fills[1]) + heart


def _chords(count: int, skip: int, radius: float) -> str:
    tips = ring(count, radius, 0, 100)
    ends = [(tips[i], tips[(i + skip) % count]) for i in range(count)]
    return "".join(f"M{a[0]:.2f} {a[1]:.2f}L{b[0]:.2f} {b[1]:.2f}" for a, b in ends)


def _outlined(points: list[Point], near: float) -> str:
    dash = "" if near > 0.62 else f' stroke-dasharray="{3 + 14 * near:.0f} {4 + 10 * (1 - near):.0f}"'
    return f'<polygon points="{_text(points, 1)}" stroke-width="1.2" opacity="{min(1, near * 1.1):.2f}"{dash}/>'


def _moved(points: list[Point], x: float, y: float) -> list[Point]:
    return [(x + px, y + py) for px, py in points]


def _polygon(points: list[Point], fill: str) -> str:
    return f'<polygon points="{_text(points)}" fill="{fill}"/>'


def _text(points: list[Point], places: int = 2) -> str:
    return " ".join(f"{x:.{places}f},{y:.{places}f}" for x, y in points)

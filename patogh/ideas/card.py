"""The share card of an idea: a picture of 1200 x 630 with its title, makers, number and road, written from right to left in Persian.

Pillow draws; the words are shaped and filled by HarfBuzz (`lettering.py`), so a card needs no library of the system. Cards
are kept by version.
"""

from __future__ import annotations

import io
import logging
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from django.core.files.storage import default_storage

from patogh.ideas import roads
from patogh.ideas.lettering import Face
from patogh.ideas.queries.idea import Shown
from patogh.kit import bidi
from patogh.kit.calendar import Viewer
from patogh.kit.numbers import number
from patogh.people.queries import brand

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 1200, 630
KEPT_MAX: Final = 48
LINES_MAX: Final = 3
TITLE: Final = Face(58, is_bold=True)
MAKERS: Final = Face(30, is_bold=False)
_EDGE, _PICTURE = 72, 420
_PAPER, _INK, _SOFT, _ROAD, _GONE, _RIDER, _SHEET = (
    "#F7F2E8",
    "#26211A",
    "#574F43",
    "#E7DDCB",
    "#0C7C7C",
    "#E4A11B",
    "#FFFCF5",
)
_kept: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()
_drawing = threading.Lock()
log = logging.getLogger(__name__)


def png(page: Shown, state: str, viewer: Viewer) -> bytes:
    """Return the card of an idea as PNG, from memory where this version of it was drawn before."""
    key = (page.idea.pk, page.idea.created_at, page.idea.version, viewer.language, brand().version)
    with _drawing:  # one at a time: drawing takes a whole core for some tenths of a second
        found = _kept.get(key)
        if found is None:
            found = _kept[key] = _drawn(page, state, viewer)
            while len(_kept) > KEPT_MAX:
                _kept.popitem(last=False)
    return found


def _drawn(page: Shown, state: str, viewer: Viewer) -> bytes:
    from PIL import Image as Images
    from PIL import ImageDraw as Draws

    canvas = Images.new("RGB", (WIDTH, HEIGHT), _PAPER)
    room = WIDTH - 2 * _EDGE
    art = _art(page.idea.picture)
    is_rtl = viewer.language == "fa"
    if art is not None:
        canvas.paste(art, (0 if is_rtl else WIDTH - _PICTURE, 0))
        room -= _PICTURE - _EDGE // 2
    pen = Draws.Draw(canvas)
    _words(pen, page, state, viewer, room)
    _road(pen, page.at, roads.marks(page.stations), is_rtl=is_rtl)
    out = io.BytesIO()
    canvas.save(out, "PNG", optimize=False, compress_level=6)
    return out.getvalue()


def _words(pen: ImageDraw, page: Shown, state: str, viewer: Viewer, room: int) -> None:
    """Write house, title, makers and number down the side where reading begins."""
    house, is_rtl = brand(), viewer.language == "fa"
    _line(pen, house.name if is_rtl else house.name_en or house.name, 58, Face(30, is_bold=True), _GONE, is_rtl=is_rtl)
    y = 122
    for line in wrapped(page.idea.title, TITLE, room):
        _line(pen, line, y, TITLE, _INK, is_rtl=is_rtl)
        y += 84
    makers = ("، " if is_rtl else ", ").join(who.name for who in page.makers[:3])
    for line in wrapped(makers, MAKERS, room)[:1]:
        _line(pen, line, y + 12, MAKERS, _SOFT, is_rtl=is_rtl)
    if not page.hides_count:
        count = number(page.idea.supporters_count, viewer)
        _line(pen, count, 416, Face(64, is_bold=True), _INK, is_rtl=is_rtl)
    _line(pen, state, 496 if not page.hides_count else 450, Face(26, is_bold=True), _SOFT, is_rtl=is_rtl)


def _line(pen: ImageDraw, text: str, y: int, face: Face, colour: str, *, is_rtl: bool) -> None:
    """Write one line; `y` is the top of its room, the side is where reading begins."""
    mask = face.drawn(text)
    if mask is None:
        return
    x = WIDTH - _EDGE - mask.width if is_rtl else _EDGE
    pen.bitmap((x, y), mask, fill=colour)


def wrapped(text: str, face: Face, room: int) -> list[str]:
    """Return a text in at most LINES_MAX lines that fit into `room` pixels; what does not fit ends in three dots."""
    lines: list[str] = []
    for word in bidi.plain(" ".join(text.split()[:60])).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and face.width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    kept = lines[:LINES_MAX]
    if len(lines) > LINES_MAX:
        kept[-1] += "…"
    return [_cut(line, face, room) for line in kept]


def _cut(line: str, face: Face, room: int) -> str:
    """Cut one long word, which has nowhere to break."""
    while len(line) > 1 and face.width(line) > room:
        line = line[: -max(2, len(line) // 12)].rstrip("…") + "…"
    return line


def _road(pen: ImageDraw, at: float, stations: tuple[float, ...], *, is_rtl: bool) -> None:
    """Draw the road along the foot, the travelled part, the stations and the rider."""
    y, start, length = 568, _EDGE, WIDTH - 2 * _EDGE

    def x(share: float) -> float:
        place = start + share * length
        return WIDTH - place if is_rtl else place

    pen.rectangle((0, y - 17, WIDTH, y + 17), fill=_ROAD)
    pen.rounded_rectangle((min(x(0), x(at)) - 17, y - 17, max(x(0), x(at)) + 17, y + 17), 17, fill=_GONE)
    for place in range(0, WIDTH, 30):
        pen.line((place, y, place + 14, y), fill=_SHEET, width=3)
    for station in stations:
        pen.ellipse(
            (x(station) - 9, y - 9, x(station) + 9, y + 9),
            fill=_SHEET,
            outline=_GONE if station <= at else "#CDBFA8",
            width=4,
        )
    pen.ellipse((x(at) - 27, y - 27, x(at) + 27, y + 27), fill=_SHEET)
    pen.ellipse((x(at) - 21, y - 21, x(at) + 21, y + 21), fill=_RIDER)


def _art(name: str) -> Image | None:
    """Return the idea's picture cut to the side of the card, or None where it has none or it cannot be read."""
    from PIL import Image as Images
    from PIL import ImageOps

    if not name:
        return None
    try:
        with default_storage.open(name) as file:
            return ImageOps.fit(Images.open(file).convert("RGB"), (_PICTURE, 551))
    except (OSError, ValueError):
        log.warning("The picture %s of a card could not be read.", name)
        return None

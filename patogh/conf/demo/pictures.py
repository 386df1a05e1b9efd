"""Twelve flat pictures of our own, drawn with Pillow in the pigments of the house: bridges, bread, lamps, panniers."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable
from typing import Final

from PIL import Image, ImageDraw

SIZE: Final = (1200, 750)
PAPER, SAND, INK, FIR, LAJ, SAF, ANAR, PES = (
    "#F4EAD2",
    "#E3CFA2",
    "#2B2721",
    "#1F4D3A",
    "#26446B",
    "#D9962B",
    "#A8322D",
    "#8FA65A",
)
Pen = ImageDraw.ImageDraw
NAMES: Final = {
    "bridge": (
        "طاق‌های پل و بازتابشان در آب، هنگام غروب",
        "The arches of the bridge and their reflection in the water at dusk",
    ),
    "ridemap": ("نقشهٔ ساده‌ای از یک مسیر کنار رود با پل‌ها", "A simple map of a route along the river with its bridges"),
    "dawn": (
        "خورشیدی که از پشت کوه صفه برمی‌آید و راهی که به سویش می‌رود",
        "The sun rising behind Mount Soffeh and a road that leads to it",
    ),
    "lamp": ("چراغ دوچرخه که در شب راه را روشن کرده است", "A bicycle lamp that lights the road at night"),
    "khorjin": (
        "یک جفت خورجین بافته با نقش لوزی روی ترک‌بند",
        "A pair of woven panniers with a diamond pattern on the rack",
    ),
    "bicycle": ("نیم‌رخ یک دوچرخهٔ شهری کنار دیوار کاهگلی", "The side of a city bicycle against a mud wall"),
    "rain": ("باران اریب روی خیابان و یک دوچرخه", "Slanting rain over a street and a bicycle"),
    "autumn": ("ردیف چنارهای زرد و برگ‌های روی زمین", "A row of yellow plane trees and leaves on the ground"),
    "kid": ("دوچرخهٔ کوچک بچه‌ای با یک بادکنک سرخ", "A child's small bicycle with a red balloon"),
    "tea": ("استکان کمرباریک چای روی سینی کنار رود", "A narrow-waisted glass of tea on a tray by the river"),
    "bell": ("زنگ برنجی دوچرخه از نزدیک", "A brass bicycle bell from close by"),
    "guard": ("چرخ عقب با محافظ پارچه‌ای روی پره‌ها", "A rear wheel with a fabric guard over its spokes"),
}


def drawn(name: str) -> bytes:
    """Return one picture of NAMES as PNG; the same bytes each time."""
    image = Image.new("RGB", SIZE, PAPER)
    _DRAWN[name](ImageDraw.Draw(image))
    out = io.BytesIO()
    image.resize((960, 600)).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _sky(pen: Pen, top: str, bottom: str, horizon: int = 470) -> None:
    """Fill the sky in bands from one pigment to another."""
    bands = 14
    for band in range(bands):
        share = band / (bands - 1)
        pair = zip(_rgb(top), _rgb(bottom), strict=True)
        colour = tuple(round(high + (low - high) * share) for high, low in pair)
        pen.rectangle((0, horizon * band // bands, SIZE[0], horizon * (band + 1) // bands), fill=colour)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _arches(pen: Pen, base: int, height: int, colour: str, hollow: str) -> None:
    """Draw a bridge with two rows of pointed arches."""
    pen.rectangle((0, base - height, SIZE[0], base), fill=colour)
    for left in range(-20, SIZE[0], 120):
        _arch(pen, (left + 18, base - height // 2, left + 102, base), hollow)
        for small in (left + 8, left + 68):
            _arch(pen, (small, base - height + 14, small + 42, base - height // 2 - 12), hollow)


def _arch(pen: Pen, box: tuple[int, int, int, int], colour: str) -> None:
    left, top, right, bottom = box
    middle, shoulder = (left + right) // 2, top + (right - left) // 2
    pen.polygon([(left, bottom), (left, shoulder), (middle, top - 6), (right, shoulder), (right, bottom)], fill=colour)


def _wheel(pen: Pen, centre: tuple[int, int], radius: int, colour: str = INK, spokes: int = 18) -> None:
    x, y = centre
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=9)
    for spoke in range(spokes):
        angle = 2 * math.pi * spoke / spokes
        pen.line((x, y, x + (radius - 6) * math.cos(angle), y + (radius - 6) * math.sin(angle)), fill=SAND, width=2)
    pen.ellipse((x - 9, y - 9, x + 9, y + 9), fill=colour)


def _bicycle(pen: Pen, left: int, ground: int, scale: float = 1.0, frame: str = FIR) -> None:
    """Draw a bicycle from its side, its wheels on the ground."""

    def at(x: float, y: float) -> tuple[int, int]:
        return round(left + x * scale), round(ground - y * scale)

    radius = round(105 * scale)
    _wheel(pen, at(110, 105), radius)
    _wheel(pen, at(430, 105), radius)
    thick = max(5, round(13 * scale))
    crank, seat, head = at(245, 100), at(205, 245), at(385, 255)
    for line in (
        (at(110, 105), crank),
        (crank, seat),
        (seat, at(110, 105)),
        (crank, head),
        (at(200, 225), head),
        (head, at(430, 105)),
    ):
        pen.line((*line[0], *line[1]), fill=frame, width=thick)
    pen.line((*head, *at(375, 305)), fill=frame, width=thick)
    pen.line((*at(330, 315), *at(395, 300)), fill=INK, width=thick)
    pen.line((*seat, *at(195, 280)), fill=INK, width=thick - 2)
    pen.ellipse((*at(150, 298), *at(240, 276)), fill=INK)
    pen.ellipse(
        (crank[0] - 22 * scale, crank[1] - 22 * scale, crank[0] + 22 * scale, crank[1] + 22 * scale),
        outline=INK,
        width=5,
    )


def _bridge(pen: Pen) -> None:
    _sky(pen, "#E9B872", "#F6E2BD", 430)
    pen.ellipse((860, 150, 980, 270), fill=ANAR)
    _arches(pen, 430, 190, SAND, "#6B4A2B")
    pen.rectangle((0, 430, *SIZE), fill=LAJ)
    for line in range(24):
        pen.line(
            (40 + 47 * line % 1100, 450 + line * 12, 160 + 47 * line % 1100, 450 + line * 12), fill="#4A6C96", width=4
        )


def _ridemap(pen: Pen) -> None:
    points = [(x, 375 + 120 * math.sin(x / 170) + 40 * math.sin(x / 61)) for x in range(-20, 1240, 20)]
    pen.line(points, fill="#7FA2C4", width=46, joint="curve")
    pen.line([(x, y - 62) for x, y in points], fill=ANAR, width=8, joint="curve")
    for at in range(8, 60, 8):
        x, y = points[at]
        pen.rectangle((x - 9, y - 52, x + 9, y + 52), fill=SAND, outline=INK, width=3)
    for x, y in ((110, 120), (430, 620), (820, 140), (1010, 600)):
        pen.ellipse((x - 34, y - 34, x + 34, y + 34), fill=PES)


def _dawn(pen: Pen) -> None:
    _sky(pen, "#6C86A8", "#F2CE94", 500)
    pen.ellipse((500, 300, 700, 500), fill=SAF)
    pen.polygon(
        [(0, 500), (180, 330), (330, 420), (560, 240), (760, 430), (960, 310), (1200, 470), (1200, 520), (0, 520)],
        fill="#7C5A46",
    )
    pen.rectangle((0, 500, *SIZE), fill=PES)
    pen.polygon([(560, 500), (640, 500), (860, 750), (340, 750)], fill=SAND)


def _lamp(pen: Pen) -> None:
    pen.rectangle((0, 0, *SIZE), fill="#141B2B")
    pen.polygon([(470, 360), (1200, 170), (1200, 640), (470, 430)], fill="#4C4A34")
    pen.polygon([(470, 375), (1200, 290), (1200, 540), (470, 415)], fill="#A99552")
    pen.rounded_rectangle((300, 310, 480, 480), 40, fill=SAF, outline=PAPER, width=6)
    for star in range(40):
        x, y = (star * 337) % 1200, (star * 151) % 280
        pen.ellipse((x, y, x + 4, y + 4), fill=PAPER)


def _khorjin(pen: Pen) -> None:
    pen.rectangle((0, 610, *SIZE), fill=SAND)
    _wheel(pen, (600, 430), 250)
    for left, colour in ((250, ANAR), (650, LAJ)):
        pen.rounded_rectangle((left, 270, left + 300, 610), 22, fill=colour)
        for row in range(3):
            for column in range(3):
                x, y = left + 55 + 95 * column, 330 + 100 * row
                pen.polygon(
                    [(x, y - 38), (x + 34, y), (x, y + 38), (x - 34, y)], fill=SAF if (row + column) % 2 else PAPER
                )
    pen.rectangle((230, 235, 970, 275), fill=INK)


def _wall(pen: Pen) -> None:
    pen.rectangle((0, 0, SIZE[0], 640), fill=SAND)
    pen.rectangle((0, 640, *SIZE), fill="#C9AF7C")
    for row in range(8):
        for column in range(9):
            x = column * 150 - (row % 2) * 70
            pen.line((x, 80 * row, x + 110, 80 * row), fill="#D4BC8A", width=4)
    _bicycle(pen, 260, 650, 1.25)


def _rain(pen: Pen) -> None:
    _sky(pen, "#5D6F80", "#A9B5BC", 560)
    pen.rectangle((0, 560, *SIZE), fill="#4B555C")
    _bicycle(pen, 330, 610, 1.0, ANAR)
    drops = random.Random(7)  # noqa: S311 - a drawing
    for _ in range(170):
        x, y = drops.randint(0, 1220), drops.randint(-30, 740)
        pen.line((x, y, x - 14, y + 44), fill="#D7E0E4", width=3)


def _autumn(pen: Pen) -> None:
    _sky(pen, "#C9D6DC", "#F1E6CC", 560)
    pen.rectangle((0, 560, *SIZE), fill="#B9985F")
    leaves = random.Random(1405)  # noqa: S311 - a drawing
    for trunk in range(90, 1200, 190):
        pen.rectangle((trunk - 16, 300, trunk + 16, 590), fill="#6B5038")
        for _ in range(34):
            x, y, r = trunk + leaves.randint(-100, 100), leaves.randint(90, 380), leaves.randint(18, 40)
            pen.ellipse((x - r, y - r, x + r, y + r), fill=leaves.choice((SAF, "#E3B04B", "#C97A2B")))
    for _ in range(120):
        x, y = leaves.randint(0, 1190), leaves.randint(580, 740)
        pen.ellipse((x, y, x + 22, y + 12), fill=leaves.choice((SAF, ANAR, "#C97A2B")))


def _kid(pen: Pen) -> None:
    _sky(pen, "#BFD8DE", PAPER, 600)
    pen.rectangle((0, 600, *SIZE), fill=PES)
    _bicycle(pen, 440, 640, 0.75, SAF)
    pen.line((735, 410, 830, 230), fill=INK, width=3)
    pen.ellipse((770, 90, 900, 240), fill=ANAR)


def _tea(pen: Pen) -> None:
    pen.rectangle((0, 0, SIZE[0], 330), fill="#7FA2C4")
    pen.rectangle((0, 330, *SIZE), fill=SAND)
    pen.ellipse((250, 520, 950, 690), fill="#B7B7AE", outline=INK, width=5)
    pen.polygon([(510, 270), (690, 270), (655, 410), (690, 590), (510, 590), (545, 410)], fill="#A64B1E")
    pen.polygon([(505, 230), (695, 230), (690, 280), (510, 280)], fill=PAPER)
    pen.rectangle((760, 560, 830, 610), fill=PAPER)
    for x in (560, 600, 640):
        pen.arc((x - 20, 100, x + 20, 220), 90, 270, fill=PAPER, width=7)


def _bell(pen: Pen) -> None:
    pen.rectangle((0, 0, *SIZE), fill=FIR)
    pen.rounded_rectangle((80, 470, 1120, 560), 40, fill=INK)
    pen.pieslice((330, 130, 870, 690), 180, 360, fill=SAF)
    pen.rectangle((330, 405, 870, 440), fill="#B87A1E")
    pen.ellipse((560, 110, 640, 190), fill="#B87A1E")
    for ring in range(4):
        pen.arc((420 + 45 * ring, 220 + 45 * ring, 780 - 45 * ring, 580 - 45 * ring), 190, 350, fill="#F0C877", width=7)


def _guard(pen: Pen) -> None:
    pen.rectangle((0, 650, *SIZE), fill=SAND)
    _wheel(pen, (600, 390), 280, spokes=32)
    pen.pieslice((335, 125, 865, 655), 150, 330, fill=LAJ)
    for angle in range(155, 330, 12):
        turn = math.radians(angle)
        pen.line((600, 390, 600 + 262 * math.cos(turn), 390 + 262 * math.sin(turn)), fill="#39608F", width=4)
    pen.arc((300, 90, 900, 690), 180, 350, fill=INK, width=16)


_DRAWN: Final[dict[str, Callable[[Pen], None]]] = {
    "bridge": _bridge,
    "ridemap": _ridemap,
    "dawn": _dawn,
    "lamp": _lamp,
    "khorjin": _khorjin,
    "bicycle": _wall,
    "rain": _rain,
    "autumn": _autumn,
    "kid": _kid,
    "tea": _tea,
    "bell": _bell,
    "guard": _guard,
}

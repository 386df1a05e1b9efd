"""Words in pictures: shaped and drawn by HarfBuzz, so that Arabic letters are joined on every machine.

Pillow's own way (Raqm) needs FriBiDi from the system, which a fresh Debian does not have. Here the order of the runs is
`kit.bidi`'s, the letters are shaped and filled by uharfbuzz, and Pillow only lays the finished mask onto the canvas.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from patogh.kit import bidi

if TYPE_CHECKING:
    from PIL.Image import Image

_FONTS: Final = Path(__file__).parent / "static" / "ideas" / "fonts"
_JOINERS: Final = frozenset("\u200c\u200d\u200e\u200f")
_PADDING: Final = 2  # pixels around a line, for the softened edges


@dataclass(frozen=True)
class Glyph:
    """A letter of a shaped line: its number in the font and the pen's place, in units of the font."""

    number: int
    x: int
    y: int


@dataclass(frozen=True)
class Face:
    """The house's font in a size in pixels; regular or bold."""

    size: int
    is_bold: bool

    def width(self, text: str) -> float:
        """Return how many pixels wide a line is."""
        per_em: int = _font(self.is_bold).face.upem
        return _shaped(self.words(text), self.is_bold)[1] * self.size / per_em

    def words(self, text: str) -> str:
        """Return a text without what the font cannot draw (pictographs, rare scripts) and without marks of embedding."""
        font = _font(self.is_bold)
        kept = (one for one in bidi.plain(text) if one in _JOINERS or font.get_nominal_glyph(ord(one)))
        return " ".join("".join(kept).split())

    def drawn(self, text: str) -> Image | None:
        """Return a line as a mask as high as the font's lines are; None where there is nothing to draw."""
        import uharfbuzz as hb
        from PIL import Image as Images

        glyphs, width = _shaped(self.words(text), self.is_bold)
        font = _font(self.is_bold)
        scale = self.size / font.face.upem
        raster = hb.RasterDraw()
        raster.extents = _extents(font, width, scale)
        for glyph in glyphs:
            raster.transform = (scale, 0.0, 0.0, scale, glyph.x * scale, glyph.y * scale)
            raster.draw_glyph(font, glyph.number)
        image = raster.render()
        if not glyphs or image is None:
            return None
        box = image.extents
        return Images.frombytes("L", (box.width, box.height), image.buffer, "raw", "L", box.stride, -1)


@lru_cache(maxsize=2)
def _font(is_bold: bool) -> Any:
    import uharfbuzz as hb

    name = "Vazirmatn-Bold.ttf" if is_bold else "Vazirmatn-Regular.ttf"
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(_FONTS / name))))


@lru_cache(maxsize=256)
def _shaped(text: str, is_bold: bool) -> tuple[tuple[Glyph, ...], int]:
    """Return the letters of a line from left to right, and its width, in units of the font."""
    import uharfbuzz as hb

    pen, glyphs = 0, []
    for run in bidi.runs(text):
        buffer = hb.Buffer()
        buffer.add_str(run.text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if run.is_rtl else "ltr"
        hb.shape(_font(is_bold), buffer)
        for letter, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            glyphs.append(Glyph(letter.codepoint, pen + place.x_offset, place.y_offset))
            pen += place.x_advance
    return tuple(glyphs), pen


def _extents(font: Any, width: int, scale: float) -> Any:
    """Return the frame of a line: from the font's descender to its ascender, in pixels."""
    import uharfbuzz as hb

    lines = font.get_font_extents("ltr")
    foot = int(lines.descender * scale) - _PADDING
    columns = int(width * scale) + 2 * _PADDING + 1
    rows = int(lines.ascender * scale) + _PADDING - foot
    return hb.RasterExtents(x_origin=-_PADDING, y_origin=foot, width=columns, height=rows, stride=columns)

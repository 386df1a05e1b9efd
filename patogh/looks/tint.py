"""A brand's own colour in place of firoozeh: one hex becomes seven shades per theme that keep the contrast promised."""

from __future__ import annotations

import colorsys
from functools import lru_cache

from patogh.looks.contrast import ratio, themes

_STEPS = 200


@lru_cache(maxsize=64)
def stylesheet(colour: str) -> str:
    """Return the tokens of a brand colour (hex) as CSS: light, dark, and dark by the system's wish."""
    light, dark = _block(shades(colour, "light")), _block(shades(colour, "dark"))
    return (
        f":root,[data-theme=light]{{{light}}}\n[data-theme=dark]{{{dark}}}\n"
        f"@media (prefers-color-scheme:dark){{[data-theme=auto]{{{dark}}}}}\n"
    )


def shades(colour: str, theme: str) -> dict[str, str]:
    """Return the seven tokens of a theme for one brand colour, each at the lightness nearest to it that reads well."""
    ground = themes()[theme]
    wash = _mixed(colour, ground["sheet"], 0.12 if theme == "light" else 0.2)
    text = _readable(colour, [ground["paper"], ground["sheet"], ground["well"], wash], 4.6)
    fill = _readable(colour, [ground["paper"], ground["sheet"]], 3.1)
    on_fill = max(("#FFFFFF", "#14110C"), key=lambda ink: ratio(ink, fill))
    return {
        "fir-7": text,
        "fir-6": _readable(fill, [on_fill], 4.6),
        "fir-5": _readable(colour, [ground["paper"], ground["sheet"]], 3.1),
        "fir-3": _mixed(colour, ground["sheet"], 0.45),
        "fir-2": _mixed(colour, ground["sheet"], 0.28),
        "fir-1": wash,
        "on-fir": on_fill,
    }


def _readable(colour: str, grounds: list[str], least: float) -> str:
    hue, light, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    tries = sorted((abs(step / _STEPS - light), step / _STEPS) for step in range(_STEPS + 1))
    candidates = [colour.upper()] + [_hex(colorsys.hls_to_rgb(hue, lightness, saturation)) for _far, lightness in tries]
    return next(shade for shade in candidates if all(ratio(shade, ground) >= least for ground in grounds))


def _mixed(colour: str, ground: str, share: float) -> str:
    return _hex(tuple(a * share + b * (1 - share) for a, b in zip(_rgb(colour), _rgb(ground), strict=True)))


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4))


def _hex(parts: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(part * 255):02X}" for part in parts)


def _block(tokens: dict[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in tokens.items())

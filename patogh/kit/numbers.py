"""Numbers in the viewer's digits: «۱٬۲۵۰٫۵», «۲۵٪», «۱۲ هزار»; and back from what people type."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from patogh.kit import persian
from patogh.kit.errors import Invalid

if TYPE_CHECKING:
    from patogh.kit.calendar import Language, Viewer

_TO_PERSIAN = str.maketrans({",": "٬", ".": "٫", "-": "−", "%": "٪"})
_TYPED = re.compile(r"[+-]?\d+(?:,\d{3})*|[+-]?\d+")
_TYPED_MARKS = str.maketrans({"٬": ",", "،": ",", "−": "-", "\u200c": None, " ": None, "\u00a0": None, "\u202f": None})
_DIGITS_TYPED_MAX = 18

SCALES: Final[dict[Language, tuple[tuple[int, str], ...]]] = {
    "fa": ((10**12, " هزار میلیارد"), (10**9, " میلیارد"), (10**6, " میلیون"), (10**3, " هزار")),
    "en": ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K")),
}


class BadNumber(Invalid):
    """What was typed is no whole number."""

    code = "bad_number"
    sentence = _("This is not a number we can read. Write digits only, like 1250.")


def number(value: float | Decimal, viewer: Viewer, *, places: int | None = None) -> str:
    """Return a number grouped by thousands in the viewer's digits; `places` decimals, or as many as it has (at most 6).

    Halves round away from zero.
    """
    exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return "∞" if exact.is_infinite() else "؟"
    wanted = places if places is not None else min(6, max(0, -int(exact.as_tuple().exponent)))
    text = f"{exact.quantize(Decimal(1).scaleb(-wanted), rounding=ROUND_HALF_UP):,f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return localised("0" if text in {"-0", ""} else text, viewer)


def compact(value: int, viewer: Viewer, *, places: int = 1) -> str:
    """Return a short form for counters: 999, «۱٫۲ هزار», "3.4M". Never rounds up past what was reached."""
    for scale, name in SCALES[viewer.language]:
        if abs(value) >= scale:
            step = 10**places
            floored = math.trunc(Decimal(value) * step / scale)
            return number(Decimal(floored) / step, viewer) + name
    return number(value, viewer)


def percent(share: float | Decimal, viewer: Viewer, *, places: int = 0) -> str:
    """Return a share of 1 as percent: .25 is «۲۵٪»."""
    text = number(Decimal(str(share)) * 100, viewer, places=places)
    return text + ("٪" if viewer.language == "fa" else "%")


def parse_int(text: str) -> int:
    """Return the whole number a person typed in any digits, with or without thousands marks; raises BadNumber."""
    typed = persian.digits_en(text.strip()).translate(_TYPED_MARKS)
    if len(typed) > _DIGITS_TYPED_MAX + 8 or not _TYPED.fullmatch(typed):
        raise BadNumber(text[:40])
    value = int(typed.replace(",", ""))
    if abs(value) >= 10**_DIGITS_TYPED_MAX:
        raise BadNumber(text[:40])
    return value


def localised(text: str, viewer: Viewer) -> str:
    """Return an ASCII number as the viewer writes it."""
    return persian.digits_fa(text.translate(_TO_PERSIAN)) if viewer.language == "fa" else text

"""How estimates are said: never without their interval and the number of cases."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patogh.kit.calendar import Viewer, date_words
from patogh.kit.numbers import number, percent

KIND_WORDS = {
    "all": gettext_lazy("everything"),
    "flags": gettext_lazy("flags"),
    "held": gettext_lazy("held posts"),
    "edit": gettext_lazy("held edits"),
    "sign_up": gettext_lazy("sign-ups"),
    "age": gettext_lazy("ages"),
    "appeal": gettext_lazy("appeals"),
}
REASON_WORDS = {
    "all": gettext_lazy("every reason"),
    "off_topic": gettext_lazy("off topic"),
    "inappropriate": gettext_lazy("inappropriate"),
    "spam": gettext_lazy("spam"),
    "illegal": gettext_lazy("against the law"),
    "needs_moderator": gettext_lazy("something else"),
    "minor_safety": gettext_lazy("safety of a minor"),
}


def waiting_words(kind: str, count: int) -> str:
    """Return what so many things of a kind are called, without their number."""
    named = {
        "flags": ngettext("flag", "flags", count),
        "held": ngettext("held post", "held posts", count),
        "edit": ngettext("held edit", "held edits", count),
        "sign_up": ngettext("sign-up", "sign-ups", count),
        "age": ngettext("age to confirm", "ages to confirm", count),
        "appeal": ngettext("appeal", "appeals", count),
    }
    return named.get(kind) or str(KIND_WORDS[kind])


def hours_words(hours: float | None, viewer: Viewer) -> str:
    """Return a time in the unit that reads best; a dash where the data do not bound it."""
    if hours is None:
        return "…"
    if hours < 1:
        return _("%(count)s min") % {"count": number(round(hours * 60), viewer)}
    if hours < 48:
        return _("%(count)s h") % {"count": number(hours, viewer, places=1)}
    return _("%(count)s days") % {"count": number(hours / 24, viewer, places=1)}


def day_words(day: str, viewer: Viewer) -> str:
    """Return a day that a snapshot names (ISO 8601) in the viewer's calendar."""
    return date_words(dt.date.fromisoformat(day), viewer, year=False)


def estimate_words(found: dict[str, Any], viewer: Viewer, unit: str) -> tuple[str, str]:
    """Return an estimate and what stands small beside it; `unit` is "hours", "share" or "kappa"."""
    count = number(found["n"], viewer)
    if found["at"] is None:
        return "—", _reason(found["why"]) % {"count": count}
    at, low, high = (_said(found[name], viewer, unit) for name in ("at", "low", "high"))
    return at, _("95%% interval %(low)s to %(high)s, n = %(count)s") % {"low": low, "high": high, "count": count}


def _reason(why: str) -> str:
    if why == "open":
        return _("Most of these still wait, so there is no middle yet; n = %(count)s")
    if why == "same":
        return _("All said the same, so chance cannot be told from agreement; n = %(count)s")
    return _("Too few for a figure; n = %(count)s")


def _said(value: float | None, viewer: Viewer, unit: str) -> str:
    if value is None:
        return "…"
    if unit == "hours":
        return hours_words(value, viewer)
    return percent(value, viewer) if unit == "share" else number(value, viewer, places=2)

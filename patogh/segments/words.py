"""What the states of a segment are called."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

STATES: Final = {
    "filling": _("is being asked of everybody"),
    "live": _("is live"),
    "paused": _("is paused"),
    "broken": _("cannot be read any more"),
}

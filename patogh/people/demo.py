"""The people of the demo whose place one may take, with their parts: the list that pages, commands and loader share."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

DEMO_CAST: Final = {
    "mina": _("member"),
    "reza": _("ambassador"),
    "navid": _("moderator"),
    "hamid": _("agent"),
    "azadeh": _("executive"),
    "ardalan": _("owner"),
}
# Whose place one may take besides: they live as everybody else does in the demo.
DEMO_DOORS: Final = {**DEMO_CAST, "leila": _("maker of a product")}

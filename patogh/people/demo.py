"""The people of the demo who may be signed in as, with their parts: the one list that pages, the command line and the loader share."""

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

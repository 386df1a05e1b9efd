"""The states of a payout in words, with the tint of their tags."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

STATES: Final = {
    "requested": (_("asked for"), "saf"), "approved": (_("approved"), "fir"), "sent": (_("with the bank"), "fir"),
    "settled": (_("arrived"), "pes"), "failed": (_("did not arrive"), "anar"), "cancelled": (_("taken back"), ""),
}  # fmt: skip
WHYS: Final = {
    "refused": _("refused"), "timeout": _("no answer in time"), "account": _("the account number was wrong"),
    "limit": _("a limit of the bank"), "cancelled": _("taken back"), "erased": _("the account here was erased"),
}  # fmt: skip

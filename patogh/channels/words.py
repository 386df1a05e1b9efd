"""Why something was not sent, when somebody wants to hear, and the names of the weekdays: in the reader's language."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

WHY: Final = {
    "seen": _("You had seen it already."),
    "unwanted": _("You do not want mails like this one."),
    "muted": _("You muted this."),
    "blocked": _("You and its author do not hear of each other."),
    "gone": _("It is no longer there."),
    "out_of_sight": _("You no longer have access to it."),
    "closed": _("The account is closed."),
    "suspended": _("The account is suspended."),
    "unclaimed": _("Nobody has claimed this imported account."),
    "no_address": _("There is no e-mail address."),
    "unverified": _("The e-mail address is not confirmed."),
    "bounced": _("Our mails to this address came back."),
    "refused": _("The other side refused it."),
    "no_device": _("No device takes our messages."),
    "cap": _("Enough for that day; it waits for the next summary."),
    "empty": _("There was nothing worth a mail."),
    "gave_up": _("It could not be sent for a whole day."),
    "unsubscribed": _("You unsubscribed."),
}

WHEN: Final = {
    "now": _("At once"),
    "soon": _("After 10 minutes, if unseen"),
    "daily": _("Once a day"),
    "weekly": _("Once a week"),
    "never": _("Never"),
}

STATES: Final = {
    "waiting": _("on its way"),
    "sending": _("being sent"),
    "sent": _("sent"),
    "skipped": _("not sent"),
    "dead": _("given up"),
}

DAYS: Final = [
    _("Saturday"), _("Sunday"), _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"),
]  # fmt: skip

"""What can be wrong with a wish about notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Invalid, NotFound


class ChoiceUnknown(Invalid):
    """An event, a channel, an hour or a day that is none."""

    code = "choice_unknown"
    sentence = _("This is not one of the choices. Load the page again and choose one that stands there.")


class UnsubscribeUnreadable(NotFound):
    """A link to unsubscribe that nobody made."""

    code = "unsubscribe_unreadable"
    sentence = _(
        "This link to unsubscribe is incomplete. Open it from the mail once more, or sign in and choose there."
    )

"""What the house refuses about connectors."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Busy, Conflict, Invalid


class SetupOff(Busy):
    """A call for a setup that is switched off, or while all of them are: the sender is asked to come again."""

    code = "setup_off"
    sentence = _("This channel is switched off just now. Please come again later.")


class LettersFull(Busy):
    """So much could not be read that nothing more is kept: the sender keeps it until somebody has looked."""

    code = "letters_full"
    sentence = _("There is too much here that could not be read. Please come again later.")


class CannotWrite(Conflict):
    """A connector that does not send, or not to such an address."""

    code = "cannot_write"
    sentence = _("This channel cannot write to that address. Choose another way to reach them on their page.")


class NothingToWrite(Invalid):
    """A message without words, or with too many."""

    code = "nothing_to_write"
    sentence = _("Write a message of at most %(most)s characters.")
    field = "text"


class TooManySetups(Conflict):
    """There are as many as may be."""

    code = "too_many_setups"
    sentence = _("There are %(count)s channels already. Switch one off and use it anew.")


class SettingsWrong(Invalid):
    """Settings that the connector's own form refuses."""

    code = "settings_wrong"
    sentence = _("Please check the settings: %(fields)s.")


class NotWaiting(Conflict):
    """A dead letter that was settled before."""

    code = "letter_settled"
    sentence = _("This was replayed or dropped before.")


class StillUnreadable(Conflict):
    """A replayed letter that still cannot be taken."""

    code = "still_unreadable"
    sentence = _("It still cannot be read: %(why)s")

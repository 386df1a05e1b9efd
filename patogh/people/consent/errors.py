"""What can go wrong with consents."""

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Forbidden, Invalid, NotFound


class NoConsent(Forbidden):
    """Somebody did not agree to this purpose on this channel from this sender; nothing leaves."""

    code = "no_consent"
    sentence = _(
        "There is no consent for “%(purpose)s” by %(channel)s, so nothing was sent. They can agree in their settings, or at /consent."
    )


class ConsentWithdrawn(NoConsent):
    """Somebody took the consent back."""

    code = "consent_withdrawn"
    sentence = _(
        "The consent for “%(purpose)s” by %(channel)s was withdrawn, so nothing was sent. Only they themselves can give it anew."
    )


class TooYoung(NoConsent):
    """A minor: no marketing, whatever a form says."""

    code = "too_young"
    sentence = _("“%(purpose)s” is not for people under %(age)s, so nothing was sent or kept.")


class PurposeUnknown(Invalid):
    """A purpose that nobody registered."""

    code = "purpose_unknown"
    sentence = _("There is no such purpose of writing or using data. Choose one from the list.")
    field = "purpose"


class WayUnknown(Invalid):
    """A channel by which nothing is sent."""

    code = "way_unknown"
    sentence = _("There is no such channel. Choose one from the list.")
    field = "channel"


class WordsMissing(Invalid):
    """A consent without the words that were shown."""

    code = "words_missing"
    sentence = _("A consent needs the words that the person saw when agreeing.")
    field = "words"


class WordsTooLong(Invalid):
    """Words, a sender or evidence beyond their limit."""

    code = "words_too_long"
    sentence = _("This text is too long. Say it shorter: whoever agrees has to be able to read it.")
    field = "words"


class MethodUnknown(Invalid):
    """A consent with no known way in which it was said."""

    code = "method_unknown"
    sentence = _("Say how it was agreed: one of %(methods)s.")
    field = "method"


class EvidenceMissing(Invalid):
    """A consent from outside with nothing that proves it."""

    code = "evidence_missing"
    sentence = _("A consent from elsewhere needs what proves it: a form, a message, a recording or a signature.")
    field = "evidence"


class MomentUnreadable(Invalid):
    """A moment that cannot be, or lies ahead."""

    code = "moment_unreadable"
    sentence = _("The moment must be a date and a time in the past, like 2026-11-23T10:30:00+03:30.")
    field = "at"


class StateUnknown(Invalid):
    """Neither given nor withdrawn."""

    code = "state_unknown"
    sentence = _("A word about consent is “given” or “withdrawn”.")
    field = "state"


class AddressUnknown(Invalid):
    """Neither an e-mail address nor a phone number."""

    code = "address_unknown"
    sentence = _(
        "This is neither an e-mail address nor a phone number. Write it like mina@example.org or +98 912 345 6789."
    )
    field = "address"


class Erased(Conflict):
    """An address whose owner was erased here: nothing about it is taken from others."""

    code = "erased"
    sentence = _("Whoever had this address asked to be erased, so nothing about it is kept.")


class ConsentLinkUnreadable(NotFound):
    """A link to the choices of an address that is broken, or whose address is gone."""

    code = "consent_link_unreadable"
    sentence = _("This link does not work any more. Open the one in the newest message that you got from us.")


class FileUnreadable(Invalid):
    """A file of consents that is no CSV, has no heading or is too large."""

    code = "consent_file_unreadable"
    sentence = _("This file could not be read: it must be CSV in UTF-8 with the columns %(columns)s.")
    field = "file"


class WhyMissing(Invalid):
    """A copy of consents without what it is for."""

    code = "why_missing"
    sentence = _("Say in a few words what the copy is for; it is written down beside your name.")
    field = "why"

"""What the chat refuses: sentences for visitors, or for whoever put the script on a site."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Forbidden, Invalid, TooLarge


class OriginRefused(Forbidden):
    """A page of a site that the setup does not name."""

    code = "origin_refused"
    sentence = _("This site may not use this chat. Its address has to stand in the settings of the channel.")


class AskUnreadable(Invalid):
    """What came is not what our script sends."""

    code = "ask_unreadable"
    sentence = _("This is nothing that the chat understands.")


class NothingSaid(Invalid):
    """Neither words nor a picture."""

    code = "nothing_said"
    sentence = _("Write something first.")
    field = "text"


class SaidTooMuch(TooLarge):
    """Too many letters."""

    code = "said_too_much"
    sentence = _("A message has at most %(count)s characters. Please send it in parts.")


class PictureUnreadable(Invalid):
    """Not a picture, or none that we take."""

    code = "picture_unreadable"
    sentence = _("Only pictures can be sent: PNG, JPEG, WebP or GIF, at most 5 MB.")
    field = "picture"


class HashWrong(Forbidden):
    """The site vouches for somebody with a hash that its secret does not make."""

    code = "hash_wrong"
    sentence = _(
        "The hash does not fit this id: it has to be HMAC-SHA256 of the id with the secret of the channel, in hex."
    )


class Silent(Forbidden):
    """A visitor whom the team does not want to hear."""

    code = "silenced"
    sentence = _("You cannot write here any more.")


class NothingToMail(Invalid):
    """A transcript of a conversation that has not begun."""

    code = "nothing_to_mail"
    sentence = _("There is no conversation yet that could be sent.")


class CodeWrong(Forbidden):
    """A code that is wrong, too old, or tried too often."""

    code = "code_wrong"
    sentence = _("This code is not right, or too old. Ask for a new one.")
    field = "code"


class MailClosed(Invalid):
    """An address that mail came back from."""

    code = "mail_closed"
    sentence = _("Mail to this address came back to us. Write another one.")
    field = "email"

"""What our mails say: one letter a kind, in the language of whoever gets it, as plain words and as simple HTML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patogh.kit import persian
from patogh.kit.calendar import day_words
from patogh.looks import pages
from patogh.people.models import Leaving
from patogh.people.queries import brand


@dataclass
class Letter:
    """One mail: its subject, its paragraphs, and the code or the button in the middle."""

    subject: str
    lines: list[str]
    code: str = ""
    button: tuple[str, str] | None = None
    closing: list[str] = field(default_factory=list)


Facts = dict[str, Any]


def login_code(facts: Facts) -> Letter:
    """The code, and the link, that sign somebody in."""
    line = _("Type this code on the page where you asked for it. It works for fifteen minutes.")
    button = (_("Or sign in with this link"), facts["link"]) if facts.get("link") else None
    closing = [_("If you did not ask for it, do nothing: without this mail nobody gets in.")]
    return Letter(_("Your sign-in code for %(brand)s: %(code)s") % facts, [line], facts["code"], button, closing)


def email_confirmation_signup(facts: Facts) -> Letter:
    """The first mail to somebody who joins."""
    line = _(
        "Welcome. Type this code on the page where you joined, and the address is yours. It works for fifteen minutes."
    )
    button = (_("Or sign in with this link"), facts["link"]) if facts.get("link") else None
    closing = [_("If you did not join, do nothing; the account stays closed.")]
    return Letter(_("Welcome to %(brand)s: your code is %(code)s") % facts, [line], facts["code"], button, closing)


def email_confirmation(facts: Facts) -> Letter:
    """The code that proves one more address."""
    line = _(
        "Type this code on the page that asks for it, and this address belongs to your account. "
        "It works for fifteen minutes."
    )
    return Letter(_("Confirm this address for %(brand)s: %(code)s") % facts, [line], facts["code"])


def password_reset_code(facts: Facts) -> Letter:
    """The code for a new password."""
    line = _("Type this code on the page that asks for it, and choose a new password. It works for fifteen minutes.")
    closing = [_("If you did not ask for it, do nothing: your password stays as it is.")]
    return Letter(
        _("A new password for %(brand)s: your code is %(code)s") % facts, [line], facts["code"], closing=closing
    )


def unknown_account(facts: Facts) -> Letter:
    """To an address that nobody joined with."""
    line = _(
        "Somebody, perhaps you, tried to sign in with this address, but no account belongs to it. "
        "You can join with it, or try another address of yours."
    )
    return Letter(
        _("There is no account with this address at %(brand)s") % facts, [line], button=(_("Join"), facts["signup"])
    )


def account_already_exists(facts: Facts) -> Letter:
    """To an address with which somebody tried to join a second time."""
    line = _(
        "Somebody, perhaps you, tried to join with this address, but you have an account already. "
        "Sign in with it; a code comes to this address."
    )
    return Letter(_("You already have an account at %(brand)s") % facts, [line], button=(_("Sign in"), facts["signin"]))


def _told(subject: object, line: object) -> Callable[[Facts], Letter]:
    """Return the builder of a mail that tells of a change to the account; its words are lazy, so they are translated
    when it is sent.
    """

    def build(facts: Facts) -> Letter:
        closing = [
            _("If this was not you, sign in, end the other sessions and change your password."),
            _("It came from %(ip)s, %(agent)s.") % facts,
        ]
        return Letter(
            str(subject) % facts,
            [str(line) % facts],
            button=(_("Look at your account"), facts["security"]),
            closing=closing,
        )

    return build


LETTERS: Final[dict[str, Callable[[Facts], Letter]]] = {
    "login_code": login_code,
    "email_confirmation_signup": email_confirmation_signup,
    "email_confirmation": email_confirmation,
    "password_reset_code": password_reset_code,
    "unknown_account": unknown_account,
    "account_already_exists": account_already_exists,
    "password_changed": _told(
        gettext_lazy("Your password at %(brand)s was changed"),
        gettext_lazy("The password of your account was changed. Other devices were signed out."),
    ),
    "password_set": _told(
        gettext_lazy("You have a password at %(brand)s now"), gettext_lazy("A password was set for your account.")
    ),
    "password_reset": _told(
        gettext_lazy("Your password at %(brand)s is new"),
        gettext_lazy("The password of your account was replaced with a code that came by mail."),
    ),
    "email_changed": _told(
        gettext_lazy("Your main address at %(brand)s was changed"),
        gettext_lazy("Mail for your account goes to %(to_email)s from now on."),
    ),
    "email_confirm": _told(
        gettext_lazy("An address was confirmed at %(brand)s"),
        gettext_lazy("An e-mail address of your account was confirmed."),
    ),
    "email_deleted": _told(
        gettext_lazy("An address was removed at %(brand)s"),
        gettext_lazy("%(deleted_email)s no longer belongs to your account."),
    ),
    "recovery_codes_generated": _told(
        gettext_lazy("New recovery codes at %(brand)s"),
        gettext_lazy("New recovery codes were made for your account; the old ones no longer work."),
    ),
    "totp_activated": _told(
        gettext_lazy("The second step is on at %(brand)s"),
        gettext_lazy("From now on signing in asks for a code of your authenticator app."),
    ),
    "totp_deactivated": _told(
        gettext_lazy("The second step is off at %(brand)s"),
        gettext_lazy("Signing in no longer asks for a code of your authenticator app."),
    ),
    "webauthn_added": _told(
        gettext_lazy("A passkey was added at %(brand)s"), gettext_lazy("A new passkey can sign in to your account.")
    ),
    "webauthn_removed": _told(
        gettext_lazy("A passkey was removed at %(brand)s"),
        gettext_lazy("One of your passkeys no longer signs in to your account."),
    ),
    "account_connected": _told(
        gettext_lazy("An outside account was connected at %(brand)s"),
        gettext_lazy("You can now sign in with an account of %(provider)s."),
    ),
    "account_disconnected": _told(
        gettext_lazy("An outside account was disconnected at %(brand)s"),
        gettext_lazy("An account of %(provider)s no longer signs you in."),
    ),
}


def kind_of(template_prefix: str) -> str:
    """Return the key in LETTERS of a mail that django-allauth calls `account/email/login_code`; raises KeyError."""
    kind = template_prefix.rpartition("/")[2]
    if kind not in LETTERS:
        raise KeyError(template_prefix)
    return kind


def message(letter: Letter, *, language: str, brand: str, sender: str, to: list[str]) -> EmailMultiAlternatives:
    """Return the mail of a letter; codes stay in Latin digits in the plain part, so that they can be copied."""
    subject = " ".join(letter.subject.split())
    pieces = [
        *letter.lines,
        letter.code,
        f"{letter.button[0]}:\n{letter.button[1]}" if letter.button else "",
        *letter.closing,
        f"-- \n{brand}",
    ]
    mail = EmailMultiAlternatives(subject, "\n\n".join(piece for piece in pieces if piece) + "\n", sender, to)
    facts = {
        "letter": letter,
        "lang": language,
        "dir": "rtl" if language == "fa" else "ltr",
        "brand_name": persian.name_clean(brand),
    }
    mail.attach_alternative(pages.jinja_env().get_template("people/mail/letter.html").render(facts), "text/html")
    return mail


def come_back_letter(leaving: Leaving, address: str) -> EmailMultiAlternatives:
    """Return the mail to somebody who closed the account, with the way back."""
    member, row = leaving.member, brand()
    with translation.override(member.language):
        name = row.name if member.language == "fa" else row.name_en
        day = day_words(leaving.erase_at, member.viewer, year=True)
        lines = [
            _("Your account at %(brand)s is closed. Nobody sees it, and you are signed out everywhere.")
            % {"brand": name},
            _("On %(day)s it is erased for good. Until then this button brings it back as it was.") % {"day": day},
        ]
        closing = [_("If it was not you who closed it, come back and change your password.")]
        subject = _("Your account at %(brand)s is closed") % {"brand": name}
        letter = Letter(subject, lines, button=(_("Come back"), address), closing=closing)
        return message(
            letter, language=member.language, brand=name, sender=settings.DEFAULT_FROM_EMAIL, to=[member.email or ""]
        )

"""Our words for what django-allauth says: errors of its forms and the short messages after a step."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

FORM_ERRORS: Final = {
    "account_inactive": _("This account is closed at the moment."),
    "cannot_remove_primary_email": _("Make another address your main one first; then this one can go."),
    "duplicate_email": _("This address belongs to your account already."),
    "email_password_mismatch": _("The address and the password do not fit together."),
    "phone_password_mismatch": _("The number and the password do not fit together."),
    "username_password_mismatch": _("The handle and the password do not fit together."),
    "email_taken": _("Another account already uses this e-mail address."),
    "phone_taken": _("Another account already uses this phone number."),
    "enter_current_password": _("This is not your current password."),
    "incorrect_code": _("This code is not right, or it is too old. Look again, or ask for a new one."),
    "incorrect_password": _("This is not your password."),
    "invalid_login": _("Give an e-mail address or a mobile number."),
    "invalid_or_expired_key": _("This link has expired or was used already."),
    "invalid_password_reset": _("This link has expired or was used already."),
    "max_email_addresses": _("An account has at most %d addresses."),
    "too_many_login_attempts": _("Too many tries. Wait a few minutes and try again."),
    "unknown_email": _("No account belongs to this address."),
    "unknown_phone": _("No account belongs to this number."),
    "unverified_primary_email": _("Your main address has to be confirmed first."),
    "username_blacklisted": _("This handle is taken or kept back. Please choose another one."),
    "username_taken": _("This handle is taken or kept back. Please choose another one."),
    "select_only_one": _("Give an e-mail address or a mobile number, not both."),
    "same_as_current": _("This is what you have now; give another one."),
    "rate_limited": _("Too many tries. Wait a few minutes and try again."),
}
MFA_ERRORS: Final = {
    "add_email_blocked": _("While the second step is on, no address can be added."),
    "cannot_delete_authenticator": _("The second step cannot be turned off."),
    "cannot_generate_recovery_codes": _("Recovery codes need a second step first."),
    "incorrect_code": _("This code is not right, or it is too old. Look again, or ask for a new one."),
    "unverified_email": _("Confirm your e-mail address first; then the second step can be turned on."),
}
# What the page after a step shows by itself is not said again: an empty text.
MESSAGES: Final = {
    "account/messages/cannot_delete_primary_email.txt": _(
        "Make another address your main one first; then this one can go."
    ),
    "account/messages/email_confirmation_failed.txt": _(
        "This address could not be confirmed, because another account confirmed it before."
    ),
    "account/messages/email_confirmation_sent.txt": "",
    "account/messages/email_confirmed.txt": _("%(email)s is confirmed."),
    "account/messages/email_deleted.txt": _("%(email)s is removed."),
    "account/messages/logged_in.txt": "",
    "account/messages/logged_out.txt": _("You are signed out. See you soon."),
    "account/messages/login_code_sent.txt": "",
    "account/messages/password_changed.txt": _("Your password is changed. Other devices were signed out."),
    "account/messages/password_set.txt": _("Your password is set."),
    "account/messages/phone_verification_sent.txt": "",
    "account/messages/phone_verified.txt": _("Your number is confirmed."),
    "account/messages/primary_email_set.txt": _("Your main address is set."),
    "account/messages/unverified_primary_email.txt": _("Your main address has to be confirmed first."),
    "mfa/messages/recovery_codes_generated.txt": _("Your new recovery codes are ready. The old ones no longer work."),
    "mfa/messages/totp_activated.txt": _("The authenticator app is on."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is off."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "socialaccount/messages/account_connected.txt": _("The outside account is connected."),
    "socialaccount/messages/account_connected_other.txt": _("That outside account is connected to another member."),
    "socialaccount/messages/account_connected_updated.txt": _("The outside account was connected already."),
    "socialaccount/messages/account_disconnected.txt": _("The outside account is disconnected."),
    "usersessions/messages/sessions_logged_out.txt": _("Your other devices are signed out."),
}


def said(template: str, facts: dict[str, Any]) -> str:
    """Return our words in place of one of allauth's message templates; raises KeyError for one that we do not know."""
    text = str(MESSAGES[template]) if template else ""
    return text % facts if "%(" in text else text


# How somebody agreed or took it back, as pages of consent say it.
CONSENT_METHODS: Final = {
    "settings": _("in the settings"),
    "link": _("by the link of a message"),
    "confirmed": _("by the button in our letter"),
    "form": _("in a form"),
    "sms_word": _("by a text message"),
    "unsubscribed": _("by unsubscribing"),
    "import": _("brought from elsewhere"),
    "spoken": _("in a talk"),
    "paper": _("on paper"),
    "bounce": _("our message came back"),
    "complaint": _("by a complaint"),
    "undo": _("by undoing"),
}

"""What is asked of somebody who sets Twilio up."""

from __future__ import annotations

import re
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from patogh.channels.texting import clean_server
from patogh.kit import persian

ACCOUNT: Final = re.compile(r"AC[0-9a-fA-F]{32}")
TOKEN: Final = re.compile(r"[A-Za-z0-9]{20,100}")
NUMBER: Final = re.compile(r"\+[0-9]{6,15}|MG[0-9a-fA-F]{32}|[0-9]{3,8}")


class TwilioForm(forms.Form):
    """The account, its token and the number that writes."""

    account = forms.CharField(max_length=40, label=_("Account SID"), help_text=_("Begins with AC."))
    token = forms.CharField(max_length=100, label=_("Auth token"), widget=forms.PasswordInput(render_value=False))
    sender = forms.CharField(
        max_length=40,
        label=_("Number that writes"),
        help_text=_("Like +15005550006, or a messaging service that begins with MG."),
    )
    server = forms.CharField(max_length=200, label=_("Address of the service"), initial="https://api.twilio.com")

    def clean_account(self) -> str:
        """Hold the form of an account, so that nothing else ever gets into an address."""
        said = str(self.cleaned_data["account"]).strip()
        if not ACCOUNT.fullmatch(said):
            raise forms.ValidationError(_("An account is AC and 32 letters and digits."))
        return said

    def clean_token(self) -> str:
        """Hold the form of a token."""
        said = str(self.cleaned_data["token"]).strip()
        if not TOKEN.fullmatch(said):
            raise forms.ValidationError(_("This does not look like an auth token."))
        return said

    def clean_sender(self) -> str:
        """Read a number in digits of any script."""
        said = "".join(persian.digits_en(str(self.cleaned_data["sender"])).split())
        if not NUMBER.fullmatch(said):
            raise forms.ValidationError(_("A number begins with + and its country."))
        return said

    def clean_server(self) -> str:
        """Hold that it is an address of the web."""
        return clean_server(str(self.cleaned_data["server"]))

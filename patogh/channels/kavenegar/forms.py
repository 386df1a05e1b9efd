"""What is asked of somebody who sets Kavenegar up."""

from __future__ import annotations

import re
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from patogh.channels.texting import clean_server
from patogh.kit import persian

KEY: Final = re.compile(r"[A-Za-z0-9+/=_-]{16,200}")
LINE: Final = re.compile(r"\+?[0-9]{3,20}")


class KavenegarForm(forms.Form):
    """The key of the panel and the line that writes."""

    api_key = forms.CharField(
        max_length=200, label=_("API key"), widget=forms.PasswordInput(render_value=False),
        help_text=_("It stands in the panel of Kavenegar under the settings of the account."),
    )  # fmt: skip
    sender = forms.CharField(max_length=24, label=_("Number that writes"), help_text=_("Like 10004346"))
    server = forms.CharField(max_length=200, label=_("Address of the service"), initial="https://api.kavenegar.com")

    def clean_api_key(self) -> str:
        """Hold the form of a key, so that nothing else ever gets into an address."""
        said = str(self.cleaned_data["api_key"]).strip()
        if not KEY.fullmatch(said):
            raise forms.ValidationError(_("This does not look like an API key."))
        return said

    def clean_sender(self) -> str:
        """Read a line's number in digits of any script."""
        said = "".join(persian.digits_en(str(self.cleaned_data["sender"])).split())
        if not LINE.fullmatch(said):
            raise forms.ValidationError(_("A number has digits only."))
        return said

    def clean_server(self) -> str:
        """Hold that it is an address of the web."""
        return clean_server(str(self.cleaned_data["server"]))

"""What is asked of somebody who connects a program of their own."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from patogh.channels.webhook import mapping
from patogh.kit import signing

RULES_CHARS_MAX: Final = 4_000


class WebhookForm(forms.Form):
    """A secret, how the other program's JSON is read, and where we write to."""

    secret = forms.CharField(
        max_length=200, required=False, label=_("Secret"), widget=forms.PasswordInput(render_value=False),
        help_text=_("Begins with whsec_; both sides sign with it, as Standard Webhooks say."),
    )  # fmt: skip
    rules = forms.CharField(
        max_length=RULES_CHARS_MAX, required=False, label=_("How its JSON is read"), widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr"}),
        help_text=_('One line a field, like: text = data.body · who.value = data.customer.email · who.kind = "email"'),
    )  # fmt: skip
    url = forms.CharField(
        max_length=500, required=False, label=_("Address that we write to"), help_text=_("Empty: nothing is sent.")
    )

    def clean_secret(self) -> str:
        """Hold the form of a secret."""
        said = str(self.cleaned_data["secret"]).strip()
        try:
            if said:
                signing.signature(said, "", 0, b"")
        except ValueError as error:
            raise forms.ValidationError(_("A secret is whsec_ followed by Base64.")) from error
        return said

    def clean_rules(self) -> str:
        """Hold that every line can be read."""
        said = str(self.cleaned_data["rules"]).strip()
        try:
            mapping.rules(said)
        except ValueError as error:
            raise forms.ValidationError(_("This line cannot be read: %(line)s") % {"line": error.args[0]}) from error
        return said

    def clean_url(self) -> str:
        """Hold that it is an address of the web."""
        said = str(self.cleaned_data["url"]).strip()
        parts = urlsplit(said)
        if said and (parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc):
            raise forms.ValidationError(_("Write a whole address that begins with https://"))
        return said

"""What is asked of somebody who connects a shared mailbox."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

TLS: Final = [("ssl", _("TLS from the first byte")), ("starttls", "STARTTLS"), ("none", _("none (inside only)"))]
_HOST: Final = re.compile(r"[A-Za-z0-9.:\-]{1,200}")


class EmailForm(forms.Form):
    """The address, where its mail is read, and where it is sent."""

    address = forms.EmailField(max_length=200, label=_("Address"), help_text=_("Like care@rekab.example"))
    sender_name = forms.CharField(max_length=80, required=False, label=_("Name of the sender"))
    user = forms.CharField(max_length=200, label=_("User"))
    password = forms.CharField(
        max_length=200, required=False, label=_("Password"), widget=forms.PasswordInput(render_value=False)
    )
    imap_host = forms.CharField(
        max_length=200, required=False, label=_("IMAP server"), help_text=_("Empty: only sends.")
    )
    imap_port = forms.IntegerField(min_value=1, max_value=65535, initial=993, label=_("IMAP port"))
    imap_tls = forms.ChoiceField(choices=TLS, initial="ssl", label=_("IMAP security"))
    folder = forms.CharField(max_length=200, initial="INBOX", label=_("Folder"))
    smtp_host = forms.CharField(
        max_length=200, required=False, label=_("SMTP server"), help_text=_("Empty: only reads.")
    )
    smtp_port = forms.IntegerField(min_value=1, max_value=65535, initial=465, label=_("SMTP port"))
    smtp_tls = forms.ChoiceField(choices=TLS, initial="ssl", label=_("SMTP security"))
    judge = forms.CharField(
        max_length=200, required=False, label=_("Who checks DMARC"),
        help_text=_("The name that your own mail server writes into Authentication-Results; empty: senders stay claims."),
    )  # fmt: skip

    def clean_imap_host(self) -> str:
        """Hold the form of a host."""
        return _host(self.cleaned_data["imap_host"])

    def clean_smtp_host(self) -> str:
        """Hold the form of a host."""
        return _host(self.cleaned_data["smtp_host"])

    def clean_sender_name(self) -> str:
        """Keep a name on one line."""
        return " ".join(str(self.cleaned_data["sender_name"]).split())

    def clean(self) -> dict[str, Any]:
        """Hold that it reads or sends."""
        found = super().clean() or {}
        if not found.get("imap_host") and not found.get("smtp_host") and not self.errors:
            raise forms.ValidationError(_("Name a server to read from or to send through."))
        return found


def _host(said: Any) -> str:
    words = str(said or "").strip()
    if words and not _HOST.fullmatch(words):
        raise forms.ValidationError(_("This is not the name of a server."))
    return words

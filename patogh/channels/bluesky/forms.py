"""What is asked of somebody who connects a Bluesky account."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

WORDS_MAX: Final = 20
STREAM: Final = "wss://jetstream2.us-east.bsky.network/subscribe"


class BlueskyForm(forms.Form):
    """The account, an app password, and words that are watched besides what names us."""

    handle = forms.CharField(max_length=250, label=_("Handle"), help_text=_("Like rekab.bsky.social"))
    password = forms.CharField(
        max_length=200, label=_("App password"), widget=forms.PasswordInput(render_value=False),
        help_text=_("Settings, Privacy and security, App passwords. Never the account's own password."),
    )  # fmt: skip
    words = forms.CharField(
        max_length=400, required=False, label=_("Words to watch"), help_text=_("With a comma between them.")
    )
    server = forms.CharField(max_length=200, label=_("Server"), initial="https://bsky.social")
    stream = forms.CharField(max_length=200, label=_("Jetstream"), initial=STREAM)

    def clean_handle(self) -> str:
        """Return the handle as a domain name in lower case."""
        said = str(self.cleaned_data["handle"]).strip().lstrip("@").lower()
        if not re.fullmatch(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*", said):
            raise forms.ValidationError(_("A handle looks like a domain name: rekab.bsky.social"))
        return said

    def clean_words(self) -> str:
        """Return the words with one comma between them."""
        found = [word.strip() for word in re.split(r"[,،\n]", str(self.cleaned_data["words"])) if word.strip()]
        if len(found) > WORDS_MAX or any(len(word) < 3 for word in found):
            raise forms.ValidationError(_("Write at most twenty words of three letters or more."))
        return ", ".join(dict.fromkeys(found))

    def clean_server(self) -> str:
        """Hold that the server is one of HTTP."""
        return _address(self.cleaned_data["server"], {"https", "http"})

    def clean_stream(self) -> str:
        """Hold that the stream is one of WebSocket."""
        return _address(self.cleaned_data["stream"], {"wss", "ws"})


def _address(said: object, schemes: set[str]) -> str:
    address = str(said).strip().rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc or parts.query:
        raise forms.ValidationError(_("Write a whole address without a question mark."))
    return address

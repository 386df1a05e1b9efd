"""What is asked of somebody who puts the chat on a site."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from patogh.channels.chat import limits

LANGUAGES: Final = [("", _("That of the site")), ("fa", _("Persian")), ("en", _("English"))]
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_SOURCE: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")


class ChatForm(forms.Form):
    """On which sites it stands, how it greets, and the secret with which a site vouches for its members."""

    origins = forms.CharField(
        max_length=4_000, label=_("Sites"), widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        help_text=_("One a line, like https://rekab.example; no other site can use this chat."),
    )  # fmt: skip
    greeting = forms.CharField(max_length=200, required=False, label=_("Greeting"))
    line = forms.CharField(
        max_length=300, required=False, label=_("What is said of the visitor's data"),
        help_text=_("Empty: “We keep what you write, to answer you.”"),
    )  # fmt: skip
    language = forms.ChoiceField(choices=LANGUAGES, required=False, label=_("Language"))
    colour = forms.CharField(
        max_length=7, required=False, label=_("Colour"), help_text=_("Like #0f766e; empty: the brand's.")
    )
    asks_name = forms.BooleanField(
        required=False, initial=True, label=_("Visitors may leave a name and an e-mail address")
    )
    users = forms.CharField(
        max_length=40, required=False, label=_("Whose user ids"),
        help_text=_("The name of the source of events that knows the same ids, so that it is the same person; empty: chat."),
    )  # fmt: skip
    secret = forms.CharField(
        max_length=200, min_length=20, required=False, label=_("Secret for members of the site"),
        widget=forms.PasswordInput(render_value=False),
        help_text=_("At least 20 characters, known to your server and to us; without it nobody is taken for a member."),
    )  # fmt: skip

    def clean_origins(self) -> str:
        """Hold that every line is an origin; returns them in their one form."""
        found = [origin(line) for line in str(self.cleaned_data["origins"]).split()]
        if not found or "" in found or len(found) > limits.ORIGINS_MAX:
            raise forms.ValidationError(_("Write one site a line, like https://rekab.example"))
        return "\n".join(dict.fromkeys(found))

    def clean_colour(self) -> str:
        """Hold the form of a colour."""
        said = str(self.cleaned_data["colour"]).strip()
        if said and not _COLOUR.fullmatch(said):
            raise forms.ValidationError(_("Write a colour like #0f766e"))
        return said.lower()

    def clean_users(self) -> str:
        """Hold the form of a source's name."""
        said = str(self.cleaned_data["users"]).strip().lower()
        if said and not _SOURCE.fullmatch(said):
            raise forms.ValidationError(_("A source's name has small Latin letters, digits, dots and dashes."))
        return said


def origin(said: str) -> str:
    """Return the origin that a browser would send for an address, or "" where it has none."""
    try:
        parts = urlsplit(said.strip())
        port = parts.port
        host = (
            (parts.hostname or "").encode("idna").decode() if not (parts.hostname or "").isascii() else parts.hostname
        )
    except (ValueError, UnicodeError):
        return ""
    is_plain = parts.path in {"", "/"} and not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in {"http", "https"} or not host or not is_plain or any(ch in host for ch in "*,;'\" <>"):
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (
        f":{port}" if port and port != {"http": 80, "https": 443}[parts.scheme] else ""
    )

"""What is asked of somebody who connects a Mastodon account."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

HASHTAGS_MAX: Final = 10
VISIBILITIES: Final = [
    ("public", _("Public")), ("unlisted", _("Quiet public")), ("private", _("Followers")), ("direct", _("Those mentioned")),
]  # fmt: skip


class MastodonForm(forms.Form):
    """The server, a token, and hashtags that are watched besides what names us."""

    server = forms.CharField(max_length=200, label=_("Server"), help_text=_("Like https://mastodon.social"))
    token = forms.CharField(
        max_length=200, label=_("Access token"), widget=forms.PasswordInput(render_value=False),
        help_text=_("Preferences, Development, New application; it needs read and write:statuses."),
    )  # fmt: skip
    hashtags = forms.CharField(
        max_length=400,
        required=False,
        label=_("Hashtags to watch"),
        help_text=_("Without #, with blanks between them."),
    )
    visibility = forms.ChoiceField(choices=VISIBILITIES, initial="unlisted", label=_("Who sees what we write"))
    chars_max = forms.IntegerField(min_value=100, max_value=20_000, initial=500, label=_("Characters a post"))

    def clean_server(self) -> str:
        """Return the server's address alone."""
        said = str(self.cleaned_data["server"]).strip().rstrip("/")
        said = said if "://" in said else f"https://{said}"
        parts = urlsplit(said)
        if parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc or parts.path:
            raise forms.ValidationError(_("Write a whole address that begins with https://"))
        return said

    def clean_token(self) -> str:
        """Hold that a token is one word that a header can carry."""
        said = str(self.cleaned_data["token"]).strip()
        if not re.fullmatch(r"[A-Za-z0-9._~+/=-]{8,200}", said):
            raise forms.ValidationError(_("This does not look like an access token."))
        return said

    def clean_hashtags(self) -> str:
        """Return the words with one blank between them."""
        found = [
            word.lstrip("#") for word in re.split(r"[\s,،]+", str(self.cleaned_data["hashtags"])) if word.strip("#")
        ]
        if len(found) > HASHTAGS_MAX or not all(re.fullmatch(r"[\w\u200c]{1,80}", word) for word in found):
            raise forms.ValidationError(_("Write at most ten hashtags of letters, digits and underscores."))
        return " ".join(dict.fromkeys(found))

"""What is asked of somebody who sets up a bot."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

TOKEN: Final = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,120}")
WAYS: Final = [("poll", _("We ask for new messages")), ("webhook", _("The bot's server calls us"))]
GROUPS: Final = [
    ("addressed", _("What is said to the bot")), ("all", _("Everything")), ("none", _("Nothing")),
]  # fmt: skip


class BotForm(forms.Form):
    """A bot's token, how its messages reach us, and what it listens to in groups."""

    token = forms.CharField(
        max_length=160, label=_("Token"), help_text=_("BotFather gives it, like 123456:ABC…"),
        widget=forms.PasswordInput(render_value=False),
    )  # fmt: skip
    bot = forms.CharField(
        max_length=64, required=False, label=_("The bot's username"), help_text=_("Like rekab_bot; used in groups.")
    )
    way = forms.ChoiceField(choices=WAYS, initial="poll", label=_("How messages come"))
    groups = forms.ChoiceField(choices=GROUPS, initial="addressed", label=_("In groups we take"))
    server = forms.CharField(max_length=200, label=_("Address of the Bot API"))

    def clean_token(self) -> str:
        """Hold the form of a token, so that nothing else ever gets into an address."""
        said = str(self.cleaned_data["token"]).strip()
        if not TOKEN.fullmatch(said):
            raise forms.ValidationError(_("This does not look like a bot's token."))
        return said

    def clean_bot(self) -> str:
        """Keep the name without its @."""
        said = str(self.cleaned_data["bot"]).strip().lstrip("@")
        if said and not re.fullmatch(r"[A-Za-z0-9_]{3,64}", said):
            raise forms.ValidationError(_("A username has Latin letters, digits and underscores."))
        return said

    def clean_server(self) -> str:
        """Hold that the address is one of HTTP and has neither a query nor a password."""
        said = str(self.cleaned_data["server"]).strip().rstrip("/")
        parts = urlsplit(said)
        if parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc or parts.query:
            raise forms.ValidationError(_("Write a whole address that begins with https://"))
        return said


class TelegramForm(BotForm):
    """A bot of Telegram."""

    server = forms.CharField(max_length=200, label=_("Address of the Bot API"), initial="https://api.telegram.org")


class BaleForm(BotForm):
    """A bot of Bale."""

    server = forms.CharField(max_length=200, label=_("Address of the Bot API"), initial="https://tapi.bale.ai")

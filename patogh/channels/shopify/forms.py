"""What is asked of somebody who connects a shop on Shopify."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patogh.channels.orders import ShopForm


class ShopifyForm(ShopForm):
    """The secret of its webhooks, and the token by which we ask."""

    secret = forms.CharField(
        max_length=200,
        required=False,
        label=_("Secret of the webhooks"),
        widget=forms.PasswordInput(render_value=False),
    )
    token = forms.CharField(
        max_length=200, required=False, label=_("Access token"), widget=forms.PasswordInput(render_value=False),
        help_text=_("Begins with shpat_; it needs read_orders, and read_all_orders for older ones."),
    )  # fmt: skip
    version = forms.CharField(max_length=7, initial="2026-10", label=_("Version of the API"))

    def clean_version(self) -> str:
        """Hold the form of a version."""
        said = str(self.cleaned_data["version"]).strip()
        if not re.fullmatch(r"20[0-9]{2}-(01|04|07|10)", said):
            raise forms.ValidationError(_("A version is a year and a month, like 2026-10."))
        return said

    def clean(self) -> dict[str, Any]:
        """Hold that there is one way at least."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("secret") and not said.get("token"):
            raise forms.ValidationError(_("Write the secret of the webhooks, or the access token, or both."))
        return said

"""What is asked of somebody who connects a shop on WooCommerce."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patogh.channels.orders import ShopForm


class WooForm(ShopForm):
    """The secret of its webhooks, and the key by which we ask."""

    secret = forms.CharField(
        max_length=200,
        required=False,
        label=_("Secret of the webhooks"),
        widget=forms.PasswordInput(render_value=False),
    )
    consumer_key = forms.CharField(
        max_length=100, required=False, label=_("Consumer key"), help_text=_("Begins with ck_; reading is enough.")
    )
    consumer_secret = forms.CharField(
        max_length=100, required=False, label=_("Consumer secret"), widget=forms.PasswordInput(render_value=False)
    )

    def clean(self) -> dict[str, Any]:
        """Hold that there is one way at least."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("secret") and not (said.get("consumer_key") and said.get("consumer_secret")):
            raise forms.ValidationError(_("Write the secret of the webhooks, or both parts of the key, or all three."))
        return said

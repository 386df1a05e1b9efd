"""What an admin types about an endpoint."""

from __future__ import annotations

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from patogh.api.webhooks import limits, policy
from patogh.api.webhooks.actions import EndpointWords
from patogh.api.webhooks.errors import BadWebhookAddress
from patogh.kit import limits as house
from patogh.kit.egress import EgressFailed, EgressRefused

REQUIRED = {"required": _("This cannot stay empty.")}
REACHES = [
    ("public", _("What everybody sees")),
    ("members", _("What members see")),
    ("staff", _("All, also what only the team sees")),
]


class EndpointForm(forms.Form):
    """An address, what it hears of, and what it is for."""

    url = forms.CharField(max_length=house.LINK_CHARS_MAX, error_messages=REQUIRED)
    description = forms.CharField(max_length=limits.DESCRIPTION_CHARS_MAX, required=False)
    patterns = forms.CharField(
        max_length=(limits.PATTERN_CHARS_MAX + 1) * limits.PATTERNS_MAX // 2,
        error_messages=REQUIRED,
        validators=[ProhibitNullCharactersValidator()],
    )
    reach = forms.ChoiceField(choices=REACHES)
    takes_private = forms.BooleanField(required=False)

    def clean_url(self) -> str:
        """Look where the address leads before it is kept; it is looked at again whenever something is sent."""
        url: str = self.cleaned_data["url"].strip()
        try:
            policy.examine(url)
        except (EgressRefused, EgressFailed) as error:
            raise forms.ValidationError(str(BadWebhookAddress())) from error
        return url

    def words(self) -> EndpointWords:
        """Return what was typed."""
        said = self.cleaned_data
        return EndpointWords(said["url"], said["patterns"], said["description"], said["reach"], said["takes_private"])

"""Forms of the open book."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from patogh.ledger.actions.enlisting import LABEL_CHARS_MAX, URL_CHARS_MAX, Described

VKEY_CHARS_MAX: Final = 4_000
ICONS: Final = [
    ("eye", _("An eye")), ("bike", _("A bicycle")), ("landmark", _("A university, an office")),
    ("newspaper", _("A newspaper")), ("users", _("A club")), ("user", _("A person")), ("shield-check", _("A shield")),
    ("store", _("A shop")), ("house", _("A house")), ("globe", _("The world")),
]  # fmt: skip
REQUIRED: Final = {"required": _("This cannot stay empty.")}


class WitnessForm(forms.Form):
    """A witness outside the house, or our own."""

    vkey = forms.CharField(max_length=VKEY_CHARS_MAX, label=_("Verifier key"), error_messages=REQUIRED)
    url = forms.CharField(max_length=URL_CHARS_MAX, label=_("Address"), error_messages=REQUIRED)
    label_fa = forms.CharField(max_length=LABEL_CHARS_MAX, label=_("Name in Persian"), error_messages=REQUIRED)
    label_en = forms.CharField(max_length=LABEL_CHARS_MAX, label=_("Name in English"), error_messages=REQUIRED)
    icon = forms.ChoiceField(choices=ICONS, required=False, label=_("Picture"))
    is_ours = forms.BooleanField(required=False, label=_("It is our own (it does not count)"))

    def described(self) -> Described:
        """Return what a valid form says."""
        said: dict[str, Any] = self.cleaned_data
        return Described(**said)

"""What is asked of somebody who receives webmentions."""

from __future__ import annotations

import re
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

SITES_MAX: Final = 10


class WebmentionForm(forms.Form):
    """Which sites are ours besides the address of the house."""

    sites = forms.CharField(
        max_length=600, required=False, label=_("Our other sites"), help_text=_("Host names, with blanks between them.")
    )
    refused = forms.CharField(
        max_length=2000,
        required=False,
        label=_("Sites that are not heard"),
        help_text=_("Host names, with blanks between them."),
    )

    sends = forms.BooleanField(
        required=False,
        label=_("Tell other sites when a public text of ours links to them"),
        help_text=_("Sites that take webmentions may then show our text beside theirs. Off, nothing leaves."),
    )

    def clean_sites(self) -> str:
        """Return the host names."""
        return _hosts(self.cleaned_data["sites"], SITES_MAX)

    def clean_refused(self) -> str:
        """Return the host names."""
        return _hosts(self.cleaned_data["refused"], 100)


def _hosts(said: object, most: int) -> str:
    found = [word.lower().removeprefix("https://").strip("/") for word in re.split(r"[\s,،]+", str(said)) if word]
    if len(found) > most or not all(re.fullmatch(r"[a-z0-9.-]{1,253}", word) for word in found):
        raise forms.ValidationError(_("Write host names alone, like rekab.ir"))
    return " ".join(dict.fromkeys(found))

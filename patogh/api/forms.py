"""The form of a new token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patogh.api import limits
from patogh.api.scopes import READING, SCOPES

ENDS = [("7", _("a week")), ("30", _("a month")), ("90", _("three months")), ("366", _("a year"))]


class TokenForm(forms.Form):
    """What a token is called, what it may do and how long it works."""

    name = forms.CharField(
        max_length=limits.TOKEN_NAME_CHARS_MAX,
        label=_("Name of the program"),
        error_messages={"required": _("Please give the token a name, so that you know it again.")},
    )
    scopes = forms.MultipleChoiceField(
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        label=_("What may it do?"),
        error_messages={"required": _("Please choose at least one thing that the token may do.")},
        initial=list(READING),
    )
    days = forms.ChoiceField(choices=ENDS, initial="90", label=_("How long does it work?"))

    def said(self) -> dict[str, Any]:
        """Return what was chosen as the action takes it."""
        given = self.cleaned_data
        return {"name": given["name"], "scopes": given["scopes"], "days": int(given["days"])}

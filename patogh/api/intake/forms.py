"""The form of a source."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from patogh.api.intake import limits
from patogh.api.intake.actions.sources import SourceWords

KINDS = [
    ("server", _("a server: its key is kept secret")),
    ("browser", _("a website or an app: its key is in plain sight")),
]


class SourceForm(forms.Form):
    """What sends events, and what it may say."""

    name = forms.CharField(
        max_length=limits.SOURCE_NAME_CHARS_MAX, label=_("Name of the source"),
        error_messages={"required": _("Please give the source a name.")},
    )  # fmt: skip
    kind = forms.ChoiceField(choices=KINDS, label=_("What it is"))
    users = forms.CharField(max_length=36, required=False, label=_("Family of user ids"))
    is_trusted = forms.BooleanField(required=False)
    proves_contact = forms.BooleanField(required=False)
    takes_orders = forms.BooleanField(required=False)
    origins = forms.CharField(max_length=600, required=False, label=_("Websites that may send from a browser"))

    def words(self) -> SourceWords:
        """Return what was said."""
        return SourceWords(**self.cleaned_data)

"""What the team sends about persons."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

REASON_CHARS_MAX = 300
FIELD = "field:"


class MergeForm(forms.Form):
    """Two persons to be joined, and why."""

    kept = forms.UUIDField(widget=forms.HiddenInput)
    folded = forms.UUIDField(label=_("The other person"))
    reason = forms.CharField(label=_("Reason"), max_length=REASON_CHARS_MAX, required=False, strip=True)


class AnswerForm(forms.Form):
    """The answer to a suggestion: one person, two, or ask again."""

    answer = forms.ChoiceField(
        choices=[("merge", _("Join")), ("refuse", _("Not the same")), ("reopen", _("Ask again"))]
    )
    reason = forms.CharField(label=_("Reason"), max_length=REASON_CHARS_MAX, required=False, strip=True)


class ReasonForm(forms.Form):
    """A reason in a few words."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON_CHARS_MAX, required=False, strip=True)


def chosen_fields(data: object) -> dict[str, int]:
    """Return which identity's word stands for which field, as the form says it; what cannot be read is left out."""
    items = data.items() if hasattr(data, "items") else ()
    return {
        str(name)[len(FIELD) :][:80]: int(value)
        for name, value in items
        if str(name).startswith(FIELD) and str(value).isascii() and str(value).isdecimal() and len(str(value)) < 19
    }

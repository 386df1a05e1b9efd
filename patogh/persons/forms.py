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
        choices=[("merge", _("Join them")), ("refuse", _("Not the same")), ("reopen", _("Ask again"))]
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


class LookForm(forms.Form):
    """Why somebody of the team looks at a person: one of the usual reasons, or words of their own."""

    WHYS = (
        ("", _("Another reason")),
        (_("They asked us something"), _("They asked us something")),
        (_("I am looking into an order"), _("I am looking into an order")),
        (_("Another team member asked me to"), _("Another team member asked me to")),
    )
    why = forms.ChoiceField(label=_("Why do you look?"), choices=WHYS, required=False)
    reason = forms.CharField(label=_("In a few words"), max_length=REASON_CHARS_MAX, required=False, strip=True)


class SaidForm(forms.Form):
    """A form whose words the action judges: what is wrong with them is said once, there."""

    def said(self, name: str) -> str:
        """Return what was typed, whether the form took it or not."""
        return str(self.cleaned_data.get(name) or self.data.get(name) or "")


class NoteForm(SaidForm):
    """A note about a person."""

    text = forms.CharField(label=_("Note"), widget=forms.Textarea, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)


class PledgeForm(SaidForm):
    """A promise to a person, and the day by which it is kept, in the viewer's calendar."""

    pledge = forms.CharField(label=_("What do you promise?"), required=False)
    due = forms.CharField(label=_("By which day?"), required=False)


class WordsForm(forms.Form):
    """A few words beside an answer."""

    words = forms.CharField(label=_("In a few words"), max_length=REASON_CHARS_MAX, required=False, strip=True)


class ErasureForm(forms.Form):
    """Why somebody is erased, that it is meant, and which identities were shown."""

    WHYS = (
        ("asked", _("They asked for it")),
        ("law", _("A law or a regulator wants it")),
        ("mistake", _("They should never have been kept")),
    )
    why = forms.ChoiceField(label=_("Why?"), choices=WHYS)
    sure = forms.BooleanField(label=_("I have looked at every address above, and all of them are this person’s."))
    seen = forms.CharField(widget=forms.HiddenInput, max_length=20_000)

    def clean_seen(self) -> list[int]:
        """Return the identities that were shown; what is no number is none of them."""
        said = self.cleaned_data["seen"].split(",")
        return [int(one) for one in said if one.isascii() and one.isdecimal() and len(one) < 19]

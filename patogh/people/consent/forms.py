"""What is typed about consent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from patogh.people.consent import aims, limits, routes

REQUIRED = {"required": _("This cannot stay empty.")}


class AskForm(forms.Form):
    """An address and what it would like to get."""

    email = forms.EmailField(
        max_length=254,
        label=_("E-mail address"),
        error_messages=REQUIRED | {"invalid": _("This is not an e-mail address. An example: mina@example.org")},
    )
    wanted = forms.MultipleChoiceField(
        label=_("For what"), error_messages={"required": _("Choose at least one of these.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "fa"
        offered = [one for one in aims.choosable() if one.needs_consent and one.by_channel]
        field: Any = self.fields["wanted"]
        field.choices = [(one.name, one.title(language)) for one in offered]


class TextForm(forms.Form):
    """A new version of the words that ask."""

    purpose = forms.ChoiceField(error_messages=REQUIRED)
    channel = forms.ChoiceField(error_messages=REQUIRED)
    fa = forms.CharField(max_length=limits.WORDS_CHARS_MAX, error_messages=REQUIRED)
    en = forms.CharField(max_length=limits.WORDS_CHARS_MAX, error_messages=REQUIRED)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, required=True)


class CopyForm(forms.Form):
    """A copy of consents, with what it is for."""

    purpose = forms.ChoiceField(required=False)
    channel = forms.ChoiceField(required=False)
    why = forms.CharField(
        min_length=limits.EXPORT_WHY_CHARS_MIN, max_length=limits.EXPORT_WHY_CHARS_MAX, error_messages=REQUIRED
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, required=False)


class FileForm(forms.Form):
    """A file of consents from elsewhere."""

    file = forms.FileField(error_messages=REQUIRED, allow_empty_file=True)

    def clean_file(self) -> Any:
        """Return the file, unless it is too large."""
        file = self.cleaned_data["file"]
        if file.size > limits.IMPORT_BYTES_MAX:
            raise forms.ValidationError(
                _("This file is larger than %(size)s MB.") % {"size": limits.IMPORT_BYTES_MAX // 1_000_000}
            )
        return file


def _choose(form: forms.Form, *, required: bool) -> None:
    language = get_language() or "fa"
    every: list[tuple[str, Any]] = [] if required else [("", _("all"))]
    what: Any = form.fields["purpose"]
    where: Any = form.fields["channel"]
    what.choices = every + [(one.name, one.title(language)) for one in aims.choosable()]
    where.choices = every + [(one.name, one.title(language)) for one in routes.ways().values()]

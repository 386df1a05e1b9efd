"""What is said of any setup, whatever its connector."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from patogh.channels.connectors import limits
from patogh.channels.connectors.actions.setups import Words
from patogh.channels.connectors.contract import Connector
from patogh.channels.models import Setup

_EMPTY: Final = _("This cannot stay empty.")
_NO_ADDRESS: Final = _("This is not an e-mail address. An example: mina@example.org")
_NO_CHOICE: Final = _("This is not one of the choices.")


class NameForm(forms.Form):
    """What the team calls it."""

    setup_name = forms.CharField(max_length=80, label=_("What the team calls it"), error_messages={"required": _EMPTY})


class HaltForm(forms.Form):
    """Why everything is stopped."""

    reason = forms.CharField(max_length=300, required=False, label=_("Why"))


class AnswerForm(forms.Form):
    """An answer; `key` is the same when the same form is sent twice."""

    text = forms.CharField(
        max_length=limits.TEXT_CHARS_MAX,
        label=_("Your answer"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    key = forms.RegexField(r"[A-Za-z0-9_-]{1,64}", required=False, widget=forms.HiddenInput)


def settings_form(connector: Connector, data: Any = None, setup: Setup | None = None) -> forms.Form:
    """Return the form of a connector; a secret that is there need not be written again."""
    made = connector.form(data, initial=dict(setup.plain) if setup is not None else None)
    for field in made.fields.values():
        _say_as_the_house(field)
    if setup is not None and setup.secrets:
        for name in connector.secret_fields:
            made.fields[name].required = False
            made.fields[name].help_text = _("Empty keeps the one that is there.")
    return made


def _say_as_the_house(field: forms.Field) -> None:
    """Let a field that has no words of its own refuse in ours, not in Django's."""
    ours = {"required": _EMPTY}
    if isinstance(field, forms.EmailField):
        ours["invalid"] = _NO_ADDRESS
    if isinstance(field, forms.ChoiceField):
        ours["invalid_choice"] = _NO_CHOICE
    defaults: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        defaults |= getattr(kind, "default_error_messages", {})
    for code, said in ours.items():
        if field.error_messages.get(code) == defaults.get(code):
            field.error_messages[code] = said


def words(name: NameForm, settings: forms.Form) -> Words:
    """Return what two valid forms say."""
    return Words(name.cleaned_data["setup_name"], dict(settings.cleaned_data))

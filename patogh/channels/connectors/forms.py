"""What is said of any setup, whatever its connector."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patogh.channels.connectors import limits
from patogh.channels.connectors.actions.setups import Words
from patogh.channels.connectors.contract import Connector
from patogh.channels.models import Setup


class NameForm(forms.Form):
    """What the team calls it."""

    setup_name = forms.CharField(max_length=80, label=_("What the team calls it"))


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
    if setup is not None and setup.secrets:
        for name in connector.secret_fields:
            made.fields[name].required = False
            made.fields[name].help_text = _("Empty keeps the one that is there.")
    return made


def words(name: NameForm, settings: forms.Form) -> Words:
    """Return what two valid forms say."""
    return Words(name.cleaned_data["setup_name"], dict(settings.cleaned_data))

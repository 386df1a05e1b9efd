"""What the living style page shows: an invented cast, and one pane per language, direction and theme."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django import forms
from django.utils import translation
from django.utils.translation import pgettext_lazy
from markupsafe import Markup

from patogh.kit.calendar import DEFAULT_VIEWER, Viewer
from patogh.looks import pages

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

VIEWERS = {"fa": DEFAULT_VIEWER, "en": Viewer("en", "gregorian", "Europe/London")}
TEAM = frozenset({"hamid1"})
NAMES = {
    "mina": pgettext_lazy("style", "Mina Sadeghi"),
    "reza3": pgettext_lazy("style", "Reza Najafi"),
    "soheil": pgettext_lazy("style", "Soheil Karami"),
    "shirin1": pgettext_lazy("style", "Shirin Moghaddam"),
    "babak": pgettext_lazy("style", "Babak Yari"),
    "hamid1": pgettext_lazy("style", "Hamid Yazdi"),
    "arash4": pgettext_lazy("style", "Arash Karimi"),
    "navid4": pgettext_lazy("style", "Navid Toosi"),
    "golnaz": pgettext_lazy("style", "Golnaz Amiri"),
    "leila2": pgettext_lazy("style", "Leila Rahimi"),
    "fatemeh6": pgettext_lazy("style", "Fatemeh Dehghan"),
    "taraneh": pgettext_lazy("style", "Taraneh Nouri"),
}
PANES = (("fa", "light"), ("fa", "dark"), ("en", "light"), ("en", "dark"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A person of the style page."""

    name: str | _StrPromise
    avatar_seed: str
    is_team: bool = False
    url: str = ""
    handle: str = "maryam_s"


class SampleForm(forms.Form):
    """A form with one good and two bad answers, to show how faults are said."""

    name = forms.CharField(
        label=pgettext_lazy("style", "Name"), help_text=pgettext_lazy("style", "As your friends call you.")
    )
    phone = forms.RegexField(
        r"^09\d{9}$",
        label=pgettext_lazy("style", "Mobile number"),
        error_messages={"invalid": pgettext_lazy("style", "This number is four digits short. Example: 09131234567")},
    )
    place = forms.ChoiceField(
        label=pgettext_lazy("style", "City"),
        choices=[("isf", pgettext_lazy("style", "Isfahan")), ("yzd", pgettext_lazy("style", "Yazd"))],
    )
    ways = forms.ChoiceField(
        label=pgettext_lazy("style", "How shall we tell you?"),
        widget=forms.RadioSelect,
        choices=[("mail", pgettext_lazy("style", "E-mail")), ("sms", pgettext_lazy("style", "Text message"))],
    )
    agree = forms.BooleanField(label=pgettext_lazy("style", "I agree with the rules of the hangout"))


def cast() -> list[Shown]:
    """Return the people of the page; seeds chosen so that their tiles are easy to tell apart."""
    people = [Shown(name, seed, is_team=seed in TEAM) for seed, name in NAMES.items()]
    people[1] = replace(people[1], url="#reza")
    return people


def panes(request: HttpRequest) -> list[Markup]:
    """Return the panes of the page, each in its own language, direction and theme."""
    return [_pane(request, language, theme) for language, theme in PANES]


def _pane(request: HttpRequest, language: str, theme: str) -> Markup:
    with translation.override(language):
        form = SampleForm(
            {"name": str(pgettext_lazy("style", "Mina")), "phone": "0913123"}, auto_id=f"{language}_{theme}_%s"
        )
        facts = {
            "viewer": VIEWERS[language],
            "theme": theme,
            "cast": cast(),
            "form": form,
            "key": f"{language}-{theme}",
        }
        direction = "rtl" if language == "fa" else "ltr"
        html = pages.page_text(request, "looks/style_pane.html", {**facts, "lang": language, "dir": direction})
        return Markup(html)  # noqa: S704  a template of ours

"""What the living style page shows: an invented cast, and one pane per language, direction and theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from patogh.kit.calendar import DEFAULT_VIEWER, Viewer
from patogh.looks import pages

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

VIEWERS = {"fa": DEFAULT_VIEWER, "en": Viewer("en", "gregorian", "Europe/London")}
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

    name = forms.CharField(label=_("Name"), help_text=_("As your friends call you."))
    phone = forms.RegexField(
        r"^09\d{9}$", label=_("Mobile number"), error_messages={"invalid": _("This number is four digits short. Example: 09131234567")}
    )
    place = forms.ChoiceField(label=_("City"), choices=[("isf", _("Isfahan")), ("yzd", _("Yazd"))])
    ways = forms.ChoiceField(label=_("How shall we tell you?"), widget=forms.RadioSelect, choices=[("mail", _("E-mail")), ("sms", _("Text message"))])
    agree = forms.BooleanField(label=_("I agree with the rules of the hangout"))


def cast() -> list[Shown]:
    """Return the people of the page; seeds chosen so that their tiles are easy to tell apart."""
    return [
        Shown(_("Mina Sadeghi"), "mina"), Shown(_("Reza Najafi"), "reza3", url="#reza"), Shown(_("Soheil Karami"), "soheil"),
        Shown(_("Shirin Moghaddam"), "shirin1"), Shown(_("Babak Yari"), "babak"), Shown(_("Hamid Yazdi"), "hamid1", is_team=True),
        Shown(_("Arash Karimi"), "arash4"), Shown(_("Navid Toosi"), "navid4"), Shown(_("Golnaz Amiri"), "golnaz"),
        Shown(_("Leila Rahimi"), "leila2"), Shown(_("Fatemeh Dehghan"), "fatemeh6"), Shown(_("Taraneh Nouri"), "taraneh"),
    ]  # fmt: skip


def panes(request: HttpRequest) -> list[Markup]:
    """Return the panes of the page, each in its own language, direction and theme."""
    return [_pane(request, language, theme) for language, theme in PANES]


def _pane(request: HttpRequest, language: str, theme: str) -> Markup:
    with translation.override(language):
        form = SampleForm({"name": str(_("Mina")), "phone": "0913123"}, auto_id=f"{language}_{theme}_%s")
        facts = {"viewer": VIEWERS[language], "theme": theme, "cast": cast(), "form": form, "key": f"{language}-{theme}"}
        direction = "rtl" if language == "fa" else "ltr"
        return Markup(pages.page_text(request, "looks/style_pane.html", {**facts, "lang": language, "dir": direction}))

"""Forms of the shop: they read what was typed, in any digits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from patogh.kit import calendar, persian
from patogh.kit.calendar import Viewer
from patogh.kit.money import CURRENCIES
from patogh.shop import limits, words
from patogh.shop.actions import CodeFacts, SharingFacts
from patogh.shop.errors import BadCode
from patogh.shop.facts import ProductFacts
from patogh.shop.models import Code, Product, Sharing
from patogh.shop.queries.codes import owner_called
from patogh.shop.reading import cells
from patogh.shop.reading.plans import NEEDED, OPTIONAL

REQUIRED = {"required": _("This cannot stay empty.")}
NO_NULL = [ProhibitNullCharactersValidator()]


def unit_choices(language: str) -> list[tuple[str, str]]:
    """Return every money by its name, tomans first."""
    order = ["TOMAN", *(unit for unit in CURRENCIES if unit != "TOMAN")]
    return [(unit, words.unit_words(unit, language)) for unit in order]


class ProductForm(forms.Form):
    """What the page of a product says."""

    sku = forms.CharField(max_length=60, error_messages=REQUIRED)
    name = forms.CharField(max_length=120, error_messages=REQUIRED)
    name_en = forms.CharField(max_length=120, required=False)
    about = forms.CharField(max_length=600, required=False, widget=forms.Textarea)
    about_en = forms.CharField(max_length=600, required=False, widget=forms.Textarea)
    slug = forms.CharField(max_length=60, required=False)
    price = forms.CharField(max_length=40, required=False)
    unit = forms.ChoiceField(choices=[(unit, unit) for unit in CURRENCIES])
    url = forms.CharField(max_length=500, required=False, validators=NO_NULL)
    picture = forms.FileField(required=False)

    def clean_price(self) -> str:
        """Keep the price as it was typed; its money is known only when the whole form is."""
        price: str = self.cleaned_data["price"]
        return price.strip()

    def clean(self) -> dict[str, Any]:
        """Read the price in its money."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        said["price_minor"] = None
        if price := said.get("price"):
            try:
                said["price_minor"] = cells.amount(price, str(said.get("unit", "")) or "IRR")
            except (cells.Unreadable, KeyError):
                self.add_error("price", _("The price cannot be read as a number."))
        return said

    def facts(self) -> ProductFacts:
        """Return what was typed."""
        said = self.cleaned_data
        return ProductFacts(
            said["sku"], said["name"], said["name_en"], said["about"], said["about_en"], cells.stored_unit(said["unit"]),
            said["price_minor"], said["url"], said["slug"],
        )  # fmt: skip


def initial_of(product: Product) -> dict[str, object]:
    """Return what a product says, as its form shows it: rials that are whole tomans as tomans."""
    unit, price = product.unit, product.price_minor
    if unit == "IRR" and (price is None or price % 10 == 0):
        unit, price = "TOMAN", None if price is None else price // 10
    exponent = CURRENCIES[unit].exponent
    shown = "" if price is None else f"{price / 10**exponent:.{exponent}f}"
    names = ("sku", "name", "name_en", "about", "about_en", "slug", "url")
    return {name: getattr(product, name) for name in names} | {"unit": unit, "price": shown}


class FileForm(forms.Form):
    """A file and what it tells of."""

    source = forms.CharField(max_length=limits.SOURCE_CHARS_MAX, error_messages=REQUIRED)
    kind = forms.ChoiceField(choices=[(name, name) for name in words.KINDS])
    file = forms.FileField(allow_empty_file=True, error_messages=REQUIRED)


def chosen_columns(kind: str, posted: Any) -> dict[str, int]:
    """Return the columns that somebody chose for the fields of a kind; what is no number is no column."""
    found = {}
    for name in (*NEEDED[kind], *OPTIONAL[kind]):
        text = persian.digits_en(str(posted.get(f"column_{name}", "")))[:6]
        found[name] = int(text) if text.isdigit() else -1
    return found


class TermsForm(forms.Form):
    """What a code gives, and within which limits."""

    reward_kind = forms.ChoiceField(choices=[(name, name) for name in words.REWARDS])
    reward = forms.CharField(max_length=40, required=False)
    unit = forms.ChoiceField(choices=[(unit, unit) for unit in CURRENCIES])
    uses_max = forms.CharField(max_length=12, required=False)
    uses_per_person_max = forms.CharField(max_length=12, required=False)
    least = forms.CharField(max_length=40, required=False)
    is_for_new = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Read amounts, counts and days in any digits and either calendar."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for name, reading in self._readings(str(said.get("unit") or "IRR"), str(said.get("reward_kind"))).items():
            if text := str(said.get(name) or "").strip():
                self._read(name, text, said, reading)
        return said

    def _readings(self, unit: str, reward_kind: str) -> dict[str, Callable[[str], Any]]:
        """Return how each field that is typed freely is read."""

        def money(text: str) -> int:
            return cells.amount(text, unit)

        reward = _per_cent if reward_kind == "bps" else money
        return {"reward": reward, "least": money, "uses_max": cells.whole, "uses_per_person_max": cells.whole}

    def _read(self, name: str, text: str, said: dict[str, Any], reading: Callable[[str], Any]) -> None:
        try:
            said[f"{name}_read"] = reading(text)
        except (cells.Unreadable, KeyError) as error:
            code = getattr(error, "code", "amount_unreadable")
            self.add_error(name, words.REFUSALS.get(code, words.REFUSALS["amount_unreadable"]))

    def terms(self) -> dict[str, Any]:
        """Return what was typed of the terms."""
        said = self.cleaned_data
        kind = said["reward_kind"]
        return {
            "reward_kind": kind, "reward_value": said.get("reward_read", 0) if kind != "none" else 0, "unit": cells.stored_unit(said["unit"]),
            "uses_max": said.get("uses_max_read"), "uses_per_person_max": said.get("uses_per_person_max_read", 1),
            "net_minor_min": said.get("least_read", 0), "is_for_new": said["is_for_new"],
        }  # fmt: skip


class CodeForm(TermsForm):
    """A code: its letters, whose it is, its terms and its days."""

    code = forms.CharField(max_length=40, required=False, validators=NO_NULL)
    handle = forms.CharField(max_length=40, required=False, validators=NO_NULL)
    campaign = forms.CharField(max_length=80, required=False, validators=NO_NULL)
    starts = forms.CharField(max_length=30, required=False)
    ends = forms.CharField(max_length=30, required=False)

    def clean(self) -> dict[str, Any]:
        """Find whose code it is."""
        said = super().clean()
        try:
            said["owner"] = owner_called(str(said.get("handle") or ""))
        except BadCode as refusal:
            self.add_error("handle", str(refusal))
        return said

    def _readings(self, unit: str, reward_kind: str) -> dict[str, Callable[[str], Any]]:
        def day(text: str) -> dt.datetime:
            return cells.moment(text, "ymd", settings.BRAND_ZONE)

        return {**super()._readings(unit, reward_kind), "starts": day, "ends": day}

    def facts(self) -> CodeFacts:
        """Return what was typed."""
        said = self.cleaned_data
        return CodeFacts(
            **self.terms(), code=said["code"], owner=said.get("owner"), campaign=said["campaign"], starts_at=said.get("starts_read"),
            ends_at=said.get("ends_read"),
        )  # fmt: skip


class SharingForm(TermsForm):
    """The rule by which members may ask for codes."""

    is_open = forms.BooleanField(required=False)
    level_min = forms.CharField(max_length=4, required=False)
    codes_max = forms.CharField(max_length=4, required=False)
    days = forms.CharField(max_length=6, required=False)

    def _readings(self, unit: str, reward_kind: str) -> dict[str, Callable[[str], Any]]:
        counts = dict.fromkeys(("level_min", "codes_max", "days"), cells.whole)
        return {**super()._readings(unit, reward_kind), **counts}

    def facts(self) -> SharingFacts:
        """Return what was typed."""
        said = self.cleaned_data
        return SharingFacts(
            **self.terms(), is_open=said["is_open"], level_min=said.get("level_min_read", 0), codes_max=said.get("codes_max_read", 1),
            days=said.get("days_read"),
        )  # fmt: skip


def _per_cent(text: str) -> int:
    """Return a part of a hundred as basis points."""
    return cells.amount(text.replace("%", "").replace("٪", ""), "EUR")  # two decimals, as euros have


def code_initial(code: Code, viewer: Viewer) -> dict[str, object]:
    """Return a code as its form shows it to a viewer."""
    return _terms_initial(code) | {
        "code": code.code, "handle": code.owner.handle if code.owner else "", "campaign": code.campaign,
        "starts": _moment_of(code.starts_at, viewer), "ends": _moment_of(code.ends_at, viewer),
    }  # fmt: skip


def sharing_initial(rule: Sharing) -> dict[str, object]:
    """Return the rule as its form shows it."""
    more = {
        "is_open": rule.is_open,
        "level_min": rule.level_min or "",
        "codes_max": rule.codes_max,
        "days": rule.days or "",
    }
    return _terms_initial(rule) | more


def _terms_initial(row: Code | Sharing) -> dict[str, object]:
    unit, factor = ("TOMAN", 10) if row.unit == "IRR" else (row.unit or "TOMAN", 1)
    places = CURRENCIES[unit].exponent

    def said(minor: int) -> str:
        return f"{minor / factor / 10**places:.{places}f}" if minor else ""

    return {
        "reward_kind": row.reward_kind, "reward": f"{row.reward_value / 100:g}" if row.reward_kind == "bps" else said(row.reward_value), "unit": unit,
        "uses_max": row.uses_max or "", "uses_per_person_max": row.uses_per_person_max, "least": said(row.net_minor_min),
        "is_for_new": row.is_for_new,
    }  # fmt: skip


def _moment_of(moment: dt.datetime | None, viewer: Viewer) -> str:
    """Return a moment as it can be typed, in the viewer's calendar and the brand's zone; without its time at midnight, without seconds on the minute."""
    if moment is None:
        return ""
    there = moment.astimezone(ZoneInfo(settings.BRAND_ZONE))
    year, month, day = calendar.parts(there.date(), viewer)
    time = "" if there.time() == dt.time() else f" {there:%H:%M:%S}".removesuffix(":00")
    return f"{year:04}/{month:02}/{day:02}{time}"

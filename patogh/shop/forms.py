"""Forms of the shop: they read what was typed, in any digits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from patogh.kit import persian
from patogh.kit.money import CURRENCIES
from patogh.shop import limits, words
from patogh.shop.facts import ProductFacts
from patogh.shop.models import Product
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

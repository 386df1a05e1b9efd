"""Prices as people say them: rials are typed and told in tomans, other units in their main unit."""

from __future__ import annotations

from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from patogh.ideas.actions.surveying import Answer
from patogh.ideas.errors import BadPrice
from patogh.ideas.models import SurveyAnswer
from patogh.ideas.queries.supports import Prices
from patogh.ideas.terms import Terms
from patogh.kit import numbers, persian
from patogh.kit.calendar import Viewer
from patogh.kit.money import CURRENCIES, Money

PRICE_DIGITS_MAX: Final = 15


def factor(unit: str) -> int:
    """Return how many minor units one typed unit is."""
    return 10 if unit == "IRR" else 10 ** CURRENCIES[unit].exponent if unit in CURRENCIES else 1


def unit_words(unit: str, viewer: Viewer) -> str:
    """Return what people call the unit that they type."""
    named = CURRENCIES["TOMAN" if unit == "IRR" else unit]
    return named.fa if viewer.language == "fa" else named.en


def amount_words(amount: int, unit: str, viewer: Viewer) -> str:
    """Return an amount in words: «۲٫۱ میلیون تومان»."""
    money = Money(amount // 10, "TOMAN") if unit == "IRR" else Money(amount, unit)
    return money.words(viewer)


def read(form: QueryDict, terms: Terms) -> Answer:
    """Return the answer that a form says, in any digits and with any thousands marks; raises BadPrice."""
    text = persian.digits_en(form.get("price", "")).strip()
    for mark in ("٬", ",", "،", "_", " ", "\u200c", "\u00a0"):
        text = text.replace(mark, "")
    if text and not (text.isascii() and text.isdigit() and len(text) <= PRICE_DIGITS_MAX):
        raise BadPrice
    price = int(text) * factor(terms.survey_unit) if text else None
    return Answer(price, form.get("for_whom", "")[:40], form.get("words", ""))


def typed(answer: SurveyAnswer | None) -> dict[str, str]:
    """Return an answer as its form shows it."""
    if answer is None:
        return {}
    price = "" if answer.price_minor is None else str(answer.price_minor // factor(answer.unit))
    return {"price": price, "for_whom": answer.for_whom, "words": answer.words}


def words_of(said: Prices | None, viewer: Viewer) -> dict[str, Any]:
    """Return what the page of an idea tells of the prices; nothing for too few answers."""
    if said is None:
        return {"prices": None}
    low, mid, high, least, most = (
        amount_words(amount, said.unit, viewer) for amount in (said.low, said.median, said.high, said.least, said.most)
    )
    words = _(
        "%(count)s supporters said what they would pay. The median is %(median)s; half of them said between %(low)s and %(high)s."
    )
    told = {"count": numbers.number(said.n, viewer), "median": mid, "low": low, "high": high}
    return {
        "prices": said, "prices_words": words % told, "prices_ends": (least, most),
        "prices_at": (said.place(said.low), said.place(said.median), said.place(said.high)),
    }  # fmt: skip

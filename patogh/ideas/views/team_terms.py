"""The rules of a programme as a form: read into terms, written from them, and the difference between two versions in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from patogh.ideas import limits
from patogh.ideas.terms import AGE_BANDS, BOUNDS, FIELDS, FLAGS, UNITS, WISHES, Terms, as_json, parse
from patogh.ideas.views.team_answers import clean, number

# term: (label, help)
NUMBER_WORDS: Final = {
    "propose_level": (_("Level that proposing asks for"), _("0 to 4")),
    "support_level": (_("Level that supporting asks for"), _("0 to 4")),
    "proposals_open_max": (_("Open ideas of one member"), _("1 to 100")),
    "support_budget": (_("Supports that one member has out at a time"), _("0 to 10,000; 0 is as many as they like")),
    "royalty_bps": (_("Makers’ share of net sales, in hundredths of a percent"), _("0 to 10,000; 100 is one percent")),
    "copies": (_("Copies of the product for the makers"), _("0 to 1,000")),
    "review_every_months": (_("Months between two rounds of review"), _("1 to 24")),
    "review_days": (_("Days that a round has to answer"), _("1 to 366")),
    "board_capacity": (_("Ideas that the board can answer in a round"), _("1 to 1,000")),
}
FLAG_WORDS: Final = {
    "hides_counts": _("Hide the number of supporters until an idea leaves gathering"),
    "credit": _("The makers’ names stand on the product"),
    "is_adaptive": _("Raise the last station where more ideas reach it than the board can answer"),
}
FIELD_WORDS: Final = {
    "lead": _("The idea in a sentence"), "problem": _("The problem"), "proposal": _("The proposal"), "picture": _("Pictures"),
    "sketch": _("Sketches"), "model": _("A model file"), "category": _("A category"), "facts": _("Facts"),
}  # fmt: skip
WISH_WORDS: Final = {"required": _("required"), "optional": _("if they like"), "off": _("not asked")}
AGE_WORDS: Final = {
    "": _("any age"),
    "under16": _("under 16 and older"),
    "16to17": _("16 and older"),
    "adult": _("18 and older"),
}
LIST_WORDS: Final = {
    "house_rules": (_("House rules"), _("Cited when an idea is returned.")),
    "criteria": (_("Criteria of the board"), _("Each with its weight from 1 to 100.")),
    "feedback": (_("Questions of the feedback"), _("Marked from 1 to 5 by whoever gives feedback.")),
    "survey_choices": (_("Who is it for? Choices of the survey"), ""),
}  # fmt: skip
OTHER_WORDS: Final = {
    "stations": _("Stations"), "min_age_band": _("Age that taking part asks for"), "fields": _("Parts of an idea"),
    "survey_unit": _("Unit of the survey’s price"), "preface_fa": _("Preface in Persian"), "preface_en": _("Preface in English"),
}  # fmt: skip
SPARE_ROWS: Final = 2


@dataclass(frozen=True, slots=True)
class Changed:
    """One term that differs, in the words of the page."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def typed_of(terms: Terms) -> dict[str, str]:
    """Return terms as the form's fields."""
    plain = as_json(terms)
    found = {name: str(plain[name]) for name in (*BOUNDS, "min_age_band", "survey_unit", "preface_fa", "preface_en")}
    found |= {name: "1" if plain[name] else "" for name in FLAGS}
    found |= {f"field_{name}": wish for name, wish in plain["fields"].items()}
    for at, station in enumerate(plain["stations"]):
        found |= {f"station_{at}_supporters": str(station["supporters"]), f"station_{at}_days": str(station["days"])}
    for name in LIST_WORDS:
        for at, one in enumerate(plain[name]):
            found |= {f"{name}_{at}_{part}": str(one[part]) for part in ("key", "fa", "en", "weight")}
    return found


def terms_from(typed: Mapping[str, str]) -> Terms:
    """Return the terms that a form gives; raises BadTerms with the name of the term at fault."""
    said: dict[str, Any] = {name: _whole(typed.get(name)) for name in BOUNDS}
    said |= {name: typed.get(name) in {"1", "on", "true"} for name in FLAGS}
    said |= {name: clean(typed.get(name)) for name in ("min_age_band", "survey_unit", "preface_fa", "preface_en")}
    said["fields"] = {name: typed.get(f"field_{name}", "optional") for name in FIELDS}
    pairs = [
        (typed.get(f"station_{at}_supporters"), typed.get(f"station_{at}_days")) for at in range(limits.STATIONS_MAX)
    ]
    said["stations"] = [
        {"supporters": _whole(supporters), "days": _whole(days)} for supporters, days in pairs if clean(supporters) or clean(days)
    ]  # fmt: skip
    said |= {name: _rows_of(name, typed) for name in LIST_WORDS}
    return parse(said)


def _whole(text: str | None) -> int | str:
    """Return a number in any digits, or the text itself, which the terms then refuse by name."""
    value = number(text)
    return clean(text)[:40] if value is None else value


def _rows_of(name: str, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the rows of a list that have words; a row without a key gets one that is free."""
    rows: list[dict[str, Any]] = []
    for at in range(limits.WORDED_MAX):
        key, fa, en = (clean(typed.get(f"{name}_{at}_{part}")) for part in ("key", "fa", "en"))
        if not fa and not en:
            continue
        weight = _whole(typed.get(f"{name}_{at}_weight") or "1")
        rows.append({"key": key, "fa": fa, "en": en, "weight": weight})
    taken = {row["key"] for row in rows}
    for row in rows:
        row["key"] = row["key"] or next(free for free in (f"{name[0]}{n}" for n in range(1, 200)) if free not in taken)
        taken.add(row["key"])
    return rows


def rows_shown(name: str, typed: Mapping[str, str]) -> list[int]:
    """Return which rows of a list the form draws: the filled ones and two spare ones."""
    most = limits.STATIONS_MAX if name == "station" else limits.WORDED_MAX
    part = "supporters" if name == "station" else "fa"
    filled = [at for at in range(most) if typed.get(f"{name}_{at}_{part}")]
    return list(range(min(most, (filled[-1] + 1 if filled else 0) + SPARE_ROWS)))


def difference(before: Terms, after: Terms) -> list[Changed]:
    """Return every term that differs between two versions, in words."""
    old, new = as_json(before), as_json(after)
    return [
        Changed(label_of(name), _words(name, old[name]), _words(name, new[name])) for name in new if old.get(name) != new[name]
    ]  # fmt: skip


def label_of(name: str) -> str:
    """Return what the page calls a term."""
    pairs: Mapping[str, Any] = {**NUMBER_WORDS, **LIST_WORDS}
    words: Mapping[str, Any] = {**FLAG_WORDS, **OTHER_WORDS}
    return str(pairs[name][0] if name in pairs else words.get(name, name))


def _words(name: str, value: Any) -> tuple[str, ...]:
    """Return a term's value as lines."""
    if name == "stations":
        return tuple(str(_("%(supporters)s supporters in %(days)s days")) % one for one in value)
    if name == "fields":
        return tuple(f"{FIELD_WORDS[part]}: {WISH_WORDS[wish]}" for part, wish in value.items())
    if name in LIST_WORDS:
        return tuple(
            f"{one['fa']} / {one['en']}" + (f" × {one['weight']}" if name == "criteria" else "") for one in value
        )
    if name == "min_age_band":
        return (str(AGE_WORDS[value]),)
    if isinstance(value, bool):
        return (str(_("yes") if value else _("no")),)
    return tuple(str(value).splitlines()[:20]) or ("–",)


CHOICES: Final = {
    "min_age_band": [(key, AGE_WORDS[key]) for key in AGE_BANDS], "survey_unit": [(unit, unit) for unit in UNITS],
    "wishes": [(key, WISH_WORDS[key]) for key in WISHES],
}  # fmt: skip

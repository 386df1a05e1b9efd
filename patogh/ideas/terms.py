"""The rules of a programme as settings: what they may be, their defaults, and their one form as JSON.

`DEFAULTS` are the rules of LEGO Ideas where those are known. A version of the rules is never changed, so it is read once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from patogh.ideas import limits
from patogh.ideas.errors import BadTerms

if TYPE_CHECKING:
    from patogh.ideas.models import RuleVersion

FIELDS: Final = ("lead", "problem", "proposal", "picture", "sketch", "model", "category", "facts")
WISHES: Final = ("required", "optional", "off")
AGE_BANDS: Final = ("", "under16", "16to17", "adult")  # "" asks for no age
UNITS: Final = ("IRR", "EUR", "USD", "GBP", "AED", "TRY")
_KEPT_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Station:
    """A number of supporters, and the days to reach it, counted from publication or from reaching the station before."""

    supporters: int
    days: int


@dataclass(frozen=True, slots=True)
class Worded:
    """Something with a key and its words in both languages: a house rule, a criterion with its weight, a choice."""

    key: str
    fa: str
    en: str
    weight: int = 1

    def words(self, language: str) -> str:
        """Return the words in a language, the other one where they are missing."""
        return (self.fa or self.en) if language == "fa" else (self.en or self.fa)


_FIELDS: Final[Mapping[str, str]] = {
    "lead": "required", "problem": "required", "proposal": "required", "picture": "optional", "sketch": "optional",
    "model": "optional", "category": "optional", "facts": "optional",
}  # fmt: skip
_HOUSE_RULES: Final = (
    Worded("own_work", "کار خودتان باشد؛ نام همکارانتان را با اجازه‌شان بیاورید.", "Your own work; name those who helped, with their permission."),
    Worded("one_idea", "هر پیشنهاد یک ایده است، نه یک مجموعه.", "One idea in one proposal, not a series."),
    Worded("clear", "مسئله و پیشنهاد آن‌قدر روشن باشد که دیگری بتواند دربارهٔ آن نظر بدهد.",
           "The problem and the proposal are clear enough for others to judge."),
    Worded("not_ours", "روی حق دیگران (نشان، طرح، اختراع ثبت‌شده) نباشد.", "It does not rest on a mark, design or patent of others."),
    Worded("safe", "برای سازنده و کاربر خطرناک نباشد.", "It is safe to make and to use."),
    Worded("in_range", "به آنچه می‌سازیم مربوط باشد.", "It belongs to what we make."),
    Worded("not_here_already", "همین ایده اینجا در جریان نباشد؛ اگر هست، از همان حمایت کنید.",
           "The same idea is not under way here; if it is, support that one."),
)  # fmt: skip
_CRITERIA: Final = (
    Worded("use", "به چه دردی می‌خورد", "Use", 3), Worded("fit", "جور بودن با محصولات ما", "Fit with what we make", 2),
    Worded("make", "شدنی بودن ساخت", "Can be made", 2), Worded("safe", "ایمنی", "Safety", 2),
    Worded("cost", "بها در برابر ارزش", "Price for its worth", 2), Worded("new", "تازگی", "Newness", 1),
)  # fmt: skip
_FEEDBACK: Final = (
    Worded("clear", "روشن است", "It is clear"), Worded("useful", "به کارم می‌آید", "I would use it"),
    Worded("possible", "شدنی است", "It can be made"),
)  # fmt: skip
_CHOICES: Final = (
    Worded("self", "خودم", "Myself"), Worded("child", "فرزندم", "My child"), Worded("gift", "هدیه", "A gift"),
    Worded("work", "کارم", "My work"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of the rules. `hides_counts` hides the number of supporters until an idea leaves gathering."""

    stations: tuple[Station, ...] = (Station(100, 60), Station(1_000, 365), Station(5_000, 182), Station(10_000, 182))
    propose_level: int = 0
    support_level: int = 0
    min_age_band: str = ""
    proposals_open_max: int = 5
    support_budget: int = 0
    hides_counts: bool = False
    royalty_bps: int = 100
    copies: int = 10
    credit: bool = True
    fields: Mapping[str, str] = field(default_factory=lambda: dict(_FIELDS))
    house_rules: tuple[Worded, ...] = _HOUSE_RULES
    criteria: tuple[Worded, ...] = _CRITERIA
    feedback: tuple[Worded, ...] = _FEEDBACK
    review_every_months: int = 4
    review_days: int = 60
    board_capacity: int = 12
    is_adaptive: bool = True
    survey_unit: str = "IRR"
    survey_choices: tuple[Worded, ...] = _CHOICES
    preface_fa: str = ""
    preface_en: str = ""

    def rule(self, key: str) -> Worded | None:
        """Return the house rule with this key."""
        return next((one for one in self.house_rules if one.key == key), None)

    def wish(self, part: str) -> str:
        """Return "required", "optional" or "off" for a part of an idea."""
        return self.fields.get(part, "optional")


DEFAULTS: Final = Terms()
# The whole numbers among the terms, with their bounds.
BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    "propose_level": (0, 4), "support_level": (0, 4), "proposals_open_max": (1, 100), "support_budget": (0, 10_000),
    "royalty_bps": (0, 10_000), "copies": (0, 1_000), "review_every_months": (1, 24), "review_days": (1, 366),
    "board_capacity": (1, 1_000),
}  # fmt: skip
FLAGS: Final = ("hides_counts", "credit", "is_adaptive")
_CHOSEN: Final = {"min_age_band": AGE_BANDS, "survey_unit": UNITS}
_TEXTS: Final = ("preface_fa", "preface_en")
# Lists of words: how many at least, and whether their keys must be short.
_LISTS: Final = {"house_rules": (1, 30), "criteria": (1, 30), "feedback": (0, 30), "survey_choices": (0, 12)}


def parse(said: Any) -> Terms:
    """Return the terms that a JSON object says, the defaults for what it leaves out; raises BadTerms with the `field`."""
    if not isinstance(said, Mapping):
        raise BadTerms(field="terms")
    if unknown := sorted(set(map(str, said)) - set(Terms.__slots__)):
        raise BadTerms(field=unknown[0][:40])
    return replace(DEFAULTS, **{name: _read(name, value) for name, value in said.items()})


def _read(name: str, value: Any) -> Any:
    """Return one term as it is kept."""
    if name in BOUNDS:
        return _whole(name, value, *BOUNDS[name])
    if name in FLAGS:
        if type(value) is not bool:
            raise BadTerms(field=name)
        return value
    if name in _CHOSEN:
        if not isinstance(value, str) or value not in _CHOSEN[name]:
            raise BadTerms(field=name)
        return value
    if name in _TEXTS:
        return _text(name, value, limits.PREFACE_CHARS_MAX)
    if name in _LISTS:
        return _worded(name, value)
    return _stations(value) if name == "stations" else _fields(value)


def _whole(name: str, value: Any, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise BadTerms(field=name)
    return value


def _text(name: str, value: Any, most: int) -> str:
    if not isinstance(value, str) or len(value) > most or "\0" in value:
        raise BadTerms(field=name)
    return value.strip()


def _stations(value: Any) -> tuple[Station, ...]:
    """Return the stations: one to eight, each further than the one before."""
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= limits.STATIONS_MAX:
        raise BadTerms(field="stations")
    made: list[Station] = []
    for one in value:
        if not isinstance(one, Mapping) or set(one) != {"supporters", "days"}:
            raise BadTerms(field="stations")
        least = made[-1].supporters + 1 if made else 1
        supporters = _whole("stations", one["supporters"], least, limits.SUPPORTERS_MAX)
        made.append(Station(supporters, _whole("stations", one["days"], 1, limits.STATION_DAYS_MAX)))
    return tuple(made)


def _fields(value: Any) -> dict[str, str]:
    """Return which parts an idea has; what is left out keeps its default."""
    if not isinstance(value, Mapping) or not set(value) <= set(FIELDS):
        raise BadTerms(field="fields")
    if any(wish not in WISHES for wish in value.values()):
        raise BadTerms(field="fields")
    return {**_FIELDS, **value}


def _worded(name: str, value: Any) -> tuple[Worded, ...]:
    """Return a list of words; keys are short, of small Latin letters, and each is there once."""
    least, key_chars = _LISTS[name]
    if not isinstance(value, list | tuple) or not least <= len(value) <= limits.WORDED_MAX:
        raise BadTerms(field=name)
    made = tuple(_one_worded(name, one, key_chars) for one in value)
    if len({one.key for one in made}) != len(made):
        raise BadTerms(field=name)
    return made


def _one_worded(name: str, one: Any, key_chars: int) -> Worded:
    if not isinstance(one, Mapping) or not {"key", "fa"} <= set(one) <= {"key", "fa", "en", "weight"}:
        raise BadTerms(field=name)
    key = _text(name, one["key"], key_chars)
    fa, en = (_text(name, one.get(language, ""), limits.WORDED_CHARS_MAX) for language in ("fa", "en"))
    if not key or not key.isascii() or not key.replace("_", "").isalnum() or key != key.lower() or not fa:
        raise BadTerms(field=name)
    return Worded(key, fa, en, _whole(name, one.get("weight", 1), 1, 100))


def as_json(terms: Terms) -> dict[str, Any]:
    """Return terms as they are kept: every term, so that a later default never changes an old version."""
    plain: dict[str, Any] = {name: getattr(terms, name) for name in Terms.__slots__}
    plain["stations"] = [{"supporters": one.supporters, "days": one.days} for one in terms.stations]
    plain["fields"] = {name: terms.wish(name) for name in FIELDS}
    for name in _LISTS:
        plain[name] = [{"key": one.key, "fa": one.fa, "en": one.en, "weight": one.weight} for one in plain[name]]
    return plain


def sha256_of(terms: Terms) -> str:
    """Return the hash of terms under which the open book names them: SHA-256 of their JSON with sorted keys, no spaces."""
    written = json.dumps(as_json(terms), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


_kept: dict[str, Terms] = {}


def terms_of(version: RuleVersion) -> Terms:
    """Return the terms of a version of the rules; read once, since a version never changes."""
    known = _kept.get(version.sha256)
    if known is None:
        if len(_kept) >= _KEPT_MAX:
            _kept.clear()
        known = _kept[version.sha256] = parse(version.terms)
    return known

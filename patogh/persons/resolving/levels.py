"""How two records are compared, field by field: each comparison's levels from alike to different.

A level stands once, as a test in Python (the live scorer) and as a condition in SQL (the batch): one meaning, two
engines. DuckDB's Jaro-Winkler and Damerau-Levenshtein are rapidfuzz's; they count bytes, so the batch writes Persian
letters as one byte each (`one_byte`). `m` and `u` are only where training finds nothing; `batch` estimates them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from patogh.persons.resolving import names
from patogh.persons.resolving.forms import Compared

SWAPPED: Final = names.SWAPPED
Test = Callable[[Compared, Compared], bool]
_ONE_BYTE: Final = str.maketrans("ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی", "ABCDEFGHIJKLMNOPQRSTUVWXYZ!$%^*=")

_LETTERS: Final = {ord(coded): chr(letter) for letter, coded in ((k, chr(v)) for k, v in _ONE_BYTE.items())}


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of likeness. `tf` names the column whose rare values weigh more; `is_fixed` keeps `m` as it is."""

    name: str
    sql: str
    test: Test
    m: float
    u: float
    tf: str = ""
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that is compared: which columns it reads, when it says nothing, and its levels, the last is else."""

    name: str
    columns: tuple[str, ...]
    null_sql: str
    is_null: Test
    levels: tuple[Level, ...]

    def level_of(self, left: Compared, right: Compared) -> Level | None:
        """Return the first level that holds, or None where one side says nothing."""
        if self.is_null(left, right):
            return None
        for level in self.levels:
            if level.test(left, right):
                return level
        return None


def one_byte(text: str) -> str:
    """Return a folded text with each Persian letter as one byte (a capital or a sign), for SQL that counts bytes."""
    return text if text.isascii() else text.translate(_ONE_BYTE)


def from_one_byte(text: str) -> str:
    """Return a Persian text that `one_byte` wrote in its own letters again; Latin folds hold none of its signs."""
    return text.translate(_LETTERS)


def mailbox(address: str) -> str:
    """Return what stands before the @."""
    return address.rpartition("@")[0]


def edits(a: str, b: str, most: int) -> bool:
    """Return whether at most `most` letters were typed wrong, left out, added or swapped with their neighbour."""
    return _edits()(a, b, score_cutoff=most) <= most


def alike(a: str, b: str, least: float) -> bool:
    """Return whether the Jaro-Winkler likeness is at least `least`."""
    return names.jaro_winkler()(a, b) >= least


@lru_cache(maxsize=1)
def _edits() -> Callable[..., int]:
    from rapidfuzz.distance import DamerauLevenshtein

    return DamerauLevenshtein.distance


def _always(_left: Compared, _right: Compared) -> bool:
    return True


def _else(m: float, u: float, *, is_fixed: bool = False) -> Level:
    return Level("different", "ELSE", _always, m, u, is_fixed=is_fixed)


def _is_swapped(left: Compared, right: Compared) -> bool:
    """Whether given and family name changed places, typing mistakes allowed."""
    if not left.given or not left.family or not right.given or not right.family:
        return False
    return alike(left.given, right.family, SWAPPED) and alike(left.family, right.given, SWAPPED)


def _cross(a: str, b: str) -> bool:
    """Whether one of two folds is Latin and the other is not."""
    return a[:1].isascii() != b[:1].isascii()


def _sound(column: str) -> Test:
    def test(left: Compared, right: Compared) -> bool:
        a, b = getattr(left, column), getattr(right, column)
        k = getattr(left, f"{column}_k")
        if k != getattr(right, f"{column}_k") or len(k) < 2:
            return False
        return _cross(a, b) or (a.isascii() and len(k) > 2 and alike(a, b, 0.7))

    return test


def _near(column: str, least: float) -> Test:
    def test(left: Compared, right: Compared) -> bool:
        a, b = getattr(left, column), getattr(right, column)
        if _cross(a, b):
            return alike(getattr(left, f"{column}_k"), getattr(right, f"{column}_k"), max(least, 0.9))
        return alike(a, b, least)

    return test


def _is_initial(left: Compared, right: Compared) -> bool:
    return min(len(left.given), len(right.given)) == 1 and left.given_k[:1] == right.given_k[:1]


def _is_family_initial(left: Compared, right: Compared) -> bool:
    return min(len(left.family), len(right.family)) == 1 and left.family_k[:1] == right.family_k[:1]


def _begins(column: str) -> Test:
    def test(left: Compared, right: Compared) -> bool:
        a, b = getattr(left, column), getattr(right, column)
        return min(len(a), len(b)) >= 3 and (a.startswith(b) or b.startswith(a))

    return test


_FOREIGN = "({c}_l < 'a') != ({c}_r < 'a')"


def _sound_sql(c: str) -> str:
    return (
        f"{c}_k_l = {c}_k_r and length({c}_k_l) > 1 and ({_FOREIGN.format(c=c)}"
        f" or ({c}_l >= 'a' and length({c}_k_l) > 2 and jaro_winkler_similarity({c}_l, {c}_r) >= 0.7))"
    )


def _near_sql(c: str, least: float) -> str:
    return (
        f"case when {_FOREIGN.format(c=c)} then jaro_winkler_similarity({c}_k_l, {c}_k_r) >= {max(least, 0.9)}"
        f" else jaro_winkler_similarity({c}_l, {c}_r) >= {least} end"
    )


def _begins_sql(c: str) -> str:
    return f"least(length({c}_l), length({c}_r)) >= 3 and (starts_with({c}_l, {c}_r) or starts_with({c}_r, {c}_l))"


_SWAPPED_SQL = (
    f"coalesce(jaro_winkler_similarity(given_l, family_r) >= {SWAPPED}"
    f" and jaro_winkler_similarity(family_l, given_r) >= {SWAPPED}, false)"
)
_INITIAL_SQL = "least(length(given_l), length(given_r)) = 1 and left(given_k_l, 1) = left(given_k_r, 1)"
_FAMILY_INITIAL_SQL = "least(length(family_l), length(family_r)) = 1 and left(family_k_l, 1) = left(family_k_r, 1)"


def _edited_sql(c: str, most: int) -> str:
    """SQL of `edits`: what is cheap goes first, for DuckDB's distance takes microseconds and nearly all pairs are strangers.

    One mistake leaves the first or the last half (but one letter) as it is; two are at most four plain edits.
    """
    left, right = f"{c}_l", f"{c}_r"
    half = f"greatest(least(length({left}), length({right})) // 2 - 1, 0)"
    kept = f"left({left}, {half}) = left({right}, {half}) or right({left}, {half}) = right({right}, {half})"
    cheap = kept if most == 1 else f"levenshtein({left}, {right}) <= {most * 2}"
    return (
        f"case when abs(length({left}) - length({right})) > {most} then false"
        f" when {cheap} then damerau_levenshtein({left}, {right}) <= {most} else false end"
    )


GIVEN: Final = Comparison(
    "given", ("given", "given_k", "family"), "given_l is null or given_r is null", lambda a, b: not a.given or not b.given,
    (
        Level("same", "given_l = given_r", lambda a, b: a.given == b.given, 0.62, 0.008, tf="given"),
        Level("swapped", _SWAPPED_SQL, _is_swapped, 0.03, 0.00002),
        Level("sound", _sound_sql("given"), _sound("given"), 0.06, 0.0008),
        Level("initial", _INITIAL_SQL, _is_initial, 0.04, 0.005),
        Level("close", _near_sql("given", names.CLOSE), _near("given", names.CLOSE), 0.13, 0.002),
        Level("begins", _begins_sql("given"), _begins("given"), 0.03, 0.002),
        Level("similar", _near_sql("given", names.SIMILAR), _near("given", names.SIMILAR), 0.08, 0.008),
        _else(0.01, 0.97, is_fixed=True),
    ),
)  # fmt: skip
FAMILY: Final = Comparison(
    "family", ("family", "family_k", "given"), f"family_l is null or family_r is null or (family_l <> family_r and {_SWAPPED_SQL})",
    lambda a, b: not a.family or not b.family or (a.family != b.family and _is_swapped(a, b)),
    (
        Level("same", "family_l = family_r", lambda a, b: a.family == b.family, 0.75, 0.002, tf="family"),
        Level("sound", _sound_sql("family"), _sound("family"), 0.05, 0.0004),
        Level("close", _near_sql("family", names.CLOSE), _near("family", names.CLOSE), 0.12, 0.001),
        Level("initial", _FAMILY_INITIAL_SQL, _is_family_initial, 0.03, 0.005),
        Level("begins", _begins_sql("family"), _begins("family"), 0.02, 0.001),
        Level("similar", _near_sql("family", names.SIMILAR), _near("family", names.SIMILAR), 0.03, 0.006),
        _else(0.03, 0.98),
    ),
)  # fmt: skip
BIRTH: Final = Comparison(
    "birth", ("birth",), "birth_l is null or birth_r is null", lambda a, b: not a.birth or not b.birth,
    (
        Level("same", "birth_l = birth_r", lambda a, b: a.birth == b.birth, 0.9, 0.00005),
        Level("one", _edited_sql("birth", 1), lambda a, b: edits(a.birth, b.birth, 1), 0.06, 0.0015),
        Level("two", _edited_sql("birth", 2), lambda a, b: edits(a.birth, b.birth, 2), 0.02, 0.02),
        _else(0.01, 0.97),
    ),
)  # fmt: skip


def _cross_any(c: str) -> str:
    """SQL: any of the two values of the left record is one of the right record's two."""
    return (
        f"({c}_l = {c}_r or coalesce({c}2_l = {c}_r, false) or coalesce({c}_l = {c}2_r, false)"
        f" or coalesce({c}2_l = {c}2_r, false))"
    )


PHONE: Final = Comparison(
    "phone", ("phone", "phone2"), "phone_l is null or phone_r is null", lambda a, b: not a.phones or not b.phones,
    (
        Level("same", _cross_any("phone"), lambda a, b: not set(a.phones).isdisjoint(b.phones), 0.65, 0.00001),
        Level("near", f"case when length(phone_l) > 8 then {_edited_sql('phone', 1)} else false end",
              lambda a, b: len(a.phones[0]) > 8 and edits(a.phones[0], b.phones[0], 1), 0.05, 0.00001),
        _else(0.3, 0.9999),
    ),
)  # fmt: skip


def _is_own(local: str) -> bool:
    """Whether a mailbox is more than a name: john.smith at two providers may be two people, john.smith84 hardly."""
    return len(local) > 4 and any(ch.isdigit() for ch in local)


def _is_mistyped(a: str, b: str) -> bool:
    """Whether one letter was typed wrong; another digit is another person's address."""
    return len(a) > 11 and edits(a, b, 1) and [ch for ch in a if ch.isdigit()] == [ch for ch in b if ch.isdigit()]


_MISTYPED_SQL = (
    f"case when length(email_l) > 11 and {_edited_sql('email', 1)}"
    " then regexp_replace(email_l, '[^0-9]', '', 'g') = regexp_replace(email_r, '[^0-9]', '', 'g') else false end"
)
EMAIL: Final = Comparison(
    "email", ("email", "email2", "mailbox"), "email_l is null or email_r is null", lambda a, b: not a.emails or not b.emails,
    (
        Level("same", _cross_any("email"), lambda a, b: not set(a.emails).isdisjoint(b.emails), 0.6, 0.00001),
        Level("mailbox", "mailbox_l = mailbox_r and length(mailbox_l) > 4 and regexp_matches(mailbox_l, '[0-9]')",
              lambda a, b: mailbox(a.emails[0]) == mailbox(b.emails[0]) and _is_own(mailbox(a.emails[0])), 0.05, 0.00002),
        Level("near", _MISTYPED_SQL,
              lambda a, b: _is_mistyped(a.emails[0], b.emails[0]), 0.03, 0.00002),
        _else(0.26, 0.9995),
    ),
)  # fmt: skip
_TURNED_SQL = (
    f"coalesce(jaro_winkler_similarity(street_l, unit_r) >= {SWAPPED}"
    f" and jaro_winkler_similarity(unit_l, street_r) >= {SWAPPED}, false)"
)


def _is_turned(left: Compared, right: Compared) -> bool:
    """Whether the two lines of an address changed places."""
    if not left.street or not left.unit or not right.street or not right.unit:
        return False
    return alike(left.street, right.unit, SWAPPED) and alike(left.unit, right.street, SWAPPED)


ADDRESS: Final = Comparison(
    "address", ("street", "house", "unit"), "street_l is null or street_r is null", lambda a, b: not a.street or not b.street,
    (
        Level("same", "street_l = street_r and coalesce(house_l = house_r, false)",
              lambda a, b: a.street == b.street and a.house == b.house != "", 0.55, 0.00002),
        Level("close", "coalesce(house_l = house_r, false) and jaro_winkler_similarity(street_l, street_r) >= 0.88",
              lambda a, b: a.house == b.house != "" and alike(a.street, b.street, 0.88), 0.15, 0.00002),
        Level("turned", _TURNED_SQL, _is_turned, 0.03, 0.00001),
        Level("street", "jaro_winkler_similarity(street_l, street_r) >= 0.94", lambda a, b: alike(a.street, b.street, 0.94), 0.15, 0.002),
        Level("similar", "jaro_winkler_similarity(street_l, street_r) >= 0.86", lambda a, b: alike(a.street, b.street, 0.86), 0.05, 0.01),
        _else(0.12, 0.98),
    ),
)  # fmt: skip
UNIT: Final = Comparison(
    "unit", ("unit", "street"), f"unit_l is null or unit_r is null or {_TURNED_SQL}",
    lambda a, b: not a.unit or not b.unit or _is_turned(a, b),
    (
        Level("same", "unit_l = unit_r", lambda a, b: a.unit == b.unit, 0.8, 0.01),
        Level("close", "jaro_winkler_similarity(unit_l, unit_r) >= 0.88 and length(unit_l) > 3",
              lambda a, b: alike(a.unit, b.unit, 0.88) and len(a.unit) > 3, 0.1, 0.01),
        _else(0.1, 0.98),
    ),
)  # fmt: skip
AREA: Final = Comparison(
    "area", ("postcode", "city"), "(postcode_l is null or postcode_r is null) and (city_l is null or city_r is null)",
    lambda a, b: not (a.postcode and b.postcode) and not (a.city and b.city),
    (
        Level("postcode", "coalesce(postcode_l = postcode_r, false)", lambda a, b: a.postcode == b.postcode != "", 0.7, 0.001),
        Level("near", f"coalesce(case when length(postcode_l) > 3 then {_edited_sql('postcode', 1)} else false end, false)",
              lambda a, b: bool(b.postcode) and len(a.postcode) > 3 and edits(a.postcode, b.postcode, 1), 0.1, 0.005),
        Level("city", "city_l = city_r", lambda a, b: a.city == b.city != "", 0.08, 0.02, tf="city"),
        Level("similar", "coalesce(jaro_winkler_similarity(city_l, city_r) >= 0.88, false)",
              lambda a, b: bool(a.city and b.city) and alike(a.city, b.city, 0.88), 0.03, 0.01),
        _else(0.1, 0.97),
    ),
)  # fmt: skip
COMPARISONS: Final = (GIVEN, FAMILY, BIRTH, PHONE, EMAIL, ADDRESS, UNIT, AREA)


def external(name: str, column: str) -> Comparison:
    """Return the comparison of the keys of one other system (`column` in the batch's table)."""
    return Comparison(
        f"external:{name}", (column,), f"{column}_l is null or {column}_r is null",
        lambda a, b: not a.external.get(name) or not b.external.get(name),
        (
            Level("same", f"{column}_l = {column}_r", lambda a, b: a.external[name] == b.external[name], 0.9, 0.00001),
            Level("near", f"case when length({column}_l) > 5 then {_edited_sql(column, 1)} else false end",
                  lambda a, b: len(a.external[name]) > 5 and edits(a.external[name], b.external[name], 1), 0.05, 0.0001),
            _else(0.05, 0.9999),
        ),
    )  # fmt: skip

"""Blocking keys: the values under which two records of one person are expected to meet.

Each rule names parts of a record; records that agree in all parts of any rule are compared, no others. The rules stand
once: `keys_of` computes them for one record (the live index), `sql_of` as DuckDB expressions (the batch).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from patogh.persons.resolving.forms import Compared

# A part is a column, or a column and how many of its first letters count.
Part = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its short name, its parts, and how many records may share a key before it says too little."""

    name: str
    parts: tuple[Part, ...]
    records_max: int = 60

    @property
    def columns(self) -> frozenset[str]:
        """The columns that it reads."""
        return frozenset(each for column, _ in self.parts for each in _MADE_OF.get(column, (column,)))


WHOLE: Final = 0
ROWS_USUAL: Final = 110_000  # up to here keys are as wide as their rules say
RECORDS_MAX_MIN: Final = 6
PHONE: Final = Rule("p", (("phone", WHOLE),), 20)
EMAIL: Final = Rule("e", (("email", WHOLE),), 20)
RULES: Final = (
    Rule("gf", (("pair", WHOLE),), 60),
    Rule("kb", (("given_k", WHOLE), ("family_k", WHOLE), ("birth", 4))),
    Rule("kc", (("given_k", WHOLE), ("family_k", WHOLE), ("city", 4))),
    Rule("kk", (("given_k", WHOLE), ("family_k", WHOLE)), 30),
    Rule("bf", (("birth", WHOLE), ("family_k", 2))),
    Rule("bg", (("birth", WHOLE), ("given_k", 2))),
    Rule("bp", (("birth", WHOLE), ("postcode", WHOLE))),
    Rule("bc", (("birth", WHOLE), ("city", 4)), 30),
    Rule("bh", (("birth", WHOLE), ("house", WHOLE)), 30),
    Rule("fp", (("family_k", WHOLE), ("postcode", WHOLE)), 40),
    Rule("gp", (("given_k", WHOLE), ("postcode", WHOLE)), 40),
    Rule("sh", (("street", WHOLE), ("house", WHOLE)), 30),
    Rule("hp", (("house", WHOLE), ("postcode", WHOLE)), 30),
    Rule("up", (("unit", WHOLE), ("postcode", WHOLE)), 30),
    Rule("sc", (("street", WHOLE), ("city", 4)), 30),
    Rule("sp", (("street", WHOLE), ("postcode", WHOLE)), 30),
    Rule("bu", (("birth", WHOLE), ("unit", 6)), 30),
    Rule("uc", (("unit", WHOLE), ("city", 4)), 30),
    Rule("fc", (("family_k", WHOLE), ("city", WHOLE)), 30),
    Rule("gs", (("given_k", 3), ("street", WHOLE)), 30),
    Rule("fs", (("family_k", 3), ("street", WHOLE)), 30),
    Rule("mg", (("mailbox", WHOLE), ("given_k", 1)), 20),
    Rule("mf", (("mailbox", WHOLE), ("family_k", 1)), 20),
)  # fmt: skip


# Of a table that shows no relatives, and in the batch only: who lives in one small place is worth a look whatever the name,
# and so is who has both names, in whichever order and however they are spelt.
ALONE: Final = (
    Rule("cp", (("postcode", WHOLE), ("city", WHOLE)), 30),
    Rule("hc", (("house", WHOLE), ("city", WHOLE)), 30),
    Rule("kx", (("pair_k", WHOLE),), 30),
)
_MADE_SQL: Final = {"pair_k": "least(given_k, family_k) || ' ' || greatest(given_k, family_k)"}
_MADE_OF: Final = {"pair_k": ("given_k", "family_k")}


def keys_of(record: Compared) -> list[str]:
    """Return the keys of a record, each with its rule's name: `p:+98912…`, `bf:19900101|hs`."""
    keys = [f"p:{one}" for one in record.phones] + [f"e:{one}" for one in record.emails]
    keys += [f"x:{name}|{value}" for name, value in record.external.items() if value]
    both = pair(record)
    for rule in _OF_RECORD:
        if key := _key(rule, record, both, ""):
            keys.append(key)
    for one in record.emails:
        keys += [key for rule in _OF_MAILBOX if (key := _key(rule, record, both, one.rpartition("@")[0]))]
    return list(dict.fromkeys(keys))


def records_max(key: str) -> int:
    """Return how many records may share this key before it is passed over."""
    return _MAX.get(key.partition(":")[0], 20)


def records_max_of(rule: Rule, rows: int) -> int:
    """Return how many records of a table may share a key of a rule: fewer in a large table, where more of them are strangers.

    At 1,000,000 rows a third of `records_max` compares 7.2 million pairs instead of 16.7 and loses 1.3 % of the true ones.
    """
    share = min(1.0, math.sqrt(ROWS_USUAL / max(rows, 1)))
    return max(RECORDS_MAX_MIN, round(rule.records_max * share))


def sql_of(rule: Rule) -> str:
    """Return the DuckDB expression of a rule's key over the batch's columns; NULL where a part is not told."""
    parts = ((_MADE_SQL.get(c, c), n) for c, n in rule.parts)
    said = ("nullif(%s, '')" % (f"left({c}, {n})" if n else c) for c, n in parts)
    joined = " || chr(31) || ".join(said)
    return f"case when {joined} is not null then hash({joined}) end"


_OF_MAILBOX: Final = tuple(rule for rule in RULES if "mailbox" in rule.columns)
_OF_RECORD: Final = tuple(rule for rule in RULES if rule not in _OF_MAILBOX)
_MAX: Final = {rule.name: rule.records_max for rule in (PHONE, EMAIL, *RULES)}


def _key(rule: Rule, record: Compared, both: str, mailbox: str) -> str:
    parts = []
    for column, letters in rule.parts:
        value = mailbox if column == "mailbox" else both if column == "pair" else getattr(record, column)
        if not value:
            return ""
        parts.append(value[:letters] if letters else value)
    return f"{rule.name}:{'|'.join(parts)}"


def pair(record: Compared) -> str:
    """Return both names in an order of their own, so that swapped names have one key."""
    if not record.given or not record.family:
        return ""
    return " ".join(sorted((record.given, record.family)))

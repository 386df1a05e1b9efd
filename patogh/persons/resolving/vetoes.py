"""The household veto over a whole table: what forbids one person although everything else agrees.

People of one household share name, address, phone and e-mail; what tells them apart is the first name and the birth
date. Where the table shows relatives, either of the two forbids (another first name passes only beside the very same
birth date and a shared contact; another birth date only beside the same full name and one). Where it shows none, a
difference in one of them is a mistake of whoever typed, and only both together forbid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patogh.persons.resolving.loading import Loaded

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PAIRS_MIN: Final = 150
RELATIVES_SHARE_MIN: Final = 0.01

_OTHER_GIVEN = """coalesce(
    l.given <> r.given and (l.given < 'a') = (r.given < 'a') and jaro_winkler_similarity(l.given, r.given) < 0.8
    and left(l.given, 3) <> left(r.given, 3)
    and not (left(l.given, 1) = left(r.given, 1) and damerau_levenshtein(l.given, r.given) <= 1) and least(length(l.given), length(r.given)) > 1
    and not coalesce(jaro_winkler_similarity(l.family, r.family) < 0.88 and (
        jaro_winkler_similarity(l.given, r.family) >= 0.88 or jaro_winkler_similarity(l.family, r.given) >= 0.88), false),
    false)"""
_OTHER_BIRTH = "coalesce(damerau_levenshtein(l.birth, r.birth) > 2, false)"

# The cheap half, over one-byte folds; `clusters` asks the whole of it (both scripts, compounds).
PAIRS_SQL: Final = f"""
with found as (select least(n_l, n_r) a, greatest(n_l, n_r) b, match_weight w from predicted where match_weight >= ?),
seen as (
    select a, b, w, l, r,
        coalesce(jaro_winkler_similarity(l.given, r.given) >= 0.8 and jaro_winkler_similarity(l.family, r.family) >= 0.8, false)
            or coalesce(jaro_winkler_similarity(l.given, r.family) >= 0.88, false)
            or coalesce(jaro_winkler_similarity(l.family, r.given) >= 0.88, false) as named,
        coalesce(l.phone = r.phone, false) or coalesce(l.email = r.email, false) or coalesce(l.postcode = r.postcode, false)
            or coalesce(jaro_winkler_similarity(l.street, r.street) >= 0.94, false)
            or coalesce(l.house = r.house and jaro_winkler_similarity(l.street, r.street) >= 0.86, false) as near,
        {_OTHER_GIVEN} as other_given,
        {_OTHER_BIRTH} as other_birth,
        coalesce(l.birth = r.birth, false) as same_birth
    from found join records l on l.n = a join records r on r.n = b
)
select a, b, w,
    (other_birth and not (named and near)) or (other_given and not (same_birth and near)),
    coalesce(l.given, ''), coalesce(l.family, ''), coalesce(l.birth, ''),
    coalesce(r.given, ''), coalesce(r.family, ''), coalesce(r.birth, '')
from seen
order by a, b
"""


def has_relatives(db: DuckDBPyConnection, loaded: Loaded) -> bool:
    """Return whether records of one address or phone are of relatives, as far as the table can say; else True.

    Among pairs that share a family name and a house (or a phone), first name and birth date differ together in relatives and
    independently in mistakes: relatives = P(both differ) - P(first name differs) * P(birth date differs).
    """
    told = set(loaded.used)
    shared = "k_sh" if {"street", "house"} <= told else "phone" if "phone" in told else ""
    if not shared or not {"given", "family", "birth"} <= told:
        return True
    row = db.execute(
        f"select count(*), avg(g::int), avg(b::int), avg((g and b)::int) from (select {_OTHER_GIVEN} g, {_OTHER_BIRTH} b"
        f" from records l join records r on l.{shared} = r.{shared} and l.n < r.n"
        " where l.given is not null and r.given is not null and l.birth is not null and r.birth is not null"
        " and jaro_winkler_similarity(l.family, r.family) >= 0.8)"
    ).fetchone()
    if row is None or row[0] < PAIRS_MIN:
        return True
    return bool(row[3] - row[1] * row[2] >= RELATIVES_SHARE_MIN)

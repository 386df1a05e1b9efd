"""The household veto over a whole table: what forbids one person although everything else agrees.

People of one household share name, address, phone and e-mail; what tells them apart is the first name and the birth
date. Where the table shows relatives, either of the two forbids (another first name passes only beside the very same
birth date and a shared contact; another birth date only beside the same full name and one). Where it shows none, a
difference is a mistake of whoever typed: nothing forbids, and the weights say what it is worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patogh.persons.resolving import keys, predicting
from patogh.persons.resolving.loading import SHARED_RECORDS_MAX, Loaded

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PAIRS_MIN: Final = 150
RELATIVES_SHARE_MIN: Final = 0.01

# Each is asked in the order of what it costs: most pairs end at the first line.
_OTHER_GIVEN = """case
    when coalesce(l.given = r.given, true) or least(length(l.given), length(r.given)) <= 1 then false
    when (l.given < 'a') <> (r.given < 'a') or left(l.given, 3) = left(r.given, 3) then false
    when jaro_winkler_similarity(l.given, r.given) >= 0.8 then false
    when case when left(l.given, 1) = left(r.given, 1) and levenshtein(l.given, r.given) <= 2
        then damerau_levenshtein(l.given, r.given) <= 1 else false end then false
    else not coalesce(jaro_winkler_similarity(l.family, r.family) < 0.88 and (
        jaro_winkler_similarity(l.given, r.family) >= 0.88 or jaro_winkler_similarity(l.family, r.given) >= 0.88), false)
    end"""
_OTHER_BIRTH = """case
    when coalesce(l.birth = r.birth, true) or levenshtein(l.birth, r.birth) <= 2 then false
    when levenshtein(l.birth, r.birth) > 4 then true
    else damerau_levenshtein(l.birth, r.birth) > 2 end"""
_NAMED = """(coalesce(jaro_winkler_similarity(l.given, r.given) >= 0.8 and jaro_winkler_similarity(l.family, r.family) >= 0.8, false)
    or coalesce(jaro_winkler_similarity(l.given, r.family) >= 0.88, false)
    or coalesce(jaro_winkler_similarity(l.family, r.given) >= 0.88, false))"""
_NEAR = """(coalesce(l.phone = r.phone, false) or coalesce(l.email = r.email, false) or coalesce(l.postcode = r.postcode, false)
    or coalesce(jaro_winkler_similarity(l.street, r.street) >= 0.94, false)
    or coalesce(l.house = r.house and jaro_winkler_similarity(l.street, r.street) >= 0.86, false))"""

# The cheap half, over one-byte folds; `clusters` asks the whole of it (both scripts, compounds).
JUDGED_SQL: Final = f"""
create or replace temp table judged as
with found as (select n_l as a, n_r as b, match_weight as w from predicted where match_weight >= ?),
seen as (select a, b, w, {_OTHER_GIVEN} as other_given, {_OTHER_BIRTH} as other_birth from found join records l on l.n = a join records r on r.n = b),
doubted as (
    select a, b, (other_birth and not ({_NAMED} and {_NEAR})) or (other_given and not (coalesce(l.birth = r.birth, false) and {_NEAR})) as vetoed
    from seen join records l on l.n = a join records r on r.n = b where other_given or other_birth
)
select a, b, w, coalesce(vetoed, false) as vetoed from seen left join doubted using (a, b)
"""
PAIRS_SQL: Final = "select a, b, w from judged where not (vetoed and ?) order by a, b"
FACTS_SQL: Final = """
select n, coalesce(given, ''), coalesce(family, ''), coalesce(birth, '') from records
where n in (select a from judged union select b from judged)
"""


def has_relatives(db: DuckDBPyConnection, loaded: Loaded) -> bool:
    """Return whether records of one address or phone are of relatives, as far as the table can say; else True.

    Among pairs that share a family name and a house (or a phone), first name and birth date differ together in relatives and
    independently in mistakes: relatives = P(both differ) - P(first name differs) * P(birth date differs).
    """
    told = set(loaded.used)
    has_house = {"street", "house"} <= told
    if not (has_house or "phone" in told) or not {"given", "family", "birth"} <= told:
        return True
    rule = next(one for one in keys.RULES if one.name == "sh")
    values = f"select n, {keys.sql_of(rule)} as v from records" if has_house else "select n, phone as v from records"
    most = keys.records_max_of(rule, loaded.rows) if has_house else SHARED_RECORDS_MAX
    row = db.execute(
        f"select count(*), avg(g::int), avg(b::int), avg((g and b)::int) from (select {_OTHER_GIVEN} g, {_OTHER_BIRTH} b"
        f" from ({predicting.met_sql(values, most)}) join records l on l.n = a join records r on r.n = b"
        " where l.given is not null and r.given is not null and l.birth is not null and r.birth is not null"
        " and jaro_winkler_similarity(l.family, r.family) >= 0.8)"
    ).fetchone()
    if row is None or row[0] < PAIRS_MIN:
        return True
    return bool(row[3] - row[1] * row[2] >= RELATIVES_SHARE_MIN)

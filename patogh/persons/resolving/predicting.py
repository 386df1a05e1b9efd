"""Weigh all pairs that share a key, by the odds that training found, in one statement of DuckDB.

It says what Splink's own prediction says (a test holds the two side by side) in a third of its time: a pair that several keys
find is made one before anything is compared, and only the sum is kept of what each field says.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from patogh.persons.resolving import keys, levels
from patogh.persons.resolving.levels import Comparison
from patogh.persons.resolving.loading import FIELDS, SHARED_RECORDS_MAX, Loaded
from patogh.persons.resolving.scoring import Odds, Weights

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COUNTED_ROWS_MIN: Final = 200  # in a smaller table nobody's name is rare
_SEVERAL: Final = ("phone", "email")
_BITS: Final = 32


def comparisons(loaded: Loaded) -> list[Comparison]:
    """Return the comparisons that these records can be asked."""
    told = set(loaded.used)
    asked = [each for each in levels.COMPARISONS if each.columns[0] in told or (each.name == "area" and "city" in told)]
    return [*asked, *(levels.external(name, f"x{number}") for number, name in enumerate(loaded.externals))]


def predict(
    db: DuckDBPyConnection, loaded: Loaded, weights: Weights, least: float, *, has_relatives: bool = True
) -> None:
    """Make the table `predicted` (n_l, n_r, match_weight) of the pairs that reach `least` bits."""
    db.execute("create or replace temp table met (p bigint)")
    for values, most in meetings(loaded, has_relatives=has_relatives):
        db.execute(f"insert into met select (a::bigint << {_BITS}) | b from ({met_sql(values, most)})")
    db.execute("create or replace temp table paired as select distinct p from met")
    db.execute("drop table met")
    db.execute(f"create or replace table predicted as {_weighed_sql(loaded, weights, least)}")
    db.execute("drop table paired")


def meetings(loaded: Loaded, *, has_relatives: bool = True) -> Iterator[tuple[str, int]]:
    """Yield the statements for the values (n, v) under which records meet, and how many may share one of them."""
    told = set(loaded.used)
    for rule in keys.RULES if has_relatives else (*keys.RULES, *keys.ALONE):
        if rule.columns <= told:
            yield f"select n, {keys.sql_of(rule)} as v from records", keys.records_max_of(rule, loaded.rows)
    for number in range(len(loaded.externals)):
        yield f"select n, x{number} as v from records", SHARED_RECORDS_MAX
    for one in _SEVERAL:
        if values := [f"select n, {name} as v from records" for name in (one, f"{one}2") if name in told]:
            yield " union all ".join(values), SHARED_RECORDS_MAX


def met_sql(values: str, most: int) -> str:
    """Return the statement for the pairs (a, b) of records with one value; a value that too many share is passed over."""
    return (
        f"with told as materialized (select n, v from ({values}) where v is not null),"
        f" shared as (select v from told group by v having count(*) between 2 and {most}),"
        " meeting as materialized (select n, v from told semi join shared using (v))"
        " select l.n as a, r.n as b from meeting l join meeting r on l.v = r.v where l.n < r.n"
    )


def _weighed_sql(loaded: Loaded, weights: Weights, least: float) -> str:
    """Return the statement that adds up what each field says of each pair."""
    asked, has_counts = comparisons(loaded), loaded.rows >= COUNTED_ROWS_MIN
    counted = (
        {level.tf for each in asked for level in each.levels if level.tf} & set(loaded.used) if has_counts else set()
    )
    read = _columns(asked, len(loaded.externals))
    sides = [f"{side}.{name} as {name}_{side}" for side in "lr" for name in read]
    sides += [f"l.rare_{name}" for name in sorted(counted)]
    prior = math.log2(weights.prior / (1 - weights.prior))
    total = " + ".join([_bits(prior), *(_said_sql(each, weights, counted) for each in asked)])
    return (
        f"with told as materialized ({_told_sql(read, sorted(counted))}),"
        f" sides as (select l.n as n_l, r.n as n_r, {', '.join(sides)} from paired"
        f" join told l on l.n = (p >> {_BITS}) join told r on r.n = (p & {(1 << _BITS) - 1})),"
        f" weighed as (select n_l, n_r, {total} as match_weight from sides)"
        f" select * from weighed where match_weight >= {least}"
    )


def _told_sql(read: list[str], counted: list[str]) -> str:
    """Return the statement for what is read of each record, with how rare its names are among all, in bits."""
    joins = "".join(
        f" left join (select {name} as v, log2(count(*) / sum(count(*)) over ()) as rare from records where {name} is not null"
        f" group by {name}) as by_{name} on by_{name}.v = records.{name}"
        for name in counted
    )
    rare = "".join(f", by_{name}.rare as rare_{name}" for name in counted)
    return f"select n, {', '.join(read)}{rare} from records{joins}"


def _columns(asked: list[Comparison], externals: int) -> list[str]:
    """Return the columns that the conditions of some comparisons read; all of them are there, told or not."""
    words = " ".join(part for each in asked for part in (each.null_sql, *(level.sql for level in each.levels)))
    every = (*FIELDS, *(f"x{number}" for number in range(externals)))
    return [name for name in every if f"{name}_l" in words or f"{name}_r" in words]


def _said_sql(each: Comparison, weights: Weights, counted: set[str]) -> str:
    """Return what one comparison says of a pair, in bits: nothing where one side does not tell."""
    odds = weights.odds.get(each.name, {})
    said = [f"when {each.null_sql} then {_bits(0.0)}"]
    for level in each.levels:
        m, u = odds.get(level.name) or Odds(level.m, level.u)
        bits = f"{_bits(math.log2(m))} - rare_{level.tf}" if level.tf in counted else _bits(math.log2(m / u))
        said.append(f"else {bits}" if level.sql == "ELSE" else f"when {level.sql} then {bits}")
    return f"(case {' '.join(said)} end)"


def _bits(value: float) -> str:
    return f"{value!r}::double"  # DuckDB would count in decimals

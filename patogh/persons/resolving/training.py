"""Train Splink on the loaded records and hand back its odds as our `Weights`. Only a batch process imports it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from patogh.persons.resolving import keys, levels
from patogh.persons.resolving.levels import Comparison
from patogh.persons.resolving.loading import Loaded
from patogh.persons.resolving.scoring import Odds, Weights

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from splink import Linker

U_PAIRS: Final = 500_000  # more changed nothing and takes a CPU second for each 120,000
EM_PAIRS: Final = 500_000
TRAINED_ROWS_MIN: Final = 200  # fewer teach nothing; the plain odds of `levels` stand
TAUGHT_ROWS_MAX: Final = 200_000
SEED: Final = 20_261_123
PRIOR_MIN, PRIOR_MAX = 1e-9, 0.05
_RECALL: Final = 0.6
# Pairs that agree in one of these are mostly one person: they say how many pairs there are to find.
_SURE: Final[tuple[tuple[str, ...], ...]] = (
    ("email", "given"),
    ("phone", "given"),
    ("birth", "given", "family"),
    ("street", "house", "given", "family"),
)
# What EM looks through: each trains all comparisons that it does not read.
_LOOKS: Final[tuple[tuple[str, ...], ...]] = (
    ("given", "family"),
    ("birth",),
    ("email",),
    ("phone",),
    ("street", "house"),
    ("postcode", "family"),
    ("family",),
)
LOOKS_MAX: Final = 3


def comparisons(loaded: Loaded) -> list[Comparison]:
    """Return the comparisons that these records can be asked."""
    told = set(loaded.used)
    asked = [each for each in levels.COMPARISONS if each.columns[0] in told or (each.name == "area" and "city" in told)]
    return [*asked, *(levels.external(name, f"x{number}") for number, name in enumerate(loaded.externals))]


def trained(db: DuckDBPyConnection, loaded: Loaded) -> tuple[Linker, Weights]:
    """Estimate the odds of every level and return the linker, ready to predict, with our weights of it.

    Of a large table a part teaches as much as all of it and takes a tenth of the time; names are counted in all of it.
    """
    linker = _linker(db, loaded, "records")
    chance = linker._settings_obj._probability_two_random_records_match = prior(db, loaded)  # noqa: SLF001
    if loaded.rows > TAUGHT_ROWS_MAX:
        parts = -(-loaded.rows // TAUGHT_ROWS_MAX)
        db.execute(f"create temp table taught as select * from records where n % {parts} = 0")
        pupil = _linker(db, loaded, "taught")
        pupil._settings_obj._probability_two_random_records_match = chance  # noqa: SLF001
        _teach(pupil, loaded)
        _copied(pupil, linker)
        db.execute("drop table taught")
    elif loaded.rows >= TRAINED_ROWS_MIN:
        _teach(linker, loaded)
    _mended(linker)
    return linker, _weights(db, linker, loaded)


def _linker(db: DuckDBPyConnection, loaded: Loaded, table: str) -> Linker:
    from splink import DuckDBAPI, Linker, SettingsCreator

    logging.getLogger("splink").setLevel(logging.ERROR)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="n",
        comparisons=[_splink(each, has_tf=loaded.rows >= TRAINED_ROWS_MIN) for each in comparisons(loaded)],
        blocking_rules_to_generate_predictions=[{"blocking_rule": rule} for rule in blocking(loaded)],
        retain_matching_columns=False,
        em_convergence=0.001,
        max_iterations=15,
    )
    return Linker(DuckDBAPI(db).register(table), settings, log_level=logging.ERROR, validate_settings=False)


def _teach(linker: Linker, loaded: Loaded) -> None:
    linker.training.estimate_u_using_random_sampling(
        max_pairs=U_PAIRS, seed=SEED, min_count_per_level=None, num_chunks=1
    )
    for look in _looks(loaded):
        _learn(linker, look)


def _copied(pupil: Linker, linker: Linker) -> None:
    """Give a linker what another one learnt."""
    for one, other in zip(pupil._settings_obj.comparisons, linker._settings_obj.comparisons, strict=True):  # noqa: SLF001
        for learnt, level in zip(one.comparison_levels, other.comparison_levels, strict=True):
            if not level.is_null_level:
                level._m_probability = learnt._m_probability  # noqa: SLF001
                level._u_probability = learnt._u_probability  # noqa: SLF001


def blocking(loaded: Loaded) -> list[str]:
    """Return the conditions under which two records are compared."""
    told = set(loaded.used)
    rules = []
    for one in ("phone", "email"):
        if one in told:
            rules.append(f"l.{one} = r.{one}")
        if f"{one}2" in told:
            rules += [f"l.{one} = r.{one}2", f"l.{one}2 = r.{one}", f"l.{one}2 = r.{one}2"]
    rules += [f"l.x{number} = r.x{number}" for number in range(len(loaded.externals))]
    return rules + [f"l.k_{rule.name} = r.k_{rule.name}" for rule in keys.RULES if rule.columns <= told]


def prior(db: DuckDBPyConnection, loaded: Loaded) -> float:
    """Return how likely two records are one person before anything is compared: sure pairs, grossed up by recall."""
    told = set(loaded.used)
    sure = [rule for rule in _SURE if set(rule) <= told]
    sure += [(f"x{number}",) for number in range(len(loaded.externals))]
    counted = [_pairs_sql(rule) for rule in sure]
    found = max((int((db.execute(sql).fetchone() or (0,))[0] or 0) for sql in counted), default=0)
    pairs = loaded.rows * (loaded.rows - 1) / 2
    return min(max(max(found, 1) / _RECALL / max(pairs, 1), PRIOR_MIN), PRIOR_MAX)


def _pairs_sql(columns: Sequence[str]) -> str:
    there = " and ".join(f"{column} is not null" for column in columns)
    return (
        "select sum(c * (c - 1) // 2) from "
        f"(select count(*) c from records where {there} group by {', '.join(columns)} having count(*) between 2 and 20)"
    )


def _looks(loaded: Loaded) -> list[tuple[str, ...]]:
    told = set(loaded.used)
    looks = [look for look in _LOOKS if set(look) <= told]
    looks += [(f"x{number}",) for number in range(len(loaded.externals))][:1]
    return looks[:LOOKS_MAX]


def _learn(linker: Linker, look: tuple[str, ...]) -> None:
    from splink import block_on
    from splink.internals.exceptions import EMTrainingException

    asked = linker._settings_obj.comparisons  # noqa: SLF001
    try:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*look), estimate_without_term_frequencies=True, max_pairs=EM_PAIRS, record_sample_proportion=0.1
        )
    except EMTrainingException:
        # no pair agrees in this: the plain odds stay, and Splink is given the comparisons back that it had put aside
        linker._settings_obj.comparisons = asked  # noqa: SLF001


def _splink(each: Comparison, *, has_tf: bool) -> dict[str, Any]:
    """Return a comparison as Splink's settings have it."""
    null = {"sql_condition": each.null_sql, "label_for_charts": "null", "is_null_level": True}
    rows = []
    for level in each.levels:
        row = {
            "sql_condition": level.sql, "label_for_charts": level.name, "m_probability": level.m, "u_probability": level.u,
            "fix_m_probability": level.is_fixed,
        }  # fmt: skip
        rows.append({**row, "tf_adjustment_column": level.tf} if level.tf and has_tf else row)
    return {"output_column_name": each.name.replace(":", "_").replace(" ", "_"), "comparison_levels": [null, *rows]}


def _mended(linker: Linker) -> None:
    """Hold the odds within reason where training saw too little: likeness never speaks against, difference never for."""
    for comparison in linker._settings_obj.comparisons:  # noqa: SLF001
        for level in comparison.comparison_levels:
            if level.is_null_level:
                continue
            level._m_probability = max(_known(level._m_probability, 0.001), 0.0005)  # noqa: SLF001
            level._u_probability = max(_known(level._u_probability, 1e-6), 1e-7)  # noqa: SLF001


def _known(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise


def _weights(db: DuckDBPyConnection, linker: Linker, loaded: Loaded) -> Weights:
    """Return what Splink learnt, with how frequent names and towns are."""
    odds: dict[str, dict[str, Odds]] = {}
    for ours, theirs in zip(comparisons(loaded), linker._settings_obj.comparisons, strict=True):  # noqa: SLF001
        told = [level for level in theirs.comparison_levels if not level.is_null_level]
        odds[ours.name] = {
            level.label_for_charts: Odds(_known(level.m_probability, 0.001), _known(level.u_probability, 1e-6))
            for level in told
        }
    seen: dict[str, dict[str, float]] = {}
    for column in ("given", "family", "city"):
        if column in loaded.used and loaded.rows >= TRAINED_ROWS_MIN:
            rows = db.execute(
                f"select {column}, count(*) / sum(count(*)) over () from records where {column} is not null"
                f" group by {column} order by count(*) desc, {column} limit 20000"
            ).fetchall()
            seen[column] = {levels.from_one_byte(value): float(share) for value, share in rows}
    chance = linker._settings_obj._probability_two_random_records_match  # noqa: SLF001
    return Weights(f"trained-{loaded.rows}", float(chance), odds, seen, loaded.rows)

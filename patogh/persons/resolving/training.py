"""Train Splink on the loaded records and hand back its odds as our `Weights`. Only a batch process imports it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from patogh.persons.resolving import levels
from patogh.persons.resolving.levels import Comparison
from patogh.persons.resolving.loading import SORTED_ROWS_MAX, Loaded
from patogh.persons.resolving.predicting import COUNTED_ROWS_MIN, comparisons
from patogh.persons.resolving.scoring import Odds, Weights

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from splink import Linker

U_PAIRS: Final = 500_000  # more changed nothing and takes a CPU second for each 120,000
EM_PAIRS: Final = 500_000
TRAINED_ROWS_MIN: Final = COUNTED_ROWS_MIN  # fewer teach nothing; the plain odds of `levels` stand
TAUGHT_ROWS_MAX: Final = SORTED_ROWS_MAX
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


def trained(db: DuckDBPyConnection, loaded: Loaded, *, has_relatives: bool = True) -> Weights:
    """Estimate the odds of every level; a table too small to teach gets the plain ones.

    Odds that are held fixed (relatives would teach that one person has many first names) are learnt where there are none.
    Of a large table a part teaches as much as all of it and takes a tenth of the time; names are counted in all of it.
    """
    chance, odds = prior(db, loaded), _plain(loaded)
    if loaded.rows >= TRAINED_ROWS_MIN:
        parts = -(-loaded.rows // TAUGHT_ROWS_MAX)
        if parts > 1:
            db.execute(f"create temp table taught as select * from records where n % {parts} = 0")
        linker = _linker(db, loaded, "taught" if parts > 1 else "records", is_held=has_relatives)
        linker._settings_obj._probability_two_random_records_match = chance  # noqa: SLF001
        _teach(linker, loaded)
        odds = _learnt(linker, loaded)
        db.execute("drop table if exists taught")
    return Weights(f"trained-{loaded.rows}", chance, odds, _frequencies(db, loaded), loaded.rows)


def _linker(db: DuckDBPyConnection, loaded: Loaded, table: str, *, is_held: bool) -> Linker:
    from splink import DuckDBAPI, Linker, SettingsCreator

    logging.getLogger("splink").setLevel(logging.ERROR)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="n",
        comparisons=[_splink(each, is_held=is_held) for each in comparisons(loaded)],
        blocking_rules_to_generate_predictions=[],
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


def _splink(each: Comparison, *, is_held: bool = True) -> dict[str, Any]:
    """Return a comparison as Splink's settings have it."""
    null = {"sql_condition": each.null_sql, "label_for_charts": "null", "is_null_level": True}
    rows = [
        {
            "sql_condition": level.sql, "label_for_charts": level.name, "m_probability": level.m, "u_probability": level.u,
            "fix_m_probability": level.is_fixed and is_held,
        }
        for level in each.levels
    ]  # fmt: skip
    return {"output_column_name": each.name.replace(":", "_").replace(" ", "_"), "comparison_levels": [null, *rows]}


def _plain(loaded: Loaded) -> dict[str, dict[str, Odds]]:
    """Return the odds that are expected before anything was seen."""
    return {each.name: {level.name: _mended(level.m, level.u) for level in each.levels} for each in comparisons(loaded)}


def _learnt(linker: Linker, loaded: Loaded) -> dict[str, dict[str, Odds]]:
    """Return what Splink learnt."""
    return {
        ours.name: {
            level.label_for_charts: _mended(level._m_probability, level._u_probability)  # noqa: SLF001
            for level in theirs.comparison_levels
            if not level.is_null_level
        }
        for ours, theirs in zip(comparisons(loaded), linker._settings_obj.comparisons, strict=True)  # noqa: SLF001
    }


def _mended(m: object, u: object) -> Odds:
    """Hold the odds within reason where training saw too little: likeness never speaks against, difference never for."""
    return Odds(max(_known(m, 0.001), 0.0005), max(_known(u, 1e-6), 1e-7))


def _known(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise


def _frequencies(db: DuckDBPyConnection, loaded: Loaded) -> dict[str, dict[str, float]]:
    """Return how frequent names and towns are, the most frequent ones."""
    seen: dict[str, dict[str, float]] = {}
    for column in ("given", "family", "city"):
        if column in loaded.used and loaded.rows >= TRAINED_ROWS_MIN:
            rows = db.execute(
                f"select {column}, count(*) / sum(count(*)) over () from records where {column} is not null"
                f" group by {column} order by count(*) desc, {column} limit 20000"
            ).fetchall()
            seen[column] = {levels.from_one_byte(value): float(share) for value, share in rows}
    return seen

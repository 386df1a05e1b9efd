"""Who is one person, on labelled records: precision, recall, F1 and the biggest cluster, beside "any shared e-mail or phone" in the same run.

Sets: FEBRL 1-3 (with and without soc_sec_id; ../shared/data/febrl), the customer-like corpus and the Persian one of bench/people.py. With
--million, 1,000,000 customer records: CPU time and peak memory beside Splink's own recipe (its documented comparisons, plain settings) on the
same columns. Each resolving runs in a process of its own, through the same door as `patogh people resolve`.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from bench import people
from bench.machine import machine

ROOT = Path(__file__).resolve().parents[1]
FEBRL = Path(os.environ.get("PATOGH_SHARED", ROOT.parent / "shared")) / "data" / "febrl"
# The floors of facts/insight.md and of the issue.
FLOORS = {
    "febrl3_no_ssn": {"f1": 0.998},
    "customers": {"f1": 0.86, "precision": 0.97, "biggest_max": 50},
    "persian": {"f1": 0.86, "precision": 0.97, "biggest_max": 50},
}
MILLION_CPU_S, MILLION_MB = 90, 2048

OURS = """
import json, resource, sys, time
from pathlib import Path
from patogh.persons.resolving import batch
path, id_name, out = sys.argv[1:4]
found = batch.resolve(batch.Wish(Path(path), id_name, region=sys.argv[4]))
used = resource.getrusage(resource.RUSAGE_SELF)
Path(out).write_text(json.dumps(list(found.persons())))
print(json.dumps({"cpu_s": round(used.ru_utime + used.ru_stime, 1), "peak_mb": used.ru_maxrss // 1024, "steps_s": found.took_s, "weight_min": found.threshold_weight}))
"""
SPLINK = """
import json, logging, resource, sys
from pathlib import Path
import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.clustering import cluster_pairwise_predictions_at_threshold
logging.disable(logging.WARNING)
path, _, out, _ = sys.argv[1:5]
db = duckdb.connect()
db.execute("set threads = 2")
# Empty is missing, and dates are text: what Splink's tutorials do before they begin.
db.execute("create table people as select id as unique_id, " + ", ".join(f"nullif({c}, '') as {c}" for c in ("given_name", "family_name", "birth_date", "phone", "email", "street", "house_number", "city", "postcode")) + f" from read_csv('{path}', all_varchar = true)")
rules = [block_on("given_name", "family_name"), block_on("birth_date", "family_name"), block_on("postcode", "family_name"), block_on("email"), block_on("phone"), block_on("street", "house_number")]
if len(sys.argv) > 5:
    db.execute("update people set phone = null where phone in (select phone from people group by 1 having count(*) > 20); ")
    db.execute("update people set email = null where email in (select email from people group by 1 having count(*) > 20)")
settings = SettingsCreator(link_type="dedupe_only", comparisons=[
    cl.NameComparison("given_name"), cl.NameComparison("family_name"), cl.DamerauLevenshteinAtThresholds("birth_date"), cl.ExactMatch("phone"), cl.EmailComparison("email"),
    cl.JaroWinklerAtThresholds("street"), cl.ExactMatch("city").configure(term_frequency_adjustments=True), cl.ExactMatch("postcode")], blocking_rules_to_generate_predictions=rules)
linker = Linker(DuckDBAPI(db).register("people"), settings, log_level=logging.ERROR)
linker.training.estimate_probability_two_random_records_match([block_on("given_name", "family_name", "birth_date"), block_on("email")], recall=0.7)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
for rule in (block_on("given_name", "family_name"), block_on("birth_date"), block_on("email")):
    linker.training.estimate_parameters_using_expectation_maximisation(rule)
found = linker.inference.predict(threshold_match_probability=0.9)
db.execute(f"create or replace view pairs as select * from {found.physical_name}")
pairs = db.execute("select unique_id_l, unique_id_r from pairs").fetchall()
parent = {}
def top(one):
    while parent.setdefault(one, one) != one:
        parent[one] = parent[parent[one]]; one = parent[one]
    return one
for left, right in pairs: parent[top(left)] = top(right)
ids = [row[0] for row in db.execute("select unique_id from people order by 1").fetchall()]
used = resource.getrusage(resource.RUSAGE_SELF)
Path(out).write_text(json.dumps([(one, top(one)) for one in ids]))
print(json.dumps({"cpu_s": round(used.ru_utime + used.ru_stime, 1), "peak_mb": used.ru_maxrss // 1024, "pairs": len(pairs)}))
"""


def main(argv: list[str]) -> int:
    """Run the measurement; 0 when every floor holds."""
    given = argparse.ArgumentParser(prog="patogh bench resolve", description=__doc__)
    given.add_argument("--json", action="store_true")
    given.add_argument("--customers", type=int, default=107_000, help="records of the customer-like corpus")
    given.add_argument("--persian", type=int, default=20_000, help="records of the Persian corpus")
    given.add_argument(
        "--million", action="store_true", help="also resolve --million-records beside Splink's own recipe"
    )
    given.add_argument("--million-records", type=int, default=1_000_000)
    given.add_argument("--splink", action="store_true", help="Splink's own recipe on the customer corpus too")
    options = given.parse_args(argv)
    sets: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory(prefix="patogh-resolve-") as folder:
        for number in (1, 2, 3) if FEBRL.is_dir() else ():
            for name, is_bare in ((f"febrl{number}", False), (f"febrl{number}_no_ssn", True)):
                path, truth = febrl(Path(folder), number, is_bare=is_bare)
                sets[name] = measured(path, truth, "rec_id", "AU")
        for kind, count in (("customers", options.customers), ("persian", options.persian)):
            if count:
                path = Path(folder) / f"{kind}.csv"
                truth = named(people.write(path, count, kind=kind))
                sets[kind] = {
                    **measured(path, truth, "id", "US" if kind == "customers" else "IR"),
                    "naive": naive(path, truth),
                }
                if options.splink and kind == "customers":
                    sets[kind]["splink_recipe"] = measured(path, truth, "id", "US", SPLINK)
        if options.million:
            path = Path(folder) / "million.csv"
            truth = named(people.write(path, options.million_records, seed=11))
            sets["million"] = {
                **measured(path, truth, "id", "US"),
                "naive": naive(path, truth),
                "splink_recipe": measured(path, truth, "id", "US", SPLINK),
            }
    missed = [
        f"{name} {what}"
        for name, floor in FLOORS.items()
        if name in sets
        for what, least in floor.items()
        if not holds(sets[name], what, least)
    ]
    if "million" in sets and (sets["million"]["cpu_s"] > MILLION_CPU_S or sets["million"]["peak_mb"] > MILLION_MB):
        missed.append("million time or memory")
    result = {"bench": "resolve", "sets": sets, "missed": missed, "machine": machine()}
    print(json.dumps(result) if options.json else "\n".join(lines(result)))
    return 1 if missed else 0


def holds(one: dict[str, object], what: str, least: float) -> bool:
    """Whether a figure keeps its floor, or stays below its ceiling where the name says so."""
    return one[what.removesuffix("_max")] <= least if what.endswith("_max") else one[what] >= least


def named(truth: list[int]) -> dict[str, object]:
    """Return who each identifier of bench/people.py is."""
    return {f"r{number:07}": who for number, who in enumerate(truth)}


def febrl(folder: Path, number: int, *, is_bare: bool) -> tuple[Path, dict[str, object]]:
    """Write a FEBRL set without blanks around its cells (and without soc_sec_id), and return who each rec_id is."""
    with (FEBRL / f"dataset{number}.csv").open(encoding="utf-8") as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file)]
    path, ssn = folder / f"febrl{number}{is_bare}.csv", rows[0].index("soc_sec_id")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([cell for at, cell in enumerate(row) if not (is_bare and at == ssn)] for row in rows)
    return path, {row[0]: row[0].split("-")[1] for row in rows[1:]}


def measured(path: Path, truth: dict[str, object], id_name: str, region: str, program: str = OURS) -> dict[str, object]:
    """Resolve a table in a process of its own and return its figures."""
    out = path.with_suffix(".persons")
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program, str(path), id_name, str(out), region],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=3_000,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"resolving {path.name} failed: {done.stderr[-400:]}")
    groups = defaultdict(list)
    for rid, person in json.loads(out.read_text()):
        groups[person].append(rid)
    return {
        **quality(groups.values(), truth),
        **json.loads(done.stdout.strip().splitlines()[-1]),
        "wall_s": round(time.monotonic() - began, 1),
    }


def quality(groups: object, truth: dict[str, object]) -> dict[str, object]:
    """Return pairwise precision, recall and F1 of clusters, counted without listing the pairs of a giant one."""
    pairs = right = biggest = 0
    for group in groups:
        pairs += len(group) * (len(group) - 1) // 2
        right += sum(count * (count - 1) // 2 for count in Counter(truth[rid] for rid in group).values())
        biggest = max(biggest, len(group))
    there = sum(count * (count - 1) // 2 for count in Counter(truth.values()).values())
    precision, recall = right / max(pairs, 1), right / max(there, 1)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 4),
        "biggest": biggest,
        "records": len(truth),
    }


def naive(path: Path, truth: dict[str, object]) -> dict[str, object]:
    """The reference that is forbidden here: any shared e-mail or phone is one person."""
    parent: dict[str, str] = {}

    def top(one: str) -> str:
        while parent.setdefault(one, one) != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for value in (row["phone"], row["email"]):
                if value:
                    parent[top(row["id"])] = top(value)
    groups = defaultdict(list)
    for rid in truth:
        groups[top(rid)].append(rid)
    return {
        **quality(groups.values(), truth),
        "cpu_s": round(resource.getrusage(resource.RUSAGE_SELF).ru_utime - began, 1),
    }


def lines(result: dict[str, object]) -> list[str]:
    """Return the figures for people."""
    said = []
    for name, one in result["sets"].items():
        rows = {name: one, **{f"  {other}": one[other] for other in ("naive", "splink_recipe") if other in one}}
        said += [f"resolve: {who:16} P {each['precision']:.4f} R {each['recall']:.4f} F1 {each['f1']:.4f} biggest {each['biggest']:>6,} of {each['records']:>9,}"
                  f"  {each['cpu_s']} CPU-s" + (f", {each['peak_mb']} MB" if "peak_mb" in each else "") for who, each in rows.items()]  # fmt: skip
    return [*said, f"         missed: {', '.join(result['missed']) or 'nothing'}"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

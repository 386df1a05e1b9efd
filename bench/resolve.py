"""Who is one person, on labelled records: precision, recall, F1 and the biggest cluster, beside "any shared e-mail or phone" in the same run.

Sets: FEBRL 1-3 (with and without soc_sec_id; ../shared/data/febrl), the customer-like corpus and the Persian one of bench/people.py, and both kinds
of people spoilt in ways that no rule was tuned on (bench/held_out.py; no floor, for nothing may be turned until they pass). `command` is
`patogh people resolve` itself, from a cold start, on 10,000 rows with every kind of column, as CSV and as Parquet. With --million, 1,000,000
customer records: CPU time and peak memory beside Splink's own recipe (its documented comparisons, plain settings) on the same columns. Each
resolving runs in a process of its own, through the same door as the command.
"""

import argparse
import csv
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from bench import held_out, people
from bench.machine import machine

ROOT = Path(__file__).resolve().parents[1]
FEBRL = Path(os.environ.get("PATOGH_SHARED", ROOT.parent / "shared")) / "data" / "febrl"
# The floors of facts/insight.md and of the issue; that of FEBRL 3 is .9953 by pairs and .9995 by clusters (docs/resolving.md).
FLOORS = {
    "febrl3_no_ssn": {"f1": 0.999},
    "customers": {"f1": 0.86, "precision": 0.97, "biggest_max": 50},
    "persian": {"f1": 0.86, "precision": 0.97, "biggest_max": 50},
}
MILLION_CPU_S, MILLION_MB = 90, 2048
COMMAND_ROWS, COMMAND_S = 10_000, 30
SPLINK_MEMORY = "8GB"
SPLINK_CPU_S = 900  # a recipe that is not done by then is stopped, and the figures say so
SETS = ("febrl", "customers", "persian", "held-out", "command")

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
db.execute(f"set memory_limit = '{sys.argv[5]}'")  # what is more is put on disk, as it would be on a laptop
db.execute(f"set temp_directory = '{out}.spill'")
# Empty is missing, and dates are text: what Splink's tutorials do before they begin.
db.execute("create table people as select id as unique_id, " + ", ".join(f"nullif({c}, '') as {c}" for c in ("given_name", "family_name", "birth_date", "phone", "email", "street", "house_number", "city", "postcode")) + f" from read_csv('{path}', all_varchar = true)")
rules = [block_on("given_name", "family_name"), block_on("birth_date", "family_name"), block_on("postcode", "family_name"), block_on("email"), block_on("phone"), block_on("street", "house_number")]
if len(sys.argv) > 6:
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
    given.add_argument("--held-out", type=int, default=20_000, help="records of each held-out corpus")
    given.add_argument(
        "--million", action="store_true", help="also resolve --million-records beside Splink's own recipe"
    )
    given.add_argument("--million-records", type=int, default=1_000_000)
    given.add_argument("--splink", action="store_true", help="Splink's own recipe on the customer corpus too")
    given.add_argument("--only", choices=(*SETS, "million"), action="append", help="these sets and no others")
    options = given.parse_args(argv)
    wanted = set(options.only or SETS) | ({"million"} if options.million else set())
    sets: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory(prefix="patogh-resolve-") as name:
        for one, measure in (("febrl", febrls), ("customers", corpora), ("persian", corpora), ("held-out", held_outs), ("command", commands), ("million", million)):  # fmt: skip
            if one in wanted:
                sets |= measure(Path(name), options, one)
    missed = [
        f"{name} {what}"
        for name, floor in FLOORS.items()
        if name in sets
        for what, least in floor.items()
        if not holds(sets[name], what, least)
    ]
    if "million" in sets and (sets["million"]["cpu_s"] > MILLION_CPU_S or sets["million"]["peak_mb"] > MILLION_MB):
        missed.append("million time or memory")
    missed += [f"{name} time" for name in sets if name.startswith("command") and sets[name]["wall_s"] > COMMAND_S]
    result = {"bench": "resolve", "sets": sets, "missed": missed, "machine": machine()}
    print(json.dumps(result) if options.json else "\n".join(lines(result)))
    return 1 if missed else 0


def febrls(folder: Path, _options: argparse.Namespace, _name: str) -> dict[str, dict[str, object]]:
    """FEBRL 1-3, with the social security number and without."""
    sets = {}
    for number in (1, 2, 3) if FEBRL.is_dir() else ():
        for name, is_bare in ((f"febrl{number}", False), (f"febrl{number}_no_ssn", True)):
            path, truth = febrl(folder, number, is_bare=is_bare)
            sets[name] = measured(path, truth, "rec_id", "AU")
    return sets


def corpora(folder: Path, options: argparse.Namespace, kind: str) -> dict[str, dict[str, object]]:
    """One of the corpora that the rules were tuned on, beside what any shared contact would say."""
    count = getattr(options, kind)
    if not count:
        return {}
    path, region = folder / f"{kind}.csv", "US" if kind == "customers" else "IR"
    truth = named(people.write(path, count, kind=kind))
    found = {**measured(path, truth, "id", region), "naive": naive(path, truth)}
    if options.splink and kind == "customers":
        found["splink_recipe"] = measured(path, truth, "id", region, SPLINK)
    return {kind: found}


def held_outs(folder: Path, options: argparse.Namespace, _name: str) -> dict[str, dict[str, object]]:
    """Two corpora spoilt in other ways, from another seed: nothing was tuned on them and nothing may be."""
    sets = {}
    for kind in held_out.KINDS if options.held_out else ():
        path, region = folder / f"{kind}.csv", "US" if kind.endswith("customers") else "IR"
        truth = named(people.write(path, options.held_out, kind=kind, seed=held_out.SEED))
        sets[kind] = {**measured(path, truth, "id", region), "naive": naive(path, truth)}
    return sets


def commands(folder: Path, _options: argparse.Namespace, _name: str) -> dict[str, dict[str, object]]:
    """`patogh people resolve FILE --out --clusters --report` from a cold start, on every kind of column, as CSV and Parquet."""
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    path = folder / "every.csv"
    truth = every_column(path, COMMAND_ROWS)
    everything = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(path.open(encoding="utf-8").readline().strip().split(","), "string")
    )
    parquet.write_table(arrow_csv.read_csv(path, convert_options=everything), path.with_suffix(".parquet"))
    sets = {}
    for file in (path, path.with_suffix(".parquet")):
        out = {name: str(folder / f"{file.suffix[1:]}-{name}") for name in ("out", "clusters", "report")}
        words = [word for name, where in out.items() for word in (f"--{name}", where)]
        command = [
            sys.executable,
            "-m",
            "patogh.conf.cli",
            "people",
            "resolve",
            str(file),
            "--id",
            "customer_no",
            *words,
        ]
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=600)
        took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        with Path(out["clusters"]).open(encoding="utf-8", newline="") as clusters:
            groups = defaultdict(list)
            for row in csv.DictReader(clusters):
                groups[row["cluster"]].append(row["id"])
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        sets[f"command_{file.suffix[1:]}"] = {
            **quality(groups.values(), truth), "cpu_s": round(used, 1), "wall_s": round(took, 1),
            "report_kb": Path(out["report"]).stat().st_size // 1024,
        }  # fmt: skip
    return sets


def every_column(path: Path, records: int) -> dict[str, object]:
    """Write the Persian corpus with every kind of column that is known: two phones and e-mails, unit, region, two systems' numbers."""
    chance, truth = random.Random(6), {}
    header = ("customer_no", "نام", "نام خانوادگی", "تاریخ تولد", "موبایل", "تلفن ثابت", "email", "billing_email", "خیابان", "پلاک", "واحد", "شهر", "استان", "کد پستی", "telegram", "national_code", "یادداشت")  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for who, row in people.rows(records, kind="persian", seed=21):
            rid, given, family, birth, phone, email, street, house, city, postcode, source = row
            home = random.Random(who)
            desk, second, unit = (
                f"021{home.randint(10**7, 10**8 - 1)}",
                f"u{who}@mail.example",
                str(home.randint(1, 12)),
            )
            telegram, code = f"tg{home.randint(10**8, 10**9)}", str(home.randint(10**9, 10**10 - 1))
            few = [value if chance.random() < 0.3 else "" for value in (desk, second, unit, telegram, code)]
            writer.writerow([rid, given, family, birth, phone, few[0], email, few[1], street, house, few[2], city, "تهران", postcode, few[3], few[4], source])  # fmt: skip
            truth[rid] = who
    return truth


def million(folder: Path, options: argparse.Namespace, _name: str) -> dict[str, dict[str, object]]:
    """A million customer records, ours beside Splink's own recipe."""
    path = folder / "million.csv"
    truth = named(people.write(path, options.million_records, seed=11))
    return {
        "million": {
            **measured(path, truth, "id", "US"),
            "naive": naive(path, truth),
            "splink_recipe": measured(path, truth, "id", "US", SPLINK),
        }
    }


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
    """Resolve a table in a process of its own and return its figures; a recipe that takes too long is stopped and says so."""
    out = path.with_suffix(".persons")
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", program, str(path), id_name, str(out), region, SPLINK_MEMORY],
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (SPLINK_CPU_S, SPLINK_CPU_S + 5)),
        check=False,
    )
    wall = round(time.monotonic() - began, 1)
    if done.returncode == -signal.SIGXCPU:
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {
            **quality([], truth),
            "cpu_s": round(used, 1),
            "peak_mb": after.ru_maxrss // 1024,
            "wall_s": wall,
            "stopped": True,
        }
    if done.returncode:
        raise SystemExit(f"resolving {path.name} failed: {done.stderr[-400:]}")
    groups = defaultdict(list)
    for rid, person in json.loads(out.read_text()):
        groups[person].append(rid)
    return {**quality(groups.values(), truth), **json.loads(done.stdout.strip().splitlines()[-1]), "wall_s": wall}


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
                  f"  {each['cpu_s']} CPU-s" + (f", {each['peak_mb']} MB" if "peak_mb" in each else "")
                  + (f", {each['wall_s']} s" if "wall_s" in each else "") + (", stopped" if "stopped" in each else "") for who, each in rows.items()]  # fmt: skip
    return [*said, f"         missed: {', '.join(result['missed']) or 'nothing'}"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

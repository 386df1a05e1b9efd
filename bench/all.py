"""Every measurement, one after the other, each in a process of its own: what one breaks does not take the others along."""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from bench import _site
from bench.machine import machine

# What `make bench` does when nothing is said: all but the large house, which takes minutes to build.
PARTS = (
    "topic",
    "pages",
    "replies",
    "live",
    "search",
    "importing",
    "intake",
    "shop_import",
    "digest",
    "browser_verify",
    "book",
    "book_verify",
    "witnessed",
    "transfers",
    "ballots",
    "supports",
    "similar",
    "ideas",
    "merge",
    "matching",
    "resolve",
    "segments",
    "person",
)
# All of it in a quarter of an hour on two cores: each measurement by itself takes larger houses (`patogh bench NAME --help`).
SHORT = {
    "topic": ["--seconds", "5"],
    "pages": ["--seconds", "2"],
    "replies": ["--seconds", "6"],
    "intake": ["--seconds", "4"],
    "book": ["--leaves", "300000", "--count", "10000", "--replies", "150"],
    "transfers": ["--count", "5000", "--seconds", "2"],
    "book_verify": ["--entries", "100000"],
    "witnessed": ["--count", "40", "--gap", "1.5", "--only", "sqlite"],
    "importing": ["--posts", "20000"],
    "shop_import": ["--rows", "20000"],
    "supports": ["--count", "3000"],
    "similar": ["--many", "5000"],
    "ideas": ["--size", "ideas", "--seconds", "1.5"],
    "merge": ["--times", "15"],
    "person": ["--times", "30", "--only", "sqlite"],
    "matching": ["--records", "60000", "--asked", "300", "--only", "sqlite"],
    "resolve": ["--customers", "40000", "--persian", "10000"],
    "segments": ["--persons", "50000", "--activities", "300000", "--entries", "10", "--only", "sqlite"],
}
LIMIT_S = 1_800


def main(argv: list[str]) -> int:
    """Run the measurements; 0 when each ran and met its targets."""
    given = argparse.ArgumentParser(prog="patogh bench all", description=__doc__)
    given.add_argument("--json", action="store_true", help="print one JSON object with each measurement's own")
    given.add_argument("--only", help=f"names with commas between, of {', '.join((*PARTS, 'large'))}")
    given.add_argument(
        "--data", help="data folder of a small demo for topic, pages, digest and large; without it one is made"
    )
    given.add_argument(
        "--large", help="data folder of a large demo (or `make` to make one): measures the large house too"
    )
    given.add_argument("--posts", type=int, default=100_000, help="documents in the search index")
    given.add_argument("--members", type=int, default=20_000, help="members who get a digest")
    options = given.parse_args(argv)
    names = options.only.split(",") if options.only else [*PARTS, *(["large"] if options.large else [])]
    unknown = [name for name in names if name not in {*PARTS, "large"}]
    if unknown:
        given.error(f"there is no measurement called {unknown[0]}")
    needs_demo = {"topic", "pages", "digest", "large", "ideas"} & set(names)
    folder = str(_site.data_folder(options.data)) if needs_demo else ""
    arguments = {
        "topic": ["--data", folder], "pages": ["--data", folder], "search": ["--posts", str(options.posts)],
        "ideas": ["--small", folder], "digest": ["--data", folder, "--members", str(options.members)],
        "large": ["--seconds", "0.5", "--small", folder, *(["--large", options.large] if options.large not in {None, "make"} else [])],
    }  # fmt: skip
    found = {name: part(name, [*SHORT.get(name, []), *arguments.get(name, [])]) for name in names}
    print(
        json.dumps({"bench": "all", "parts": found, "machine": machine()}, ensure_ascii=False)
        if options.json
        else table(found)
    )
    return 0 if all(each["ok"] for each in found.values()) else 1


def part(name: str, arguments: list[str]) -> dict[str, Any]:
    """Run one measurement and return its JSON with `ok` and `took_s`; `error` instead where it gave none."""
    print(f"bench: {name} …", file=sys.stderr, flush=True)
    began, command = time.monotonic(), [sys.executable, "-m", "patogh.conf.cli", "bench", name, "--json", *arguments]
    try:
        done = subprocess.run(command, cwd=_site.ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        said, ok, wrong = done.stdout.strip().splitlines(), done.returncode == 0, done.stderr.strip().splitlines()
    except subprocess.TimeoutExpired:
        said, ok, wrong = [], False, [f"took longer than {LIMIT_S} s"]
    found: dict[str, Any] = {"ok": ok, "took_s": round(time.monotonic() - began, 1)}
    try:
        return {**found, **json.loads(said[-1])}
    except (IndexError, ValueError):
        return {**found, "ok": False, "error": wrong[-1] if wrong else "it printed nothing"}


def table(found: dict[str, dict[str, Any]]) -> str:
    """Return all figures for people, a line or two each."""
    lines = []
    for name, each in found.items():
        said = [f"did not run: {each['error']}"] if "error" in each else SHOWN.get(name, plain)(each)
        lines += [f"{name if number == 0 else '':<8} {line}" for number, line in enumerate(said)]
        lines[-1] += "" if each["ok"] else "   ← below its target"
    return "\n".join([*lines, f"machine  {machine()}"])


def topic(each: dict[str, Any]) -> list[str]:
    """The topic page beside the bare server."""
    speed, ratio = each["per_cpu_s"], each["ratio_to_bare"]
    return [
        f"{who}: {speed[who]:,}/CPU-s, bare server {speed['bare']:,} = {ratio[who]}x of the same bytes, p50 {each['p50_ms'][who]} ms, p99 {each['p99_ms'][who]} ms"
        for who in ratio
    ] + [f"{each['topics']:,} topics in a Zipf mix, {each['rss_mb']} MB"]


def pages(each: dict[str, Any]) -> list[str]:
    """The other busy pages."""
    return [
        f"{kind}: {who} {page[who]['per_cpu_s']:,}/CPU-s = {ratio}x of bare, p99 {page[who]['p99_ms']} ms"
        for kind, page in each["pages"].items()
        for who, ratio in page["ratio_to_bare"].items()
    ]


def replies(each: dict[str, Any]) -> list[str]:
    """Replies beside a flush for each, and beside PostgreSQL."""
    houses = {name: each[name] for name in ("group_commit", "plain_full", "postgresql") if name in each}
    return [
        f"{name}: {house['per_cpu_s']}/CPU-s, {house['per_s']}/s, p50 {house['p50_ms']} ms, p99 {house['p99_ms']} ms, refused {house['refused']}, lost {house['lost']}"
        for name, house in houses.items()
    ] + [f"group commit is {each['ratio_group_commit_to']}"]


def live(each: dict[str, Any]) -> list[str]:
    """The hub beside a queue and a task for each listener."""
    both = {"hub": each["hub"], "usual": each["usual_queue_per_client"]}
    return [
        f"{name}: {one['listeners']:,} listeners, {one['kb_each']} KB each, p99 {one['p99_ms']} ms, storm {one['storm_s']} s"
        for name, one in both.items()
    ]


def search(each: dict[str, Any]) -> list[str]:
    """Search beside FTS5 on raw text."""
    raw = each.get("reference", {})
    lines = [
        f"{each.get('posts', 0):,} documents: p50 {each['search_p50_ms']} ms, p95 {each['search_p95_ms']} ms, recall {each.get('recall_all')}"
    ]
    return [*lines, f"raw FTS5: p95 {raw.get('search_p95_ms')} ms, recall {raw.get('recall_all')}"]


def importing(each: dict[str, Any]) -> list[str]:
    """An import beside bulk_create of its posts alone."""
    plain = each["reference"]
    return [
        f"{each['posts']:,} posts of a {each['kind']} dump: {each['per_s']:,}/s, {each['cpu_ms_a_post']} CPU-ms a post, {each['rss_mb']} MB ({each['rss_all_processes_mb']} MB all)",
        f"{plain['name']}: {plain['per_s']:,}/s, {each['ratio_to_reference']}x quicker",
    ]


def shop_import(each: dict[str, Any]) -> list[str]:
    """A file of orders beside bulk_create of bare lines."""
    plain = each["reference"]
    return [
        f"{each['rows']:,} rows of orders: {each['per_s']:,}/s, again {each['again_per_s']:,}/s with {each['again_changed']} changed, {each['rss_mb']} MB",
        f"{plain['name']}: {plain['per_s']:,}/s",
    ]


def digest(each: dict[str, Any]) -> list[str]:
    """The digest of a crowd."""
    return [
        f"{each['members']:,} members: {each['members_a_second']:,}/s, {each['queued']:,} digests queued, {each['cpu_secs']} CPU-s, {each['rss_mb_before']} MB before, {each['rss_mb_peak']} MB at most"
    ]


def large(each: dict[str, Any]) -> list[str]:
    """The large house beside the small one."""
    lines = [
        f"{kind} {who}: p95 {page[who]['large']['p95_ms']} ms, small {page[who]['small']['p95_ms']} ms = {page[who]['ratio']}x"
        for kind, page in each["pages"].items()
        for who in page
    ]
    return [
        *lines,
        f"{each['counts']['large']}, {each['rss_mb']} MB; missed: {', '.join(each['verdict']['missed']) or 'nothing'}",
    ]


def witnessed(each: dict[str, Any]) -> list[str]:
    """From an act to "witnessed k of n", beside the same by hand."""
    return [
        f"{name}: {one['acts']} acts, p50 {one['all']['p50_s']} s, p95 {one['all']['p95_s']} s, longest {one['all']['max_s']} s (at once p95 {one['at_once']['p95_s']} s), never {one['never']}"
        for name, one in each.items()
        if name in {"sqlite", "postgresql"}
    ]


def transfers(each: dict[str, Any]) -> list[str]:
    """Transfers beside bare INSERTs of the same rows."""
    return [
        f"{name}: grouped by 100 {one['grouped_100']:,}/s (bare rows {one['bare_rows_100']:,}/s), one a commit {one['one_per_commit']}/s, 8 writers {one['writers_8_sharded']}/s, on one account {one['writers_8_one_account']}/s"
        for name, one in each.items()
        if name in {"sqlite", "postgresql"}
    ]


def book_verify(each: dict[str, Any]) -> list[str]:
    """Full verification of a book beside bare hashing and a foreign audit."""
    return [
        f"{each['entries']:,} entries in {each['verify_s']} s by {each['processes']} processes (target {each['target_s']} s), {each['rss_mb']} MB; bare hashing {each['bare_hashing_s']} s, aics_tlog {each['aics_audit_s']} s"
    ]


def supports(each: dict[str, Any]) -> list[str]:
    """Supports of one idea beside bare INSERTs."""
    return [
        f"{name}: {one['a_minute']:,} a minute, bare rows {one['bare_to_support']}x, lost {one['lost']}, doubled {one['doubled']}"
        for name, one in each.items()
        if name in {"sqlite", "postgresql"}
    ]


def similar(each: dict[str, Any]) -> list[str]:
    """Similar ideas by meaning beside the words alone."""
    houses = {name: one for name, one in each.items() if name in {"sqlite", "postgresql"}}
    found = {
        way: figures["top5"]
        for one in houses.values()
        for way, figures in one["quality"].items()
        if isinstance(figures, dict)
    }
    return [f"among the first five, of 20: {found}"] + [
        f"{name}: p95 {one['few']['typed']['p95_ms']} ms with {one['few']['ideas']:,}, {one['many']['typed']['p95_ms']} ms with {one['many']['ideas']:,}; model: {one['model']['trouble'] or one['model']}"
        for name, one in houses.items()
    ]


def plain(each: dict[str, Any]) -> list[str]:
    """Whatever figures a measurement gives, as they are."""
    figures = {name: value for name, value in each.items() if name not in {"bench", "machine", "ok", "took_s"}}
    return [f"{name}: {value}" for name, value in figures.items()]


def ideas(each: dict[str, Any]) -> list[str]:
    """Many ideas beside few."""
    sizes = [f"{name}: {one['ideas']:,} ideas, {one['supports']:,} supports" for name, one in each["counts"].items()]
    ratios = [f"{name} {ratio}x" for name, ratio in each["verdict"]["ratios"].items()]
    return ["; ".join(sizes), f"p95 beside the small house: {', '.join(ratios)}"]


SHOWN: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "topic": topic, "pages": pages, "replies": replies, "live": live, "search": search, "importing": importing, "shop_import": shop_import, "digest": digest, "large": large,
    "book_verify": book_verify, "transfers": transfers, "witnessed": witnessed, "supports": supports, "similar": similar, "ideas": ideas,
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Ideas at size: lists, filters, an idea's page, what is similar, a support, and the turn of the clock, at both sizes in one run.

Named reference: the same page or act of the small demo, on a second worker, in turns; `first` are addresses that the worker never
answered. Supports are given and taken back by members through the room's own verb, in a process beside no other. The clock's turn
is what a worker does every fifteen seconds; `rows` are the database's virtual steps that it takes (its work, whatever the machine
does), which must not grow with ideas that did not change.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from bench import _site
from bench.large import MEMBERS, RATIO_FROM_MS, RSS_MB_MAX, page
from bench.machine import family, machine, percentile, rss_mb

RATIO_MAX = 3.0
ADDRESSES = 240
SUPPORTS = 240
TURNS = 60
TURN_STEPS_RATIO_MAX = 3.0
TABS = ("near", "pace", "new", "review", "made", "ended")
KINDS = ("list", "list_deep", "filter", "idea", "similar", "programme")


def main(argv: list[str]) -> int:
    """Measure and print; 0 when every page and act is within three times of its small self and the clock's work does not grow."""
    given = argparse.ArgumentParser(prog="patogh bench ideas", description=__doc__)
    given.add_argument("--json", action="store_true", help="print one JSON object")
    given.add_argument("--small", help="data folder of a small demo; without it one is made")
    given.add_argument("--large", help="data folder of a large demo; without it one is made (minutes)")
    given.add_argument(
        "--size", default="ideas", help="what to make where --large is not given: ideas (little talk), large or medium"
    )
    given.add_argument("--seconds", type=float, default=2, help="of each mix, three times for each page and size")
    given.add_argument("--only", help="names with commas between, of " + ", ".join((*KINDS, "support", "clock")))
    options = given.parse_args(argv)
    folders = {"small": _site.data_folder(options.small), "large": _site.data_folder(options.large, options.size)}
    found = both(
        folders, options.seconds, set(options.only.split(",")) if options.only else {*KINDS, "support", "clock"}
    )
    print(json.dumps(found, ensure_ascii=False) if options.json else table(found))
    return 0 if found["verdict"]["met"] else 1


def both(folders: dict[str, Path], seconds: float, names: set[str]) -> dict[str, Any]:
    """Measure what was asked for, at both sizes."""
    began = time.perf_counter()
    sites = {name: inside(folder, "look") for name, folder in folders.items()}
    pages, memory = {}, {}
    if names & set(KINDS):
        with _site.served("patogh.conf.wsgi:application", PATOGH_DATA=str(folders["small"])) as small:  # noqa: SIM117 - one line would be too long
            with _site.served("patogh.conf.wsgi:application", PATOGH_DATA=str(folders["large"])) as large:
                servers = {"small": small, "large": large}
                pages = {kind: page(kind, servers, sites, seconds) for kind in KINDS if kind in names}
                memory = {name: max(rss_mb(one) for one in family(pid)) for name, (pid, _port) in servers.items()}
    acts = {}
    for act in ("support", "clock"):
        if act in names:
            acts[act] = {name: inside(folder, act) for name, folder in folders.items()}
    return {
        "bench": "ideas", "counts": {name: site["counts"] for name, site in sites.items()}, "pages": pages, "acts": acts, "rss_mb": memory,
        "verdict": judged(pages, acts, memory), "took_s": round(time.perf_counter() - began), "machine": machine(),
    }  # fmt: skip


def inside(folder: Path, what: str) -> dict[str, Any]:
    """Run one of look, support and clock on a house, in a process of its own, and return what it prints."""
    code = f"import sys; from bench import ideas; ideas.{what}(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=_site.ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"ideas: {folder}: {(done.stderr.strip().splitlines() or ['no answer'])[-1]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def look(folder: str) -> None:
    """Print the addresses of a house, its members' cookies and its size as JSON."""
    _site.begin_django(Path(folder))
    from patogh.ideas.models import Idea, Support
    from patogh.people.models import Member

    counts = {"ideas": Idea.objects.count(), "supports": Support.objects.count(), "members": Member.objects.count()}
    who = {"similar": ["signed_in"]}
    kinds = {
        name: {"half": "ideas", "who": who.get(name, ["anonymous", "signed_in"]), "paths": paths}
        for name, paths in addresses().items()
    }
    print(json.dumps({"kinds": kinds, "cookies": {"signed_in": _site.cookies(MEMBERS)}, "counts": counts}))


def addresses() -> dict[str, list[str]]:
    """Return up to ADDRESSES addresses of each kind of page."""
    from patogh.ideas.models import Category, Idea, Programme
    from patogh.ideas.queries.access import public
    from patogh.ideas.queries.lists import idea_path

    programmes = list(Programme.objects.order_by("-ideas_count").values_list("slug", flat=True))
    shelves = Category.objects.order_by("programme", "position").values_list("programme__slug", "slug")
    keys = list(public().exclude(state="merged").order_by("pk").values_list("pk", flat=True))
    some = list(
        Idea.objects.filter(pk__in=keys[:: max(1, len(keys) // ADDRESSES)][:ADDRESSES]).values_list("pk", "title")
    )
    random.Random(1405).shuffle(some)
    return {
        "list": ["/ideas", *(f"/ideas?tab={tab}" for tab in TABS)],
        "list_deep": deep(),
        "filter": [
            *(f"/ideas?{urlencode({'programme': slug, 'tab': tab})}" for slug in programmes for tab in TABS),
            *(f"/ideas?{urlencode({'programme': slug, 'category': shelf, 'tab': 'new'})}" for slug, shelf in shelves),
        ],
        "idea": [quote(idea_path(pk, title)) for pk, title in some],
        "similar": [f"/ideas/similar?{urlencode({'title': title})}" for _pk, title in some],
        "programme": [f"/ideas/programmes/{slug}" for slug in programmes],
    }  # fmt: skip


def deep() -> list[str]:
    """Return addresses far behind the first page of each list, as far as its pages go (at most twelve of each)."""
    from django.test import Client

    client, found = Client(HTTP_HOST="localhost"), []
    for tab in ("new", "near", "pace", "ended"):
        address = f"/ideas?tab={tab}"
        for _turn in range(12):
            answer = client.get(address).content.decode()
            _before, mark, rest = answer.partition('rel="next" href="')
            if not mark:
                break
            address = rest.partition('"')[0].replace("&amp;", "&")
            found.append(address)
    return found or ["/ideas?tab=new"]


def support(folder: str) -> None:
    """Give supports of many members to many ideas, and take them back; print how long each act took."""
    _site.begin_django(Path(folder))
    from patogh.ideas.actions import supporting
    from patogh.ideas.models import Support
    from patogh.kit.errors import PatoghError

    times: dict[str, list[float]] = {"give": [], "take_back": []}
    given = []
    for idea, member in pairs():
        if Support.objects.filter(idea=idea, member=member, withdrawn_at=None).exists():
            continue
        began = time.perf_counter()
        try:
            supporting.give_support(idea, by=member)
        except PatoghError:
            continue
        times["give"].append((time.perf_counter() - began) * 1000)
        given.append((idea, member))
    for idea, member in given:
        began = time.perf_counter()
        try:
            supporting.take_back_support(idea, by=member)
        except PatoghError:
            continue
        times["take_back"].append((time.perf_counter() - began) * 1000)
    print(json.dumps({name: figures(some) for name, some in times.items()}))


def pairs() -> list[tuple[Any, Any]]:
    """Return ideas that gather, far from their next station, with members all over the house."""
    from patogh.ideas.models import Idea
    from patogh.people.models import Member

    keys = list(
        Idea.objects.filter(state="gathering", missing__gt=9, hidden_at=None)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    ideas = list(Idea.objects.filter(pk__in=keys[:: max(1, len(keys) // 60)][:60]).order_by("pk"))
    people = list(
        Member.objects.filter(is_active=True, suspended_until=None, roles="")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    members = list(Member.objects.select_related("identity").filter(pk__in=people[:: max(1, len(people) // 120)][:120]))
    chance = random.Random(1405)
    return [(chance.choice(ideas), chance.choice(members)) for _ in range(SUPPORTS)] if ideas else []


def clock(folder: str) -> None:
    """Take the clock's turn again and again; print its time, its queries and the steps of the database."""
    _site.begin_django(Path(folder))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from patogh.ideas.actions import clock as hands
    from patogh.ideas.tasks import turn

    while hands.expire_due(timezone.now()):  # what became due since the demo was made
        pass
    times = []
    for _turn in range(TURNS):
        began = time.perf_counter()
        turn()
        times.append((time.perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as queries:
        turn()
    print(json.dumps({"turn": figures(times), "queries": len(queries), "steps": steps(turn)}))


def steps(turn: Any) -> int | None:
    """Return how many instructions SQLite's machine runs for one turn, in thousands rounded up; None on PostgreSQL."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return None
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(count, 100)
    try:
        turn()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return counted[0]


def figures(times: list[float]) -> dict[str, float]:
    """Return p50 and p95 in milliseconds."""
    if not times:
        return {"p50_ms": 0.0, "p95_ms": 0.0, "count": 0}
    return {
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(percentile(times, 95), 2),
        "count": len(times),
    }


def judged(pages: dict[str, Any], acts: dict[str, Any], memory: dict[str, float]) -> dict[str, Any]:
    """Return the ratios of p95, what misses its target, and whether all is well."""
    ratios = {f"{kind}/{who}": one["ratio"] for kind, each in pages.items() for who, one in each.items()}
    for act, sizes in acts.items():
        for name in ("give", "take_back", "turn"):
            if name in sizes["small"]:
                small, large = sizes["small"][name]["p95_ms"], sizes["large"][name]["p95_ms"]
                ratios[f"{act}/{name}"] = round(large / max(small, RATIO_FROM_MS), 2)
    missed = [name for name, ratio in ratios.items() if ratio > RATIO_MAX]
    if "clock" in acts and acts["clock"]["small"]["steps"]:
        few, many = acts["clock"]["small"]["steps"], acts["clock"]["large"]["steps"]
        ratios["clock/steps"] = round(many / max(few, 1), 2)
        missed += ["clock/steps"] if many > TURN_STEPS_RATIO_MAX * max(few, 1) else []
    worst = max(ratios.items(), key=lambda pair: pair[1], default=("nothing", 0))
    is_light = max(memory.values(), default=0) <= RSS_MB_MAX
    return {"ratios": ratios, "worst_ratio": worst, "missed": sorted(missed), "met": not missed and is_light}


def table(found: dict[str, Any]) -> str:
    """Return the figures for people."""
    told = [
        f"{name} {each['ideas']:,} ideas, {each['supports']:,} supports, {each['members']:,} members"
        for name, each in found["counts"].items()
    ]
    lines = [
        f"ideas: {'; '.join(told)}",
        f"{'what':<22} {'who':<10} {'small p50':>10} {'p95':>8} {'large p50':>10} {'p95':>8} {'ratio':>6} {'first visits':>20}",
    ]
    for kind, each in found["pages"].items():
        for who, one in each.items():
            small, large = one["small"], one["large"]
            first = f"{small['first']['p95_ms']} / {large['first']['p95_ms']}"
            lines.append(
                f"{kind:<22} {who:<10} {small['p50_ms']:>10} {small['p95_ms']:>8} {large['p50_ms']:>10} {large['p95_ms']:>8} {one['ratio']:>6} {first:>20}"
            )
    for act, sizes in found["acts"].items():
        for name in ("give", "take_back", "turn"):
            if name in sizes["small"]:
                small, large = sizes["small"][name], sizes["large"][name]
                ratio = found["verdict"]["ratios"][f"{act}/{name}"]
                lines.append(
                    f"{f'{act} {name}':<22} {'':<10} {small['p50_ms']:>10} {small['p95_ms']:>8} {large['p50_ms']:>10} {large['p95_ms']:>8} {ratio:>6}"
                )
    if "clock" in found["acts"]:
        small, large = found["acts"]["clock"]["small"], found["acts"]["clock"]["large"]
        lines.append(
            f"clock: {small['queries']} and {large['queries']} queries; hundreds of SQLite's steps a turn: {small['steps']} and {large['steps']}"
        )
    return "\n".join(
        [
            *lines,
            f"memory {found['rss_mb']} MB; missed {found['verdict']['missed'] or 'nothing'}; took {found['took_s']} s; on {found['machine']}",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

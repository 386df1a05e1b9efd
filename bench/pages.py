"""Home, lists, a space and profiles, for strangers and members, beside the bare server with the same bytes."""

import argparse
import json
import sys
from typing import Any
from urllib.parse import quote, unquote

from bench import _load, _site
from bench.machine import machine
from bench.topic import MEMBERS, fetched, measured


def addresses() -> dict[str, list[str]]:
    """Return the addresses of each kind, the liveliest first."""
    from patogh.hangout.models import Space, Tag
    from patogh.people.models import Member

    slugs = Space.objects.filter(access="public").order_by("-posts_count").values_list("slug", flat=True)
    tags = (
        Tag.objects.filter(topics__space__access="public")
        .order_by("-topics_count", "id")
        .values_list("name", flat=True)
        .distinct()[:40]
    )
    people = Member.objects.filter(is_active=True).order_by("-posts_count", "id").values_list("handle", flat=True)[:300]
    return {
        "home": ["/"], "list": ["/talk", "/talk?by=new", "/talk?by=top", "/talk?by=unanswered"], "space": [f"/s/{slug}" for slug in slugs],
        "tag": [quote(f"/tags/{name}", safe="/") for name in dict.fromkeys(tags)], "profile": [f"/@{handle}" for handle in people],
    }  # fmt: skip


def main(argv: list[str]) -> int:
    """Measure and print; 0 when every kind is within ten times of the bare server."""
    given = argparse.ArgumentParser(prog="patogh bench pages", description=__doc__)
    given.add_argument("--json", action="store_true")
    given.add_argument("--data", help="the folder of a demo; without it a small one is made")
    given.add_argument("--seconds", type=float, default=4)
    options = given.parse_args(argv)
    _site.begin_django(_site.data_folder(options.data))
    kinds, cookies = addresses(), _site.cookies(MEMBERS)
    bodies: dict[str, dict[str, bytes]] = {}
    runs: dict[str, dict[str, dict[str, Any]]] = {}
    with _site.served("patogh.conf.wsgi:application") as (pid, port):
        for kind, paths in kinds.items():
            bodies[kind] = {
                unquote(path.partition("?")[0]).encode().decode("latin-1"): fetched(port, path) for path in paths
            }
            for number, path in enumerate(paths):  # as after some minutes of a busy day: each has been read before
                fetched(port, path, cookies[number % len(cookies)])
            strangers = [_load.get(path, port) for path in paths]
            members = [
                _load.get(path, port, cookies[number % len(cookies)])
                for number, path in enumerate(paths * (1 if len(paths) > 1 else len(cookies)))
            ]
            runs[kind] = {
                "anonymous": measured(pid, port, strangers, options.seconds), "signed_in": measured(pid, port, members, options.seconds),
            }  # fmt: skip
    found: dict[str, Any] = {"machine": machine(), "pages": {}}
    for kind, paths in kinds.items():
        with _site.bare(bodies[kind]) as (pid, port):
            bare = measured(pid, port, [_load.get(path.partition("?")[0], port) for path in paths], options.seconds)
        ratios = {name: round(bare["per_cpu_s"] / max(run["per_cpu_s"], 1), 2) for name, run in runs[kind].items()}
        found["pages"][kind] = {"ratio_to_bare": ratios, "bare_per_cpu_s": bare["per_cpu_s"], **runs[kind]}
    print(json.dumps(found, ensure_ascii=False) if options.json else json.dumps(found, ensure_ascii=False, indent=2))
    return 0 if all(ratio <= 10 for kind in found["pages"].values() for ratio in kind["ratio_to_bare"].values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

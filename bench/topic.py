"""The topic page under a Zipf mix over all topics, for strangers and members, beside the bare server with the same bytes."""

import argparse
import http.client
import json
import sys
from typing import Any
from urllib.parse import unquote

from bench import _load, _site
from bench.machine import cpu_seconds, family, machine, rss_mb

MEMBERS = 40


def fetched(port: int, path: str, cookie: str = "") -> bytes:
    """Return one page."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", path, headers={"Cookie": cookie[8:].strip()} if cookie else {})
    answer = line.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"bench: {unquote(path)} answered {answer.status}")
    line.close()
    return body


def measured(
    pid: int, port: int, requests: list[bytes], seconds: float, *, exponent: float | None = 1.0
) -> dict[str, Any]:
    """Return what a run of these requests gave and cost."""
    _load.run(port, requests, min(3.0, seconds), zipf_exponent=exponent)
    pids = family(pid)
    before = cpu_seconds(pids)
    result = _load.run(port, requests, seconds, zipf_exponent=exponent)
    spent = max(cpu_seconds(pids) - before, 0.01)
    good = result.statuses.get(200, 0)
    return {
        "per_cpu_s": round(good / spent), "per_s": round(good / result.seconds), "p50_ms": result.ms(0.5), "p99_ms": result.ms(0.99),
        "bytes": result.bytes // max(result.count, 1), "others": result.count - good, "rss_mb": max(rss_mb(one) for one in family(pid)),
    }  # fmt: skip


def main(argv: list[str]) -> int:
    """Measure and print; 0 when the targets are met."""
    given = argparse.ArgumentParser(prog="patogh bench topic", description=__doc__)
    given.add_argument("--json", action="store_true")
    given.add_argument("--data", help="the folder of a demo; without it a small one is made")
    given.add_argument("--seconds", type=float, default=10)
    options = given.parse_args(argv)
    _site.begin_django(_site.data_folder(options.data))
    paths, cookies = _site.topic_paths(), _site.cookies(MEMBERS)
    pages: dict[str, bytes] = {}
    with _site.served("patogh.conf.wsgi:application") as (pid, port):
        for path in paths:
            pages[unquote(path).encode().decode("latin-1")] = fetched(port, path)
        for number, path in enumerate(paths):  # members read in other languages too
            fetched(port, path, cookies[number * 7919 % len(cookies)])
        strangers = [_load.get(path, port) for path in paths]
        anonymous = measured(pid, port, strangers, options.seconds)
        members = [_load.get(path, port, cookies[number * 7919 % len(cookies)]) for number, path in enumerate(paths)]
        signed_in = measured(pid, port, members, options.seconds)
    with _site.bare(pages) as (pid, port):
        bare = measured(pid, port, [_load.get(path, port) for path in paths], options.seconds)
    found = {
        "ratio_to_bare": {name: round(bare["per_cpu_s"] / max(run["per_cpu_s"], 1), 2) for name, run in (("anonymous", anonymous), ("signed_in", signed_in))},
        "per_cpu_s": {"bare": bare["per_cpu_s"], "anonymous": anonymous["per_cpu_s"], "signed_in": signed_in["per_cpu_s"]},
        "p50_ms": {"anonymous": anonymous["p50_ms"], "signed_in": signed_in["p50_ms"]},
        "p99_ms": {"anonymous": anonymous["p99_ms"], "signed_in": signed_in["p99_ms"]},
        "rss_mb": signed_in["rss_mb"], "topics": len(paths), "bytes": {"anonymous": anonymous["bytes"], "signed_in": signed_in["bytes"], "bare": bare["bytes"]},
        "others": {"anonymous": anonymous["others"], "signed_in": signed_in["others"], "bare": bare["others"]}, "machine": machine(),
    }  # fmt: skip
    print(json.dumps(found, ensure_ascii=False) if options.json else json.dumps(found, ensure_ascii=False, indent=2))
    ratio = found["ratio_to_bare"]
    return 0 if ratio["anonymous"] <= 2 and ratio["signed_in"] <= 4 and found["rss_mb"] <= 150 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

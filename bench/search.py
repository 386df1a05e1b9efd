"""Search at size: recall on labelled spelling variants, milliseconds, documents a second and megabytes.

Beside it, in the same run and over the same texts, stands the named reference: FTS5's `unicode61` on the raw text.
"""

import argparse
import datetime as dt
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

COMMON = (
    "دوچرخه",
    "زنجیر",
    "ترمز لنت",
    "چرخ عقب",
    "لاستیک پنچر",
    "اصفهان جمعه",
    "زین",
    "قیمت",
    "کسی می‌داند",
    "دوچرخه شهری خوب",
    "رکاب",
    "روغن زنجیر",
)
AUDIENCES = ["public", "members"]


def main(argv: list[str]) -> int:
    """Parse the arguments, build what is not there yet, measure, print."""
    parser = argparse.ArgumentParser(prog="patogh bench search", description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000, help="documents in the index")
    parser.add_argument("--queries", type=int, default=700, help="labelled queries over all classes")
    parser.add_argument("--dir", help="folder to build the index in and to reuse; default: a folder that is removed")
    parser.add_argument("--data", help="data folder of a loaded demo: measure its latency instead of a made index")
    parser.add_argument("--json", action="store_true", help="print one JSON object only")
    options = parser.parse_args(argv)
    folder = Path(options.data or options.dir or tempfile.mkdtemp(prefix="patogh-search-")).resolve()
    try:
        report = on_demo(folder) if options.data else on_corpus(folder, options)
    finally:
        if not (options.dir or options.data):
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(report, ensure_ascii=False, indent=None if options.json else 2))
    return 0


def start(folder: Path) -> None:
    """Load Django over the folder's database."""
    os.environ["PATOGH_DATA"] = str(folder)
    os.environ["PATOGH_DOOR"] = "inline"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patogh.conf.settings")
    import django

    django.setup()


def on_corpus(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """Build (or find) both indexes and measure recall and speed on them."""
    from bench.corpus import CLASSES, Corpus
    from bench.machine import machine

    folder.mkdir(parents=True, exist_ok=True)
    start(folder)
    corpus = Corpus(options.posts, queries=options.queries)
    built = build(folder, corpus)
    # The spellings of queries have a seed of their own: they are the same whether the index was built or found.
    corpus.random = random.Random(57)
    labelled = [
        (kind := CLASSES[at % len(CLASSES)], corpus.query(target, kind), target.documents)
        for at, target in enumerate(corpus.targets)
    ]
    raw_index = RawIndex(folder)
    ours, raw = measure(labelled, page, found), measure(labelled, raw_index.found, raw_index.found)
    common = latency(word for word in COMMON * 4)
    latencies = sorted([*ours.pop("seconds"), *common])
    reference, reference_cpu = raw.pop("seconds"), raw.pop("cpu_seconds")
    return {
        "machine": machine(),
        "posts": options.posts,
        **quantiles("search_cpu", ours.pop("cpu_seconds")),
        **ours,
        **quantiles("search", latencies),
        **quantiles("common_words", common),
        **built,
        "reference": {
            "name": "FTS5 unicode61, raw text, AND, newest 200",
            **raw,
            **quantiles("search", reference),
            **quantiles("search_cpu", reference_cpu),
        },
        "ratio_to_raw": {
            "recall": ratio(ours["recall_all"], raw["recall_all"]),
            "p95": ratio(at(latencies, 0.95), at(reference, 0.95)),
        },
    }


def build(folder: Path, corpus: object) -> dict[str, object]:
    """Fill the index and the raw reference; a marker keeps what the building cost and which documents hold a target."""
    from bench.corpus import Target

    marker = folder / "built.json"
    if marker.exists():
        kept = json.loads(marker.read_text(encoding="utf-8"))
        if kept["posts"] == corpus.size and len(kept["targets"]) == corpus.queries:
            corpus.targets = [Target(words, number, set(documents)) for words, number, documents in kept["targets"]]
            return kept["cost"]
    from django.core.management import call_command

    corpus.invent()
    remove(folder / "patogh.sqlite3")
    call_command("migrate", "search", verbosity=0)
    seconds, raw_seconds = fill(folder, corpus)
    cost = {
        "docs_per_s": round(corpus.size / seconds),
        "reference_docs_per_s": round(corpus.size / raw_seconds),
        **sizes(folder),
    }
    kept = {
        "posts": corpus.size,
        "cost": cost,
        "targets": [[target.words, target.number, sorted(target.documents)] for target in corpus.targets],
    }
    marker.write_text(json.dumps(kept), encoding="utf-8")
    return cost


def remove(database: Path) -> None:
    """Take an index of another size away."""
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()


def fill(folder: Path, corpus: object) -> tuple[float, float]:
    """Put every document into both indexes; returns the seconds each took."""
    from patogh.search import actions

    raw, seconds, raw_seconds = RawIndex(folder), 0.0, 0.0
    raw.create()
    batch: list[tuple[int, str, str]] = []
    for document in corpus.documents():
        batch.append(document)
        if len(batch) == 2_000 or document[0] == corpus.size - 1:
            began = time.perf_counter()
            actions.put_many(entry(*one) for one in batch)
            seconds += time.perf_counter() - began
            began = time.perf_counter()
            raw.add(batch)
            raw_seconds += time.perf_counter() - began
            if sys.stderr.isatty() or document[0] % 100_000 < 2_000:
                print(f"\r{document[0] + 1:,} documents", end="", file=sys.stderr)
            batch = []
    print(file=sys.stderr)
    return seconds, raw_seconds


def entry(number: int, title: str, text: str) -> object:
    """Return one document of the corpus as an entry, a topic where it has a title; each is its own topic."""
    from patogh.search.actions import Entry

    when = dt.datetime(2025, 11, 22, tzinfo=dt.UTC) + dt.timedelta(seconds=31 * number % 31_000_000)
    return Entry(
        "topic" if title else "post",
        number,
        f"/t/{number}",
        "members" if number % 5 == 0 else "public",
        when,
        title,
        text,
        topic_id=number,
        space_id=number % 12,
        author_id=number % 997,
        topic_kind="question" if title else "",
        weight=number % 23 % 7,
    )


def page(query: str) -> object:
    """Make the first page of a search."""
    from patogh.search import queries

    return queries.search(query, audiences=AUDIENCES)


def found(query: str) -> set[int]:
    """Return all that our search ranks for a query: what somebody who turns the pages would see."""
    from patogh.search import queries

    return {hit.thing_id for hit in queries.search(query, audiences=AUDIENCES, limit=300).hits}


class RawIndex:
    """The reference: what a project gets that hands its raw text to FTS5."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "raw.sqlite3"
        self.db = sqlite3.connect(self.path)

    def create(self) -> None:
        """Make the table anew."""
        self.db.executescript(
            "PRAGMA journal_mode=WAL; DROP TABLE IF EXISTS raw;"
            "CREATE VIRTUAL TABLE raw USING fts5(title, text, content='', tokenize='unicode61')"
        )

    def add(self, batch: list[tuple[int, str, str]]) -> None:
        """Insert documents."""
        with self.db:
            self.db.executemany(
                "INSERT INTO raw(rowid, title, text) VALUES (?, ?, ?)",
                [(number + 1, title, text) for number, title, text in batch],
            )

    def found(self, query: str) -> set[int]:
        """Return the newest matches of all words as typed."""
        words = " ".join(f'"{word}"' for word in query.replace('"', " ").split())
        return {
            row[0] - 1
            for row in self.db.execute("SELECT rowid FROM raw WHERE raw MATCH ? ORDER BY rowid DESC LIMIT 200", [words])
        }


def measure(labelled: list[tuple[str, str, set[int]]], ask: object, ask_all: object) -> dict[str, object]:
    """Return recall by class and over all, the share of queries without an answer, and the seconds of first pages."""
    hits: dict[str, list[int]] = {}
    seconds, cpu_seconds, empty = [], [], 0
    for kind, query, wanted in labelled:
        began, worked = time.perf_counter(), time.process_time()
        ask(query)
        seconds.append(time.perf_counter() - began)
        cpu_seconds.append(time.process_time() - worked)
        answer = ask_all(query)
        empty += not answer
        right, all_of = hits.setdefault(kind, [0, 0])
        hits[kind] = [right + len(answer & wanted), all_of + len(wanted)]
    recall = {kind: round(right / all_of, 4) for kind, (right, all_of) in hits.items()}
    whole = sum(right for right, _ in hits.values()) / sum(all_of for _, all_of in hits.values())
    return {
        "recall": recall,
        "recall_all": round(whole, 4),
        "empty": round(empty / len(labelled), 4),
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
    }


def latency(queries: object) -> list[float]:
    """Return the seconds of each query, the suggestions of its first letters included."""
    from patogh.search import queries as reads

    seconds = []
    for query in queries:
        for call in (
            lambda words=query: reads.search(words, audiences=AUDIENCES),
            lambda words=query: reads.suggest(words[: len(words) // 2 + 2], audiences=AUDIENCES),
        ):
            began = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - began)
    return seconds


def on_demo(folder: Path) -> dict[str, object]:
    """Measure the latency of common and rare queries on a loaded demo."""
    start(folder)
    from patogh.search.models import Document

    titles = list(Document.objects.filter(kind="topic").order_by("-pk").values_list("title", flat=True)[:200])
    last = Document.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rare = latency(" ".join(title.split()[:4]) for title in titles)
    common = latency(COMMON * 4)
    return {
        "documents": last,
        **quantiles("search", sorted([*rare, *common])),
        **quantiles("common_words", common),
        **sizes(folder),
    }


def sizes(folder: Path) -> dict[str, object]:
    """Return the megabytes of documents, index and words, by SQLite's own count of pages."""
    db = sqlite3.connect(folder / "patogh.sqlite3")
    pages = dict(db.execute("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name"))
    mb = {"index_mb": "search_index", "documents_mb": "search_document", "words_mb": "search_word"}
    found = {
        name: round(sum(size for table, size in pages.items() if table.startswith(beginning)) / 1e6, 1)
        for name, beginning in mb.items()
    }
    raw = folder / "raw.sqlite3"
    return {**found, "reference_index_mb": round(raw.stat().st_size / 1e6, 1)} if raw.exists() else found


def quantiles(name: str, seconds: list[float]) -> dict[str, float]:
    """Return p50 and p95 in milliseconds."""
    return {f"{name}_p50_ms": round(at(seconds, 0.5) * 1000, 2), f"{name}_p95_ms": round(at(seconds, 0.95) * 1000, 2)}


def at(seconds: list[float], share: float) -> float:
    """Return a quantile."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def ratio(ours: float, reference: float) -> float:
    """Return how many times the reference we are."""
    return round(ours / reference, 2) if reference else 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""An import at size: posts a second with everything (members, road, counters, search index), and the memory it takes.

The dump is made of the demo's sentences: topics of about six posts, a tenth of the posts with HTML beyond paragraphs, one
author for ten posts, written as a Stack Exchange dump, a mail archive, a Telegram group, Discourse's answers or a neutral folder. Beside it, in
the same run, stands the named reference: Django's bulk_create of the same texts into the table of posts alone, with no HTML
made, no members, no road, no index.
"""

import argparse
import datetime as dt
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from html import escape
from pathlib import Path
from xml.sax.saxutils import quoteattr

from bench.machine import machine

TARGET_PER_S = 2_000
ROOT = Path(__file__).resolve().parent.parent
POSTS_A_TOPIC = 6
POSTS_AN_AUTHOR = 10
START = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)


def main(argv: list[str]) -> int:
    """Make a dump, import it into an empty house, print the figures; 1 when it is below the target."""
    parser = argparse.ArgumentParser(prog="patogh bench importing", description=__doc__)
    parser.add_argument("--posts", type=int, default=40_000, help="posts of the dump")
    parser.add_argument("--kind", default="stackexchange", choices=sorted(WRITERS), help="what the dump is of")
    parser.add_argument("--json", action="store_true", help="print one JSON object only")
    options = parser.parse_args(argv)
    folder = Path(tempfile.mkdtemp(prefix="patogh-import-")).resolve()
    try:
        found = measured(folder, options.kind, options.posts)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(found, ensure_ascii=False, indent=None if options.json else 2))
    return 0 if found["per_s"] >= TARGET_PER_S else 1


def measured(folder: Path, kind: str, posts: int) -> dict[str, object]:
    """Return the figures of one import and of the reference."""
    dump = folder / "dump"
    dump.mkdir()
    chars = WRITERS[kind](dump, posts)
    command("migrate", data=folder / "data")
    peak = Peak()
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    report = command("import", kind, str(path_of(kind, dump)), "--json", data=folder / "data", peak=peak)
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    came = report["new"]["posts"] + (
        report["new"]["topics"] if kind != "neutral" else 0
    )  # there a topic's first post is counted among the posts
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    reference = plain_rows(folder, posts)
    return {
        "machine": machine(), "kind": kind, "posts": came, "of": posts, "chars_mean": round(chars / posts), "members": report["new"]["members"],
        "per_s": round(came / report["seconds"]), "seconds": round(report["seconds"], 1), "with_start_s": round(took, 1),
        "cpu_ms_a_post": round(1000 * cpu_s / came, 3), "per_s_if_all_cores_were_ours": round(came / cpu_s * (os.cpu_count() or 1)), "rss_mb": round(peak.bytes / 2**20), "rss_all_processes_mb": round(peak.all_bytes / 2**20),
        "target_per_s": TARGET_PER_S,
        "reference": {"name": "bulk_create of the same texts into hangout_post, nothing else", "per_s": round(posts / reference)},
        "ratio_to_reference": round(report["seconds"] / reference, 1), "load": os.getloadavg()[0],
    }  # fmt: skip


def command(*words: str, data: Path, peak: "Peak | None" = None) -> dict:
    """Run `patogh` on a data folder and return the JSON it printed."""
    env = {**os.environ, "PATOGH_DATA": str(data), "PATOGH_DATABASE_URL": "", "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile("w+") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", "patogh", *words], env=env, cwd=ROOT, stdout=out, stderr=subprocess.DEVNULL
        )
        if peak:
            peak.watch(running.pid)
        code = running.wait()
        out.seek(0)
        said = out.read().strip().splitlines()
    if code:
        raise SystemExit(f"patogh {words[0]} ended with {code}")
    return json.loads(said[-1]) if "--json" in words else {}


class Peak:
    """The largest resident memory that a process and its children had at one time."""

    def __init__(self) -> None:
        self.bytes = self.all_bytes = 0

    def watch(self, pid: int) -> None:
        """Look ten times a second until the process is gone."""
        threading.Thread(target=self._look, args=(pid,), daemon=True).start()

    def _look(self, pid: int) -> None:
        import psutil

        try:
            process = psutil.Process(pid)
            while True:
                own = process.memory_info().rss
                self.bytes = max(self.bytes, own)
                self.all_bytes = max(self.all_bytes, own + sum(child.memory_info().rss for child in process.children()))
                time.sleep(0.1)
        except psutil.Error:
            return


def plain_rows(folder: Path, posts: int) -> float:
    """Return how many seconds bulk_create takes for as many posts of the same texts."""
    script = (
        "import django, time, datetime as dt; django.setup()\n"
        "from patogh.hangout.models import Post, Topic\n"
        "from bench.importing import bodies\n"
        f"texts = list(bodies({posts}))\n"
        "topic, began = Topic.objects.first(), time.monotonic()\n"
        "now = dt.datetime.now(dt.UTC)\n"
        "for start in range(0, len(texts), 1000):\n"
        "    Post.objects.bulk_create([Post(topic=topic, number=1_000_000 + start + at, author_id=topic.author_id, text=text, html=text, created_at=now)\n"
        "        for at, text in enumerate(texts[start:start + 1000])])\n"
        "print(time.monotonic() - began)"
    )
    env = {
        **os.environ,
        "PATOGH_DATA": str(folder / "data"),
        "PATOGH_DATABASE_URL": "",
        "PATOGH_DOOR": "inline",
        "PYTHONPATH": str(ROOT),
    }
    env["DJANGO_SETTINGS_MODULE"] = "patogh.conf.settings"
    done = subprocess.run([sys.executable, "-c", script], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout.strip().splitlines()[-1])


def bodies(posts: int):
    """Yield texts of one to nine sentences, the same ones each time."""
    from bench.corpus import sentences

    chance, said = random.Random(57), sentences()
    for _ in range(posts):
        yield " ".join(chance.choice(said) for _ in range(chance.randrange(1, 10)))


def html_of(number: int, body: str) -> str:
    """Return a text as HTML; each tenth has a list, a link and a quote."""
    if number % 10:
        return f"<p>{escape(body)}</p>"
    return f"<blockquote><p>{escape(body[:80])}</p></blockquote>\n<p>{escape(body)} <a href='https://example.org/{number}'>اینجا</a></p>\n<ul><li>یک</li><li>دو</li></ul>"


def place(number: int) -> tuple[int, int, int, dt.datetime]:
    """Return the topic, its place in it, its author and its time of the post with a number."""
    topic, at = divmod(number, POSTS_A_TOPIC)
    author = (number * 7919) % max(1, number // POSTS_AN_AUTHOR + 5)
    return topic, at, author, START + dt.timedelta(minutes=number)


def write_stackexchange(dump: Path, posts: int) -> int:
    """Write Posts.xml; return how many characters the texts have."""
    chars = 0
    with (dump / "Posts.xml").open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<posts>\n')
        for number, body in enumerate(bodies(posts)):
            topic, at, author, when = place(number)
            chars += len(body)
            first = topic * POSTS_A_TOPIC + 1
            facts = (
                f'PostTypeId="1" Title={quoteattr(body[:60])} Tags="&lt;دوچرخه&gt;&lt;t{topic % 50}&gt;" AcceptedAnswerId="{first + 2}"'
                if at == 0
                else f'PostTypeId="2" ParentId="{first}"'
            )
            file.write(
                f'  <row Id="{number + 1}" {facts} CreationDate="{when:%Y-%m-%dT%H:%M:%S}.000" Score="{number % 9}" OwnerUserId="{author}" Body={quoteattr(html_of(number, body))} />\n'
            )
        file.write("</posts>\n")
    return chars


def write_mbox(dump: Path, posts: int) -> int:
    """Write an mbox of threads."""
    chars = 0
    with (dump / "list.mbox").open("w", encoding="utf-8") as file:
        for number, body in enumerate(bodies(posts)):
            topic, at, author, when = place(number)
            chars += len(body)
            answers = f"In-Reply-To: <{number - 1}@bench>\nReferences: <{topic * POSTS_A_TOPIC}@bench>\n" if at else ""
            file.write(
                f"From a{author}@example.org {when:%a %b %d %H:%M:%S %Y}\nFrom: member {author} <a{author}@example.org>\nMessage-ID: <{number}@bench>\n{answers}"
                f"Date: {when:%a, %d %b %Y %H:%M:%S} +0000\nSubject: {'Re: ' if at else ''}topic {topic}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n\n"
            )
    return chars


def write_telegram(dump: Path, posts: int) -> int:
    """Write a result.json."""
    chars = 0
    with (dump / "result.json").open("w", encoding="utf-8") as file:
        file.write('{"name": "bench", "type": "private_supergroup", "id": 1, "messages": [\n')
        for number, body in enumerate(bodies(posts)):
            topic, at, author, when = place(number)
            chars += len(body)
            row = {
                "id": number + 1,
                "type": "message",
                "date_unixtime": str(int(when.timestamp()) + topic * 40_000),
                "from": f"member {author}",
                "from_id": f"user{author}",
                "text": body,
            }
            row |= {"reply_to_message_id": topic * POSTS_A_TOPIC + 1} if at else {}
            file.write(json.dumps(row, ensure_ascii=False) + (",\n" if number < posts - 1 else "\n"))
        file.write("]}\n")
    return chars


def write_discourse(dump: Path, posts: int) -> int:
    """Write a file for each topic."""
    chars, rows = 0, []
    for number, body in enumerate(bodies(posts)):
        topic, at, author, when = place(number)
        chars += len(body)
        rows.append(
            {
                "id": number + 1,
                "topic_id": topic + 1,
                "post_number": at + 1,
                "post_type": 1,
                "username": f"member{author}",
                "name": f"member {author}",
                "created_at": when.isoformat(),
                "cooked": html_of(number, body),
            }
        )
        if at == POSTS_A_TOPIC - 1 or number == posts - 1:
            facts = {
                "id": topic + 1,
                "title": rows[0]["cooked"][3:60],
                "slug": f"topic-{topic}",
                "post_stream": {"posts": rows},
            }
            (dump / f"{topic + 1}.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
            rows = []
    return chars


def write_neutral(dump: Path, posts: int) -> int:
    """Write members, topics and posts as JSON Lines of the neutral folder."""
    chars, authors = 0, set()
    with (
        (dump / "topics.jsonl").open("w", encoding="utf-8") as topics,
        (dump / "posts.jsonl").open("w", encoding="utf-8") as file,
    ):
        for number, body in enumerate(bodies(posts)):
            topic, at, author, when = place(number)
            chars += len(body)
            authors.add(author)
            row = {
                "id": number + 1,
                "topic": topic + 1,
                "number": at + 1,
                "author": author + 1,
                "text": body,
                "created_at": when.isoformat(),
                "score": number % 9,
            }
            print(json.dumps(row, ensure_ascii=False), file=file)
            if at == 0:
                facts = {
                    "id": topic + 1,
                    "title": body[:60],
                    "author": author + 1,
                    "created_at": when.isoformat(),
                    "kind": "question",
                }
                facts |= {"accepted": number + 3, "tags": ["دوچرخه", f"t{topic % 50}"]}
                print(json.dumps(facts, ensure_ascii=False), file=topics)
    lines = [json.dumps({"id": author + 1, "name": f"member {author}"}) for author in sorted(authors)]
    (dump / "members.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return chars


def path_of(kind: str, dump: Path) -> Path:
    """Return what the importer of a kind is given."""
    return dump / "list.mbox" if kind == "mbox" else dump


WRITERS = {
    "stackexchange": write_stackexchange,
    "mbox": write_mbox,
    "telegram": write_telegram,
    "discourse": write_discourse,
    "neutral": write_neutral,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

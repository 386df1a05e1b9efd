"""A site to measure: a data folder with the small demo, granian with one worker, members' cookies, the bare server beside it."""

import atexit
import contextlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.machine import free_port, wait_for_port

ROOT = Path(__file__).resolve().parents[1]
SERVER = [
    "--interface",
    "wsgi",
    "--workers",
    "1",
    "--blocking-threads",
    "1",
    "--no-ws",
    "--host",
    "127.0.0.1",
    "--log-level",
    "warning",
]


def data_folder(given: str | None, size: str = "small") -> Path:
    """Return the folder of a demo: the one given, or a new one that `patogh demo` fills."""
    if given:
        return Path(given)
    folder = Path(tempfile.mkdtemp(prefix="patogh-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = [sys.executable, "-m", "patogh.conf.cli", "demo", "--size", size, "--data", str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return folder


def begin_django(folder: Path) -> None:
    """Set Django up in this process on that folder."""
    os.environ.update(PATOGH_DATA=str(folder), DJANGO_SETTINGS_MODULE="patogh.conf.settings", PATOGH_DOOR="inline")
    import django

    django.setup()


@contextlib.contextmanager
def served(application: str, **environ: str) -> Iterator[tuple[int, int]]:
    """Serve a WSGI application with granian on the first core; yields (pid, port)."""
    port = free_port()
    command = [sys.executable, "-m", "granian", *SERVER, "--port", str(port), application]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environ}, start_new_session=True)
    with contextlib.suppress(OSError):
        os.sched_setaffinity(server.pid, {min(os.sched_getaffinity(0))})
    try:
        wait_for_port(port)
        yield server.pid, port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


@contextlib.contextmanager
def bare(pages: dict[str, bytes]) -> Iterator[tuple[int, int]]:
    """Serve these bytes by address from the bare server."""
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        file.write(pickle.dumps(pages))
        file.flush()
        with served("bench.bare:application", PATOGH_BARE=file.name) as found:
            yield found


def cookies(count: int) -> list[str]:
    """Return Cookie headers of so many signed-in members."""
    from patogh.people.models import Member

    return cookies_of(Member.objects.filter(is_active=True).order_by("id")[:count])


def cookies_of(members: Iterable[Any]) -> list[str]:
    """Return Cookie headers of these members, signed in (session rows are written straight; nothing is measured here)."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from patogh.people.models import Member
    from patogh.people.sessions import SessionStore

    found = []
    for member in members:
        Member.objects.filter(pk=member.pk).update(last_seen_at=timezone.now())
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(member.pk), settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = member.get_session_auth_hash()
        session.save()
        found.append(
            f"Cookie: {settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={'b' * 32}\r\n"
        )
    return found


def topic_paths() -> list[str]:
    """Return the first pages of all public topics, the liveliest first, percent-encoded."""
    from urllib.parse import quote

    from patogh.hangout.models import Topic
    from patogh.hangout.queries.lists import topic_path

    found = Topic.objects.filter(space__access="public", trashed_at__isnull=True, merged_into__isnull=True).order_by(
        "-replies_count", "id"
    )
    rows = found.values_list("pk", "title")
    return [quote(topic_path(pk, title)) for pk, title in rows]


def inside(env: dict[str, str], *words: object) -> dict[str, Any]:
    """Run Python with these words (`-c` and a few lines, or `-m` and a module) inside a house; return the JSON it prints last."""
    done = subprocess.run([sys.executable, *map(str, words)], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"bench: {done.stderr.strip()[-800:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def on_both(only: str | None, measured: Callable[[dict[str, str]], Any]) -> dict[str, Any]:
    """Measure with SQLite and with a PostgreSQL of our own, or with `only` one of them; returns what each gave by name."""
    from tests.postgres import server

    houses = {}
    if only != "postgresql":
        houses["sqlite"] = measured({})
    if only != "sqlite":
        with server("-c", "listen_addresses=") as address:
            houses["postgresql"] = measured({"PATOGH_DATABASE_URL": address})
    return houses

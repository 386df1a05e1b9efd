"""A page server with one write: POST /write with an Idempotency-Key answers 200 once the action is committed."""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patogh.conf.settings")

import django

django.setup()

from patogh.activity import action, record, unchanged, verb  # noqa: E402
from patogh.activity.models import Activity, Pulse  # noqa: E402
from patogh.conf.gate import Gate  # noqa: E402
from patogh.kit.errors import PatoghError  # noqa: E402

BROKEN = os.environ.get("DRILL_BROKEN") == "1"
verb("activity.drill_written", type="Create", fa="{actor} تمرین کرد", en="{actor} drilled", visible="staff")


@action
def write(key: str, *, size_bytes: int = 0) -> str:
    """Record one activity under this key and return its id; the same key gives the same id and records nothing."""
    data = {"key": key, "weight": "x" * size_bytes}
    if BROKEN:  # Forgets keys, so a retry doubles the write.
        return str(record("activity.drill_written", by=None, subject=Pulse(name="drill"), data=data).pk)
    earlier = Activity.objects.filter(source="drill", key=key).first()
    if earlier:
        return unchanged(str(earlier.pk))
    return str(
        record("activity.drill_written", by=None, subject=Pulse(name="drill"), data=data, source="drill", key=key).pk
    )


def answer(key: str, *, size_bytes: int = 0) -> str:
    """Write and return what to answer; the broken mode answers first and writes later."""
    if BROKEN:
        threading.Timer(0.02, write, [key], {"size_bytes": size_bytes}).start()
        return "early"
    return write(key, size_bytes=size_bytes)


def pages(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer the few addresses of the drills, without Django's middleware."""
    if environ["PATH_INFO"] == "/healthz":
        return _say(start_response, "200 OK", "ok")
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    try:
        said = answer(environ.get("HTTP_IDEMPOTENCY_KEY", ""), size_bytes=int(body or 0))
    except PatoghError as error:
        return _say(start_response, f"{error.status} refused", str(error))
    return _say(start_response, "200 OK", said)


application = pages if os.environ.get("DRILL_FEW_THREADS") else Gate(pages)


def _say(start_response: Callable[..., Any], status: str, words: str) -> Iterable[bytes]:
    body = words.encode()
    start_response(status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]

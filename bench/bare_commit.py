"""The limit of the intake: a WSGI endpoint that commits one row a request, with the house's own durability, and does nothing else."""

import json
import os
import threading

_own = threading.local()
TABLE = "CREATE TABLE IF NOT EXISTS bare_row (body TEXT)"


def connection():
    """Return this thread's connection, opened once."""
    if not hasattr(_own, "wire"):
        if address := os.environ.get("PATOGH_DATABASE_URL"):
            import psycopg

            _own.wire, _own.mark = psycopg.connect(address), "%s"
        else:
            import sqlite3

            _own.wire, _own.mark = sqlite3.connect(os.environ["PATOGH_BARE"], timeout=30), "?"
            _own.wire.execute("PRAGMA journal_mode=WAL")
            _own.wire.execute("PRAGMA synchronous=FULL")
    return _own.wire


def prepare():
    """Make the table, once, before anybody serves."""
    connection().execute(TABLE)
    connection().commit()


def application(environ, start_response):
    """Read the body, commit it, answer."""
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    count = len(json.loads(raw)["batch"])
    wire = connection()
    wire.execute(f"INSERT INTO bare_row VALUES ({_own.mark})", (raw.decode(),))
    wire.commit()
    body = json.dumps({"accepted": count, "duplicates": 0}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]

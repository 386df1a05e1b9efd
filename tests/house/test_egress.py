"""Whatever goes out to an address that somebody gave goes through the one guarded client."""

import ast

from tests.house.source import Source, planted, product

OUTGOING = {"urllib.request", "http.client", "requests", "httpx", "aiohttp", "urllib3", "ftplib", "telnetlib"}
# The guarded client itself, and what speaks to our own hub and processes on the loopback only.
ALLOWED = {
    "patogh/kit/egress.py": "the guarded client",
    "patogh/ledger/verify/sources.py": "reads the log that the person at the keyboard named; runs without Django",
    "patogh/activity/live.py": "publishes to our own hub on the loopback",
}


def stray_clients(sources: tuple[Source, ...]) -> list[str]:
    """Name every import of an HTTP client elsewhere."""
    found = []
    for source in sources:
        if source.path in ALLOWED or source.path.startswith("patogh/kit/egress/"):
            continue
        for node in ast.walk(source.tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            found += [f"{source.path}:{node.lineno} {name}" for name in names if name in OUTGOING]
    return found


def test_nobody_else_opens_a_connection():
    assert stray_clients(product()) == []


def test_a_second_client_is_found():
    assert stray_clients((planted("patogh/hangout/tasks.py", "import requests\nfrom urllib import request\n"),)) == [
        "patogh/hangout/tasks.py:1 requests",
        "patogh/hangout/tasks.py:2 urllib.request",
    ]

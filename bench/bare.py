"""The limit: a WSGI server that only looks up ready bytes by address. PATOGH_BARE names a pickle of {address: body}."""

import os
import pickle
from pathlib import Path

PAGES: dict[str, bytes] = (
    pickle.loads(Path(os.environ["PATOGH_BARE"]).read_bytes()) if "PATOGH_BARE" in os.environ else {}
)
HEADERS = {
    address: [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    for address, body in PAGES.items()
}


def application(environ, start_response):
    """Answer with the bytes of the address."""
    address = environ["PATH_INFO"]
    start_response("200 OK", HEADERS[address])
    return [PAGES[address]]

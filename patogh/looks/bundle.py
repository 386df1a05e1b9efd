"""One stylesheet and one script, joined from small files by plain concatenation; no Node, nothing compiled.

Order: tokens, then `looks/css/*.css` by name, then each room's `static/<room>/css/*.css`. Scripts the same way from
`js/*.js`; each file is wrapped in a block, so that its names stay its own (it imports and exports nothing).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings

STYLES: Final = "looks/patogh.css"
SCRIPTS: Final = "looks/patogh.js"
_VERSION_CHARS = 10


def folders() -> list[tuple[str, Path]]:
    """Return (label, static folder) of each of our rooms, looks first."""
    rooms = [app for app in apps.get_app_configs() if app.name.startswith("patogh.")]
    rooms.sort(key=lambda app: (app.label != "looks", app.label))
    return [(app.label, Path(app.path) / "static") for app in rooms if (Path(app.path) / "static").is_dir()]


def stylesheet() -> bytes:
    """Return all styles as one file."""
    parts = [_looks() / "tokens.css"]
    for label, folder in folders():
        parts += sorted((folder / label / "css").glob("*.css"))
    return b"\n".join(path.read_bytes() for path in parts)


def script() -> bytes:
    """Return all behaviours as one module."""
    parts = [path for label, folder in folders() for path in sorted((folder / label / "js").glob("*.js"))]
    return b"\n".join(b"{ // " + path.stem.encode() + b"\n" + path.read_bytes() + b"}" for path in parts)


def files() -> dict[str, bytes]:
    """Return every public file by its path below the static URL, the two joined ones included."""
    found = {}
    for _label, folder in folders():
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return {**found, STYLES: stylesheet(), SCRIPTS: script()}


def version() -> str:
    """Return the version in every static address: a hash over all bytes, so that an address never changes meaning."""
    return _version(_touched_ns() if settings.DEBUG else 0)


@lru_cache(maxsize=4)
def _version(_touched: int) -> str:
    digest = hashlib.sha256()
    for path, body in sorted(files().items()):
        digest.update(path.encode() + b"\0" + hashlib.sha256(body).digest())
    return digest.hexdigest()[:_VERSION_CHARS]


def _touched_ns() -> int:
    return max(path.stat().st_mtime_ns for _label, folder in folders() for path in folder.rglob("*"))


def _looks() -> Path:
    return Path(apps.get_app_config("looks").path) / "static" / "looks"

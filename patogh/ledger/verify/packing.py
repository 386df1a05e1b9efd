"""The verifier as one file: kit/tlog, the schemas and this folder in a zip that python3 runs.

The same source gives the same bytes, so that a partner can compare the file's hash with somebody else's.
"""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path
from typing import Final

from patogh.ledger.verify.state import write_whole

PRODUCT: Final = Path(__file__).resolve().parents[2]
FOLDERS: Final = ("kit/tlog", "ledger/verify", "ledger/schemas")
FILES: Final = ("__init__.py", "kit/__init__.py", "kit/ballots.py", "ledger/__init__.py")
BESIDE: Final = "rfc8785"
_MADE: Final = (2020, 1, 1, 0, 0, 0)
_SHEBANG: Final = b"#!/usr/bin/env python3\n"
_MAIN: Final = (
    "import sys\n\n"
    "try:\n    import cryptography  # noqa: F401\n"
    "except ImportError:\n"
    "    sys.exit('patogh-verify needs the package cryptography: python3 -m pip install cryptography')\n\n"
    "from patogh.ledger.verify.alone import main\n\n"
    "if __name__ == '__main__':\n    sys.exit(main())\n"
)


def pack(place: Path) -> tuple[int, str]:
    """Write the single file and return its size in bytes and its SHA-256."""
    data = packed()
    write_whole(place, data)
    mode = place.stat().st_mode
    place.chmod(mode | (mode & (stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)) >> 2)
    return len(data), hashlib.sha256(data).hexdigest()


def packed() -> bytes:
    """Return the bytes of the single file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted([*_sources(), *_beside(), ("__main__.py", _MAIN.encode())]):
            about = zipfile.ZipInfo(name, _MADE)
            about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(about, data)
    return _SHEBANG + held.getvalue()


def _sources() -> Iterator[tuple[str, bytes]]:
    """Yield our own modules, without their tests."""
    places = [PRODUCT / name for name in FILES]
    for folder in FOLDERS:
        places += [place for place in (PRODUCT / folder).rglob("*.py") if "tests" not in place.parts]
    for place in places:
        yield f"patogh/{place.relative_to(PRODUCT).as_posix()}", place.read_bytes()


def _beside() -> Iterator[tuple[str, bytes]]:
    """Yield the one small library that comes along, with its licence."""
    spec = util.find_spec(BESIDE)
    if spec is None or spec.origin is None:
        message = f"{BESIDE} is not installed"
        raise OSError(message)
    folder = Path(spec.origin).parent
    for place in folder.rglob("*.py"):
        yield f"{BESIDE}/{place.relative_to(folder).as_posix()}", place.read_bytes()
    for file in metadata.files(BESIDE) or []:
        if "licen" in file.name.lower():
            yield f"{BESIDE}/{file.name}", Path(str(file.locate())).read_bytes()

"""The witness as one file: a zip of the few modules it needs that `python3` runs.

The same source gives the same bytes, so that partners can compare SHA-256 sums.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Final

from patogh.ledger.witness.errors import Trouble

_ROOT: Final = Path(__file__).resolve().parents[3]
_PACKAGES: Final = ("patogh", "patogh/kit", "patogh/kit/tlog", "patogh/ledger", "patogh/ledger/witness")
_WHOLE: Final = ("patogh/kit/tlog", "patogh/ledger/witness")
_SHEBANG: Final = b"#!/usr/bin/env python3\n"
_MAIN: Final = "import sys\n\nfrom patogh.ledger.witness.__main__ import run\n\nsys.exit(run())\n"


def pack(out: Path) -> str:
    """Write the one file to `out` and return its SHA-256; raises Trouble when this is the packed file itself."""
    if not _ROOT.is_dir():
        raise Trouble("this is the packed file already; copy it.")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in [("__main__.py", _MAIN), *sorted(_sources().items())]:
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    whole = _SHEBANG + held.getvalue()
    out.write_bytes(whole)
    out.chmod(0o755)
    return hashlib.sha256(whole).hexdigest()


def _sources() -> dict[str, str]:
    paths = [_ROOT / package / "__init__.py" for package in _PACKAGES]
    paths += [path for package in _WHOLE for path in (_ROOT / package).glob("*.py")]
    return {path.relative_to(_ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}

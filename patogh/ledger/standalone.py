"""The verifier as one file: our own modules, words and styles written into one page that fetches nothing.

Built from the very files that the open book's pages load, by joining them in the order of their imports; its policy
names the hashes of its script and its style, so nothing else can run in it, wherever it is kept.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.utils.translation import override

from patogh.ledger import verdicts

MODULES: Final = Path(__file__).parent / "static" / "ledger" / "verify"
ORDER: Final = ("bytes", "tree", "note", "policy", "proof", "drawing", "telling", "file")
_IMPORT = re.compile(r"^import .*?;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


@lru_cache(maxsize=1)
def page() -> str:
    """Return the whole file as HTML."""
    parts = {"POLICY": policy(), "STYLE": style(), "SCRIPT": script(), "WORDS": _words(), "VERSION": version()}
    skeleton = (MODULES / "file.tmpl").read_text(encoding="utf-8")
    return re.sub(r"\[\[([A-Z]+)\]\]", lambda found: parts[found[1]], skeleton)


@lru_cache(maxsize=1)
def script() -> str:
    """Return the modules as one script: imports are left out, since all names stand in one place."""
    bodies = [(MODULES / f"{name}.js").read_text(encoding="utf-8") for name in ORDER]
    joined = "\n".join(_EXPORT.sub("", _IMPORT.sub("", body)) for body in bodies)
    return f'"use strict";\n{{\n{joined}}}\n'


@lru_cache(maxsize=1)
def style() -> str:
    """Return the styles of the file."""
    return (MODULES / "file.css").read_text(encoding="utf-8")


def policy() -> str:
    """Return the content security policy: this script, this style, and no network at all."""
    return f"default-src 'none'; script-src '{_hash(script())}'; style-src '{_hash(style())}'; base-uri 'none'; form-action 'none'"


def version() -> str:
    """Return the short hash by which one copy is told from another."""
    return hashlib.sha256((script() + style()).encode()).hexdigest()[:12]


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _words() -> str:
    found = {}
    for language in ("fa", "en"):
        with override(language):
            found[language] = {**verdicts.words(), **verdicts.file_words()}
    return json.dumps(found, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")

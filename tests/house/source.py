"""The house's own source, parsed once, as the house tests read it."""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STAIRS = [
    "kit",
    "looks",
    "activity",
    "search",
    "people",
    "persons",
    "segments",
    "channels",
    "ledger",
    "shop",
    "trust",
    "ideas",
    "hangout",
    "insight",
    "api",
    "web",
    "conf",
]
# lowest first; `api` and `web`, `channels` and `ledger`, `shop` and `trust`, `ideas` and `hangout` stand side by side (import-linter)


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the project's root, its room and its tree."""

    path: str
    text: str

    @property
    def room(self) -> str:
        """The folder below `patogh`, or "" outside it."""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "patogh" and len(parts) > 2 else ""

    @functools.cached_property
    def tree(self) -> ast.Module:
        """The parsed module."""
        return ast.parse(self.text)

    @property
    def is_test(self) -> bool:
        """Whether this file is a test or its helper."""
        return "/tests/" in self.path or self.path.startswith("tests/") or self.path.endswith("conftest.py")


@functools.cache
def product() -> tuple[Source, ...]:
    """Every Python file of the product, without tests and migrations."""
    found = (
        Source(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "patogh").rglob("*.py"))
    )
    return tuple(source for source in found if not source.is_test and "/migrations/" not in source.path)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module, methods and nested ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def planted(path: str, text: str) -> Source:
    """A file that is not there, to prove that a check can fail."""
    return Source(path, text)

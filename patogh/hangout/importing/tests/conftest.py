"""The real dump, and small ones made in the test."""

from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

COFFEE = Path(__file__).resolve().parents[5] / "shared" / "data" / "stackexchange-coffee" / "Posts.xml"
SHARED = COFFEE.parents[1]
DISCOURSE = SHARED / "discourse"
ANSWERED = {
    "PostTypeId": "2",
    "Body": "<p>Try it with <b>less</b> water.</p>",
    "CreationDate": "2015-01-28T10:00:00.000",
    "Score": "3",
    "OwnerUserId": "8",
}
ASKED = {
    "PostTypeId": "1", "Title": "How fine should I grind?", "Body": "<p>I grind by hand.</p>", "CreationDate": "2015-01-27T20:13:58.610",
    "Score": "2", "OwnerUserId": "4", "Tags": "<grinding><drip>", "ViewCount": "41",
}  # fmt: skip


def question(key: int, **changes: str) -> dict[str, str]:
    """Return the row of a question."""
    return {"Id": str(key), **ASKED, **changes}


def answer(key: int, to: int, **changes: str) -> dict[str, str]:
    """Return the row of an answer."""
    return {"Id": str(key), "ParentId": str(to), **ANSWERED, **changes}


def dump(*rows: dict[str, str] | str) -> str:
    """Return a dump with these rows; a string stands as it is."""
    lines = [
        row
        if isinstance(row, str)
        else "  <row " + " ".join(f"{name}={quoteattr(value)}" for name, value in row.items()) + " />"
        for row in rows
    ]
    return "\n".join(['\ufeff<?xml version="1.0" encoding="utf-8"?>', "<posts>", *lines, "</posts>", ""])


@pytest.fixture
def coffee() -> Path:
    """The 592 rows of a real community; no test goes without them."""
    assert COFFEE.is_file(), f"the real dump is missing: {COFFEE} (the folder `shared` lies beside the project)"
    return COFFEE


@pytest.fixture
def posts_xml(tmp_path) -> Callable[..., Path]:
    """Return a function that writes rows, or bytes, as the Posts.xml of a folder "tea"."""

    def write(*rows: dict[str, str] | str | bytes) -> Path:
        path = tmp_path / "tea" / "Posts.xml"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(rows[0] if len(rows) == 1 and isinstance(rows[0], bytes) else dump(*rows).encode())  # type: ignore[arg-type]
        return path

    return write

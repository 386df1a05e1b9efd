"""Links of the web: those of a Link header (RFC 8288) by their relation, and where a link leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

HEADER_CHARS_MAX: Final = 20_000
_ONE: Final = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*(?:=\s*(?:\"(?:[^\"\\]|\\.)*\"|[^\s\";,]*))?)*)")
_PARAM: Final = re.compile(r";\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s\";,]*))")


def links_of(header: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the links of a header, each with its relations in small letters; of two `rel` the first counts."""
    for found in _ONE.finditer(header[:HEADER_CHARS_MAX]):
        rels = [quoted or bare for name, quoted, bare in _PARAM.findall(found[2]) if name.lower() == "rel"]
        yield found[1].strip(), frozenset(rels[0].lower().split() if rels else ())


def link_of(header: str, rel: str) -> str | None:
    """Return the first link of a relation, as it was written; None for none."""
    return next((link for link, rels in links_of(header) if rel in rels), None)


def whole(base: str, said: str, chars_max: int) -> str:
    """Return where a link of a page leads, as a whole address; an empty one is the page itself; "" for what is none."""
    try:
        found = urljoin(base, said.strip())
    except ValueError:
        return ""
    return found if is_address(found, chars_max) else ""


def is_address(url: str, chars_max: int) -> bool:
    """Tell whether this is a whole address of HTTP that names nobody."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and len(url) <= chars_max
        )
    except ValueError:
        return False

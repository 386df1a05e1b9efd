"""A post of ours as a record: its links and names as facets, its key the same at every attempt."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

LINK: Final = re.compile(r"https?://[^\s<>\"'«»]+[^\s<>\"'«».,;:!?؟،؛)\]]")
NAME: Final = re.compile(r"(?<![\w@])@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+)", re.IGNORECASE)
TAG: Final = re.compile(r"(?<![\w#&])#([^\W\d_][\w\u200c]{0,63})")
_DIGITS: Final = "234567abcdefghijklmnopqrstuvwxyz"
# Keys of posts are times; ours stand in a year before Patogh, so that none meets one of another program.
_YEAR_BEGAN_US: Final = 1_704_067_200_000_000
_YEAR_US: Final = 31_536_000_000_000


def post_key(key: str) -> str:
    """Return a record key (a TID: 13 letters, of a time in µs and 10 more bits) that follows from our own key alone."""
    digest = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    number = ((_YEAR_BEGAN_US + digest % _YEAR_US) << 10) | (digest >> 54)
    return "".join(_DIGITS[(number >> shift) & 31] for shift in range(60, -1, -5))


def facets(text: str, did_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the links, names and hashtags of a text, each with its place in bytes of UTF-8, none over another."""
    found: list[dict[str, Any]] = []
    edge = 0
    for start, end, feature in sorted(_features(text, did_of), key=lambda one: one[0]):
        if start >= edge:
            place = {"byteStart": len(text[:start].encode()), "byteEnd": len(text[:end].encode())}
            found.append({"index": place, "features": [feature]})
            edge = end
    return found


def _features(text: str, did_of: Callable[[str], str]) -> Iterator[tuple[int, int, dict[str, str]]]:
    for link in LINK.finditer(text):
        yield link.start(), link.end(), {"$type": "app.bsky.richtext.facet#link", "uri": link[0]}
    for name in list(NAME.finditer(text))[:10]:
        if did := did_of(name[1].lower()):
            yield name.start(), name.end(), {"$type": "app.bsky.richtext.facet#mention", "did": did}
    for tag in TAG.finditer(text):
        yield tag.start(), tag.end(), {"$type": "app.bsky.richtext.facet#tag", "tag": tag[1]}

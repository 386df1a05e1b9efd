"""Addresses of other houses in their usual form, and what a browser may have asked for when it meant one of them."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode

CHARS_MAX: Final = 300
PARAMS_MAX: Final = 8
_SLASHES: Final = re.compile(r"/{2,}")
_HIDDEN: Final = re.compile(r"[\x00-\x1f\x7f]")


def usual(address: str) -> str:
    """Return "/path?query" as it is kept: decoded, single slashes, none at the end, parameters in order; "" for none."""
    path, _, query = address.partition("?")
    path = _path(unquote(path))
    pairs = _pairs(query)
    whole = f"{path}?{urlencode(pairs)}" if pairs else path
    return whole if 1 < len(whole) <= CHARS_MAX else ""


def candidates(path: str, query: str) -> list[str]:
    """Return what a decoded path and its query may mean, the nearest first: with all parameters, with one, without, shortened."""
    path = _path(path)
    pairs = _pairs(query[:2_000])
    found = [f"{path}?{urlencode(pairs)}"] if pairs else []
    found += [f"{path}?{urlencode([pair])}" for pair in pairs]
    found.append(path)
    if path.count("/") > 1:
        found.append(path.rpartition("/")[0])
    if path.lower() != path:
        found.append(path.lower())
    return [one for one in dict.fromkeys(found) if 1 < len(one) <= CHARS_MAX]


def number_after(kept: str, asked: str) -> int:
    """Return the number that was asked for behind a kept address ("/t/slug/7" and "/t/slug/7/12" give 12), else 0."""
    path = _path(asked)
    tail = path.rpartition("/")[2]
    is_behind = path.rpartition("/")[0] == kept
    return int(tail) if is_behind and tail.isascii() and tail.isdigit() and len(tail) < 8 else 0


def _path(path: str) -> str:
    path = _SLASHES.sub("/", _HIDDEN.sub("", f"/{path}"))
    return path.rstrip("/") or "/"


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return sorted(parse_qsl(query, keep_blank_values=False, max_num_fields=PARAMS_MAX))
    except ValueError:
        return []

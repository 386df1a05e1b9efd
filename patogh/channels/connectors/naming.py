"""Whom a dead letter may name: the addresses, numbers and handles in it, as keyed digests that tell nobody who.

They stand beside the letter, so that it goes with whoever is erased, although nothing could read it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import unquote_plus

from patogh.kit import persian
from patogh.people.leaving import sources
from patogh.people.models import Identity

CHARS_MAX: Final = 200_000
WORD_CHARS_MAX: Final = 500
NAMES_MAX: Final = 500
NAME_CHARS_MIN: Final = 5
NAME_CHARS_MAX: Final = 254
NUMBER_TAIL: Final = 9  # a phone is known by its last digits, however its beginning is written
SOURCE: Final = "dead letter"
_APART: Final = re.compile(r"[:/]+")
_NUMBER: Final = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){4,20}")
_WORD: Final = re.compile(r"[^\s\"'<>()\[\]{},;=&|\\]+")
_URL: Final = re.compile(r"https?://[^\s\"'<>()\[\]{},;|\\]{3,500}", re.IGNORECASE)


def digests_of(body: bytes, also: str = "", *, is_whole: bool = False) -> tuple[set[str], bool]:
    """Return the digests of whom some bytes may name, and whether these are all (of a long or crowded letter they are not).

    `is_whole` reads all of it, however long it takes.
    """
    text = body.decode("utf-8", "replace")
    is_long = len(text) > CHARS_MAX and not is_whole
    names: set[str] = set()
    for words in _readings(text if is_whole else text[:CHARS_MAX], also):
        for name in _names(words):
            names.add(name)
            if len(names) > NAMES_MAX and not is_whole:
                return _digested(names), False
    return _digested(names), not is_long


def digests_of_identities(identities: Iterable[int]) -> set[str]:
    """Return the digests of what identities are known by; what is too short to tell anybody apart is left out."""
    names: set[str] = set()
    for value in Identity.objects.filter(pk__in=list(identities)).values_list("value", flat=True):
        for said in (value, value.rpartition(":")[2] if "://" not in value else value):
            names.update(_names(said))
    return _digested(names)


def _readings(text: str, also: str) -> Iterator[str]:
    """Yield the words of a letter as they stand, as a form's, and as JSON's."""
    yield persian.digits_en(text)
    if "%" in text or "+" in text:
        yield persian.digits_en(unquote_plus(text))
    if also:
        yield persian.digits_en(also)
    if "\\" in text and text.lstrip()[:1] in {"{", "["}:
        try:
            yield persian.digits_en("\n".join(_strings(json.loads(text))))
        except (ValueError, RecursionError):
            return


def _strings(said: Any) -> Iterator[str]:
    """Yield every word and number in what JSON said."""
    waiting = [said]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif one is not None and not isinstance(one, bool):
            yield str(one)


def _names(words: str) -> Iterator[str]:
    """Yield the mail addresses, numbers, addresses of pages and handles among some words, each in one form."""
    for found in _NUMBER.finditer(words):
        digits = re.sub(r"\D", "", found[0])
        yield f"#{digits[-NUMBER_TAIL:]}"
    for found in _URL.finditer(words):
        yield from _kept(found[0])
    for found in _WORD.finditer(words):
        yield from _kept(found[0])
        if "@" in found[0] and len(found[0]) <= WORD_CHARS_MAX:
            yield from (name for part in _APART.split(found[0]) for name in _kept(part))


def _kept(word: str) -> Iterator[str]:
    plain = word.strip(".,:!?@/+*#-").casefold()
    if NAME_CHARS_MIN <= len(plain) <= NAME_CHARS_MAX and not plain.isdigit():
        yield plain


def _digested(names: set[str]) -> set[str]:
    return {sources.digest(SOURCE, name) for name in names}

"""The words that a document is found by, and the filters, as one flat set of tokens for either database.

Each token is a word and at most one sign before it: nothing = a word of title or text as folded, `=` = a key that no
folded word already says, `:` = a word or key of the title (or tag), `+` = a filter such as `+s12` (the space). Words
are cut here, so the databases only split at spaces and both find the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from patogh.kit import persian
from patogh.search.entries import Entry

KEY: Final = "="
TITLE: Final = ":"
MARK: Final = "+"
WORD_CHARS_MAX: Final = 40
_WORD: Final = re.compile(r"[^\W_]+")
# Words that hold a sentence together: a query does not insist on them when it has others.
LIGHT: Final = frozenset(
    [
        "و",
        "در",
        "به",
        "از",
        "که",
        "را",
        "با",
        "برای",
        "این",
        "ان",
        "یک",
        "هم",
        "رو",
        "تا",
        "بر",
        "یا",
        "اگر",
        "ولی",
        "اما",
        "چه",
        "چی",
        "چطور",
        "چگونه",
        "ایا",
        "من",
        "تو",
        "ما",
        "شما",
        "او",
        "می",
        "نمی",
        "ها",
        "های",
        "هایی",
        "ی",
        "ای",
        "است",
        "هست",
        "بود",
        "شد",
        "شده",
        "کنم",
        "کند",
        "کرد",
        "کردم",
        "میکنم",
        "تر",
        "ترین",
        "خیلی",
        "دارم",
        "داره",
        "دارد",
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "to",
        "for",
        "and",
        "or",
        "is",
        "are",
        "was",
        "with",
        "it",
        "my",
        "i",
        "how",
        "do",
    ]
)


def words(text: str) -> list[str]:
    """Return the folded words of a text in order; longer ones are cut to WORD_CHARS_MAX characters."""
    return [word[:WORD_CHARS_MAX] for word in _WORD.findall(persian.folded(text))]


def keys(text: str) -> list[str]:
    """Return the key tokens of a text in order."""
    return [word[:WORD_CHARS_MAX] for word in persian.key(text).split()]


def tag_mark(name: str) -> str:
    """Return the filter token of a tag, whatever its spelling."""
    return f"{MARK}t{'_'.join(keys(name))}"[: WORD_CHARS_MAX + 2]


def month_mark(moment: datetime) -> str:
    """Return the filter token of a month (UTC)."""
    return f"{MARK}m{moment.astimezone(UTC):%Y%m}"


def marks(entry: Entry) -> set[str]:
    """Return the filter tokens of a document: kind, topic kind, space, author, tags, month and year."""
    moment = entry.happened_at.astimezone(UTC)
    found = {f"{MARK}k{entry.kind}", month_mark(moment), f"{MARK}y{moment:%Y}"}
    if entry.topic_kind:
        found.add(f"{MARK}c{entry.topic_kind}")
    if entry.space_id is not None:
        found.add(f"{MARK}s{entry.space_id}")
    if entry.author_id is not None:
        found.add(f"{MARK}a{entry.author_id}")
    found.update(tag_mark(name) for name in entry.tags)
    return found


def tokens(entry: Entry, body: Iterable[str] | None = None) -> set[str]:
    """Return every token of a document; the same entry always gives the same tokens under one KEY_VERSION.

    `body` are the `text_tokens` of its text where they are known already.

    The tags of a topic are words of its title; a reply has them as filters only.
    """
    head = " \n ".join((entry.title, *entry.tags)) if entry.tags and entry.kind != "post" else entry.title
    found = set(body) if body is not None else text_tokens(entry.text)
    if head:
        plain = set(words(head))
        in_head = {*plain, *keys(head)}
        found |= plain
        found -= {f"{KEY}{word}" for word in plain}
        found.update(f"{KEY}{word}" for word in in_head if word not in found)
        found.update(f"{TITLE}{word}" for word in in_head)
    return found | marks(entry)


def text_tokens(text: str) -> set[str]:
    """Return the tokens of a text alone: its words, and the keys that no word of it says already."""
    plain = set(words(text))
    return plain | {f"{KEY}{word}" for word in keys(text) if word not in plain}


def vocabulary(found: Iterable[str]) -> set[str]:
    """Return the words among tokens that a misspelt query may have meant: letters only, two to thirty of them."""
    bare = (token[1:] if token[0] in "=:" else token for token in found if token[0] != MARK)
    return {word for word in bare if 2 <= len(word) <= 30 and word.isalpha()}

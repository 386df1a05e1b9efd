"""What the keys of a dump stand for here, and how long they may be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from patogh.hangout.models import ImportedThing, Post
from patogh.people.models import StagedMember

_KEYS_AT_ONCE: Final = 400
T = TypeVar("T", str, int)
KEY_CHARS_MAX: Final = 120


class Ids:
    """What keys of one source stand for here; unknown keys are left out of the answers."""

    def __init__(self, source: str) -> None:
        """Answer for the import named `source`."""
        self.source = source

    def members(self, keys: Iterable[str]) -> dict[str, int]:
        """Return members' ids by key."""
        found: dict[str, int] = {}
        for some in _chunks(keys):
            rows = StagedMember.objects.filter(source=self.source, source_key__in=some)
            found |= dict(rows.values_list("source_key", "member_id"))
        return found

    def topics(self, keys: Iterable[str]) -> dict[str, int]:
        """Return topics' ids by key."""
        return self._things("topic", keys)

    def posts(self, keys: Iterable[str]) -> dict[str, int]:
        """Return posts' ids by key; the key of a topic means its opening post."""
        wanted = set(keys)
        found = self._things("post", wanted)
        topics = self._things("topic", wanted - found.keys())
        first: dict[int, int] = {}
        for some in _chunks(topics.values()):
            first |= dict(Post.objects.filter(topic_id__in=some, number=1).values_list("topic_id", "pk"))
        return found | {key: first[pk] for key, pk in topics.items() if pk in first}

    def spaces(self, keys: Iterable[str]) -> dict[str, int]:
        """Return spaces' ids by key."""
        found = self._things("space", [f"space:{key}"[:KEY_CHARS_MAX] for key in keys])
        return {key.removeprefix("space:"): pk for key, pk in found.items()}

    def _things(self, kind: str, keys: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in _chunks(keys):
            rows = ImportedThing.objects.filter(source=self.source, kind=kind, key__in=some)
            found |= dict(rows.values_list("key", "thing_id"))
        return found


def short_key(key: str) -> str:
    """Return a key that fits its column: long ones end in a digest of the whole."""
    if len(key) <= KEY_CHARS_MAX:
        return key
    return f"{key[:80]}#{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _chunks(keys: Iterable[T]) -> Iterator[list[T]]:
    wanted = sorted(set(keys))
    for at in range(0, len(wanted), _KEYS_AT_ONCE):
        yield wanted[at : at + _KEYS_AT_ONCE]

"""Pages put together from remembered parts, so that a busy page is joined and not rendered.

A page is a *shell* (the frame around it, the same for one reader all over a section) and a *body* (the same for
everybody who may see it). Both are rendered by the ordinary templates, once, with *slots* where something personal or
changing goes; a request then joins bytes. A slot's mark holds a random word of this process, so no text can forge one.
Decision: docs/decisions/0006-assembled-pages.md.
"""

from __future__ import annotations

import hashlib
import pickle
import re
import secrets
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.utils import timezone, translation
from markupsafe import Markup

from patogh.kit import calendar
from patogh.kit.calendar import Viewer
from patogh.looks.jinja import VIEWER, iso
from patogh.looks.pages import jinja_env

_WORD: Final = secrets.token_hex(8)
_SLOT: Final = re.compile(f"s{_WORD}([a-z_]+)e".encode())
READY_BYTES_MAX: Final = 48 * 1024 * 1024
PACKED_BYTES_MAX: Final = 8 * 1024 * 1024
PART_BYTES: Final = 4_500  # what a part takes beside its pieces: what its page knows of it, its key and its stamp
PACKED_EXTRA_BYTES: Final = 1_400
DICTIONARY_BYTES: Final = 32_768
DICTIONARIES_MAX: Final = 32
FOREVER_S: Final = 4e9


def slot(name: str) -> Markup:
    """Return the mark of a slot, for a template; plain letters, so that it comes through escaping and URL quoting."""
    return Markup(f"s{_WORD}{name}e")  # noqa: S704 - letters and digits of our own


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Part:
    """Remembered bytes, cut at their slots: `pieces[0] slots[0] pieces[1] slots[1] ... pieces[-1]`."""

    pieces: tuple[bytes, ...]
    slots: tuple[str, ...]
    tag: str
    valid_until_s: float = FOREVER_S
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size_bytes(self) -> int:
        """What this part takes in memory, about."""
        return sum(map(len, self.pieces)) + len(self.facts.get("meta", b"")) + PART_BYTES

    def filled(self, values: Mapping[str, bytes], into: list[bytes]) -> None:
        """Append the pieces with their slots filled; a slot without a value stays empty."""
        pieces = self.pieces
        into.append(pieces[0])
        for number, name in enumerate(self.slots, 1):
            value = values.get(name)
            if value:
                into.append(value)
            into.append(pieces[number])


def part(html: str, *, valid_until_s: float = FOREVER_S, facts: Mapping[str, Any] | None = None) -> Part:
    """Return rendered HTML as a part."""
    raw = html.encode("utf-8", "replace")
    cut = _SLOT.split(raw)
    tag = hashlib.blake2b(_SLOT.sub(rb"{\1}", raw), digest_size=9).hexdigest()
    return Part(tuple(cut[0::2]), tuple(name.decode() for name in cut[1::2]), tag, valid_until_s, facts or {})


class Clock:
    """The words for moments on a remembered page, and until when all of them are right."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer, self.now = viewer, timezone.now()
        self.valid_until = datetime(9999, 1, 1, tzinfo=UTC)

    def ago(self, moment: datetime) -> Markup:
        """Return «۶ دقیقه پیش» as a <time> that keeps itself fresh in the browser."""
        stamp = calendar.stamp(moment, self.viewer)
        return Markup('<time datetime="{}" title="{}" data-ago>{}</time>').format(
            iso(moment), stamp, self.words(moment)
        )

    def words(self, moment: datetime) -> str:
        """Return «۶ دقیقه پیش» as plain words."""
        text, until = calendar.ago(moment, self.now, self.viewer)
        self.valid_until = min(self.valid_until, until)
        return text

    def right_until(self, moment: datetime) -> None:
        """Note that something else on the page is right only until this moment."""
        self.valid_until = min(self.valid_until, moment)

    @property
    def until_s(self) -> float:
        """Until when the page is right, in seconds of the epoch; a moment already past counts as one second from now."""
        return min(max(self.valid_until.timestamp(), time.time() + 1), FOREVER_S)


def rendered(name: str, context: Mapping[str, Any], viewer: Viewer) -> str:
    """Return a template's HTML for a viewer, in their language."""
    token = VIEWER.set(viewer)
    try:
        with translation.override(viewer.language):
            return jinja_env().get_template(name).render({"viewer": viewer, "lang": viewer.language, **context})
    finally:
        VIEWER.reset(token)


@dataclass(frozen=True, slots=True)
class Packed:
    """A part that is asked for now and then, whole in some compressed bytes.

    Pages of a kind are alike in all but their words: compressed with the end of one of them as the dictionary, one takes a
    fifteenth. Unpacking takes a tenth of a millisecond, rendering a hundred times that.
    """

    data: bytes
    dictionary: bytes

    @classmethod
    def of(cls, made: Part, dictionary: bytes) -> Packed | None:
        """Pack a part; None for one whose facts are no plain data, which is made anew when it is asked for."""
        try:
            raw = pickle.dumps((made.pieces, made.slots, made.tag, made.valid_until_s, dict(made.facts)), 5)
        except (pickle.PicklingError, TypeError, AttributeError):
            return None
        packing = zlib.compressobj(zdict=dictionary)
        return cls(packing.compress(raw) + packing.flush(), dictionary)

    def part(self) -> Part:
        """Unpack it."""
        return Part(*pickle.loads(zlib.decompressobj(zdict=self.dictionary).decompress(self.data)))  # noqa: S301 - our own memory


class Store:
    """Parts by key with the stamp they were made under, one store a process.

    Those asked for most lie ready; the others are packed, and the least used of these go when they are too many.
    """

    def __init__(self, ready_bytes_max: int = READY_BYTES_MAX, packed_bytes_max: int = PACKED_BYTES_MAX) -> None:
        self.limits = (ready_bytes_max, packed_bytes_max)
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._ready: OrderedDict[Any, tuple[Any, Part]] = OrderedDict()
        self._packed: OrderedDict[Any, tuple[Any, Packed]] = OrderedDict()
        self._dictionaries: dict[Any, bytes] = {}
        self._bytes = [0, 0]
        self._changing = threading.Lock()

    def get(self, key: Any, stamp: Any, now_s: float) -> Part | None:
        """Return the part under `key` if it was made under this very stamp and its words are still right."""
        found = self.older(key)
        return found[1] if found is not None and found[0] == stamp and found[1].valid_until_s > now_s else None

    def older(self, key: Any) -> tuple[Any, Part] | None:
        """Return whatever is under `key` with its stamp, fresh or not."""
        found = self._ready.get(key)
        if found is not None:
            with suppress(KeyError):
                self._ready.move_to_end(key)
            return found
        packed = self._packed.get(key)
        if packed is None:
            return None
        self._keep_ready(key, packed[0], packed[1].part())
        return self._ready.get(key)

    def put(self, key: Any, stamp: Any, made: Part) -> Part:
        """Remember a part; returns it."""
        with self._changing:
            self._drop_packed(key)
        self._keep_ready(key, stamp, made)
        return made

    def _keep_ready(self, key: Any, stamp: Any, made: Part) -> None:
        with self._changing:
            before = self._ready.pop(key, None)
            self._bytes[0] += made.size_bytes - (before[1].size_bytes if before else 0)
            self._ready[key] = (stamp, made)
            while self._bytes[0] > self.limits[0] and len(self._ready) > 1:
                old, (old_stamp, gone) = self._ready.popitem(last=False)
                self._bytes[0] -= gone.size_bytes
                self._pack(old, old_stamp, gone)

    def _pack(self, key: Any, stamp: Any, made: Part) -> None:
        packed = self._packed.get(key)
        if packed is None or packed[0] != stamp:
            self._drop_packed(key)
            smaller = Packed.of(made, self._dictionary(key, made))
            if smaller is None:
                return
            self._packed[key] = (stamp, smaller)
            self._bytes[1] += len(smaller.data) + PACKED_EXTRA_BYTES
        self._packed.move_to_end(key)
        while self._bytes[1] > self.limits[1] and self._packed:
            _, (_, gone) = self._packed.popitem(last=False)
            self._bytes[1] -= len(gone.data) + PACKED_EXTRA_BYTES

    def _dictionary(self, key: Any, made: Part) -> bytes:
        """Return the dictionary of a key's kind (its first word): the first part of that kind that is packed is cut to be it."""
        kind = key[0] if isinstance(key, tuple) else key
        if kind not in self._dictionaries and len(self._dictionaries) < DICTIONARIES_MAX:
            self._dictionaries[kind] = b"".join(made.pieces)[-DICTIONARY_BYTES:]
        return self._dictionaries.get(kind, b"")

    def _drop_packed(self, key: Any) -> None:
        gone = self._packed.pop(key, None)
        if gone is not None:
            self._bytes[1] -= len(gone[1].data) + PACKED_EXTRA_BYTES

    def remembered(self, key: Any, stamp: Any, make: Callable[[], Part]) -> Part:
        """Return the part under `key` made under `stamp`, making it where it is not at hand."""
        return self.get(key, stamp, time.time()) or self.put(key, stamp, make())


store = Store()

"""Finding listed words however they are dressed up: other letters, half-spaces, digits, repetition, dots and stars.

A text is folded once, cut into tokens, and each token (or a few neighbours together) is looked up in a table of keys:
time grows with the length of the text and nothing else. A hit is a whole word, with an ending at most; a listed word
inside another one («کسی», "Scunthorpe") is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

HITS_MAX: Final = 20
PARTS_MAX: Final = 4
KEY_CHARS_MAX: Final = 40
KEPT_WORDS_MAX: Final = 20_000

_ARABIC: Final = {
    "ي": "ی", "ى": "ی", "ې": "ی", "ۍ": "ی", "ئ": "ی", "ے": "ی", "ك": "ک", "ڪ": "ک", "ګ": "گ", "ڭ": "ک", "ة": "ه", "ۀ": "ه", "ە": "ه", "\u06be": "ه",
    "\u06c1": "ه", "ۂ": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا", "ؤ": "و", "ۆ": "و", "ۇ": "و", "ۋ": "و", "ڤ": "ف", "ء": None,
    "ـ": None, "\u200c": None, "\u200d": None, "\u200b": None, "\u200e": None, "\u200f": None, "\u00ad": None, "\u2060": None, "\ufeff": None,
}  # fmt: skip
_LATIN: Final = dict(zip("аеорсхукіѕһԁјвмтнαβεικνορτυχ", "aeopcxykishdjbmthabeiknoptux", strict=True))
_FOLD: Final = str.maketrans({**_ARABIC, **_LATIN, **{chr(code): None for code in (*range(0x64B, 0x660), 0x670)}})
_DIGITS: Final = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_MARKS: Final = re.compile("[\u0300-\u036f\u0610-\u061a\u06d6-\u06ed]+")
_TOKEN: Final = re.compile(r"[^\W_]+(?:[@$!|*+€°#][^\W_@$!|*+€°#]*)*|[@$*][^\W_]+(?:[@$!|*+€°#][^\W_@$!|*+€°#]*)*")
_RUN: Final = re.compile(r"(.)\1+", re.DOTALL)
_NOT_LETTER: Final = re.compile(r"[\W\d_]+")
_TAIL: Final = "!|*+#°"
_LEET: Final = str.maketrans("@4310$57!|€+8", "aaeiosstiietb")
_LEET_L: Final = str.maketrans("@4310$57!|€+8", "aaelosstiletb")
_LEET_FA: Final = str.maketrans("o0°l1|!", "هههاااا")
_WORDS_ALONE: Final = frozenset("وaiuo")
_FA_ENDINGS: Final = tuple(
    sorted(
        "ها های هایی هاش هات هام هاشون هاتون هامون هاتو ی م ت ش تون شون مون ان ای ام ات اش اید ایم اند ه و رو تر ترین س ه‌ای یم ید ند".replace(
            "‌", ""
        ).split(),
        key=len,
        reverse=True,
    )
)
_EN_ENDINGS: Final = ("ings", "ing", "ers", "er", "ed", "es", "s", "y", "in")
_STEM_CHARS_MIN: Final = 3
_NOTHING: Final = (None, False)
# What has another spelling in one code point: accents, presentation forms, full-width and ornamental letters.
_COMPOSED: Final = re.compile(
    "[\u00c0-\u024f\u0300-\u036f\u0610-\u061a\u06d6-\u06ed\u1e00-\u1eff\u2070-\u24ff\ufb00-\ufdff\ufe70-\ufefe\uff01-\uffef\U0001d400-\U0001d7ff\U0001f130-\U0001f189]"
)
_LATIN_ONLY: Final = str.maketrans(_LATIN)
_HAS_ASCII: Final = re.compile("[a-z]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A listed word: as it is shown, its category, and whether endings may follow it."""

    word: str
    category: str
    has_endings: bool = True
    letters: str = ""
    is_several: bool = False

    @classmethod
    def of(cls, word: str, category: str, *, has_endings: bool = True) -> Entry:
        """Return the entry of a word as somebody wrote it; blanks and half-spaces in it may be there or not."""
        parts = [part for part in re.split(r"[\s\u200c]+", word.strip()) if part]
        return cls(word, category, has_endings, "".join(folded(part) for part in parts), len(parts) > 1)


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed word found in a text, and what stands there."""

    word: str
    category: str
    found: str


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of the text: as found, its letters (variants where digits or signs stand in it), and what stands before."""

    found: str
    variants: tuple[str, ...]
    gap: str


@dataclass(slots=True)
class Matcher:
    """A table of listed words, ready to look texts up in."""

    entries: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    heads: set[str] = field(default_factory=set)
    starred: dict[tuple[int, str], list[Entry]] = field(default_factory=lambda: defaultdict(list))
    kept: dict[str, tuple[Entry | None, bool]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Matcher:
        """Return a matcher for these entries."""
        made = cls()
        merged: dict[str, Entry] = {}
        for entry in entries:
            same = merged.get(entry.letters)
            merged[entry.letters] = entry if same is None or entry.is_several else same
        for entry in merged.values():
            key = squeezed(entry.letters)
            if len(key) < 2:
                continue
            made.entries[key].append(entry)
            made.heads.update(key[:end] for end in range(1, len(key)))
            made.starred[len(entry.letters), entry.letters[0]].append(entry)
        return made

    def hits(self, text: str) -> tuple[Hit, ...]:
        """Return the listed words in a text, each once, at most HITS_MAX; linear in its length."""
        found: dict[tuple[str, str], Hit] = {}
        tokens = list(_tokens(text))
        was_letter = False
        for place, token in enumerate(tokens):
            head = token.variants[0]
            is_letter = len(head) == 1
            if len(token.variants) > 1 or is_letter or "*" in token.found or self._looked_up(head) != _NOTHING:
                for hit in self._at(tokens, place, spells=is_letter and not was_letter):
                    found.setdefault((hit.word, hit.category), hit)
                if len(found) >= HITS_MAX:
                    break
            was_letter = is_letter
        return tuple(found.values())

    def _at(self, tokens: list[_Token], place: int, *, spells: bool) -> Iterator[Hit]:
        """Yield what begins at one token: alone, with its neighbours, or letter by letter."""
        token = tokens[place]
        for letters in token.variants:
            if entry := self._whole(letters):
                yield Hit(entry.word, entry.category, token.found)
        if "*" in token.found[1:] and (entry := self._behind_stars(token.found)):
            yield Hit(entry.word, entry.category, token.found)
        if self._looked_up(token.variants[0])[1]:
            yield from self._together(tokens, place)
        if spells:
            yield from self._spelt(tokens, place)

    def _together(self, tokens: list[_Token], place: int) -> Iterator[Hit]:
        """Yield entries that two to PARTS_MAX neighbours make: written in several words, or cut by signs."""
        letters, parts, gaps = tokens[place].variants[0], [tokens[place].found], []
        for token in tokens[place + 1 : place + PARTS_MAX]:
            letters += token.variants[0]
            parts.append(token.found)
            gaps.append(token.gap)
            if len(letters) > KEY_CHARS_MAX * 4:
                return
            entry, is_head = self._looked_up(letters)
            if entry is not None and _may_join(entry, parts, gaps):
                yield Hit(entry.word, entry.category, " ".join(parts))
            if not is_head:
                return

    def _spelt(self, tokens: list[_Token], place: int) -> Iterator[Hit]:
        """Yield an entry that a row of single letters spells: «ک ی ر», "f.u.c.k"."""
        end = place
        while end < len(tokens) and len(tokens[end].variants[0]) == 1:
            end += 1
        row = "".join(token.variants[0] for token in tokens[place:end])
        if not len(row) >= 3 or len(squeezed(row)) > KEY_CHARS_MAX:
            return
        for letters in dict.fromkeys(
            (row, row[1:] if row[0] in _WORDS_ALONE else row, row[:-1] if row[-1] in _WORDS_ALONE else row)
        ):
            if entry := self._whole(letters):
                yield Hit(entry.word, entry.category, " ".join(token.found for token in tokens[place:end])[:60])

    def _whole(self, letters: str) -> Entry | None:
        """Return the entry that a whole word is, with an ending at most."""
        return self._looked_up(letters)[0]

    def _looked_up(self, letters: str) -> tuple[Entry | None, bool]:
        """Return the entry that some letters are, and whether one begins with them; words repeat, so this is kept."""
        known = self.kept.get(letters)
        if known is None:
            if len(self.kept) >= KEPT_WORDS_MAX:
                self.kept.clear()
            known = self.kept[letters] = (self._found(letters), squeezed(letters[: KEY_CHARS_MAX * 4]) in self.heads)
        return known

    def _found(self, letters: str) -> Entry | None:
        """Look letters up, as they are and without an ending."""
        if entry := self._exact(letters):
            return entry
        if len(letters) > KEY_CHARS_MAX * 4:
            return None
        endings = _EN_ENDINGS if letters[:1].isascii() else _FA_ENDINGS
        for ending in endings:
            if letters.endswith(ending) and len(letters) - len(ending) >= _STEM_CHARS_MIN:
                entry = self._exact(letters[: -len(ending)])
                if entry is not None and entry.has_endings:
                    return entry
        return None

    def _exact(self, letters: str) -> Entry | None:
        key = squeezed(letters)
        if len(key) > KEY_CHARS_MAX:
            return None
        return next((entry for entry in self.entries.get(key, ()) if _has_runs(letters, entry.letters)), None)

    def _behind_stars(self, found: str) -> Entry | None:
        """Return the one listed word of this length whose letters the stars leave open: "f**k"."""
        shape = found.strip("*")  # stars around a word are Markdown
        known = sum(letter != "*" for letter in shape)
        if len(shape) > 12 or known in {0, 1, len(shape)} or any(letter.isdigit() for letter in shape):
            return None
        for entry in self.starred.get((len(shape), shape[0]), ()):
            if all(mark in {"*", letter} for mark, letter in zip(shape, entry.letters, strict=True)):
                return entry
        return None


def folded(text: str) -> str:
    """Return a text with one code point per letter, without marks, half-spaces and tatweel, in lower case."""
    if not text.isascii():
        if _COMPOSED.search(text):
            text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
        text = text.translate(_FOLD)
    return text.casefold().translate(_LATIN_ONLY).translate(_DIGITS)


def squeezed(letters: str) -> str:
    """Return letters with every repetition taken out."""
    return _RUN.sub(r"\1", letters)


def word_key(word: str) -> str:
    """Return what makes two spellings of a listed word one entry."""
    return "".join(folded(part) for part in re.split(r"[\s\u200c]+", word.strip()))


def _tokens(text: str) -> Iterator[_Token]:
    """Yield the words of a text in order."""
    end, whole = 0, folded(text)
    for match in _TOKEN.finditer(whole):
        found = match[0]
        if len(found) > KEY_CHARS_MAX:
            found = re.sub(r"(.)\1{2,}", r"\1\1", found)[: KEY_CHARS_MAX * 4]
        yield _Token(found, _variants(found), whole[end : match.start()])
        end = match.end()


def _variants(found: str) -> tuple[str, ...]:
    """Return what a word may mean: as it stands, with signs read as letters, and without them."""
    if found.isalpha():
        return (found,) if found.isascii() or not _HAS_ASCII.search(found) else _mixed(found)
    bare = _NOT_LETTER.sub("", found)
    kept = found.rstrip(_TAIL)
    if not bare:
        return (kept,)
    if any("\u0600" <= letter <= "\u06ff" for letter in bare):
        return tuple(dict.fromkeys((*_mixed(bare), _NOT_LETTER.sub("", kept.translate(_LEET_FA)))))
    made = (bare, _NOT_LETTER.sub("", kept.translate(_LEET)), _NOT_LETTER.sub("", kept.translate(_LEET_L)))
    return tuple(dict.fromkeys(letters for letters in made if letters))


def _mixed(found: str) -> tuple[str, ...]:
    """Return a Persian word with Latin letters in it, read as their look-alikes and left out."""
    if not _HAS_ASCII.search(found):
        return (found,)
    made = (found.translate(_LEET_FA), _HAS_ASCII.sub("", found))
    return tuple(dict.fromkeys(letters for letters in (found, *made) if letters))


def _has_runs(letters: str, entry: str) -> bool:
    """Return whether a word with the same key doubles every letter that the entry doubles: "as" is not "ass"."""
    if len(letters) == len(entry) or entry == squeezed(entry):
        return True
    place = 0
    for run in re.finditer(r"(.)\1*", entry):
        end = place
        while end < len(letters) and letters[end] == run[1]:
            end += 1
        if end - place < len(run[0]):
            return False
        place = end
    return True


def _may_join(entry: Entry, parts: list[str], gaps: list[str]) -> bool:
    """Return whether neighbours may be read as one: a phrase in several words, or a word that signs or a blank cut up."""
    if any("\n" in gap for gap in gaps):
        return False
    is_cut = all(gap and not gap.isspace() and " " not in gap for gap in gaps)
    if is_cut or (entry.is_several and all(gap.strip(" \t") in {"", "-", "_"} for gap in gaps)):
        return True
    lonely = [part for part in parts if len(part) == 1]
    return len(parts) == 2 and len(lonely) == 1 and lonely[0] not in _WORDS_ALONE and gaps[0] == " "

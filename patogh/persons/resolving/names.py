"""Names of people in Persian and in Latin letters, brought to forms that can be compared.

`fold` makes the spellings of one script one. `skeleton` maps both scripts to the same consonants, so that «محمد» and
Mohammad, Muhammed and Mohamad meet in "mhmd". A skeleton is for finding and not for deciding: «مینا» and Mona are kept
apart by `vowels_agree`. No nickname is known here, on purpose: two first names that only usage connects are two names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from patogh.kit import persian

CLOSE: Final = 0.92
SIMILAR: Final = 0.8
SWAPPED: Final = 0.88
NAME_CHARS_MAX: Final = 80
_CACHE: Final = 1 << 17

_TITLES: Final = frozenset(
    word
    for line in (
        "سید سیده سادات دکتر مهندس آقای اقای آقا خانم حاج حاجی جناب سرکار",
        "seyed seyyed seyyid sayed sayyed sayyid syed seied seyedeh sayedeh haj haji hajj",
        "dr doctor eng mr mrs ms miss prof",
    )
    for word in line.split()
)
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_PERSIAN = re.compile("[\u0600-\u06ff]")
_LATIN = re.compile("[a-z]")
_LATIN_EXTRA = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "\u0131": "i", "þ": "t", "ð": "d", "ə": "a"},
)
_DIN_FA = re.compile("ال?(?=دین)|(?<=عبد)ال")
_DIN_LA = re.compile(r"(?:al|e[dl]|o[dl]|u[dl]|ad)d?(?=[di]+e?e?n$)")

_FA: Final = {
    **dict(zip("بپجچخدرژشغفقکگلمن", "bpjCxdrjSqfqkglmn", strict=True)),
    **dict.fromkeys("تط", "t"), **dict.fromkeys("ثسص", "s"), **dict.fromkeys("حه", "h"), **dict.fromkeys("ذزضظ", "z"),
}  # fmt: skip
_DIGRAPHS: Final = (
    ("x", "ks"), ("tch", "C"), ("sch", "S"), ("kh", "x"), ("sh", "S"), ("ch", "C"), ("zh", "j"), ("dj", "j"), ("gh", "q"),
    ("ph", "f"), ("th", "t"), ("ck", "k"), ("c", "k"), ("w", "v"),
)  # fmt: skip
_MARKED: Final = {"š": "sh", "ş": "sh", "ç": "ch", "č": "ch", "ž": "zh", "ğ": "gh", "ḵ": "kh"}
_RUNS = re.compile("([aeiouyv]+)")
_DOUBLED = re.compile(r"(.)\1")
_VOWELS = re.compile("[وی]")
_GLIDE = re.compile("ee|[iy]")
# Heads of compound first names: two brothers share them («محمدرضا», «محمدعلی»), so they say nothing about sameness.
_HEADS: Final = ("mhmd", "amyr", "abdl", "abd", "qlm", "aly")


@dataclass(frozen=True, slots=True)
class NameKey:
    """One name in its comparable forms; `script` is "fa", "la" or "" (other letters or none)."""

    fold: str
    skeleton: str
    script: str


@lru_cache(maxsize=_CACHE)
def name_key(text: str) -> NameKey:
    """Return the comparable forms of a given or family name; empty forms where there are no letters."""
    words = _words(text)
    fold = "".join(words)
    if _PERSIAN.search(fold):
        return NameKey(fold, _persian_skeleton(fold), "fa")
    if _LATIN.search(fold):
        return NameKey(fold, _latin_skeleton(fold), "la")
    return NameKey(fold, fold, "")


def fold(text: str) -> str:
    """Return the name in one spelling of its own script: no titles, spaces, half-spaces, marks or points."""
    return name_key(text).fold


def skeleton(text: str) -> str:
    """Return the consonants that the Persian and the Latin spellings of this name share."""
    return name_key(text).skeleton


def similarity(a: str, b: str) -> float:
    """Return 0..1: Jaro-Winkler over folded forms in one script, over skeletons (and vowels) across scripts."""
    left, right = name_key(a), name_key(b)
    return key_similarity(left, right)


def key_similarity(left: NameKey, right: NameKey) -> float:
    """Return the likeness of two names whose forms are known; 0 where one is empty."""
    if not left.fold or not right.fold:
        return 0.0
    if left.fold == right.fold:
        return 1.0
    if left.script == right.script:
        alike = _jaro_winkler(left.fold, right.fold)
        return max(alike, 0.93) if same_sound(left, right) else alike
    if {left.script, right.script} != {"fa", "la"}:
        return 0.0
    alike = _jaro_winkler(left.skeleton, right.skeleton)
    return min(alike, 0.97) if vowels_agree(left.fold, right.fold) else alike * 0.79


def same_sound(left: NameKey, right: NameKey) -> bool:
    """Return whether two spellings say one name: equal skeletons and nothing in the vowels that contradicts it."""
    if left.skeleton != right.skeleton or len(left.skeleton) < 2:
        return False
    if left.script == right.script == "la":
        return len(left.skeleton) > 2 and _jaro_winkler(left.fold, right.fold) >= 0.7
    if left.script == right.script:
        return _long_vowels(left.fold) == _long_vowels(right.fold)
    return vowels_agree(left.fold, right.fold)


def is_same_name_veto(given_a: str, given_b: str, family_a: str = "", family_b: str = "") -> bool:
    """Return whether two given names forbid that two records are one person (they are relatives at most).

    The household veto: Jaro-Winkler below .8, no shared first three letters, neither an initial of the other, and not
    given and family name swapped. An empty given name forbids nothing.
    """
    return is_key_veto((name_key(given_a), name_key(family_a)), (name_key(given_b), name_key(family_b)))


def kept(fold: str, skeleton: str) -> NameKey:
    """Return the forms of a name that were worked out before."""
    if not skeleton:
        return name_key(fold)
    return NameKey(fold, skeleton, "fa" if _PERSIAN.search(fold) else "la" if _LATIN.search(fold) else "")


def is_key_veto(one: tuple[NameKey, NameKey], other: tuple[NameKey, NameKey]) -> bool:
    """Return whether two (given, family) forbid one person, as `is_same_name_veto` says."""
    (left, family_a), (right, family_b) = one, other
    if not left.fold or not right.fold or left.fold == right.fold:
        return False
    if is_initial(left, right) or _swapped(left, right, family_a, family_b):
        return False
    if _differ_after_head(left, right) or _other_vowels(left, right):
        return True
    if left.script == right.script:
        return left.fold[:3] != right.fold[:3] and key_similarity(left, right) < SIMILAR and not _one_typo(left, right)
    return key_similarity(left, right) < SIMILAR


def is_birth_veto(birth_a: str, birth_b: str) -> bool:
    """Return whether two birth dates (eight digits) are further apart than typing errors: more than two edits."""
    if len(birth_a) != 8 or len(birth_b) != 8 or birth_a == birth_b:
        return False
    return _edits()(birth_a, birth_b, score_cutoff=2) > 2


def is_initial(left: NameKey, right: NameKey) -> bool:
    """Return whether one of the two is the first letter of the other."""
    if min(len(left.fold), len(right.fold)) != 1:
        return False
    return left.fold[0] == right.fold[0] if left.script == right.script else left.skeleton[:1] == right.skeleton[:1]


def vowels_agree(a: str, b: str) -> bool:
    """Return whether the written vowels of a Persian and a Latin fold allow them to be one name.

    A Persian alef wants an `a` at its place and a vav `o`, `u`, `v` or `w`; a Latin `oo`, `ou` or `v` wants a vav.
    """
    fa, la = (a, b) if _PERSIAN.search(a) else (b, a)
    left, right = _persian_slots(fa), _latin_slots(la)
    if "".join(c for c, _ in left) != "".join(c for c, _ in right):
        return True
    last = len(left) - 1
    return all(_slot_agrees(left[i][1], right[i][1], is_last=i == last) for i in range(len(left)))


def _slot_agrees(fa: str, la: str, *, is_last: bool) -> bool:
    wants_vav = "v" in la or "oo" in la or "ou" in la
    if ("ا" in fa and "a" not in la) or ("و" in fa and not set("ouv") & set(la)) or (wants_vav and "و" not in fa):
        return False
    return not is_last or bool(fa) == bool(la.rstrip("e")) or "ه" in fa


@lru_cache(maxsize=_CACHE)
def _words(text: str) -> tuple[str, ...]:
    """Return the words of a name in one spelling, without titles unless there is nothing else."""
    text = text[:NAME_CHARS_MAX].casefold()
    for marked, plain in _MARKED.items():
        text = text.replace(marked, plain)
    # casefold and the marks may have decomposed a letter; the fold below takes accents off composed ones.
    plain = persian.folded(unicodedata.normalize("NFC", text).translate(_LATIN_EXTRA))
    plain = "".join(ch for ch in unicodedata.normalize("NFD", plain) if not unicodedata.combining(ch))
    words = tuple(word for word in _NOT_LETTERS.sub(" ", plain.replace("'", "").replace("’", "")).split() if word)
    return tuple(word for word in words if word not in _TITLES) or words


def _persian_skeleton(fold: str) -> str:
    return "".join(consonant for consonant, _ in _persian_slots(fold)) or fold


def _latin_skeleton(fold: str) -> str:
    return "".join(consonant for consonant, _ in _latin_slots(fold)) or fold


@lru_cache(maxsize=_CACHE)
def _persian_slots(fold: str) -> tuple[tuple[str, str], ...]:
    """Return the consonants of a Persian fold, each with the vowel letters behind it."""
    fold = _DIN_FA.sub("", fold).replace("الله", "لله").replace("خوا", "خا")
    slots: list[list[str]] = []
    for place, letter in enumerate(fold):
        is_last = place == len(fold) - 1
        if place == 0 and letter in "اع":
            slots.append(["a", ""])
        elif place == 0 and letter in "وی":
            slots.append(["v" if letter == "و" else "y", ""])
        elif letter == "ی" and not is_last and not (place == 1 and fold[0] in "اع"):
            slots.append(["y", ""])
        elif letter in _FA and not (letter == "ه" and is_last and place > 0):
            if not (slots and slots[-1] == [_FA[letter], ""] and fold[place - 1] == letter):
                slots.append([_FA[letter], ""])
        elif slots and letter in "اویه" and place > 0:
            slots[-1][1] += letter
    return tuple((consonant, vowels) for consonant, vowels in slots)


@lru_cache(maxsize=_CACHE)
def _latin_slots(fold: str) -> tuple[tuple[str, str], ...]:
    """Return the consonants of a Latin fold, each with the vowels behind it; `i`, `ee` and `y` inside count as y."""
    text = _DIN_LA.sub("", fold) if fold.endswith(("din", "deen", "dine")) else fold
    for old, new in _DIGRAPHS:
        text = text.replace(old, new)
    if len(text) > 2 and text[-1] == "h" and text[-2] in "aeiouy":
        text = text[:-1]
    slots: list[list[str]] = []
    parts = _RUNS.split(text)
    for number, part in enumerate(parts):
        if number % 2 == 0:
            for place, letter in enumerate(part):
                if place == 0 or part[place - 1] != letter:
                    slots.append([letter, ""])
        elif not slots:
            _begin(slots, part)
        else:
            _go_on(slots, part, is_last=number == len(parts) - 2 and not parts[-1])
    return tuple((consonant, vowels) for consonant, vowels in slots)


def _begin(slots: list[list[str]], run: str) -> None:
    """Put the vowels that a Latin name begins with: `y` and `v` are consonants there, all others one mark."""
    if run[0] in "yv" and len(run) > 1:
        slots.append([run[0], ""])
        _go_on(slots, run[1:], is_last=False)
    else:
        slots.append(["a", ""])
        if "v" in run[1:]:
            slots[-1][1] += run[1:]


def _go_on(slots: list[list[str]], run: str, *, is_last: bool) -> None:
    """Put a run of Latin vowels behind the last consonant; an `i` in it is a letter of its own, but not at the end."""
    glide = _GLIDE.search(run)
    if glide is None or (is_last and glide.end() == len(run)):
        slots[-1][1] += run
    else:
        slots[-1][1] += run[: glide.start()]
        slots.append(["y", run[glide.end() :]])


def _swapped(given_a: NameKey, given_b: NameKey, family_a: NameKey, family_b: NameKey) -> bool:
    """Return whether given and family name changed places; of one of the two an initial or nothing is enough.

    Two of one family are never swapped: «رضا رضایی» is not the brother of whom the family name is his first name.
    """
    if key_similarity(family_a, family_b) >= SWAPPED:
        return False
    crossed = ((given_a, family_b), (family_a, given_b))
    alike = [key_similarity(*pair) for pair in crossed]
    return max(alike) >= SWAPPED and all(
        like >= SIMILAR or not pair[0].fold or not pair[1].fold or is_initial(*pair)
        for like, pair in zip(alike, crossed, strict=True)
    )


def _other_vowels(left: NameKey, right: NameKey) -> bool:
    """Return whether two short Persian names differ in nothing but و and ی inside: «مینا» and «مونا», «حسن» and «حسین».

    An alef may be left out in writing («رحمن», «رحمان») and a last vowel may be written in three ways; these may not.
    """
    if left.script != "fa" or right.script != "fa" or max(len(left.fold), len(right.fold)) > 5:
        return False
    a, b = (_DOUBLED.sub(r"\1", one.fold[:-1] + one.fold[-1].strip("اهی")).replace("ا", "") for one in (left, right))
    return a != b and _VOWELS.sub("", a) == _VOWELS.sub("", b)


def _differ_after_head(left: NameKey, right: NameKey) -> bool:
    """Return whether both are compounds with one head and different tails: «محمدرضا» and «محمدعلی» are brothers."""
    for head in _HEADS:
        if left.skeleton.startswith(head) and right.skeleton.startswith(head):
            tails = left.skeleton[len(head) :], right.skeleton[len(head) :]
            return min(map(len, tails)) >= 1 and _jaro_winkler(*tails) < SIMILAR
    return False


def _one_typo(left: NameKey, right: NameKey) -> bool:
    """Return whether one letter was typed wrong behind the first; Jaro-Winkler sees nothing in names of two letters."""
    return left.fold[0] == right.fold[0] and persian.within_one_edit(left.fold, right.fold)


def _jaro_winkler(a: str, b: str) -> float:
    return jaro_winkler()(a, b)


@lru_cache(maxsize=1)
def jaro_winkler() -> Callable[[str, str], float]:
    """Return rapidfuzz's measure, loaded when it is first asked for."""
    from rapidfuzz.distance import JaroWinkler

    return JaroWinkler.similarity


@lru_cache(maxsize=1)
def _edits() -> Callable[..., int]:
    from rapidfuzz.distance import OSA

    return OSA.distance


def _long_vowels(fold: str) -> str:
    return "".join(letter for letter in fold if letter in "اوی")

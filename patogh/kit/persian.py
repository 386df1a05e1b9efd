"""Persian text for people and for search.

Three steps, each built on the one before: `chars` makes letters and digits one, `glue` joins the prefixes and suffixes
that writers put behind a half-space, a space or nothing, and `key` takes light endings off each word. Index `folded`
first and `key` second and run the same function on the query. Whoever stores a key stores `KEY_VERSION` beside it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

KEY_VERSION: Final = 1
ZWNJ: Final = "\u200c"

_FA_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
_AR_DIGITS = "٠١٢٣٤٥٦٧٨٩"
_EN_DIGITS = "0123456789"
_LETTERS = "آ-غف-يٮ-ۓە\u0621"


def _forms() -> dict[int, int | str | None]:
    """Build the table of one-to-one foldings, presentation forms included (they fold as NFKC folds them)."""
    table: dict[int, int | str | None] = {
        **str.maketrans("يىێېےكڪةۀۂۃەأإٱٲٳ", "یییییککهههههااااا"),
        **str.maketrans(_FA_DIGITS + _AR_DIGITS, _EN_DIGITS * 2),
    }
    table |= dict.fromkeys((0x0640, 0xFEFF, 0x00AD, 0x061C, 0x200E, 0x200F, 0x2060, *range(0x202A, 0x202F)))
    table |= dict.fromkeys((*range(0x2066, 0x206A), *range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670))
    table |= dict.fromkeys((*range(0x06D6, 0x06DD), *range(0x06DF, 0x06E9), *range(0x06EA, 0x06EE)))
    table[0x200B] = ZWNJ
    for code in (*range(0xFB50, 0xFDFE), *range(0xFE70, 0xFEFD)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain != chr(code):
            table[code] = plain.translate(table).strip()
    return table


_CHARS = _forms()
_SOFT = str.maketrans({"آ": "ا", "ئ": "ی", "ؤ": "و", "ء": None, "٫": ".", "٪": "%", ZWNJ: " "})
_SOFT_KEEPING_ZWNJ = {code: to for code, to in _SOFT.items() if code != ord(ZWNJ)}
_DIGITS_FA = str.maketrans(_EN_DIGITS + _AR_DIGITS, _FA_DIGITS * 2)
_DIGITS_EN = str.maketrans(_FA_DIGITS + _AR_DIGITS, _EN_DIGITS * 2)

_ZWJ_IN_WORDS = re.compile(f"(?<=[{_LETTERS}])\u200d|\u200d(?=[{_LETTERS}])")
_ZWNJ_LOOSE = re.compile(f"(?<![\\w{ZWNJ}]){ZWNJ}+|{ZWNJ}+(?![\\w{ZWNJ}])|{ZWNJ}+(?={ZWNJ})")
_ACCENTED_LATIN = re.compile("[\u00c0-\u024f]")
_MARKS = re.compile("[\u0300-\u036f]")
_THOUSANDS = re.compile(r"(?<=\d)[,٬،](?=\d{3}(?!\d))")

_PLURAL = "ها(?:ی(?:ی|م|ت|ش|مان|تان|شان)?|م|ت|ش|مون|تون|شون|مان|تان|شان)?"
_GAP = f"[ {ZWNJ}]+"
_END = f"(?![{_LETTERS}])"
_GLUE_MI = re.compile(f"(?<![{_LETTERS}])(ن?می){_GAP}(?=[{_LETTERS}])")
_GLUE_SUFFIX = re.compile(f"(?<=[{_LETTERS}\\w]){_GAP}({_PLURAL}|تر(?:ین|ی)?){_END}")
_GLUE_HE = re.compile(f"(?<=[{_LETTERS}][{_LETTERS}]ه){_GAP}(ام|ات|اش|اند|ایم|اید|ای){_END}")
_GLUE_EZAFE = re.compile(f"(?<=[{_LETTERS}]ه){_GAP}ی{_END}")
_GLUE_COMPOUND = re.compile(
    f"(?<=[{_LETTERS}]){_GAP}((?:افزار|پذیر|کننده|دهنده|گذار|بندی)(?:ی|ها|های|هایی)?){_END}",
)
_WORD = re.compile(r"[^\W_]+")
_STEM = re.compile(f"(..+?)(?:{_PLURAL})|(...+?)تر(?:ین|ی)?")
_KEEP = {"تنها": "تنها", "انتها": "انتها", "منتها": "منتها", "خاکستر": "خاکستر", "کلانتر": "کلانتر"} | {
    "مسیله": "مساله", "هییت": "هیات", "جریت": "جرات", "نشیت": "نشات", "مسوول": "مسیول", "شوون": "شیون",
}  # fmt: skip
_LONE_SUFFIX = re.compile(f"{_PLURAL}|تر(?:ین|ی)?")
_LONE_PREFIX = frozenset({"می", "نمی"})

_MASKED = re.compile(
    r"(```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]+`|\bhttps?://\S+|\bwww\.\S+|[\w.+-]+@[\w.-]+|@\w+|<[^<>\n]+>"
    r"|[\d۰-۹٠-٩]+(?:[.,:/٫٬،-][\d۰-۹٠-٩]+)*)",
    re.DOTALL,
)
_FIX_MI = re.compile(f"(?<![{_LETTERS}{ZWNJ}])(ن?می) (?=[{_LETTERS}])")
_FIX_SUFFIX = re.compile(f"(?<=[{_LETTERS}]) ({_PLURAL}|تر(?:ین|ی)?)(?![{_LETTERS}{ZWNJ}])")
_FIX_HE = re.compile(f"(?<=[{_LETTERS}][{_LETTERS}]ه) (ام|ات|اش|اند|ایم|اید|ای)(?![{_LETTERS}{ZWNJ}])")

_HIDDEN = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]",
)
_PILED_MARKS = re.compile("([\u0300-\u036f\u0483-\u0489\u064b-\u065f\u0670\u1ab0-\u1aff\u20d0-\u20ff]{2})"
                          "[\u0300-\u036f\u0483-\u0489\u064b-\u065f\u0670\u1ab0-\u1aff\u20d0-\u20ff]+")  # fmt: skip
_PICTURES = "\u2190-\u2bff\U0001f000-\U0001faff"
_ZWJ_LOOSE = re.compile(f"(?<![\ufe0f{_PICTURES}])\u200d+|\u200d+(?![{_PICTURES}])")
_SPACES = re.compile(r"\s+")

_LAYOUT_EN = "qwertyuiop[]asdfghjkl;'zxcvbnm,\\HC"
_LAYOUT_FA = "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپوپآژ"
_TO_FA = str.maketrans(_LAYOUT_EN, _LAYOUT_FA)
_TO_EN = {ord(fa): en for en, fa in reversed(list(zip(_LAYOUT_EN[:-2], _LAYOUT_FA[:-2], strict=True)))}
_SLUG_GAP = re.compile(r"[\W_]+")


def chars(text: str) -> str:
    """Return `text` with one code point per letter: Arabic ي ك ة, hamza on alef, tatweel, vowel marks, old forms.

    Digits become 0-9; direction marks go; a half-space stays only between two letters. Words keep their spelling.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text).translate(_CHARS)
    if "\u200d" in text:
        text = _ZWJ_IN_WORDS.sub("", text)
    if ZWNJ in text:
        text = _ZWNJ_LOOSE.sub("", text)
    return text


def folded(text: str) -> str:
    """Return the first search column: `chars`, lower case, soft hamza and madda dropped, half-space as a space."""
    return _soft(chars(text)).translate(_SOFT)


def glue(text: str) -> str:
    """Return `text` after `chars`, with می/نمی and the common suffixes joined to their word and no half-space left."""
    text = chars(text)
    if text.isascii():
        return text
    text = _GLUE_MI.sub(r"\1", text)
    text = _GLUE_EZAFE.sub("", text)
    text = _GLUE_SUFFIX.sub(r"\1", text)
    text = _GLUE_HE.sub(r"\1", text)
    text = _GLUE_COMPOUND.sub(r"\1", text)
    return text.replace(ZWNJ, "")


def key(text: str) -> str:
    """Return the second search column: words of `glue` without light endings, separated by one space.

    «کتاب‌ها», «کتابها» and «کتاب ها» have one key; so have «می‌روم», «میروم» and «می روم». Punctuation is dropped.
    """
    words = _WORD.findall(_soft(glue(text)).translate(_SOFT_KEEPING_ZWNJ))
    return " ".join(map(_stem, words))


def query(text: str) -> list[str]:
    """Return the key tokens of what a searcher typed, without a leading lone suffix or a trailing lone «می».

    If nothing else would be left, the tokens are returned as they are.
    """
    tokens = key(text).split()
    start = 1 if tokens and _LONE_SUFFIX.fullmatch(tokens[0]) else 0
    end = len(tokens) - (1 if tokens and tokens[-1] in _LONE_PREFIX else 0)
    return tokens[start:end] or tokens


def display_fix(text: str) -> str:
    """Return `text` with half-spaces put where a plain space split a word (a button; never applied silently).

    Links, addresses, mentions, code and numbers are left alone.
    """
    parts = _MASKED.split(text)
    for i in range(0, len(parts), 2):
        fixed = _FIX_MI.sub(rf"\1{ZWNJ}", parts[i])
        fixed = _FIX_SUFFIX.sub(rf"{ZWNJ}\1", fixed)
        parts[i] = _FIX_HE.sub(rf"{ZWNJ}\1", fixed)
    return "".join(parts)


def name_clean(name: str) -> str:
    """Return a name fit to stand beside other names: NFC, no invisible or direction characters, single spaces.

    A half-space between letters and a joiner inside an emoji stay. A name with nothing visible becomes "".
    """
    name = unicodedata.normalize("NFC", _HIDDEN.sub("", name))
    name = _PILED_MARKS.sub(r"\1", name)
    name = _ZWNJ_LOOSE.sub("", _ZWJ_LOOSE.sub("", name))
    name = _SPACES.sub(" ", name).strip()
    return name if any(unicodedata.category(ch)[0] in "LNPS" for ch in name) else ""


def digits_fa(text: str) -> str:
    """Return `text` with every digit in Persian shape."""
    return text.translate(_DIGITS_FA)


def digits_en(text: str) -> str:
    """Return `text` with Persian and Arabic digits as 0-9."""
    return text.translate(_DIGITS_EN)


def is_rtl(text: str) -> bool:
    """Tell whether the first letter with a direction runs right to left, as `dir="auto"` decides."""
    for ch in text:
        direction = unicodedata.bidirectional(ch)
        if direction == "L":
            return False
        if direction in {"R", "AL"}:
            return True
    return False


def within_one_edit(a: str, b: str) -> bool:
    """Tell whether one insertion, deletion, substitution or swap of neighbours, or nothing, turns `a` into `b`."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    i = 0
    while i < len(a) and a[i] == b[i]:
        i += 1
    if len(a) < len(b):
        return a[i:] == b[i + 1 :]
    swapped = a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :]
    return swapped or a[i + 1 :] == b[i + 1 :]


def deletes(word: str) -> set[str]:
    """Return `word` and each string one deletion away: two words within one edit share one (symmetric delete)."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def wrong_layout(text: str) -> str:
    """Return `text` as if the other keyboard layout (ISIRI 9147 or QWERTY) had been on: "sghl" becomes «سلام»."""
    latin = sum(ch.isascii() and ch.isalpha() for ch in text)
    rest = sum(not ch.isascii() and ch.isalpha() for ch in text)
    if latin >= rest:
        return "".join(ch if ch in "HC" else ch.lower() for ch in text).translate(_TO_FA)
    return chars(text).translate(_TO_EN)


def slug(text: str, chars_max: int = 80) -> str:
    """Return a readable piece of an address: folded letters, "-" between words, at most `chars_max` characters."""
    words = _SLUG_GAP.sub("-", chars(text).lower()).strip("-")
    if len(words) <= chars_max:
        return words
    cut = words[: chars_max + 1].rpartition("-")[0]
    return (cut or words[:chars_max]).strip("-")


def _soft(text: str) -> str:
    """Lower the case, drop Latin accents and take thousands separators out of numbers."""
    text = text.casefold()
    if _ACCENTED_LATIN.search(text):
        text = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))
    return _THOUSANDS.sub("", text)


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    while word not in _KEEP and (match := _STEM.fullmatch(word)):
        word = match[1] or match[2]
    return _KEEP.get(word, word)

"""Handles: suggested from a name in any of our scripts, and those that nobody may take."""

from __future__ import annotations

import re
from typing import Final

from patogh.kit import limits, persian

HANDLE: Final = re.compile(r"[a-z0-9_]{3,30}")
RESERVED: Final = frozenset(
    [
        "about",
        "account",
        "admin",
        "administrator",
        "all",
        "anonymous",
        "api",
        "app",
        "avatars",
        "brand",
        "care",
        "cookies",
        "everyone",
        "feed",
        "feeds",
        "healthz",
        "help",
        "here",
        "home",
        "hangout",
        "ideas",
        "info",
        "join",
        "language",
        "live",
        "login",
        "logout",
        "looks",
        "manifest",
        "me",
        "media",
        "member",
        "members",
        "moderator",
        "moderators",
        "news",
        "new",
        "nobody",
        "none",
        "notices",
        "null",
        "offline",
        "owner",
        "owners",
        "patogh",
        "people",
        "posts",
        "privacy",
        "readyz",
        "robots",
        "root",
        "rss",
        "search",
        "security",
        "settings",
        "signin",
        "signout",
        "signup",
        "sitemap",
        "spaces",
        "staff",
        "static",
        "support",
        "sw",
        "system",
        "tag",
        "tags",
        "talk",
        "team",
        "terms",
        "theme",
        "topics",
        "undefined",
        "user",
        "users",
        "welcome",
        "www",
    ]
)
_LETTERS: Final = str.maketrans(
    {
        "ا": "a", "آ": "a", "ب": "b", "پ": "p", "ت": "t", "ث": "s", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d",
        "ذ": "z", "ر": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s", "ض": "z", "ط": "t", "ظ": "z", "ع": "a",
        "غ": "gh", "ف": "f", "ق": "gh", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "و": "v", "ه": "h", "ی": "i",
        "ئ": "i", "ؤ": "o", "ء": "", "\u200c": "_",
    }
)  # fmt: skip
# Persian writes no short vowels, so the commonest names are spelt as their bearers spell them.
_NAMES: Final = {
    "مینا": "mina", "رضا": "reza", "نوید": "navid", "حمید": "hamid", "ثریا": "soraya", "بهروز": "behrouz", "علی": "ali",
    "محمد": "mohammad", "حسین": "hossein", "حسن": "hasan", "مریم": "maryam", "فاطمه": "fatemeh", "زهرا": "zahra",
    "سارا": "sara", "نیلوفر": "niloofar", "سهیل": "soheil", "مهدی": "mehdi", "امیر": "amir", "شیرین": "shirin",
    "بابک": "babak", "کاوه": "kaveh", "آرش": "arash", "لیلا": "leila", "پریسا": "parisa",
    "مهسا": "mahsa", "سمیه": "somayeh",
}  # fmt: skip
_ALPHABET: Final = " 0123456789abcdefghijklmnopqrstuvwxyzابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
_RANKS: Final = {letter: f"{rank + 10:02d}" for rank, letter in enumerate(_ALPHABET)}
_OTHER: Final = "98"  # below 99, so that the end of a range has as many digits as its beginning
_NAME_ORDER_LETTERS_MAX: Final = 60


def suggested(name: str) -> str:
    """Return a handle drawn from a name, in the form the database wants, or an empty string if nothing
    is left of it.
    """
    words = [_NAMES.get(word) or word.translate(_LETTERS) for word in persian.chars(persian.name_clean(name)).split()]
    plain = re.sub(r"[^a-z0-9_]+", "_", "_".join(words).lower())
    handle = re.sub(r"_+", "_", plain).strip("_")[: limits.HANDLE_CHARS_MAX].strip("_")
    return handle if is_allowed(handle) else ""


def is_allowed(handle: str) -> bool:
    """Return whether somebody may take this handle, apart from its being taken."""
    return bool(HANDLE.fullmatch(handle)) and handle not in RESERVED


def name_order(name: str) -> str:
    """Return the alphabetical place of a name as digits, two a letter, so that every collation sorts it the same way.

    Latin names come first, then Persian ones in the order of the Persian alphabet (آ with ا, ک before گ, ی last).
    """
    letters = persian.folded(name)[:_NAME_ORDER_LETTERS_MAX]
    return "".join(_RANKS.get(letter, _OTHER) for letter in letters)


def name_range(beginning: str) -> tuple[str, str]:
    """Return the half-open range of `name_order` in which every name begins with `beginning` (which is not empty)."""
    low = name_order(beginning)
    return low, str(int(low) + 1).zfill(len(low))

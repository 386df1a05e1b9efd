"""Texts for measuring search: the demo's sentences, mixed, with the spellings and slips that people really have.

Labelled targets: each is put into a few documents, each time in a spelling of its own; a query for it is three of its
words in yet another spelling of a named class, so that recall is the share of those documents that come back.
"""

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

CONTENT = Path(__file__).resolve().parent.parent / "patogh" / "conf" / "demo" / "content"
ZWNJ = "\u200c"
COPIES = 4
CLASSES = ("as_written", "arabic_letters", "half_space_lost", "half_space_spaced", "digits", "suffixes", "one_typo")
ARABIC = str.maketrans("یک", "يك")
DIGITS = {"fa": "۰۱۲۳۴۵۶۷۸۹", "ar": "٠١٢٣٤٥٦٧٨٩", "en": "0123456789"}
SYLLABLES = [
    "با",
    "ران",
    "مه",
    "شی",
    "ده",
    "سا",
    "گل",
    "نو",
    "را",
    "کی",
    "تا",
    "مر",
    "دی",
    "لا",
    "هو",
    "زا",
    "پر",
    "نی",
    "رو",
    "خو",
    "بی",
    "سر",
]
LETTERS = "ابپتجچحخدرزسشصطعغفقکگلمنوهی"
SENTENCE = re.compile(r"[^\n.؟?!:؛|]{25,160}")
WORD = re.compile(f"[آ-ی{ZWNJ}]{{2,}}")


@dataclass
class Target:
    """What to look for: its words as written in good spelling, and the documents that hold them."""

    words: list[str]
    number: int
    documents: set[int] = field(default_factory=set)


def sentences() -> list[str]:
    """Return the sentences of the demo's hand-written texts."""
    found: dict[str, None] = {}
    for path in sorted(CONTENT.rglob("*.toml")):
        for text in texts(tomllib.loads(path.read_text(encoding="utf-8"))):
            plain = re.sub(r"[*`_>#\[\]()-]+|\{[^}]*\}", " ", text)
            found.update(dict.fromkeys(part.strip() for part in SENTENCE.findall(plain) if len(WORD.findall(part)) > 4))
    return list(found)


def texts(value: object) -> Iterator[str]:
    """Yield every text within parsed TOML."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


class Corpus:
    """A stream of documents that is the same for the same seed and size."""

    def __init__(self, size: int, seed: int = 1405, queries: int = 700) -> None:
        self.size = size
        self.random = random.Random(seed)
        self.queries = queries
        self.targets: list[Target] = []

    def invent(self) -> None:
        """Draw the words and targets out of the demo's sentences; a corpus that is found ready has them kept."""
        self.bank = sentences()
        self.names = ["".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 4))) for _ in range(40_000)]
        self.shares = list(accumulate(1 / (rank + 3) for rank in range(len(self.names))))
        self.targets = [self.target() for _ in range(self.queries)]
        places = self.random.sample(range(self.size), len(self.targets) * COPIES)
        self.places = {place: self.targets[at // COPIES] for at, place in enumerate(places)}

    def target(self) -> Target:
        """Return four words, each out of a sentence of its own, the first one with a half-space, and a number."""
        pick, words = self.random, list[str]()
        while len(words) < 4:
            found = [word.strip(ZWNJ) for word in WORD.findall(pick.choice(self.bank))]
            able = [
                word
                for word in found
                if len(word) > (6 if not words else 4) and (ZWNJ in word) == (not words) and word not in words
            ]
            words += [pick.choice(able)] if able else []
        return Target(words, pick.randint(3, 980))

    def documents(self) -> Iterator[tuple[int, str, str]]:
        """Yield (number, title or "", text); about one in twelve is a topic with a title."""
        for number in range(self.size):
            parts = self.random.choices(self.bank, k=self.random.choice((1, 1, 2, 2, 3)))
            parts.append(self.random.choices(self.names, cum_weights=self.shares)[0])
            if number in self.places:
                target = self.places[number]
                target.documents.add(number)
                parts.insert(
                    self.random.randrange(len(parts)),
                    " ".join([*target.words, digits(str(target.number), self.random)]),
                )
            text = " . ".join(self.worn(part) for part in parts)
            title = self.worn(self.random.choice(self.bank)[:60]) if number % 12 == 0 else ""
            yield number, title, text

    def worn(self, text: str) -> str:
        """Return a text as one of many writers would type it."""
        habit = self.random.random()
        if self.random.random() < 0.04:
            words = text.split(" ")
            at = self.random.randrange(len(words))
            if len(words[at]) > 3 and words[at] not in self.known:
                words[at] = slip(words[at], self.random)
            text = " ".join(words)
        if habit < 0.10:
            text = text.translate(ARABIC)
        if habit < 0.35:
            text = text.replace(ZWNJ, "" if habit < 0.12 else " ")
        return text

    @property
    def known(self) -> set[str]:
        """The words of the targets, which stay as they are but for their spelling class."""
        if not hasattr(self, "_known"):
            self._known = {word for target in self.targets for word in target.words}
        return self._known

    def query(self, target: Target, kind: str) -> str:
        """Return three words of a target in the spelling of a class."""
        joined, *plain = target.words
        first, second = plain[0], plain[1]
        if kind == "arabic_letters":
            return f"{joined} {first} {second}".translate(ARABIC)
        if kind == "half_space_lost":
            return f"{joined.replace(ZWNJ, '')} {first} {second}"
        if kind == "half_space_spaced":
            return f"{joined.replace(ZWNJ, ' ')} {first} {second}"
        if kind == "digits":
            return f"{joined} {first} {digits(str(target.number), self.random)}"
        if kind == "suffixes":
            return f"{joined} {first}{self.random.choice((ZWNJ + 'ها', 'ها', ' ها', ZWNJ + 'های', 'هایی'))} {second}"
        if kind == "one_typo":
            return f"{joined} {slip(first, self.random)} {second}"
        return f"{joined} {first} {second}"


def digits(number: str, pick: random.Random) -> str:
    """Return a number in one of three scripts."""
    return number.translate(str.maketrans("0123456789", DIGITS[pick.choice(list(DIGITS))]))


def slip(word: str, pick: random.Random) -> str:
    """Return a word with one letter lost, doubled, changed or swapped with its neighbour."""
    at = pick.randrange(1, len(word) - 1)
    return pick.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + pick.choice(LETTERS) + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )

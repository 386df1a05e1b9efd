"""The words that ask: the newest version that the team wrote, or those of the purpose; older versions stay for ever."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

from patogh.people.consent import aims, routes
from patogh.people.consent.aims import Purpose
from patogh.people.models import ConsentText
from patogh.people.queries import brand


@dataclass(frozen=True)
class Text:
    """The words in force for a purpose and a channel: version 0 are the house's own."""

    purpose: str
    channel: str
    number: int
    fa: str
    en: str
    row: ConsentText | None = None

    def words(self, language: str) -> str:
        """Return them in a language, with the brand's name and the channel's."""
        row, where = brand(), routes.known(self.channel)
        name = row.name if language == "fa" else row.name_en
        said = self.fa if language == "fa" else self.en
        return said.replace("{brand}", name).replace("{channel}", where.title(language))


def text_of(purpose: str, channel: str) -> Text:
    """Return the text in force; raises PurposeUnknown, WayUnknown."""
    return texts([(purpose, channel)])[purpose, channel]


def texts(cells: list[tuple[str, str]]) -> dict[tuple[str, str], Text]:
    """Return the texts in force for many cells, with one statement."""
    newest: dict[tuple[str, str], ConsentText] = {}
    for written_row in ConsentText.objects.filter(purpose__in={what for what, _ in cells}).order_by("number"):
        newest[written_row.purpose, written_row.channel] = written_row
    found = {}
    for what, where in cells:
        purpose, _way = aims.known(what), routes.known(where)
        row = newest.get((what, where))
        fa, en = (row.fa, row.en) if row else (purpose.words_fa, purpose.words_en)
        found[what, where] = Text(what, where, row.number if row else 0, fa, en, row)
    return found


def cells() -> list[tuple[str, str]]:
    """Return every purpose somebody has a say in with every channel that it can take."""
    return [(one.name, where) for one in aims.choosable() for where in channels_of(one)]


def channels_of(purpose: Purpose) -> list[str]:
    """Return the channels that a purpose can take."""
    if not purpose.by_channel:
        return [routes.HERE]
    return [name for name in routes.ways() if name != routes.HERE and (not purpose.only or name in purpose.only)]


def written(text: object) -> str:
    """Return words as they are kept: NFC, no controls, no space around."""
    plain = unicodedata.normalize("NFC", str(text or ""))
    return "".join(letter for letter in plain if letter in "\n\u200c" or letter.isprintable()).strip()


def digest(words: str) -> str:
    """Return the SHA-256 of words, as receipts name them."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()

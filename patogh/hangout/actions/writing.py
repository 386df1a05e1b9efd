"""What every text goes through before an action: checked, stored as written, rendered once, outside the door."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from patogh.hangout.errors import BadPoll, BadTags, BadTitle, EmptyText, OneChoiceOnly
from patogh.kit import limits, markup, persian
from patogh.kit.markup import Rendered

WHY_CHARS = 200


@dataclass(frozen=True, slots=True)
class Written:
    """A text ready to be stored."""

    text: str
    rendered: Rendered

    @property
    def digest(self) -> str:
        """Tell two texts apart."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class NewPoll:
    """A poll to carry in a new topic."""

    question: str
    options: tuple[str, ...]
    is_multiple: bool = False
    closes_at: dt.datetime | None = None
    is_sealed: bool = False


@dataclass(frozen=True, slots=True)
class NewTopic:
    """What somebody wants to open."""

    title: str
    text: str
    kind: str = "discussion"
    tags: tuple[str, ...] = ()
    poll: NewPoll | None = None
    promised_on: dt.date | None = None
    key: str | None = field(default=None, compare=False)


def written(text: str) -> Written:
    """Check and render a text; raises EmptyText, or TextTooLong beyond POST_TEXT_CHARS_MAX."""
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).replace("\0", "").strip("\n")
    if not kept.strip():
        raise EmptyText
    return Written(kept, markup.render(kept))


def checked_title(title: str) -> str:
    """Return a title as it is stored; raises BadTitle."""
    kept = persian.name_clean(title)
    if not limits.TITLE_CHARS_MIN <= len(kept) <= limits.TITLE_CHARS_MAX:
        raise BadTitle(least=limits.TITLE_CHARS_MIN, most=limits.TITLE_CHARS_MAX)
    return kept


def checked_tags(names: Iterable[str]) -> dict[str, str]:
    """Return tags by their keys, the first spelling of each; raises BadTags."""
    kept: dict[str, str] = {}
    for name in names:
        clean = persian.name_clean(name).lstrip("#").replace("/", " ").strip()
        if clean and (key := tag_key(clean)):
            kept.setdefault(key, clean)
    if len(kept) > limits.TOPIC_TAGS_MAX or any(len(name) > limits.TAG_CHARS_MAX for name in kept.values()):
        raise BadTags(most=limits.TOPIC_TAGS_MAX, chars=limits.TAG_CHARS_MAX)
    return kept


def tag_key(name: str) -> str:
    """Return what makes two spellings of a tag one tag."""
    return persian.key(name)[:60]


def checked_poll(poll: NewPoll | None) -> NewPoll | None:
    """Return a poll as it is stored; raises BadPoll."""
    if poll is None:
        return None
    options = tuple(dict.fromkeys(clean[:120] for option in poll.options if (clean := persian.name_clean(option))))
    question = persian.name_clean(poll.question)[:200]
    if not question or not 2 <= len(options) <= limits.POLL_CHOICES_MAX:
        raise BadPoll(most=limits.POLL_CHOICES_MAX)
    if poll.is_sealed and poll.is_multiple:
        raise OneChoiceOnly
    return NewPoll(question, options, poll.is_multiple, poll.closes_at, poll.is_sealed)


def why_of(why: str) -> str:
    """Return a reason on one line, as it is stored."""
    return persian.name_clean(why)[:WHY_CHARS]

"""What an address asks of the search page, and what of it could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patogh.kit import calendar, limits, persian
from patogh.kit.calendar import BadDate, Viewer
from patogh.search.models import Document
from patogh.search.queries import Filters, place_called

TALK: Final = ("topic", "post")
# Value of `kind` in the address: its words and what it narrows to.
KINDS: Final = {
    "": (_("Everything"), {}),
    "question": (_("Questions"), {"kinds": TALK, "topic_kind": "question"}),
    "discussion": (_("Discussions"), {"kinds": TALK, "topic_kind": "discussion"}),
    "show": (_("Picture stories"), {"kinds": TALK, "topic_kind": "show"}),
    "notice": (_("From the team"), {"kinds": TALK, "topic_kind": "notice"}),
    "idea": (_("Ideas"), {"kinds": ("idea",)}),
    "people": (_("People"), {"kinds": ("member",)}),
}
NAMES: Final = ("q", "kind", "space", "by", "tag", "from", "to")


@dataclass(slots=True)
class Asked:
    """A search as its address says it; `faults` are sentences about what was left out of it."""

    given: dict[str, str]
    filters: Filters = field(default_factory=Filters)
    space: Document | None = None
    author: Document | None = None
    faults: list[object] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What was typed."""
        return self.given.get("q", "")

    def chips(self, language: str) -> list[tuple[str, object]]:
        """Return (part of the address, words) of each filter that is set."""
        named = {
            "kind": KINDS[self.given.get("kind", "")][0],
            "space": self.space and space_name(self.space, language),
            "by": self.author and self.author.title,
            "tag": self.given.get("tag"),
            "from": self.given.get("from") and _("since %(day)s") % {"day": self.given["from"]},
            "to": self.given.get("to") and _("until %(day)s") % {"day": self.given["to"]},
        }
        return [(name, words) for name, words in named.items() if words and self.given.get(name)]

    @property
    def is_narrow(self) -> bool:
        """Whether any filter is set."""
        return any(self.given.get(name) for name in NAMES[1:])

    def address(self, **changes: str | None) -> str:
        """Return this search's query string with some parts changed, or taken out by None."""
        return f"?{urlencode({name: value for name, value in {**self.given, **changes}.items() if value})}"


def read(params: Mapping[str, str], viewer: Viewer, audiences: Sequence[str]) -> Asked:
    """Return the search that a query string asks for; what cannot be read is left out and said."""
    given = {name: params.get(name, "").replace("\x00", "").strip()[: limits.SEARCH_QUERY_CHARS_MAX] for name in NAMES}
    asked = Asked({name: value for name, value in given.items() if value})
    if len(params.get("q", "").strip()) > limits.SEARCH_QUERY_CHARS_MAX:
        asked.faults.append(_("That was very long; we searched for its beginning."))
    if given["kind"] not in KINDS:
        asked.given.pop("kind")
    asked.space = _place(asked, "space", "/s/", _("There is no such space; we searched everywhere."), audiences)
    asked.author = _place(asked, "by", "/@", _("There is nobody by this name; we searched among everybody."), audiences)
    since, until = _day(asked, "from", viewer), _day(asked, "to", viewer)
    asked.filters = Filters(
        **KINDS[asked.given.get("kind", "")][1],  # type: ignore[arg-type]
        space_id=asked.space.thing_id if asked.space else None,
        author_id=asked.author.thing_id if asked.author else None,
        tag=given["tag"][: limits.TAG_CHARS_MAX],
        since=since[0] if since else None,
        until=until[1] if until else None,
    )
    return asked


def ask_address(words: str) -> str:
    """Return where to ask what was not found, "" while the house has no such page."""
    try:
        return f"{reverse('topic_new')}?{urlencode({'title': words, 'kind': 'question'})}"
    except NoReverseMatch:
        return ""


def space_name(space: Document, language: str) -> str:
    """Return the name of a space in `language`, where it has one in it."""
    return str(space.data.get("name_en" if language == "en" else "name") or space.title)


def _place(asked: Asked, name: str, base: str, fault: object, audiences: Sequence[str]) -> Document | None:
    """Return the space or member that a part of the address names."""
    if not (typed := asked.given.get(name, "")):
        return None
    kind = "space" if name == "space" else "member"
    found = place_called(kind, f"{base}{persian.digits_en(typed).removeprefix('@').lower()}"[:300], audiences)
    if found is None:
        asked.faults.append(fault)
        asked.given.pop(name)
    return found


def _day(asked: Asked, name: str, viewer: Viewer) -> tuple[datetime, datetime] | None:
    """Return the bounds of the day that a part of the address names."""
    if not (typed := asked.given.get(name, "")):
        return None
    try:
        return calendar.day_bounds(
            calendar.parse_date(typed, viewer, calendar.local_day(timezone.now(), viewer)), viewer
        )
    except (BadDate, OverflowError, ValueError):
        asked.faults.append(
            _("We could not read the date “%(typed)s”; write it like 1405/9/1 or 2026-11-22.") % {"typed": typed[:40]}
        )
        asked.given.pop(name)
        return None

"""The text card of a link: title and description of an outside page, words only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.db.models import F
from django.utils import timezone

from patogh.activity import upkeep
from patogh.hangout.models import LinkPreview, Topic
from patogh.kit import limits, persian

_HEAD_CHARS_MAX = 200_000
_CHARSET = re.compile(r"charset=[\"']?([\w-]{2,20})", re.IGNORECASE)
_WANTED = {
    "og:title": "title",
    "twitter:title": "title",
    "og:description": "about",
    "description": "about",
    "og:site_name": "site",
}
_ENOUGH = {"title": 200, "about": 400, "site": 100}


@dataclass(frozen=True, slots=True)
class Card:
    """What an outside page says about itself."""

    title: str
    about: str
    site: str


@upkeep
def keep_card(preview_id: int, card: Card | None) -> None:
    """Write what a page said, or that it said nothing; the pages that show the link learn of it."""
    now = timezone.now()
    if card is None or not card.title:
        LinkPreview.objects.filter(pk=preview_id).update(state="failed", fetched_at=now)
        return
    LinkPreview.objects.filter(pk=preview_id).update(
        state="ready", title=card.title, about=card.about, site=card.site, fetched_at=now
    )
    shown = Topic.objects.filter(posts__links__preview_id=preview_id).values("pk")
    Topic.objects.filter(pk__in=shown).update(version=F("version") + 1)


def card_of(body: bytes, content_type: str, url: str) -> Card | None:
    """Return the card of an HTML page, or None for anything else. Only the head is read, only text is kept."""
    if not content_type.lower().startswith(("text/html", "application/xhtml")):
        return None
    reader = _Head()
    reader.feed(_decoded(body, content_type)[:_HEAD_CHARS_MAX])
    found = {name: persian.name_clean(reader.found.get(name, ""))[:chars] for name, chars in _ENOUGH.items()}
    title = found["title"] or persian.name_clean("".join(reader.title))[: _ENOUGH["title"]]
    host = urlsplit(url).hostname or ""
    return Card(title, found["about"], found["site"] or host[: _ENOUGH["site"]])


def _decoded(body: bytes, content_type: str) -> str:
    """Return the text of a page in the encoding it names, else UTF-8; what cannot be read becomes a mark."""
    said = _CHARSET.search(content_type) or _CHARSET.search(body[:2048].decode("latin-1"))
    try:
        return body.decode(said[1] if said else "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


class _Head(HTMLParser):
    """Reads title and meta until the body begins; nothing is ever executed or kept as HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self.title: list[str] = []
        self.in_title = self.is_done = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a meta tag that is wanted; the first of a kind wins, but what is written for sharing wins over the rest."""
        self.in_title = tag == "title" and not self.title
        self.is_done = self.is_done or tag == "body"
        if tag != "meta" or self.is_done:
            return
        given = {name: value or "" for name, value in attrs}
        name = _WANTED.get((given.get("property") or given.get("name") or "").lower())
        if name and given.get("content"):
            self.found.setdefault(name, given["content"][: limits.LINK_CHARS_MAX])

    def handle_endtag(self, tag: str) -> None:
        """Leave the title."""
        self.in_title = self.in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        """Collect the title."""
        if self.in_title and len(self.title) < 50:
            self.title.append(data[:500])

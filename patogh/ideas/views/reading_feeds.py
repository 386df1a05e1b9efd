"""What leaves the house: feeds of new ideas, the share card, the page for other sites' frames."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from patogh.ideas import card, roads
from patogh.ideas.queries import lists
from patogh.ideas.queries.lists import Row
from patogh.ideas.views import reading, reading_words
from patogh.ideas.views.reading_idea import common
from patogh.looks import pages, security
from patogh.looks.assembly import Clock
from patogh.looks.pages import absolute
from patogh.people.http import MemberRequest
from patogh.people.queries import brand
from patogh.people.readers import ask_of

ENTRIES = 30
ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"


@require_safe
def atom(request: MemberRequest) -> HttpResponse:
    """Serve the newest ideas as Atom."""
    rows, here, title = _newest(), absolute(request, request.path), f"{_('Ideas')} · {brand().name}"
    updated = max((row.state_since for row in rows), default=timezone.now())
    entries = "".join(_entry(request, row) for row in rows)
    whole = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{request.viewer.language}"><id>{escape(here)}</id>'
        f"<title>{escape(title)}</title><updated>{_stamp(updated)}</updated>"
        f'<link rel="self" href="{escape(here)}"/><link href="{escape(absolute(request, "/ideas"))}"/>{entries}</feed>'
    )
    clean = "".join(letter for letter in whole if letter >= " " or letter in "\t\n\r")
    return _sent(f'<?xml version="1.0" encoding="utf-8"?>\n{clean}', ATOM)


@require_safe
def json_feed(request: MemberRequest) -> HttpResponse:
    """Serve the newest ideas as a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    items = [
        {
            "id": absolute(request, f"/ideas/{row.id}"), "url": absolute(request, quote(row.url)), "title": row.title, "content_text": _says(row),
            "date_published": _stamp(row.published_at or row.state_since), "date_modified": _stamp(row.state_since),
            "authors": [{"name": name} for name in row.makers], "tags": [row.state],
        }
        for row in _newest()
    ]  # fmt: skip
    whole = {
        "version": "https://jsonfeed.org/version/1.1", "title": f"{_('Ideas')} · {brand().name}", "language": request.viewer.language,
        "home_page_url": absolute(request, "/ideas"), "feed_url": absolute(request, request.path), "items": items,
    }  # fmt: skip
    return _sent(json.dumps(whole, ensure_ascii=False), JSON_FEED)


@require_safe
def share_card(request: MemberRequest, idea_id: int) -> HttpResponse:
    """Serve the picture that other sites show for an idea, as it stands in its present version."""
    page = reading.public_page(idea_id)
    tag = f'"card-{page.idea.pk}-{page.idea.version}-{request.viewer.language}"'
    headers = {"Cache-Control": "public, max-age=300", "ETag": tag, "Vary": "Cookie, Accept-Language"}
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    state = str(reading_words.STATE_WORDS[page.idea.state][0])
    return HttpResponse(card.png(page, state, request.viewer), content_type="image/png", headers=headers)


@require_safe
def embed(request: MemberRequest, idea_id: int) -> HttpResponse:
    """Serve an idea as a small page that any site may put into a frame: no cookies are read for it, nothing can be pressed in it."""
    page = reading.public_page(idea_id)
    context = {
        **common(ask_of(request, {}), Clock(request.viewer)),
        "page": page,
        "idea": page.idea,
        "words": reading_words.STATE_WORDS[page.idea.state],
        "marks": roads.marks(page.stations) or (1.0,),
    }
    found = pages.render(request, "ideas/embed.html", context)
    found.headers["Content-Security-Policy"] = (
        security.policy()
        .replace("frame-ancestors 'none'", "frame-ancestors *")
        .replace("script-src 'self'", "script-src 'none'")
    )
    found.headers["Cache-Control"] = "public, max-age=120"
    return found


@require_safe
def embed_code(request: MemberRequest, idea_id: int) -> HttpResponse:
    """Show the lines that put an idea on another site."""
    page = reading.public_page(idea_id)
    context = {
        **common(ask_of(request, {}), Clock(request.viewer)),
        "page": page,
        "idea": page.idea,
        "address": absolute(request, f"/ideas/{idea_id}/embed"),
    }
    return pages.render(request, "ideas/embed_code.html", context)


def _newest() -> list[Row]:
    return lists.ideas_in(lists.Scope(), "new", size=ENTRIES).items


def _says(row: Row) -> str:
    """Return an entry's words; the number of supporters only where the rules show it."""
    state = str(reading_words.STATE_WORDS[row.state][0])
    return f"{row.lead}\n{state}" if row.lead else state


def _entry(request: HttpRequest, row: Row) -> str:
    makers = "".join(f"<author><name>{escape(name)}</name></author>" for name in row.makers)
    return (
        f"<entry><id>{escape(absolute(request, f'/ideas/{row.id}'))}</id><title>{escape(row.title)}</title>"
        f'<link href="{escape(absolute(request, quote(row.url)))}"/>{makers}<published>{_stamp(row.published_at or row.state_since)}</published>'
        f"<updated>{_stamp(row.state_since)}</updated><summary>{escape(_says(row))}</summary></entry>"
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sent(body: str, kind: str) -> HttpResponse:
    return HttpResponse(body, headers={"Content-Type": kind, "Cache-Control": "private, max-age=120"})

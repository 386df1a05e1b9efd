"""Atom and JSON feeds, the sitemap and robots.txt."""

import json
from datetime import UTC, datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from patogh.hangout.queries import lists, stamps
from patogh.hangout.queries.topic import head
from patogh.kit.errors import NotFound
from patogh.looks.pages import absolute
from patogh.people.http import MemberRequest
from patogh.people.queries import brand
from patogh.web.queries import feeds

ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
NOT_FOR_ROBOTS = ("/me/", "/account/", "/posts/", "/new", "/search/", "/notices", "/team/", "/drafts/", "/choices/")


@require_safe
def all_topics(request: MemberRequest) -> HttpResponse:
    """Serve the newest topics of everything this reader may see."""
    sight = stamps.sight(request.member.pk if request.member else None)
    title = _("All conversations")
    return _feed(request, title, "/talk", feeds.newest_topics(sight.scope()))


@require_safe
def space(request: MemberRequest, slug: str) -> HttpResponse:
    """Serve the newest topics of a space."""
    sight = stamps.sight(request.member.pk if request.member else None)
    if slug not in sight.slugs:
        raise NotFound
    space_id = sight.spaces[sight.slugs.index(slug)]
    here = lists.spaces([space_id])[0]
    return _feed(
        request,
        here.name_in(request.viewer.language),
        f"/s/{slug}",
        feeds.newest_topics(sight.scope(space_id=space_id)),
    )


@require_safe
def topic(request: MemberRequest, topic_id: int) -> HttpResponse:
    """Serve the newest posts of a topic."""
    member_id = request.member.pk if request.member else None
    stamp = stamps.topic_stamp(topic_id, member_id)
    top = head(topic_id) if stamp is not None and stamp.is_open_to(member_id) else None
    if top is None:
        raise NotFound
    return _feed(request, top.title, top.url, feeds.newest_posts(topic_id, top.title))


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Serve the index of the sitemaps."""
    places = "".join(
        f"<sitemap><loc>{_loc(request, f'/sitemap-{n}.xml')}</loc></sitemap>"
        for n in range(1, feeds.sitemap_chunks() + 1)
    )
    return _xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</sitemapindex>')


@require_safe
def sitemap_chunk(request: HttpRequest, number: int) -> HttpResponse:
    """Serve one sitemap: public topics by their ids, and in the first one the places that lead to them."""
    if not 1 <= number <= feeds.sitemap_chunks():
        raise NotFound
    public = stamps.sight(None)
    places = (
        ["/", "/talk", "/spaces", *(f"/s/{slug}" for slug in public.slugs), *feeds.sitemap_calls()]
        if number == 1
        else []
    )
    plain = "".join(f"<url><loc>{_loc(request, path)}</loc></url>" for path in places)
    dated = "".join(
        f"<url><loc>{_loc(request, path)}</loc><lastmod>{_stamp(at)}</lastmod></url>"
        for path, at in [*feeds.sitemap_topics(number), *feeds.sitemap_ideas(number)]
    )
    return _xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{plain}{dated}</urlset>')


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Say what robots may read, and where the sitemap is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS),
        "Allow: /",
        f"Sitemap: {absolute(request, '/sitemap.xml')}",
        "",
    ]
    return HttpResponse(
        "\n".join(lines), headers={"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "public, max-age=3600"}
    )


def _feed(request: MemberRequest, title: str, path: str, entries: list[feeds.Entry]) -> HttpResponse:
    """Serve the feed in the form that its address asks for."""
    return (_json if request.path.endswith(".json") else _atom)(request, title, path, entries)


def _json(request: MemberRequest, title: str, path: str, entries: list[feeds.Entry]) -> HttpResponse:
    """Serve a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    items = [
        {
            "id": absolute(request, "/" + entry.id), "url": absolute(request, quote(entry.url)), "title": entry.title,
            "content_html": entry.html, "date_published": _stamp(entry.published), "date_modified": _stamp(entry.updated),
            "authors": [{"name": entry.author}],
        }
        for entry in entries
    ]  # fmt: skip
    whole = {
        "version": "https://jsonfeed.org/version/1.1", "title": f"{title} · {brand().name}", "language": request.viewer.language,
        "home_page_url": absolute(request, quote(path)), "feed_url": absolute(request, request.path), "items": items,
    }  # fmt: skip
    body = json.dumps(whole, ensure_ascii=False)
    return HttpResponse(body, headers={"Content-Type": JSON_FEED, "Cache-Control": "private, max-age=120"})


def _atom(request: MemberRequest, title: str, path: str, entries: list[feeds.Entry]) -> HttpResponse:
    house, here = brand(), absolute(request, request.path)
    updated = max((entry.updated for entry in entries), default=timezone.now())
    body = "".join(_entry(request, entry) for entry in entries)
    whole = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{request.viewer.language}"><id>{escape(here)}</id>'
        f"<title>{escape(f'{title} · {house.name}')}</title>"
        f'<updated>{_stamp(updated)}</updated><link rel="self" href="{escape(here)}"/><link href="{_loc(request, path)}"/>{body}</feed>'
    )
    return HttpResponse(
        f'<?xml version="1.0" encoding="utf-8"?>\n{_clean(whole)}',
        headers={"Content-Type": ATOM, "Cache-Control": "private, max-age=120"},
    )


def _entry(request: HttpRequest, entry: feeds.Entry) -> str:
    return (
        f'<entry><id>{escape(absolute(request, "/" + entry.id))}</id><title>{escape(entry.title)}</title><link href="{_loc(request, entry.url)}"/>'
        f"<author><name>{escape(entry.author)}</name></author><published>{_stamp(entry.published)}</published><updated>{_stamp(entry.updated)}</updated>"
        f'<content type="html">{escape(entry.html)}</content></entry>'
    )


def _loc(request: HttpRequest, path: str) -> str:
    return escape(absolute(request, quote(path)))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _clean(text: str) -> str:
    """Leave out what XML 1.0 cannot say."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n\r")


def _xml(body: str) -> HttpResponse:
    headers = {"Content-Type": "application/xml; charset=utf-8", "Cache-Control": "public, max-age=600"}
    return HttpResponse(f'<?xml version="1.0" encoding="utf-8"?>\n{body}', headers=headers)

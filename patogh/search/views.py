"""The search page, and the two fragments that answer while somebody types."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from patogh.kit import limits
from patogh.kit.calendar import Viewer
from patogh.looks.pages import render
from patogh.search import forms, queries

HITS_A_PAGE = 20


class ReaderRequest(HttpRequest):
    """A request as people's middleware leaves it."""

    viewer: Viewer
    member: Any


@require_GET
def search(request: ReaderRequest) -> HttpResponse:
    """Show what a query finds, narrowed by the filters of the address."""
    audiences = queries.audiences_of(request.member)
    asked = forms.read(request.GET, request.viewer, audiences)
    results = queries.search(
        asked.words, audiences=audiences, filters=asked.filters, limit=HITS_A_PAGE, cursor=request.GET.get("after")
    )
    language = request.viewer.language
    known = {
        "asked": asked,
        "results": results,
        "chips": asked.chips(language),
        "ask_url": forms.ask_address(asked.words),
        "kinds": [(key, words) for key, (words, _) in forms.KINDS.items()],
        "spaces": [
            (space.url.removeprefix("/s/"), forms.space_name(space, language))
            for space in queries.spaces_in_sight(audiences)
        ],
    }
    return render(request, "search/search.html#results", known)


@require_GET
def search_suggest(request: ReaderRequest) -> HttpResponse:
    """Offer what the words may become: options of a listbox."""
    typed = request.GET.get("q", "")[: limits.SEARCH_QUERY_CHARS_MAX]
    hits = queries.suggest(typed, audiences=queries.audiences_of(request.member))
    groups = [(kind, [hit for hit in hits if hit.kind == kind]) for kind in ("topic", "idea", "member", "tag", "space")]
    return render(request, "search/suggest.html", {"typed": typed, "groups": [group for group in groups if group[1]]})


@require_GET
def similar(request: ReaderRequest) -> HttpResponse:
    """Show topics like the title that somebody is typing."""
    title, tags = request.GET.get("title", "")[: limits.TITLE_CHARS_MAX], request.GET.getlist("tags")
    named = [name.strip() for tag in tags[: limits.TOPIC_TAGS_MAX] for name in tag[:200].replace("،", ",").split(",")]
    hits = queries.similar(title, tags=[name for name in named if name], audiences=queries.audiences_of(request.member))
    return render(request, "search/similar.html", {"hits": hits})

"""Finding things, rendering a text before it is sent, listening, and the description of all this."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from patogh.activity.limits import LIVE_TOKEN_S
from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes.common import In, Out, PageAsk, Rows
from patogh.api.v1.shapes.people import Live, Tour
from patogh.api.v1.shapes.talk import Found, Hit, Text
from patogh.hangout.pace import keep_pace
from patogh.hangout.queries import access
from patogh.kit import limits, markup
from patogh.kit.hooks import plugins
from patogh.people.queries import brand
from patogh.search import forms
from patogh.search.queries import Hit as HitRow
from patogh.search.queries import audiences_of, search, similar, suggest

doors = Doors("search")
live = Doors("live")
Words = Annotated[str, Field(max_length=limits.SEARCH_QUERY_CHARS_MAX, examples=["زنجیر"])]


class SearchAsk(PageAsk):
    """What to look for; the filters are those of the page."""

    q: Words = Field("", description="The words, in whatever spelling.")
    kind: Literal["", "question", "discussion", "show", "notice", "idea", "people"] = Field(
        "", description="Only of this kind."
    )
    space: Annotated[str, Field(max_length=40)] = Field("", description="Only in this space.")
    by: Annotated[str, Field(max_length=31)] = Field("", description="Only by this member.")
    tag: Annotated[str, Field(max_length=40)] = Field("", description="Only with this tag.")


class WordsAsk(BaseModel):
    """What is being typed."""

    q: Words = Field("", description="The words so far.")


class Source(In):
    """Markdown as it is being typed."""

    text: Text


class Rendered(Out):
    """The same as safe HTML, as it will be shown."""

    html: str


@doors.get("/search", Found, "read:topics")
def search_everything(request: Ask, response: HttpResponse, ask: Query[SearchAsk]) -> Any:
    """Find topics, posts, members, spaces and tags that one may see."""
    audiences = audiences_of(request.member)
    given = {name: value for name, value in ask.model_dump().items() if name in {"q", "kind", "space", "by", "tag"}}
    asked = forms.read(given, request.viewer, audiences)
    found = search(asked.words, audiences=audiences, filters=asked.filters, limit=ask.limit, cursor=ask.after or None)
    return {**page(request, response, [_hit(hit) for hit in found.hits], found.next), "meant": found.meant}


@doors.get("/search/suggestions", Rows[Hit], "read:topics")
def suggest_words(request: Ask, ask: Query[WordsAsk]) -> Any:
    """Offer what unfinished words may become."""
    return {"items": [_hit(hit) for hit in suggest(ask.q, audiences=audiences_of(request.member))], "next": None}


@doors.get("/search/similar", Rows[Hit], "read:topics")
def find_similar(request: Ask, ask: Query[WordsAsk]) -> Any:
    """Find conversations like the title of one that is being written."""
    return {"items": [_hit(hit) for hit in similar(ask.q, audiences=audiences_of(request.member))], "next": None}


@doors.post("/previews", Rendered, "write:topics", status=200)
def preview_text(request: Ask, body: Source) -> Any:
    """See how a text will look."""
    keep_pace(request.member, "preview")
    return {"html": markup.render(body.text).html}


class LiveAsk(BaseModel):
    """What to listen to besides one's own notices."""

    topic: int = Field(
        0, ge=0, le=2**63 - 1, description="The conversation, or 0.", json_schema_extra={"format": "int64"}
    )


@live.get("/live", Live, "read:notices")
def listen(request: Ask, ask: Query[LiveAsk]) -> Any:
    """Get the address at which one hears of what happens, as server-sent events."""
    channels = [f"member:{request.member.pk}"]
    if ask.topic:
        channels.insert(0, f"topic:{access.one(access.topics_visible_to(request.member), pk=ask.topic).pk}")
    url = plugins.hook.live_address(request=request, channels=channels)
    return {"url": str(url) if url else None, "channels": channels, "valid_s": LIVE_TOKEN_S}


@live.get("/about", Tour, None)
def read_tour(request: HttpRequest) -> Any:
    """Read what this place is called and where its API is described."""
    row = brand()
    name = row.name_en if request.viewer.language == "en" else row.name  # type: ignore[attr-defined]
    return {
        "name": name, "language": row.language, "version": "1.0.0", "openapi": "/api/v1/openapi.json", "docs": f"{settings.SITE_URL}/api/v1/about",
    }  # fmt: skip


def _hit(hit: HitRow) -> dict[str, Any]:
    return {"kind": hit.kind, "title": str(hit.title), "url": hit.url, "excerpt": str(hit.snippet)}

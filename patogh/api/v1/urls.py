"""Addresses of the API's first version; loaded when the first of them is asked for."""

from __future__ import annotations

import functools

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt

from patogh.api.errors import MethodUnknown
from patogh.api.v1 import (
    book,
    channels,
    codes,
    decisions,
    description,
    finding,
    frame,
    ideas_own,
    me,
    members,
    notices,
    polls,
    posts,
    problems,
    reporting,
    review,
    segments,
    shop,
    spaces,
    topics,
)  # fmt: skip
from patogh.api.v1.house import made
from patogh.kit.errors import NotFound

app_name = "api_v1"
api = made(
    [
        me.doors, members.doors, spaces.doors, spaces.tags, topics.doors, polls.doors, decisions.doors, posts.doors, posts.pictures, notices.doors,
        finding.doors, finding.live, reporting.doors, review.doors, channels.doors, book.doors, shop.doors, codes.doors, segments.doors, ideas_own.doors,
    ]
)  # fmt: skip


@csrf_exempt
def openapi(request: HttpRequest) -> HttpResponse:
    """Give the description."""
    if request.method not in {"GET", "HEAD"}:
        return problems.answer(request, MethodUnknown())
    return HttpResponse(_described(), content_type="application/json", headers={"Cache-Control": "public, max-age=300"})


@csrf_exempt
def nothing(request: HttpRequest, **_parts: str) -> HttpResponse:
    """Say that there is nothing at this address."""
    frame.speak_as_asked(request)
    return problems.answer(request, NotFound())


@functools.cache
def _described() -> str:
    return description.text(api)


def _patterns() -> list[URLPattern]:
    """Return one address for each path, called as its first operation is, with an `api_` before."""
    found = []
    for router in api._get_bound_routers():  # noqa: SLF001 - ninja's own way would make a view a method
        for route, view in router.path_operations.items():
            found.append(
                path(
                    route.strip("/").replace("{", "<").replace("}", ">"),
                    frame.framed(view),
                    name=f"api_{view.operations[0].operation_id}",
                )
            )
    return sorted(found, key=lambda one: "<" in str(one.pattern))


urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", openapi, name="api_openapi"),
    *_patterns(),
    re_path(r"^(?P<rest>.*)$", nothing, name="api_nothing"),
]
